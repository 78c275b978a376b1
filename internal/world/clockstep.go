package world

import (
	"fmt"
	"slices"
	"time"
)

// ClockStep changes a Clock. Fields that are nil say nothing.
type ClockStep struct {
	Now        *time.Time     // it stands there, unless Rate says how it goes on
	Offset     *time.Duration // it runs, so far ahead of real time
	Advance    *time.Duration // it goes on from so much later, standing or running as it did
	Rate       *float64       // seconds of the world in a real one; 0: it stands
	ClientSkew *time.Duration // the clients' clocks are so far behind what they ought to say
}

// MaxRate is a year of the world in a real second.
const MaxRate = 365 * 24 * 3600

// StepError is what is wrong with a ClockStep.
type StepError struct{ Field, Text string }

func (e *StepError) Error() string { return e.Field + ": " + e.Text }

// Check finds what no clock can make of the step. Error: *StepError.
func (s ClockStep) Check() error {
	given := ""
	for _, f := range []struct {
		name string
		here bool
	}{{"now", s.Now != nil}, {"offset", s.Offset != nil}, {"advance", s.Advance != nil}} {
		switch {
		case !f.here:
		case given != "":
			return &StepError{f.name, "the clock cannot take this and " + given + " in one step"}
		default:
			given = f.name
		}
	}
	switch {
	case given == "" && s.Rate == nil && s.ClientSkew == nil:
		return &StepError{"clock", "a step has now, offset, advance, rate or client_skew"}
	case s.Rate != nil && !GoodRate(*s.Rate):
		return &StepError{"rate", fmt.Sprintf("the seconds of the world in a real one are 0 to %d", MaxRate)}
	}
	return nil
}

// GoodRate says whether a clock can run at a rate.
func GoodRate(rate float64) bool { return rate >= 0 && rate <= MaxRate }

// Step is the clock after a step at a real time. Error: *StepError, what Check finds or a
// time that AWS cannot tell.
func (c Clock) Step(s ClockStep, real time.Time) (Clock, error) {
	if err := s.Check(); err != nil {
		return c, err
	}
	if s.ClientSkew != nil {
		c.ClientSkew = *s.ClientSkew
	}
	switch {
	case s.Now != nil:
		c = c.anew(leg{real, *s.Now, 0}, real)
	case s.Offset != nil:
		c = c.anew(leg{real, real.Add(*s.Offset), 1}, real)
	case s.Advance != nil:
		c = c.advance(*s.Advance, real)
	}
	if s.Rate != nil {
		c = c.AtRate(*s.Rate, real)
	}
	if year := c.put(real).Year(); year < 1970 || year > LastYear {
		return c, &StepError{"clock", fmt.Sprintf("it would stand in the year %d; it knows 1970 to %d", year, LastYear)}
	}
	return c, nil
}

// put is where a step at a real time has put the clock, if time did not stop before.
func (c Clock) put(real time.Time) time.Time {
	if l := c.leg(real); c.Frozen.IsZero() && l.from.Equal(real) {
		return l.at.Add(c.Offset)
	}
	return c.Now(real)
}

// Loaded is the clock with what a file, or a patch, says of it: the Offset, Frozen and
// ClientSkew of said, and a rate, from a real time on.
func (c Clock) Loaded(said Clock, rate float64, real time.Time) Clock {
	c.Offset, c.Frozen, c.ClientSkew = said.Offset, said.Frozen, said.ClientSkew
	if c.Frozen.IsZero() && rate != c.Rate() {
		return c.AtRate(rate, real)
	}
	return c
}

// SameTime says whether time goes by another clock as by this one.
func (c Clock) SameTime(o Clock) bool {
	return c.Offset == o.Offset && c.Frozen.Equal(o.Frozen) && slices.Equal(c.legs, o.legs)
}

// Real is the clock gone back to real time, and so are its clients.
func (c Clock) Real(real time.Time) Clock {
	c.ClientSkew = 0
	if len(c.legs) == 0 {
		return Clock{}
	}
	return c.anew(leg{real, real, 1}, real)
}

// anew goes on with a leg, whatever the clock was loaded with.
func (c Clock) anew(next leg, real time.Time) Clock {
	c.Offset, c.Frozen = 0, time.Time{}
	return c.then(next, real)
}

func (c Clock) advance(by time.Duration, real time.Time) Clock {
	if !c.Frozen.IsZero() {
		c.Frozen = c.Frozen.Add(by)
		return c
	}
	return c.then(leg{real, c.leg(real).time(real).Add(by), c.Rate()}, real)
}

// AtRate is the clock as it goes on from a real time at that rate. One that was loaded
// standing runs from where it stands, for clients that go with it.
func (c Clock) AtRate(rate float64, real time.Time) Clock {
	if !c.Frozen.IsZero() {
		return c.anew(leg{real, c.Frozen, rate}, real)
	}
	return c.then(leg{real, c.leg(real).time(real), rate}, real)
}

const (
	// reach is how long ago a signature can have been made that is still good: seven days
	// for a URL, and what a clock may be wrong by.
	reach = 7*24*time.Hour + 15*time.Minute
	// mostLegs is as many steps as a clock remembers.
	mostLegs = 1024
)

// then goes on with a leg, and forgets those that no signature can reach.
func (c Clock) then(next leg, real time.Time) Clock {
	kept := c.legs
	for len(kept) > 0 && kept[len(kept)-1].from.Equal(next.from) {
		kept = kept[:len(kept)-1]
	}
	for len(kept) >= mostLegs || len(kept) > 1 && real.Sub(kept[1].from) > reach {
		kept = kept[1:]
	}
	c.legs = append(kept[:len(kept):len(kept)], next) // a copy: other clocks have theirs
	return c
}
