package s3err

import (
	"errors"
	"maps"
	"net/http"
	"slices"
)

// Error is a refusal on its way to the client. It is a value that is returned
// and written once, at the end; treat a shared one as read-only: the With
// methods return changed copies.
type Error struct {
	Code    Code
	Status  int
	Message string
	// Extras stand between Message and RequestId, in this order.
	Extras []Extra
	// Header holds headers beyond those that every error has, such as
	// x-amz-bucket-region. Nil: none.
	Header http.Header
}

// Extra is an element of <Error> that only some codes have.
type Extra struct{ Key, Value string }

// E is an Extra: E("BucketName", name).
func E(key, value string) Extra { return Extra{Key: key, Value: value} }

// New makes the error of a catalogue entry, with the entry's status and words.
func New(code Code, extras ...Extra) *Error {
	if code.entry == nil {
		code = InternalError
	}
	return &Error{Code: code, Status: code.status, Message: code.message, Extras: extras}
}

// Of is what a client is told of err: the Error that it is or wraps, InternalError
// for any other; nil of nil.
func Of(err error) *Error {
	var e *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e):
		return e
	}
	return New(InternalError)
}

// Error is the code and the message, for logs; clients get XML.
func (e *Error) Error() string {
	if e.Message == "" {
		return e.Code.String()
	}
	return e.Code.String() + ": " + e.Message
}

// Reason is the reason phrase of the error's status; empty: the status is known by none.
func (e *Error) Reason() string {
	if e.status() == e.Code.Status() {
		return e.Code.Reason()
	}
	return http.StatusText(e.status())
}

// WithMessage returns a copy with other words. S3 has errors whose message is
// empty, so an empty text stays empty.
func (e *Error) WithMessage(text string) *Error {
	c := *e
	c.Message = text
	return &c
}

// WithStatus returns a copy with another HTTP status. S3 itself keeps one status
// a code; a fault rule may ask for another.
func (e *Error) WithStatus(status int) *Error {
	c := *e
	c.Status = status
	return &c
}

// With returns a copy with further elements behind those it has.
func (e *Error) With(extras ...Extra) *Error {
	c := *e
	c.Extras = slices.Concat(e.Extras, extras)
	return &c
}

// WithHeader returns a copy that also sets a response header.
func (e *Error) WithHeader(key, value string) *Error {
	c := *e
	c.Header = maps.Clone(e.Header)
	if c.Header == nil {
		c.Header = http.Header{}
	}
	c.Header.Set(key, value)
	return &c
}

// Argument is InvalidArgument about one argument of the request: its name and
// the value that was sent stand in elements of their own.
func Argument(message, name, value string) *Error {
	return New(InvalidArgument, E("ArgumentName", name), E("ArgumentValue", value)).WithMessage(message)
}
