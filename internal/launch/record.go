package launch

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"slices"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/journal"
)

// Requests are those of the world, in the order in which they arrived, and how many older ones
// the journal has no more.
func (w *World) Requests() (all []journal.Entry, forgotten uint64) {
	return w.stage.server.Requests(w.Name), w.served.Forgotten()
}

// Settle waits until all requests of the world have been answered to their end, or that time
// is over: a program may have ended in the middle of one.
func (w *World) Settle(ctx context.Context, most time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	again := time.NewTicker(settling)
	defer again.Stop()
	for {
		all, _ := w.Requests()
		under := slices.ContainsFunc(all, func(e journal.Entry) bool { return !e.Answered })
		if !under && !w.served.Busy() {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
	}
}

// settling is how often one looks.
const settling = 10 * time.Millisecond

// Contents is what is in the world's buckets, with the digests of all objects.
func (w *World) Contents(ctx context.Context) (finding.Contents, error) {
	return Digested(ctx, w.served.Contents())
}

// Digested is what is in buckets, with the digests of all objects.
func Digested(ctx context.Context, there *emulator.Contents) (finding.Contents, error) {
	var told finding.Contents
	for _, o := range there.Objects {
		read, err := digested(ctx, o)
		if err != nil {
			return told, err
		}
		told.Objects = append(told.Objects, read)
	}
	for _, u := range there.Uploads {
		told.Uploads = append(told.Uploads, finding.Upload{Bucket: u.Bucket, Key: u.Key, ID: u.ID})
	}
	return told, nil
}

func digested(ctx context.Context, o emulator.StoredObject) (finding.Object, error) {
	told := finding.Object{Bucket: o.Bucket, Key: o.Key}
	body, err := o.Open(ctx)
	if err != nil {
		return told, err
	}
	defer body.Close()
	whole, sizes := newDigest(), o.Parts
	if len(sizes) == 0 {
		err = whole.take(body, o.Size)
	}
	for _, size := range sizes {
		part := newDigest()
		err = errors.Join(err, part.take(io.TeeReader(body, whole), size))
		told.Parts = append(told.Parts, part.told())
	}
	told.Bytes = whole.told()
	return told, err
}

// digest works out all digests that a request can claim.
type digest struct {
	size   int64
	hashes map[string]hash.Hash // by the header that claims it
	to     io.Writer
}

const payloadHash, contentMD5 = "x-amz-content-sha256", "content-md5"

func newDigest() *digest {
	d := &digest{hashes: map[string]hash.Hash{payloadHash: sha256.New(), contentMD5: md5.New()}}
	for _, a := range checksum.All {
		d.hashes[a.Header()] = a.Hash()
	}
	all := make([]io.Writer, 0, len(d.hashes))
	for _, h := range d.hashes {
		all = append(all, h)
	}
	d.to = io.MultiWriter(all...)
	return d
}

func (d *digest) Write(p []byte) (int, error) {
	d.size += int64(len(p))
	return d.to.Write(p)
}

func (d *digest) take(r io.Reader, size int64) error {
	_, err := io.CopyN(d, r, size)
	return err
}

func (d *digest) told() finding.Bytes {
	b := finding.Bytes{Size: d.size, Digests: map[string]string{}}
	for header, h := range d.hashes {
		sum := h.Sum(nil)
		b.Digests[header] = base64.StdEncoding.EncodeToString(sum)
		if header == payloadHash {
			b.Digests[header] = hex.EncodeToString(sum)
		}
	}
	return b
}
