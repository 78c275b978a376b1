package fault

import (
	"io"
	"math"
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

const latencyName = "latency"

// latency has a request wait, in real time.
type latency struct {
	Fixed     time.Duration
	Uniform   []time.Duration // from the first to the second
	Lognormal lognormal
}

// lognormal is how long requests to real services take: half of them less than Median, one
// of a hundred more than P99.
type lognormal struct{ Median, P99 time.Duration }

func (*latency) Name() string { return latencyName }

func (l *latency) Act(s *Strike) error { return s.Wait(l.length(s)) }

// Read waits before each piece of the body, and so does Write.
func (l *latency) Read(s *Strike, body io.ReadCloser) io.ReadCloser {
	return s.incoming(body, each(pieceSize, func() error { return l.Act(s) }), nil)
}

func (l *latency) Write(s *Strike, a *Answer) {
	s.outgoing(a, each(pieceSize, func() error { return l.Act(s) }), nil)
}

// length is how long it waits this time.
func (l *latency) length(s *Strike) time.Duration {
	switch {
	case len(l.Uniform) == 2:
		from, to := l.Uniform[0], l.Uniform[1]
		return from + time.Duration(s.Rand().Float64()*float64(to-from))
	case l.Lognormal.Median > 0:
		return l.Lognormal.draw(s.Rand().NormFloat64())
	}
	return l.Fixed
}

// z99 is the standard normal distribution's 99th percentile.
const z99 = 2.3263478740408408

// maxWait is longer than anybody waits.
const maxWait = 24 * time.Hour

func (l lognormal) draw(normal float64) time.Duration {
	sigma := math.Log(float64(l.P99)/float64(l.Median)) / z99
	return time.Duration(min(float64(l.Median)*math.Exp(sigma*normal), float64(maxWait)))
}

// latencies is the kind of a latency: a duration, or a mapping of its distribution.
var latencies = facts.Or(facts.RecordIf(latencyFacts), waits.Form, (*tree.Node).Scalar,
	func(n *tree.Node) (*latency, error) {
		d, err := waits.Read(n)
		return &latency{Fixed: d}, err
	}).Written(func(l *latency) *tree.Node {
	if l.Uniform == nil && l.Lognormal.Median == 0 {
		return waits.Write(l.Fixed)
	}
	return latencyFacts.Write(l)
})

var latencyFacts = facts.New("latency",
	facts.Field("uniform", uniforms, func(l *latency) *[]time.Duration { return &l.Uniform }).
		Says("from a shortest to a longest wait"),
	facts.Field("lognormal", facts.Record(lognormalFacts).Unless(func(l lognormal) bool { return l.Median == 0 }),
		func(l *latency) *lognormal { return &l.Lognormal }).
		Says("spread as the waits of real services are"),
).Rule(func(n *tree.Node) error {
	if len(n.Keys) != 1 {
		return tree.Fail(n, "a latency is a duration, uniform or lognormal")
	}
	return nil
})

var uniforms = facts.Checked(facts.List(waits), func(ends []time.Duration, n *tree.Node) error {
	if len(ends) != 2 || ends[1] < ends[0] {
		return tree.Fail(n, "uniform is the shortest and the longest: [a, b]")
	}
	return nil
})

var lognormalFacts = facts.New("lognormal",
	facts.Field("median", longWaits, func(l *lognormal) *time.Duration { return &l.Median }).
		Says("the wait that half of the requests do not reach").Must(needsBoth),
	facts.Field("p99", longWaits, func(l *lognormal) *time.Duration { return &l.P99 }).
		Says("the wait that one of a hundred goes beyond").Must(needsBoth),
).Then(func(l *lognormal, n *tree.Node) error {
	if l.P99 < l.Median {
		return tree.Fail(n.Find("p99"), "p99 is less than the median")
	}
	return nil
})

const needsBoth = "lognormal needs median and p99"

// waits is the kind of how long something takes that is felt.
var waits = facts.Checked(facts.Lasting, func(d time.Duration, n *tree.Node) error {
	if d < 0 || d > maxWait {
		return tree.Fail(n, "a duration from 0s to 24h is wanted here, not %s", n.Text)
	}
	return nil
})

var longWaits = facts.Checked(waits, func(d time.Duration, n *tree.Node) error {
	if d == 0 {
		return tree.Fail(n, "a duration above 0s is wanted here")
	}
	return nil
})
