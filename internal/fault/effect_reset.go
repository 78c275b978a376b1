package fault

import (
	"io"

	"github.com/s3fault/s3fault/internal/conn"
)

const resetName = "reset"

// resetting ends the connection with a TCP RST.
type resetting struct{ breaking }

var reset = &resetting{breaking{resetName, (*conn.Conn).Reset}}

func (e *resetting) Read(s *Strike, body io.ReadCloser) io.ReadCloser {
	return s.incoming(body, e.after(s, s.after()), nil)
}

func (e *resetting) Write(s *Strike, a *Answer) { e.within(s, a, s.after()) }
