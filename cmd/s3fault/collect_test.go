package main

import (
	"runtime/debug"
	"testing"
)

// A little that is alive has room for garbage, much has a share, and nothing is out of bounds.
func TestPercentFor(t *testing.T) {
	for _, row := range []struct {
		alive uint64
		want  int
	}{{0, 400}, {1, 400}, {1 << 20, 400}, {5 << 20, 160}, {8 << 20, 100}, {16 << 20, 50}, {24 << 20, 33}, {1 << 40, 33}} {
		if got := percentFor(row.alive); got != row.want {
			t.Errorf("%d bytes alive: %d percent, want %d", row.alive, got, row.want)
		}
	}
}

// A collection is followed by the next fitting, and what somebody has chosen stays.
func TestFitCollector(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(77))
	t.Setenv("GOGC", "77")
	fitCollector()
	if got := debug.SetGCPercent(77); got != 77 {
		t.Errorf("chosen were 77 percent, they are %d", got)
	}
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	fitCollector()
	if got, want := debug.SetGCPercent(77), percentFor(aliveBytes()); got != want {
		t.Errorf("%d percent, want %d", got, want)
	}
}
