package grades

import (
	"net/http"
	"testing"
	"time"

	"github.com/s3fault/s3fault/journal"
)

// A world that nobody has touched is not fixed; with the scenario's own fix it is good. Where
// the cure is in the program it is good as it is.
func TestLibrary(t *testing.T) {
	s := start(t)
	for _, name := range s.library.Names() {
		t.Run(name, func(t *testing.T) {
			want := journal.Good
			patched := s.scenario(t, name).HasPatch()
			if patched {
				want = journal.NotFixed
			}
			begin := time.Now()
			g := s.grade(t, name)
			t.Logf("%v, %d deeds: %s", time.Since(begin), g.Asked, g.Smallest.Words)
			if g.Verdict != want {
				t.Errorf("untouched it is %s, want %s: %s", g.Verdict, want, brief(g))
			}
			if !patched {
				return
			}
			s.ask(t, http.MethodPost, "/worlds/"+name+"/fix", "", nil)
			begin = time.Now()
			if g := s.grade(t, name); g.Verdict != journal.Good {
				t.Errorf("with its own fix it is %s: %s", g.Verdict, brief(g))
			}
			t.Logf("%v, with the fix", time.Since(begin))
		})
	}
}
