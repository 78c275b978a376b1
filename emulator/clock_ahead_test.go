package emulator

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/rounds"
)

// What a Duration can tell is told as it does, and what it cannot is right too.
func TestAhead(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	real := time.Date(2026, time.December, 1, 10, 0, 0, 999_000_001, time.UTC)
	for range rounds.Of(1000, 100_000) {
		d := time.Duration(r.Int64N(1 << r.IntN(63)))
		if r.IntN(2) == 0 {
			d = -d
		}
		if got, want := ahead(real.Add(d), real), d.String(); got != want {
			t.Fatalf("%d ns: %s, want %s", d, got, want)
		}
	}
	whole := real.Truncate(time.Second)
	for now, want := range map[time.Time]string{
		time.Date(2500, time.December, 1, 10, 0, 0, 0, time.UTC):   "4155000h0m0s",    // 173,125 days
		time.Date(9000, time.December, 1, 11, 1, 2, 3e8, time.UTC): "61132825h1m2.3s", // 2,547,201 days and more
		time.Date(1500, time.December, 1, 10, 0, 1, 0, time.UTC):   "-4610831h59m59s",
	} {
		if got := ahead(now, whole); got != want {
			t.Errorf("%s: %s, want %s", now, got, want)
		}
	}
}

// Who reads a Clock gets as much of the offset as a Duration has.
func TestFarClockIsRead(t *testing.T) {
	real := time.Date(2026, time.December, 1, 10, 0, 0, 0, time.UTC)
	text, err := json.Marshal(Clock{Now: real.AddDate(474, 0, 0), Real: real})
	if err != nil {
		t.Fatal(err)
	}
	var c Clock
	if err := json.Unmarshal(text, &c); err != nil || c.Offset != time.Duration(1<<63-1) || !c.Now.Equal(real.AddDate(474, 0, 0)) {
		t.Errorf("%s: %v, %+v", text, err, c)
	}
}
