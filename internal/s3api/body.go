package s3api

import (
	"bytes"
	"crypto/md5"
	"io"

	"github.com/s3fault/s3fault/internal/s3err"
)

// document is a request body that is read whole. It can be read once, and the
// attempts that follow find it here.
type document struct {
	read bool
	text []byte
	err  *s3err.Error
}

// wholeBody reads a body of at most limit bytes, and holds it against what the
// request says of it: hash, digest, checksum.
func (c *Call) wholeBody(limit int64) ([]byte, *s3err.Error) {
	if d := &c.document; !d.read {
		d.read = true
		d.text, d.err = c.readWhole(limit)
	}
	return c.document.text, c.document.err
}

func (c *Call) readWhole(limit int64) ([]byte, *s3err.Error) {
	if c.Body == nil {
		return nil, nil
	}
	k, err := c.claimedOfDocument()
	if err != nil {
		return nil, err
	}
	if k.algorithm == nil {
		k.algorithm = defaultAlgorithm
	}
	sums := newSummed(c.Body, k.algorithm)
	text, failed := io.ReadAll(io.LimitReader(sums, limit+1))
	if failed != nil {
		return nil, bodyRefused(failed, c.State().Answers)
	}
	if int64(len(text)) > limit {
		return nil, s3err.New(s3err.MalformedXML)
	}
	sum := md5.Sum(text)
	if k.md5 != nil && !bytes.Equal(k.md5, sum[:]) {
		return nil, c.wrongMD5(k.md5, sum)
	}
	want, err := k.expected(c.Body.Trailer())
	if err == nil && want != "" && want != sums.of(k.algorithm).Value {
		err = badDigest(k.algorithm.name)
	}
	return text, err
}

// claimedOfDocument is what the request says of a body that is a document. The
// checksum of CompleteMultipartUpload is the object's (recorded).
func (c *Call) claimedOfDocument() (claim, *s3err.Error) {
	k, err := c.claimed()
	if c.operation() == "CompleteMultipartUpload" {
		k = claim{md5: k.md5}
	}
	return k, err
}

// readXML reads a body that is a document with that root element.
func (c *Call) readXML(root string, limit int64, into any) *s3err.Error {
	text, err := c.wholeBody(limit)
	if err != nil {
		return err
	}
	if len(text) == 0 {
		return s3err.New(s3err.MissingRequestBodyError)
	}
	return parseXML(bytes.NewReader(text), root, into)
}
