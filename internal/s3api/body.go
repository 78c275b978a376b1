package s3api

import (
	"bytes"
	"crypto/md5"
	"errors"
	"io"
	"net/http"

	"github.com/s3fault/s3fault/internal/s3api/authentication"
	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

// document is a request body that is read whole. It can be read once, and the
// attempts that follow find it here.
type document struct {
	read    bool
	text    []byte
	trailer http.Header
	failed  error   // of reading it: it is not what the request told of it
	more    [1]byte // that a body has which is told to be empty
}

// longestDocument is the most bytes of any document: no operation takes more.
const longestDocument = max(completionBody, deleteBody)

// settle reads a body that the operation has no use for, or has not read yet, and
// holds it against what the request told of it: nothing is done for a request that
// somebody has changed on its way. A body that the request tells nothing of is left
// alone, and uploads are held against it as they are stored.
func (d *document) settle(c *Call) error {
	if c.Body == nil || !c.Body.Told() || c.Op.streams {
		return nil
	}
	text, err := d.raw(c)
	if err == nil && len(text) > longestDocument {
		return s3err.New(s3err.MaxMessageLengthExceeded)
	}
	return err
}

// raw reads the body once, up to one byte more than the longest document has.
func (d *document) raw(c *Call) ([]byte, error) {
	if !d.read && c.Body != nil {
		d.read = true
		d.text, d.failed = d.readFrom(c.Body)
		d.trailer = c.Body.Trailer()
	}
	if d.failed != nil {
		return nil, bodyRefused(d.failed, c.State().Answers)
	}
	return d.text, nil
}

// readFrom reads to the end of what is told to be empty without room for more: most
// requests have no body.
func (d *document) readFrom(b *sigv4.Body) ([]byte, error) {
	if b.Length() != 0 {
		return io.ReadAll(io.LimitReader(b, longestDocument+1))
	}
	_, err := io.ReadFull(b, d.more[:])
	if err == io.EOF {
		err = nil
	}
	return nil, err
}

// wholeBody is a body of at most limit bytes that has been held against what the
// request says of it: hash, digest, checksum.
func (c *Call) wholeBody(limit int) ([]byte, error) {
	return bodyWithin(c, limit, func() error { return s3err.New(s3err.MalformedXML) })
}

// bodyWithin is wholeBody with an answer of its own to a longer one.
func bodyWithin(c *Call, limit int, longer func() error) ([]byte, error) {
	k, err := claimed(c)
	if err != nil {
		return nil, err
	}
	text, err := c.document.raw(c)
	if err == nil && len(text) > limit {
		err = longer()
	}
	if err != nil {
		return nil, err
	}
	if c.Op.sums { // its checksum is the object's (recorded)
		k.Algorithm, k.Value, k.Trailer = nil, "", false
	}
	return text, k.Check(md5.Sum(text), c.document.trailer, func(a *checksum.Algorithm) string {
		hash := a.Hash()
		hash.Write(text)
		return a.SumOf(hash).Value
	})
}

// readXML reads a body that is a document with that root element. What S3 does not know of
// documents about objects it passes over [unsure].
func (c *Call) readXML(root string, limit int, into any) error {
	return readBody(c, wire.ParseXML, root, limit, into)
}

// readSetting reads a body that is a setting of a bucket, held against its schema.
func readSetting(c *Call, root string, into any) error {
	return readBody(c, wire.ParseSchema, root, settingsBody, into)
}

func readBody(c *Call, parse func(io.Reader, string, any) error, root string, limit int, into any) error {
	text, err := c.wholeBody(limit)
	if err != nil {
		return err
	}
	if len(text) == 0 {
		return s3err.New(s3err.MissingRequestBodyError)
	}
	return parse(bytes.NewReader(text), root, into)
}

// bodyRefused is the answer to a body that could not be read to its end, or be kept.
func bodyRefused(err error, answers world.Answers) error {
	var refused *s3err.Error
	switch {
	case errors.As(err, &refused): // as the connection says, of one that stalls
		return refused
	case errors.Is(err, store.ErrUnwritten):
		return unkept(err)
	case sigv4.ReasonOf(err) != 0:
		return authentication.Refusal(err, answers)
	case errors.Is(err, store.ErrTooLarge):
		return wire.EntityTooLarge(wire.MaxUpload + 1)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, store.ErrTooLong):
		return s3err.New(s3err.IncompleteBody).WithMessage(
			"You did not provide the number of bytes specified by the Content-Length HTTP header")
	default:
		return s3err.New(s3err.IncompleteBody)
	}
}
