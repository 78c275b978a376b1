package fault

import (
	"io"
	"time"

	"github.com/s3fault/s3fault/internal/conn"
)

const continueName = "continue"

// withholding lets a client that waits for "100 Continue" wait: for so long, or until it
// goes on without it.
type withholding struct{ Length time.Duration }

func (withholding) Name() string { return continueName }

// Read keeps it back. Of a body without bytes net/http says it when it is read.
func (e withholding) Read(s *Strike, body io.ReadCloser) io.ReadCloser {
	switch err := s.wired(); {
	case err != nil:
		return failed{body, s.Tell(err)}
	case s.Header().Get("Expect") == "":
		return body
	case s.Request.HTTP.ContentLength == 0 && e.Length != conn.Forever:
		return s.incoming(body, at(0, func() error { return s.Wait(e.Length) }), nil)
	}
	conn.Of(s.Context()).WithholdContinue(e.Length)
	return body
}

// failed is a body that cannot be read.
type failed struct {
	io.Closer
	err error
}

func (f failed) Read([]byte) (int, error) { return 0, f.err }

// continues is the kind of a withheld continuation.
var continues = asType(orWord("never"),
	func(e withholding) time.Duration { return e.Length }, func(d time.Duration) withholding { return withholding{d} })
