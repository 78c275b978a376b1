package s3api

import (
	"errors"
	"io"

	"github.com/s3fault/s3fault/internal/s3api/authentication"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

// work is what a handler keeps between attempts: a body can be read only once,
// so what it gave outlives the attempt that finds the world moved.
type work struct {
	// upload is the body, once it is in the store.
	upload *upload
	// digested is what reading the source of a copy gave.
	digested *digested
	// deletion is the list of keys of DeleteObjects, completion that of the parts
	// of CompleteMultipartUpload.
	deletion   *deletion
	completion *completion

	attempt
}

// attempt is what Checks found and Serve acts on. Each attempt begins anew.
type attempt struct {
	from    copySource    // the source of a copy
	session *store.Upload // the multipart upload that the call names; nil: none
	// finished is the upload of that name that has become an object; nil: none is known.
	finished *store.Assembly
	// over is what the call was allowed to put something in the place of, by key,
	// where that mattered.
	over map[place]overwriting
}

// begin forgets what an earlier attempt found.
func (c *Call) begin() { c.attempt = attempt{} }

// Close frees what the call put into the store and did not commit. Call it when
// the last attempt is over, however it went.
func (c *Call) Close() {
	if c.upload != nil {
		c.upload.staged.Discard()
	}
}

// bodyRefused is the answer to a body that could not be read to its end.
func bodyRefused(err error, answers world.Answers) error {
	switch {
	case sigv4.ReasonOf(err) != 0:
		return authentication.Refusal(err, answers)
	case errors.Is(err, store.ErrTooLarge):
		return wire.EntityTooLarge(wire.MaxUpload + 1)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, store.ErrTooLong):
		return s3err.New(s3err.IncompleteBody).WithMessage("You did not provide the number of bytes specified by the Content-Length HTTP header")
	default:
		return s3err.New(s3err.IncompleteBody)
	}
}
