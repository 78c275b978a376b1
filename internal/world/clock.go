package world

import (
	"slices"
	"time"
)

// Clock is the world's time, and how the clocks of its clients stand to it. It is a value:
// a step makes another. The zero Clock is real time.
//
// What a file says of it holds from loading, for clients that know nothing of it: Offset and
// Frozen are clients that are wrong. The steps of Step are the world's own, and no client
// is wrong by them: what it signed is read by the clock as it stood at that moment.
type Clock struct {
	Offset     time.Duration // how far the world is ahead of its clients
	Frozen     time.Time     // where it stands, and its clients are to stand; zero: it runs
	ClientSkew time.Duration // how far clients have to correct themselves

	legs []leg // what its steps made of real time, oldest first; none: they have changed nothing
}

// leg is how time goes between two steps.
type leg struct {
	from time.Time // real time
	at   time.Time // the world's time then, without Offset
	rate float64   // seconds of the world in a real one; 0: it stands
}

// lastMoment is where time stops: what is set for a later day, as the deletion of a key, is
// still before the year 10000, which has no form in AWS's answers.
var lastMoment = time.Date(LastYear, time.December, 31, 23, 59, 59, 0, time.UTC)

// LastYear is the latest that a clock stands in.
const LastYear = 9000

// time is the world's, at a real time that is in the leg.
func (l leg) time(real time.Time) time.Time {
	passed := scaled(real.Sub(l.from), l.rate)
	if t := l.at.Add(passed); t.Before(lastMoment) {
		return t
	}
	return lastMoment
}

// scaled is a duration that many times, or the longest that there is.
func scaled(d time.Duration, by float64) time.Duration {
	if by == 1 {
		return d
	}
	const longest = time.Duration(1<<63 - 1)
	if f := float64(d) * by; f < float64(longest) {
		return time.Duration(f)
	}
	return longest
}

// leg is the one at a real time. Before the first, time is real.
func (c Clock) leg(real time.Time) leg {
	for _, l := range slices.Backward(c.legs) {
		if !real.Before(l.from) {
			return l
		}
	}
	return leg{from: real, at: real, rate: 1}
}

// Now is the world's time when the machine's is real.
func (c Clock) Now(real time.Time) time.Time {
	if !c.Frozen.IsZero() {
		return c.Frozen
	}
	return c.leg(real).time(real).Add(c.Offset)
}

// Rate is how many seconds of the world go by in a real one, after its newest step.
func (c Clock) Rate() float64 {
	switch n := len(c.legs); {
	case !c.Frozen.IsZero():
		return 0
	case n > 0:
		return c.legs[n-1].rate
	}
	return 1
}

// Client is what the clock of a client ought to say when the machine's says real: what
// clients set theirs by is told in this time, which no step moves.
func (c Clock) Client(real time.Time) time.Time {
	if !c.Frozen.IsZero() {
		return c.Frozen.Add(c.ClientSkew)
	}
	return real.Add(c.Offset + c.ClientSkew)
}

// Signed is what the world's clock said when a client's said t: a signing time, which is
// a whole second. Where the world's runs faster, it is the end of that second, less one of
// the world's: a signature is never older than it is.
func (c Clock) Signed(t time.Time) time.Time {
	if !c.Frozen.IsZero() {
		return t.Add(-c.ClientSkew)
	}
	real := t.Add(-c.Offset - c.ClientSkew)
	l := c.leg(real)
	return l.time(real).Add(c.Offset + scaled(time.Second, max(l.rate-1, 0)))
}

// Told is how a client is told of a time of the world that is to come: when its own clock
// will say so, as far as one knows now.
func (c Clock) Told(at, real time.Time) time.Time {
	left := at.Sub(c.Now(real))
	if rate := c.Rate(); rate > 0 {
		left = scaled(left, 1/rate)
	}
	return c.Client(real).Add(left)
}

// Ends is when something ends by the world's clock that a client has let end at t by its
// own, without saying since when: a URL or a form of Signature Version 2. Its beginning is
// taken to be one of the usual lifetimes before, the shortest that fits what is left.
func (c Clock) Ends(t, real time.Time) time.Time {
	left := t.Sub(c.Client(real))
	if i, _ := slices.BinarySearch(lifetimes, left); i < len(lifetimes) {
		left = lifetimes[i]
	}
	return c.Signed(t.Add(-left)).Add(left)
}

// lifetimes are those that people give to URLs, ascending.
var lifetimes = inSeconds(
	1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 45, 50, 60, 90, 100, 120, 150, 180, 200, 240, 300, 360, 400,
	480, 500, 600, 720, 800, 900, 1000, 1200, 1500, 1800, 2000, 2400, 2700, 3000, 3600, 5000, 5400, 7200, 10000,
	3*3600, 4*3600, 5*3600, 6*3600, 8*3600, 10*3600, 12*3600, 18*3600, 86400, 100000, 2*86400, 3*86400, 4*86400,
	5*86400, 6*86400, 7*86400, 10*86400, 14*86400, 30*86400, 60*86400, 90*86400, 180*86400, 365*86400, 3650*86400,
)

func inSeconds(all ...time.Duration) []time.Duration {
	for i := range all {
		all[i] *= time.Second
	}
	return all
}

// Temporary says whether the caller's credentials come with a session token.
func (c *Caller) Temporary() bool { return c.SessionToken != "" }

// Expired says whether the caller's credentials have expired at the world's
// time now.
func (c *Caller) Expired(now time.Time) bool {
	return !c.Expires.IsZero() && !now.Before(c.Expires)
}

// Expire is the state where the session with that access key has expired at the world's
// time now; without one it is the same.
func Expire(s *State, accessKeyID string, now time.Time) *State {
	c := s.credentials[accessKeyID]
	if c == nil || !c.Temporary() || c.Expired(now) {
		return s
	}
	ended, next := *c, *s
	ended.Expires = now
	next.Callers, next.credentials = with(s.Callers, c.Name, &ended), with(s.credentials, accessKeyID, &ended)
	return &next
}
