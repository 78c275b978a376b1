package world

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/rounds"
)

var dawn = time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)

// life is a clock and what was done to it: the clock after each step, from its moment on.
type life struct {
	clock  Clock
	at     []time.Time // real times of the steps, whole seconds
	clocks []Clock     // after each
}

// lived draws a clock that has taken some steps.
func lived(r *rand.Rand, first Clock, backwards bool) life {
	l := life{clock: first}
	real := dawn
	for range 1 + r.IntN(20) {
		real = real.Add(time.Duration(1+r.IntN(7200)) * time.Second)
		next, err := l.clock.Step(drawn(r, real, l.clock, backwards), real)
		if err != nil {
			continue
		}
		l.clock = next
		l.at, l.clocks = append(l.at, real), append(l.clocks, next)
	}
	return l
}

// drawn is a step that goes back only where that is asked for.
func drawn(r *rand.Rand, real time.Time, c Clock, backwards bool) ClockStep {
	span := time.Duration(r.Int64N(int64(48 * time.Hour)))
	if backwards && r.IntN(2) == 0 {
		span = -span
	}
	target := c.Now(real).Add(span)
	offset := target.Sub(real)
	rate := []float64{0, 0.5, 1, 60, 86400}[r.IntN(5)]
	return []ClockStep{
		{Now: &target}, {Offset: &offset}, {Advance: &span}, {Rate: &rate}, {Advance: &span, Rate: &rate}, {Now: &target, Rate: &rate},
	}[r.IntN(6)]
}

// TestClockReadsWhatItSaid holds the clock to its algebra: at every moment after a step, a
// client whose clock is right is read by the clock as it stood then, whatever came later.
func TestClockReadsWhatItSaid(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 61))
	for range rounds.Of(300, 30_000) {
		skew := time.Duration(r.IntN(3)) * time.Hour
		l := lived(r, Clock{ClientSkew: skew}, true)
		for i, then := range l.clocks {
			until := l.at[i].Add(time.Hour)
			if i+1 < len(l.at) {
				until = l.at[i+1]
			}
			real := l.at[i].Add(time.Duration(r.Int64N(int64(until.Sub(l.at[i])/time.Second))) * time.Second)
			want := then.Now(real)
			if rate := then.Rate(); rate > 1 {
				want = want.Add(time.Duration((rate - 1) * float64(time.Second)))
			}
			if got := l.clock.Signed(l.clock.Client(real)); !got.Equal(want) {
				t.Fatalf("signed at %v: read as %v, and the clock said %v\n%+v", real, got, want, l)
			}
		}
	}
}

// TestClockNeverGoesBackByItself: as long as no step goes back, a later signature is not
// older than an earlier one, and none is younger than the world is at the end of its second.
func TestClockNeverGoesBackByItself(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 62))
	for range rounds.Of(300, 30_000) {
		l := lived(r, Clock{Offset: time.Duration(r.IntN(2)) * time.Hour}, false)
		last := time.Time{}
		for real := dawn.Add(-time.Hour); real.Before(dawn.Add(20 * time.Hour)); real = real.Add(time.Duration(1+r.IntN(1800)) * time.Second) {
			now := l.clock.Signed(real)
			if now.Before(last) {
				t.Fatalf("at %v it goes back from %v to %v\n%+v", real, last, now, l)
			}
			last = now
		}
	}
}

// TestClockFolds: a clock that has forgotten what no signature can reach reads all that can
// be reached as one that remembers everything.
func TestClockFolds(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 63))
	var c Clock
	all, real := []leg(nil), dawn
	for range 3 * mostLegs {
		real = real.Add(time.Duration(1+r.IntN(3600)) * time.Second)
		step := drawn(r, real, c, true)
		next, err := c.Step(step, real)
		if err != nil {
			next = c.Real(real)
		}
		c = next
		all = append(all, c.legs[len(c.legs)-1])
		whole := Clock{legs: all}
		for range 5 {
			t0 := real.Add(-time.Duration(r.Int64N(int64(7*24*time.Hour/time.Second))) * time.Second)
			if t0.Before(dawn) {
				continue
			}
			if got, want := c.Signed(t0), whole.Signed(t0); !got.Equal(want) {
				t.Fatalf("%v before: %v, and with all its legs %v", real.Sub(t0), got, want)
			}
		}
		if len(c.legs) > mostLegs {
			t.Fatalf("%d legs", len(c.legs))
		}
	}
	if len(c.legs) == len(all) {
		t.Error("nothing was forgotten")
	}
	before := c.legs[0]
	if _, err := c.Step(ClockStep{Advance: new(time.Hour)}, real.Add(time.Second)); err != nil || c.legs[0] != before {
		t.Error("a step changed the clock that it was made of")
	}
}

// TestClockSteps are the steps by example: what the world's clock, a client's and a
// signature of a minute ago are ten minutes later.
func TestClockSteps(t *testing.T) {
	at := func(d time.Duration) time.Time { return dawn.Add(d) }
	frozen := Clock{Frozen: at(-100 * time.Hour)}
	for _, row := range []struct {
		name                string
		from                Clock
		step                ClockStep
		now, client, signed time.Time
	}{
		{"now", Clock{}, ClockStep{Now: new(at(48 * time.Hour))}, at(48 * time.Hour), at(10 * time.Minute), at(48 * time.Hour)},
		{"now that runs", Clock{}, ClockStep{Now: new(at(48 * time.Hour)), Rate: new(1.0)},
			at(48*time.Hour + 10*time.Minute), at(10 * time.Minute), at(48*time.Hour + 9*time.Minute)},
		{"now takes the place of what was loaded", Clock{Offset: time.Hour}, ClockStep{Now: new(at(0))}, at(0), at(10 * time.Minute), at(0)},
		{"offset", Clock{Offset: time.Hour}, ClockStep{Offset: new(-2 * time.Hour)}, at(-110 * time.Minute), at(10 * time.Minute), at(-111 * time.Minute)},
		{"advance", Clock{}, ClockStep{Advance: new(time.Hour)}, at(70 * time.Minute), at(10 * time.Minute), at(69 * time.Minute)},
		{"advance of a clock that clients are behind", Clock{Offset: time.Hour}, ClockStep{Advance: new(time.Hour)},
			at(130 * time.Minute), at(70 * time.Minute), at(129 * time.Minute)},
		{"advance of one that was loaded standing", frozen, ClockStep{Advance: new(time.Hour)}, at(-99 * time.Hour), at(-99 * time.Hour), at(-99*time.Hour - time.Minute)},
		{"one that was loaded standing runs", frozen, ClockStep{Rate: new(1.0)}, at(-100*time.Hour + 10*time.Minute), at(10 * time.Minute), at(-100*time.Hour + 9*time.Minute)},
		{"rate", Clock{}, ClockStep{Rate: new(0.5)}, at(5 * time.Minute), at(10 * time.Minute), at(4*time.Minute + 30*time.Second)},
		{"rate 0", Clock{}, ClockStep{Rate: new(0.0)}, at(0), at(10 * time.Minute), at(0)},
		{"client_skew", Clock{}, ClockStep{ClientSkew: new(time.Hour)}, at(10 * time.Minute), at(70 * time.Minute), at(9 * time.Minute)},
		{"client_skew and advance", Clock{}, ClockStep{ClientSkew: new(time.Hour), Advance: new(time.Hour)}, at(70 * time.Minute), at(70 * time.Minute), at(69 * time.Minute)},
	} {
		c, err := row.from.Step(row.step, dawn)
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		later := at(10 * time.Minute)
		if got := c.Now(later); !got.Equal(row.now) {
			t.Errorf("%s: now is %v, want %v", row.name, got, row.now)
		}
		if got := c.Client(later); !got.Equal(row.client) {
			t.Errorf("%s: a client's clock ought to say %v, want %v", row.name, got, row.client)
		}
		if got := c.Signed(c.Client(later).Add(-time.Minute)); !got.Equal(row.signed) {
			t.Errorf("%s: signed a minute ago is %v, want %v", row.name, got, row.signed)
		}
		if real := c.Real(later); !real.Now(at(time.Hour)).Equal(at(time.Hour)) || !real.Client(later).Equal(later) {
			t.Errorf("%s: it does not go back to real time: %+v", row.name, real)
		}
	}
}

// TestClockStepsRefused: what no clock can make of a step, by its field, and the clock
// stays as it was.
func TestClockStepsRefused(t *testing.T) {
	for _, row := range []struct {
		field string
		step  ClockStep
	}{
		{"clock", ClockStep{}},
		{"offset", ClockStep{Now: new(dawn), Offset: new(time.Hour)}},
		{"advance", ClockStep{Offset: new(time.Hour), Advance: new(time.Hour)}},
		{"rate", ClockStep{Rate: new(-1.0)}},
		{"rate", ClockStep{Rate: new(MaxRate + 1.0)}},
		{"clock", ClockStep{Now: new(time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC))}},
		{"clock", ClockStep{Offset: new(-100 * 365 * 24 * time.Hour)}},
		{"clock", ClockStep{Now: new(lastMoment.AddDate(0, 0, 1))}},
	} {
		was := Clock{Offset: time.Minute}
		_, err := was.Step(row.step, dawn)
		wrong, ok := errors.AsType[*StepError](err)
		if !ok || wrong.Field != row.field {
			t.Errorf("%+v: %v, want an error of %q", row.step, err, row.field)
		}
	}
	last, err := (Clock{}).Step(ClockStep{Now: new(lastMoment)}, dawn)
	if err != nil {
		t.Fatal(err)
	}
	for _, real := range []time.Time{dawn, dawn.Add(time.Hour)} {
		if _, err := last.Step(ClockStep{Advance: new(25 * time.Hour)}, real); err == nil {
			t.Error("a step past the end is made")
		}
	}
	if got := (Clock{}).AtRate(MaxRate, dawn).Now(dawn.AddDate(200, 0, 0)); got.Year() > 9999 {
		t.Errorf("after long, a fast clock stands at %v", got)
	}
}

// TestExpiredStayKnown: of the minted credentials that have expired a world keeps the latest.
func TestExpiredStayKnown(t *testing.T) {
	s, err := (&State{Callers: map[string]*Caller{},
		Accounts: map[string]*Account{"123456789012": {ID: "123456789012"}}}).Seal()
	if err != nil {
		t.Fatal(err)
	}
	for i := range mostExpired + 2 {
		name := "ASIA" + strconv.Itoa(i)
		c := &Caller{Name: name, Account: "123456789012", Root: true, AccessKeyID: name, SessionToken: "t", Minted: true,
			Expires: dawn.Add(time.Duration(i) * time.Second)}
		if s, err = s.WithCaller(c, dawn.Add(1000*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if s.Credential("ASIA0") != nil || s.Credential("ASIA1") == nil || len(s.Callers) != mostExpired+1 {
		t.Errorf("%d are kept, the first: %v", len(s.Callers), s.Credential("ASIA0"))
	}
}

// TestClockEnds: what is signed without a time ends for an honest client when it said, and
// what was signed before a step has aged by it.
func TestClockEnds(t *testing.T) {
	c, err := Clock{}.Step(ClockStep{Advance: new(61 * time.Minute)}, dawn)
	if err != nil {
		t.Fatal(err)
	}
	used := dawn.Add(2 * time.Second)
	for _, lasts := range lifetimes {
		if lasts >= time.Minute {
			signed := dawn.Add(-2 * time.Second)
			if got, want := c.Ends(signed.Add(lasts), used), signed.Add(lasts); !got.Equal(want) {
				t.Errorf("signed before for %v: ends at %v, want %v", lasts, got, want)
			}
		}
		signed := dawn.Add(time.Second)
		if got, want := c.Ends(signed.Add(lasts), signed), c.Signed(signed).Add(lasts); !got.Equal(want) {
			t.Errorf("signed after for %v: ends at %v, want %v", lasts, got, want)
		}
		if got, want := (Clock{}).Ends(signed.Add(lasts), used), signed.Add(lasts); !got.Equal(want) {
			t.Errorf("by real time, for %v: ends at %v, want %v", lasts, got, want)
		}
	}
	if got := c.Ends(dawn.Add(-time.Second), used); got.After(dawn) {
		t.Errorf("what has ended ends at %v", got)
	}
}

// TestClockTells clients when something of the world comes, in their own time.
func TestClockTells(t *testing.T) {
	for _, row := range []struct {
		clock Clock
		want  time.Duration // by a client's clock, for what is an hour away
	}{
		{Clock{}, time.Hour},
		{Clock{Offset: time.Hour}, 2 * time.Hour},
		{Clock{ClientSkew: time.Hour}, 2 * time.Hour},
		{Clock{}.then(leg{dawn, dawn.Add(61 * time.Minute), 1}, dawn), time.Hour},
		{Clock{}.then(leg{dawn, dawn, 60}, dawn), time.Minute},
		{Clock{}.then(leg{dawn, dawn, 0}, dawn), time.Hour},
	} {
		if got := row.clock.Told(row.clock.Now(dawn).Add(time.Hour), dawn).Sub(dawn); got != row.want {
			t.Errorf("%+v: told %v ahead, want %v", row.clock, got, row.want)
		}
	}
}
