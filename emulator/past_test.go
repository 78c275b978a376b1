package emulator

import (
	"fmt"
	"testing"
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
