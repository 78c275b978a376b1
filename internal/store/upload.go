package store

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"time"

	"github.com/tidwall/btree"
)

// MaxPartNumber is the highest number of a part; the lowest is 1 (S3 User Guide,
// "Amazon S3 multipart upload limits").
const MaxPartNumber = 10000

// Upload is a multipart upload as it was begun.
type Upload struct {
	ID        string // given by the store
	Initiated time.Time
	Began     uint64 // what had been written by then, given by the store: the newest Revision
	Initiator string // ARN, or as s3api shows who began it
	Facts            // which the object that it becomes will have
	// Requested is the algorithm and the key's ARN that the request which began it
	// asked for; empty: it left them to the bucket.
	Requested Encryption
}

// upload is an Upload with what has come of it.
type upload struct {
	*Upload
	parts btree.Map[int, *Part]
	// revision counts the changes of the parts.
	revision uint64
}

// uploads is the unfinished uploads of a bucket, under the bucket's lock.
type uploads struct {
	byID  map[string]*upload
	byKey btree.Map[string, *[]*upload] // of each key in order of their ids
	last  uint64                        // what the newest id begins with
	done  completed
}

func newUploads() uploads { return uploads{byID: map[string]*upload{}} }

// beginUpload is BeginUpload. u belongs to the store from now on.
func (b *Bucket) beginUpload(u *Upload) error {
	return b.write(nil, func() ([]Chunk, error) {
		b.uploads.last = max(b.uploads.last+1, uint64(max(0, u.Initiated.UnixNano())))
		if u.ID == "" {
			u.ID = newUploadID(b.uploads.last)
		}
		u.Began = b.written.revision.Load()
		b.uploads.add(&upload{Upload: u})
		b.ledger.begin(u)
		return nil, nil
	})
}

// inOrder is base64 with an alphabet in ASCII order, so that what is encoded
// sorts as its bytes do. Its characters are among those of S3's own ids.
var inOrder = base64.NewEncoding("." +
	"0123456789" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + "_" + "abcdefghijklmnopqrstuvwxyz").WithPadding(base64.NoPadding)

// uploadIDLength is how many bytes an id encodes.
const uploadIDLength = 72

// newUploadID makes an id of 96 characters. It begins with its place in the order
// of creation, since S3 lists the uploads of a key by their time and takes
// upload-id-marker as an id to compare with (AWS API Reference,
// ListMultipartUploads); the rest cannot be guessed.
func newUploadID(order uint64) string {
	var id [uploadIDLength]byte
	binary.BigEndian.PutUint64(id[:8], order)
	// It never returns an error; without randomness the program ends.
	_, _ = rand.Read(id[8:])
	return inOrder.EncodeToString(id[:])
}

// IsUploadID says whether an upload could have the id.
func IsUploadID(s string) bool {
	id, err := inOrder.DecodeString(s)
	return err == nil && len(id) == uploadIDLength
}

// OfAnotherKey says that the id is of an unfinished upload, and that of another key.
func (b *Bucket) OfAnotherKey(id, key string) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	u := b.uploads.byID[id]
	return u != nil && u.Key != key
}

// Upload is the facts of an unfinished upload; nil: there is none with this key
// and id.
func (b *Bucket) Upload(key, id string) *Upload {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if u := b.uploads.find(key, id); u != nil {
		return u.Upload
	}
	return nil
}

// putPart is PutPart. p belongs to the store from now on.
func (b *Bucket) putPart(key, id string, p *Part) error {
	if p.Number < 1 || p.Number > MaxPartNumber {
		return ErrInvalidPartNumber
	}
	return b.write(p.Chunks, func() ([]Chunk, error) {
		u := b.uploads.find(key, id)
		if u == nil {
			return nil, ErrNoSuchUpload
		}
		u.revision++
		p.born, b.wrote = b.branch, true
		b.ledger.putPart(u.Upload, p)
		if old, replaced := u.parts.Set(p.Number, p); replaced {
			return b.branch.give(old.record()), nil
		}
		return nil, nil
	})
}

// abortUpload is AbortUpload.
func (b *Bucket) abortUpload(key, id string) error {
	return b.write(nil, func() ([]Chunk, error) {
		u := b.uploads.find(key, id)
		if u == nil {
			return nil, ErrNoSuchUpload
		}
		return b.endUpload(u), nil
	})
}

// endUpload takes an upload away. It returns the chunks that nobody has any more.
func (b *Bucket) endUpload(u *upload) []Chunk {
	b.uploads.remove(u)
	b.ledger.end(u)
	var all []Chunk
	u.parts.Scan(func(_ int, p *Part) bool {
		all = append(all, b.branch.give(p.record())...)
		return true
	})
	return all
}

func (us *uploads) find(key, id string) *upload {
	if u := us.byID[id]; u != nil && u.Key == key {
		return u
	}
	return nil
}

// add puts in an upload whose id is greater than all before it.
func (us *uploads) add(u *upload) {
	us.byID[u.ID] = u
	list, ok := us.byKey.Get(u.Key)
	if !ok {
		list = new([]*upload)
		us.byKey.Set(u.Key, list)
	}
	*list = append(*list, u)
}

func (us *uploads) remove(u *upload) {
	delete(us.byID, u.ID)
	list, _ := us.byKey.Get(u.Key)
	if len(*list) == 1 {
		us.byKey.Delete(u.Key)
		return
	}
	i := slices.Index(*list, u)
	*list = slices.Delete(*list, i, i+1)
}

func (us *uploads) each(f func(record)) {
	for _, u := range us.byID {
		u.parts.Scan(func(_ int, p *Part) bool {
			f(p.record())
			return true
		})
	}
}

// copyTo fills empty uploads with the same. It needs the bucket's lock for itself.
func (us *uploads) copyTo(to *uploads) {
	to.last = us.last
	us.byKey.Scan(func(_ string, list *[]*upload) bool {
		for _, u := range *list {
			to.add(&upload{Upload: u.Upload, parts: *u.parts.Copy(), revision: u.revision})
		}
		return true
	})
	to.done = us.done.copied()
}
