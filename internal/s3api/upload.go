package s3api

import (
	"io"
	"net/http"

	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/store"
)

// upload is a body that is in the store, visible to nobody, and has been found
// to be what the request said of it.
type upload struct {
	staged *store.Staged
	// claimed is the checksum that the request named, or else the kept one.
	claimed store.Checksum
	// checksum.Kept is the one that an upload in parts keeps of each.
	kept store.Checksum
}

// received stages the body of the call, once: later attempts find it there. keep
// is the algorithm whose checksum must be had in any case; nil: the one that the
// request names, or S3's default. Nothing is kept of a body that is not what was
// claimed of it.
func received(c *Call, k checksum.Claim, keep *checksum.Algorithm) (*upload, error) {
	if n := c.Body.Length(); c.upload == nil && n > wire.MaxUpload {
		return nil, wire.EntityTooLarge(n)
	}
	return receivedFrom(c, c.Body, c.Body.Length(), k, keep)
}

// receivedFrom is received for bytes that need not be the whole body. size is their
// number; -1: it is not known.
func receivedFrom(c *Call, r io.Reader, size int64, k checksum.Claim, keep *checksum.Algorithm) (*upload, error) {
	if c.upload != nil {
		return c.upload, nil
	}
	u, err := stage(c, r, size, k, keep)
	if err != nil {
		return nil, err
	}
	var trailer http.Header
	if c.Body != nil {
		trailer = c.Body.Trailer()
	}
	claimed := func(*checksum.Algorithm) string { return u.claimed.Value }
	if err := k.Check(u.staged.MD5, trailer, claimed); err != nil {
		u.staged.Discard()
		return nil, err
	}
	c.upload = u
	return u, nil
}

// stage writes bytes into the store and takes their checksums on the way.
func stage(c *Call, r io.Reader, size int64, k checksum.Claim, keep *checksum.Algorithm) (*upload, error) {
	if keep == nil {
		keep = checksum.Default
		if k.Algorithm != nil {
			keep = k.Algorithm
		}
	}
	if k.Algorithm == nil {
		k.Algorithm = keep
	}
	sums := checksum.NewReader(r, keep, k.Algorithm)
	staged, err := c.Moment.Index.Write(c.Request.Context(), sums, size)
	if err != nil {
		return nil, bodyRefused(err, c.State().Answers)
	}
	u := &upload{staged: staged, kept: sums.Of(keep)}
	u.claimed = u.kept
	if k.Algorithm != keep {
		u.claimed = sums.Of(k.Algorithm)
	}
	return u, nil
}
