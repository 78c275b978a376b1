package build

import (
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// clockIn is what a file says of a world's clock.
type clockIn struct {
	world *making
	world.Clock
	rate float64
}

// clockOf is the clock of a world that is described, or that is to be read.
func clockOf(w *making, _ *tree.Node) *clockIn {
	c := &clockIn{world: w, Clock: w.Clock, rate: 1}
	if c.Frozen.IsZero() {
		c.rate = c.Rate()
	}
	return c
}

// clock is the world's time.
var clock = facts.New("clock",
	facts.Field("offset", facts.Lasting, func(c *clockIn) *time.Duration { return &c.Offset }).
		Says("by how much the world's clock is ahead of the real one", "0s"),
	facts.Field("now", facts.Instant, func(c *clockIn) *time.Time { return &c.Frozen }).
		Says("the time at which the world's clock stands", "it goes on"),
	facts.Field("rate", rate.Unless(isReal), func(c *clockIn) *float64 { return &c.rate }).
		Says("the seconds of the world in a real second", "1"),
	facts.Field("client_skew", facts.Duration, func(c *clockIn) *time.Duration { return &c.ClientSkew }).
		Says("by how much the clocks of its clients are behind", "0s"),
).Rule(func(n *tree.Node) error {
	if now, rate := n.Get("now"), n.Get("rate"); now != nil && rate != nil {
		return tree.Fail(rate, "a clock that stands at %s has no rate", now.Text)
	}
	return nil
}).Then(func(c *clockIn, n *tree.Node) error {
	if c.Frozen.Year() > world.LastYear {
		return tree.Fail(n.Find("now"), "the latest year of a clock is %d", world.LastYear)
	}
	c.world.Clock = c.world.ticking.Loaded(c.Clock, c.rate, c.world.options.now())
	return nil
})

// isReal says whether time goes by as it really does, which is not written.
func isReal(rate float64) bool { return rate == 1 }

// rate is how many seconds of the world go by in a real one.
var rate = facts.Kind[float64]{
	Form: facts.Simple(facts.Schema{"type": []string{"number"}, "minimum": 0, "maximum": world.MaxRate}, readRate),
	Read: readRate,
	Write: func(r float64) *tree.Node {
		return tree.NewNumber(strconv.FormatFloat(r, 'g', -1, 64))
	},
}

func readRate(n *tree.Node) (float64, error) {
	r, err := strconv.ParseFloat(n.Text, 64)
	if n.Kind != tree.Number || err != nil || !world.GoodRate(r) {
		return math.NaN(), tree.Wanted(n, "the seconds of the world in a real one, 0 to "+strconv.Itoa(world.MaxRate)+",")
	}
	return r, nil
}

// ClockStep is a step of a world's clock, as it is asked for: {"advance": "61m"}.
var ClockStep = facts.New("clock",
	stepField("now", facts.Instant, func(s *world.ClockStep) **time.Time { return &s.Now }),
	stepField("offset", facts.Duration, func(s *world.ClockStep) **time.Duration { return &s.Offset }),
	stepField("advance", facts.Duration, func(s *world.ClockStep) **time.Duration { return &s.Advance }),
	stepField("rate", rate, func(s *world.ClockStep) **float64 { return &s.Rate }),
	stepField("client_skew", facts.Duration, func(s *world.ClockStep) **time.Duration { return &s.ClientSkew }),
).Then(func(s *world.ClockStep, n *tree.Node) error { return inStep(n, s.Check()) })

// stepField is a field of a step, which says nothing where it is absent.
func stepField[V any](key string, kind facts.Kind[V], at func(*world.ClockStep) **V) facts.Row[*world.ClockStep] {
	return facts.Field(key, facts.Kind[*V]{
		Form: kind.Form,
		Read: func(n *tree.Node) (*V, error) {
			v, err := kind.Read(n)
			return &v, err
		},
		Write: func(v *V) *tree.Node { return kind.Write(*v) },
	}, at)
}

// inStep gives what is wrong with a step its place.
func inStep(n *tree.Node, err error) error {
	wrong, ok := errors.AsType[*world.StepError](err)
	if !ok {
		return err
	}
	return tree.Fail(n.Find(wrong.Field), "%s", wrong.Text)
}
