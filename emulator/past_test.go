package emulator

import (
	"fmt"
	"maps"
	"testing"

	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// As many worlds of refused requests are kept as there is room for, the newest; nothing is
// left of them when their world is reset or goes.
func TestPast(t *testing.T) {
	s, _ := serveFamiliar(t)
	w, err := s.worlds.find("world", "plain")
	if err != nil {
		t.Fatal(err)
	}
	for i := range pastWorlds + 2 {
		w.past.keep(fmt.Sprint(i), w.live)
	}
	if n := len(w.past.worlds); n != pastWorlds {
		t.Errorf("%d worlds are kept", n)
	}
	for request, want := range map[string]bool{"0": false, "1": false, "2": true, fmt.Sprint(pastWorlds + 1): true} {
		l := w.past.find(request)
		if (l != nil) != want {
			t.Errorf("the world of request %s is kept: %v", request, l != nil)
		}
		if l != nil {
			l.Close()
		}
	}
	if w.past.worlds[0].live != w.past.worlds[pastWorlds-1].live {
		t.Error("requests between which nothing changed have worlds of their own")
	}
	if err := s.Reset("plain"); err != nil {
		t.Fatal(err)
	}
	if len(w.past.worlds) != 0 {
		t.Errorf("%d worlds outlive a reset", len(w.past.worlds))
	}
	w.past.keep("late", w.live)
	w.close()
	w.past.keep("later", w.live)
	if len(w.past.worlds) != 0 {
		t.Errorf("%d worlds outlive their own", len(w.past.worlds))
	}
}

// Each refused request has the world that it was refused in, and the worlds of those that are
// let go of are closed with the last that has them.
func TestPastChanges(t *testing.T) {
	s, _ := serveFamiliar(t)
	w, err := s.worlds.find("world", "plain")
	if err != nil {
		t.Fatal(err)
	}
	buckets := func(request string) int {
		l := w.past.find(request)
		if l == nil {
			return -1
		}
		defer l.Close()
		return len(l.Now().State.Buckets)
	}
	had := len(w.live.Now().State.Buckets)
	for i := range pastWorlds {
		if i%2 == 0 {
			state := *w.live.Now().State
			state.Buckets = maps.Clone(state.Buckets)
			state.Buckets[fmt.Sprint("b", i)] = &world.Bucket{}
			if err := w.live.Commit(t.Context(), w.live.Now(), store.World{State: &state}); err != nil {
				t.Fatal(err)
			}
		}
		w.past.keep(fmt.Sprint(i), w.live)
	}
	for i := range pastWorlds {
		if n := buckets(fmt.Sprint(i)); n != had+1+i/2 {
			t.Errorf("the world of request %d has %d buckets of %d", i, n, had+1+i/2)
		}
	}
	w.past.keep("one more", w.live)
	if gone, stays := buckets("0"), buckets("1"); gone != -1 || stays != had+1 {
		t.Errorf("the world of the oldest has %d buckets, that of the next, which is the same, %d", gone, stays)
	}
}
