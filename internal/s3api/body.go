package s3api

import (
	"bytes"
	"crypto/md5"
	"io"
	"net/http"

	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/sigv4"
)

// document is a request body that is read whole. It can be read once, and the
// attempts that follow find it here.
type document struct {
	read    bool
	text    []byte
	trailer http.Header
	failed  error // of reading it: it is not what the request told of it
}

// longestDocument is the most bytes of any document: no operation takes more.
const longestDocument = max(completionBody, deleteBody)

// settleBody reads a body that the operation has no use for, or has not read yet, and
// holds it against what the request told of it: nothing is done for a request that
// somebody has changed on its way. A body that the request tells nothing of is left
// alone, and uploads are held against it as they are stored.
func (c *Call) settleBody() error {
	if c.Body == nil || !c.Body.Told() || c.Op.streams {
		return nil
	}
	text, err := c.rawBody()
	if err == nil && len(text) > longestDocument {
		return s3err.New(s3err.MaxMessageLengthExceeded)
	}
	return err
}

// rawBody reads the body once, up to one byte more than the longest document has.
func (c *Call) rawBody() ([]byte, error) {
	d := &c.document
	if !d.read && c.Body != nil {
		d.read = true
		d.text, d.failed = readDocument(c.Body)
		d.trailer = c.Body.Trailer()
	}
	if d.failed != nil {
		return nil, bodyRefused(d.failed, c.State().Answers)
	}
	return d.text, nil
}

// readDocument reads to the end of what is told to be empty without room for more: most
// requests have no body.
func readDocument(b *sigv4.Body) ([]byte, error) {
	if b.Length() != 0 {
		return io.ReadAll(io.LimitReader(b, longestDocument+1))
	}
	_, err := io.ReadFull(b, make([]byte, 1))
	if err == io.EOF {
		err = nil
	}
	return nil, err
}

// wholeBody is a body of at most limit bytes that has been held against what the
// request says of it: hash, digest, checksum.
func (c *Call) wholeBody(limit int) ([]byte, error) {
	k, err := c.claimedOfDocument()
	if err != nil {
		return nil, err
	}
	text, err := c.rawBody()
	if err == nil && len(text) > limit {
		err = s3err.New(s3err.MalformedXML)
	}
	if err != nil {
		return nil, err
	}
	return text, c.agreesWith(k, text)
}

// agreesWith holds a document against the digest and the checksum that were claimed of
// it.
func (c *Call) agreesWith(k checksum.Claim, text []byte) error {
	sum := md5.Sum(text)
	if k.MD5 != nil && !bytes.Equal(k.MD5, sum[:]) {
		return c.wrongMD5(k.MD5, sum)
	}
	want, err := k.Expected(c.document.trailer)
	if err != nil || want == "" {
		return err
	}
	hash := k.Algorithm.Hash()
	hash.Write(text)
	if want != k.Algorithm.SumOf(hash).Value {
		return checksum.BadDigest(k.Algorithm.Name)
	}
	return nil
}

// claimedOfDocument is what the request says of a body that is a document. The
// checksum of CompleteMultipartUpload is the object's (recorded).
func (c *Call) claimedOfDocument() (checksum.Claim, error) {
	k, err := c.claimed()
	if c.Op.sums {
		k = checksum.Claim{MD5: k.MD5}
	}
	return k, err
}

// readXML reads a body that is a document with that root element.
func (c *Call) readXML(root string, limit int, into any) error {
	text, err := c.wholeBody(limit)
	if err != nil {
		return err
	}
	if len(text) == 0 {
		return s3err.New(s3err.MissingRequestBodyError)
	}
	return wire.ParseXML(bytes.NewReader(text), root, into)
}
