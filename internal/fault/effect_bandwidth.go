package fault

import (
	"io"
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

const bandwidthName = "bandwidth"

// slices of a second in which a bandwidth is kept.
const slicesASecond = 20

// bandwidth lets so many bytes a second of a body pass.
type bandwidth struct{ Rate int64 }

func (bandwidth) Name() string { return bandwidthName }

func (e bandwidth) Read(s *Strike, body io.ReadCloser) io.ReadCloser {
	return s.incoming(body, e.flow(s), nil)
}

func (e bandwidth) Write(s *Strike, a *Answer) { s.outgoing(a, e.flow(s), nil) }

// flow waits before each slice for the time that it takes.
func (e bandwidth) flow(s *Strike) flow {
	slice := min(max(e.Rate/slicesASecond, 1), pieceSize)
	length := time.Duration(float64(time.Second) * float64(slice) / float64(e.Rate))
	due := time.Now()
	return each(slice, func() error {
		due = due.Add(length)
		return s.Wait(max(0, time.Until(due)))
	})
}

// bandwidths is the kind of a bandwidth: bytes a second.
var bandwidths = asType(rates,
	func(e bandwidth) int64 { return e.Rate }, func(rate int64) bandwidth { return bandwidth{rate} })

var rates = facts.Checked(facts.Size, func(rate int64, n *tree.Node) error {
	if rate == 0 {
		return tree.Fail(n, "a bandwidth is at least 1 byte a second: nothing at all is {stall: forever}")
	}
	return nil
})
