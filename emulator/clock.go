package emulator

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// Clock is a world's time as it is now. As JSON its durations are texts like "1h1m0s".
type Clock struct {
	Now    time.Time     // the world's
	Real   time.Time     // the machine's
	Client time.Time     // what the clocks of the clients ought to say
	Offset time.Duration // Now is so far ahead of Real; at most the 292 years that a Duration has
	Rate   float64       // seconds of the world in a real one; 0: it stands
	// ClientSkew is how far clients have to correct themselves.
	ClientSkew time.Duration
}

// clockJSON is a Clock as the control plane has it.
type clockJSON struct {
	Now        time.Time `json:"now"`
	Real       time.Time `json:"real"`
	Client     time.Time `json:"client"`
	Offset     string    `json:"offset"`
	Rate       float64   `json:"rate"`
	ClientSkew string    `json:"client_skew"`
}

// MarshalJSON writes what GET /worlds/{id}/clock answers.
func (c Clock) MarshalJSON() ([]byte, error) {
	return json.Marshal(clockJSON{c.Now, c.Real, c.Client, ahead(c.Now, c.Real), c.Rate, c.ClientSkew.String()})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Clock) UnmarshalJSON(text []byte) error {
	var in clockJSON
	if err := json.Unmarshal(text, &in); err != nil {
		return err
	}
	skew, err := time.ParseDuration(in.ClientSkew)
	if err != nil {
		return err
	}
	*c = Clock{in.Now, in.Real, in.Client, in.Now.Sub(in.Real), in.Rate, skew}
	return nil
}

// ahead is how far now is ahead of real, as a time.Duration writes it, however far that is:
// clocks go to the year 9000, and a Duration has 292 years.
func ahead(now, real time.Time) string {
	if now.Before(real) {
		return "-" + ahead(real, now)
	}
	apart := time.Duration(now.Nanosecond()-real.Nanosecond()) + time.Hour
	seconds := now.Unix() - real.Unix()
	apart += time.Duration(seconds%3600) * time.Second
	hours := seconds / 3600
	if apart < time.Hour { // the nanoseconds borrow one
		hours, apart = hours-1, apart+time.Hour
	}
	if hours == 0 {
		return (apart - time.Hour).String()
	}
	return strconv.FormatInt(hours, 10) + strings.TrimPrefix(apart.String(), "1")
}

// ClockStep changes a world's clock: Now, Offset or Advance, and beside it, or alone, Rate
// and ClientSkew. Fields that are nil say nothing.
//
//	srv.SetClock("my-world", emulator.ClockStep{Advance: new(61 * time.Minute)})
type ClockStep struct {
	Now        *time.Time     // it stands there, unless Rate says how it goes on
	Offset     *time.Duration // it runs, so far ahead of real time
	Advance    *time.Duration // it goes on from so much later, standing or running as it did
	Rate       *float64       // seconds of the world in a real one, at most a year's; 0: it stands
	ClientSkew *time.Duration // the clients' clocks are so far behind what they ought to say
}

// Clock is a world's time. Error: *NotFound.
func (s *Server) Clock(name string) (Clock, error) {
	w, err := s.worlds.find("world", name)
	if err != nil {
		return Clock{}, err
	}
	return s.told(w), nil
}

func (s *Server) told(w *World) Clock {
	real, c := s.config.Now().Round(0), w.live.Now().State.Clock
	now := c.Now(real)
	return Clock{now.UTC(), real.UTC(), c.Client(real).UTC(), now.Sub(real), c.Rate(), c.ClientSkew}
}

// SetClock changes a world's clock in one step, whole or not at all. A client whose own
// clock is right never notices: its next request is good, and what it signed before is as
// old as the world's clock has it. Signatures tell whole seconds, so a step that moves time
// is made, and SetClock returns, as the next one begins. Errors: *NotFound, and what no
// clock can make of the step, by its field.
func (s *Server) SetClock(name string, step ClockStep) (Clock, error) {
	if err := world.ClockStep(step).Check(); err != nil {
		return Clock{}, err
	}
	return s.turnClock(name, func(c world.Clock, real time.Time) (world.Clock, error) {
		return c.Step(world.ClockStep(step), real)
	})
}

// Advance lets so much of a world's time go by. Errors: those of SetClock.
func (s *Server) Advance(name string, by time.Duration) (Clock, error) {
	return s.SetClock(name, ClockStep{Advance: &by})
}

// ResetClock puts a world back to real time, and its clients with it. Error: *NotFound.
func (s *Server) ResetClock(name string) (Clock, error) {
	return s.turnClock(name, func(c world.Clock, real time.Time) (world.Clock, error) { return c.Real(real), nil })
}

// turnClock changes a world's clock. Where that changes how its time goes, it waits for
// the beginning of a second: what was signed before and what is signed after would tell
// the same time, and be the same.
func (s *Server) turnClock(name string, turned func(world.Clock, time.Time) (world.Clock, error)) (Clock, error) {
	w, err := s.worlds.find("world", name)
	if err != nil {
		return Clock{}, err
	}
	next, err := turned(w.live.Now().State.Clock, s.config.Now())
	if err != nil {
		return Clock{}, err
	}
	real := s.config.Now()
	if !next.SameTime(w.live.Now().State.Clock) {
		real = s.nextSecond()
	}
	err = w.change(func(m *store.Moment) (store.World, error) {
		next, err := turned(m.State.Clock, real)
		return store.World{State: m.State.WithClock(next)}, err
	})
	w.age(real)
	return s.told(w), err
}

// nextSecond waits for the beginning of a second of the real clock, and is it.
func (s *Server) nextSecond() time.Time {
	now := s.config.Now()
	if begins := now.Truncate(time.Second); !begins.Equal(now) {
		time.Sleep(begins.Add(time.Second).Sub(now))
		now = s.config.Now()
	}
	return now.Truncate(time.Second)
}
