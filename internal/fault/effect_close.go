package fault

import (
	"io"

	"github.com/s3fault/s3fault/internal/conn"
)

const closeName = "close"

// closing ends the connection in order.
type closing struct{ breaking }

var ending = &closing{breaking{closeName, (*conn.Conn).End}}

func (e *closing) Read(s *Strike, body io.ReadCloser) io.ReadCloser {
	return s.incoming(body, e.after(s, s.after()), nil)
}

func (e *closing) Write(s *Strike, a *Answer) { e.within(s, a, s.after()) }
