package s3api

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/s3err"
)

// Fail is what the client reads of an error; one that is no refusal of S3's is its
// InternalError.
func (c *Call) Fail(err error) *Reply {
	refused := s3err.Of(err)
	if told, ok := errors.AsType[*fault.Refusal](err); ok {
		refused = ruled(told)
	}
	status, h, body := refused.Answer(c.RequestID, c.HostID)
	reply := &Reply{
		Status: status, Reason: refused.Reason(), Header: h, Length: -1,
		Code: refused.Code.String(), Message: refused.Message, Cause: c.causeOf(err, refused),
	}
	switch {
	case body == nil:
	case c.Address.Website:
		c.show(reply, refused)
	default: // as S3: without a Content-Length
		reply.Body = body
	}
	return c.signed(reply)
}

// signed gives a reply the headers that all of S3's have.
func (c *Call) signed(r *Reply) *Reply {
	r.Set("X-Amz-Request-Id", c.RequestID)
	r.Set("X-Amz-Id-2", c.HostID)
	r.Set("Server", "AmazonS3")
	c.share(r.Header)
	return r
}

// unkept is S3's InternalError, where the store cannot keep what it is given, or has not kept
// what it is asked for: the journal has the reason.
func unkept(err error) error {
	return cause.Say(fmt.Errorf("%w: %w", s3err.New(s3err.InternalError), err), "%v", err)
}

// ruled is a fault rule's error in S3's words.
func ruled(r *fault.Refusal) *s3err.Error {
	code, known := s3err.Lookup(r.Code)
	if !known {
		code = s3err.Foreign(r.Code, cmp.Or(r.Status, http.StatusInternalServerError), "")
	}
	e := s3err.New(code)
	e.Status = cmp.Or(r.Status, e.Status)
	if r.Message != nil {
		e.Message = *r.Message
	}
	return e
}
