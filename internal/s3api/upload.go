package s3api

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"io"
	"net/http"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// upload is a body that is in the store, visible to nobody, and has been found
// to be what the request said of it.
type upload struct {
	staged *store.Staged
	// claimed is the checksum that the request named, or else the kept one.
	claimed store.Checksum
	// kept is the one that an upload in parts keeps of each.
	kept store.Checksum
}

// received stages the body of the call, once: later attempts find it there. keep
// is the algorithm whose checksum must be had in any case; nil: the one that the
// request names, or S3's default. Nothing is kept of a body that is not what was
// claimed of it.
func (c *Call) received(k claim, keep *algorithm) (*upload, error) {
	if c.upload != nil {
		return c.upload, nil
	}
	if err := c.sizeAllowed(); err != nil {
		return nil, err
	}
	return c.take(c.Body, c.Body.Length(), k, keep)
}

// take stages bytes and holds them against what was claimed of them.
func (c *Call) take(r io.Reader, size int64, k claim, keep *algorithm) (*upload, error) {
	u, err := c.stage(r, size, k, keep)
	if err != nil {
		return nil, err
	}
	if err := c.agrees(k, u); err != nil {
		u.staged.Discard()
		return nil, err
	}
	c.upload = u
	return u, nil
}

// stage writes bytes into the store and takes their checksums on the way.
func (c *Call) stage(r io.Reader, size int64, k claim, keep *algorithm) (*upload, error) {
	if keep == nil {
		keep = defaultAlgorithm
		if k.algorithm != nil {
			keep = k.algorithm
		}
	}
	if k.algorithm == nil {
		k.algorithm = keep
	}
	sums := newSummed(r, keep, k.algorithm)
	staged, err := c.Moment.Index.Write(sums, size)
	if err != nil {
		return nil, bodyRefused(err, c.State().Answers)
	}
	return &upload{staged: staged, kept: sums.of(keep), claimed: sums.of(k.algorithm)}, nil
}

// sizeAllowed refuses a body whose length is too great, before any of it is read.
func (c *Call) sizeAllowed() error {
	if n := c.Body.Length(); n > maxUpload {
		return entityTooLarge(n)
	}
	return nil
}

// agrees holds the received bytes against what the request claimed of them.
func (c *Call) agrees(k claim, u *upload) error {
	if k.md5 != nil && !bytes.Equal(k.md5, u.staged.MD5[:]) {
		return c.wrongMD5(k.md5, u.staged.MD5)
	}
	var trailer http.Header
	if c.Body != nil {
		trailer = c.Body.Trailer()
	}
	want, err := k.expected(trailer)
	if err != nil || want == "" {
		return err
	}
	if want != u.claimed.Value {
		return badDigest(k.algorithm.name)
	}
	return nil
}

// wrongMD5 tells both digests; PutObject writes the client's in hex, and only
// UploadPart as it was sent (recorded).
func (c *Call) wrongMD5(sent []byte, got [md5.Size]byte) error {
	expected := hex.EncodeToString(sent)
	if c.operation() == "UploadPart" {
		expected = base64.StdEncoding.EncodeToString(sent)
	}
	return s3err.New(s3err.BadDigest,
		s3err.E("ExpectedDigest", expected), s3err.E("CalculatedDigest", base64.StdEncoding.EncodeToString(got[:])))
}

// summed takes checksums of what is read through it.
type summed struct {
	r    io.Reader
	sums []sum
}

type sum struct {
	algorithm *algorithm
	hash      hash.Hash
}

// newSummed takes the checksum of each algorithm once.
func newSummed(r io.Reader, algorithms ...*algorithm) *summed {
	s := &summed{r: r}
	for _, a := range algorithms {
		if s.find(a) == nil {
			s.sums = append(s.sums, sum{a, a.hash()})
		}
	}
	return s
}

func (s *summed) find(a *algorithm) hash.Hash {
	for _, sum := range s.sums {
		if sum.algorithm == a {
			return sum.hash
		}
	}
	return nil
}

func (s *summed) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if n > 0 {
		for _, sum := range s.sums {
			sum.hash.Write(p[:n])
		}
	}
	return n, err
}

func (s *summed) of(a *algorithm) store.Checksum { return a.sumOf(s.find(a)) }

// etagOf is the ETag of bytes: their MD5, except under a KMS key or the customer's,
// where S3's is none (S3 API Reference, "Object"). It is then made from what is the request's
// alone, so that it stays the same over attempts.
func (c *Call) etagOf(sum [md5.Size]byte, enc store.Encryption) string {
	if !md5IsETag(enc) {
		sum = md5.Sum(append([]byte(c.RequestID+c.HostID), sum[:]...))
	}
	return hex.EncodeToString(sum[:])
}
