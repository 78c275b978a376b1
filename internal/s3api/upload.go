package s3api

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"

	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
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
func (c *Call) received(k checksum.Claim, keep *checksum.Algorithm) (*upload, error) {
	if c.upload != nil {
		return c.upload, nil
	}
	if err := c.sizeAllowed(); err != nil {
		return nil, err
	}
	return c.take(c.Body, c.Body.Length(), k, keep)
}

// receivedFrom is received for bytes that are not the whole body: the file of a form.
func (c *Call) receivedFrom(r io.Reader, k checksum.Claim) (*upload, error) {
	if c.upload != nil {
		return c.upload, nil
	}
	return c.take(r, -1, k, nil)
}

// take stages bytes and holds them against what was claimed of them.
func (c *Call) take(r io.Reader, size int64, k checksum.Claim, keep *checksum.Algorithm) (*upload, error) {
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
func (c *Call) stage(r io.Reader, size int64, k checksum.Claim, keep *checksum.Algorithm) (*upload, error) {
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

// sizeAllowed refuses a body whose length is too great, before any of it is read.
func (c *Call) sizeAllowed() error {
	if n := c.Body.Length(); n > wire.MaxUpload {
		return wire.EntityTooLarge(n)
	}
	return nil
}

// agrees holds the received bytes against what the request claimed of them.
func (c *Call) agrees(k checksum.Claim, u *upload) error {
	if k.MD5 != nil && !bytes.Equal(k.MD5, u.staged.MD5[:]) {
		return c.wrongMD5(k.MD5, u.staged.MD5)
	}
	var trailer http.Header
	if c.Body != nil {
		trailer = c.Body.Trailer()
	}
	want, err := k.Expected(trailer)
	if err != nil || want == "" {
		return err
	}
	if want != u.claimed.Value {
		return checksum.BadDigest(k.Algorithm.Name)
	}
	return nil
}

// wrongMD5 tells both digests; PutObject writes the client's in hex, and only
// UploadPart as it was sent (recorded).
func (c *Call) wrongMD5(sent []byte, got [md5.Size]byte) error {
	expected := hex.EncodeToString(sent)
	if c.Op.asSent {
		expected = base64.StdEncoding.EncodeToString(sent)
	}
	return s3err.New(s3err.BadDigest,
		s3err.E("ExpectedDigest", expected), s3err.E("CalculatedDigest", base64.StdEncoding.EncodeToString(got[:])))
}
