package fault

import (
	"io"
	"time"
)

const stallName = "stall"

// stall says nothing for a time, or conn.Forever, and then goes on.
type stall struct{ Length time.Duration }

func (stall) Name() string { return stallName }

func (e stall) Act(s *Strike) error { return s.silence(e.Length) }

func (e stall) Read(s *Strike, body io.ReadCloser) io.ReadCloser {
	return s.incoming(body, e.flow(s), nil)
}

func (e stall) Write(s *Strike, a *Answer) { s.outgoing(a, e.flow(s), nil) }

func (e stall) flow(s *Strike) flow {
	return at(s.after(), func() error { return e.Act(s) })
}

// stalls is the kind of a stall.
var stalls = asType(orWord("forever"),
	func(e stall) time.Duration { return e.Length }, func(d time.Duration) stall { return stall{d} })
