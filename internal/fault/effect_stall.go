package fault

import (
	"io"
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
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
var stalls = lasting("forever",
	func(d time.Duration) stall { return stall{d} }, func(e stall) time.Duration { return e.Length })

// lasting is the kind of an effect that is a time, or that word.
func lasting[E Effect](word string, of func(time.Duration) E, length func(E) time.Duration) facts.Kind[E] {
	times := orWord(word)
	read := func(n *tree.Node) (E, error) {
		d, err := times.Read(n)
		return of(d), err
	}
	return facts.Kind[E]{Form: times.Form, Read: read, Write: func(e E) *tree.Node { return times.Write(length(e)) }}
}
