package rehearse

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"
)

// Played is a scenario's rehearsal.
type Played struct {
	Scenario string
	Steps    []Step
	Err      error // it could not be rehearsed
}

// All rehearses scenarios, as many at a time as there are processors, and hands
// each over in the order of the names.
func (s *Stage) All(ctx context.Context, names []string, each func(Played)) {
	played := make([]chan Played, len(names))
	for i := range played {
		played[i] = make(chan Played, 1)
	}
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	go func() {
		for i, name := range names {
			free <- struct{}{}
			go func() {
				defer func() { <-free }()
				steps, err := s.Play(ctx, name)
				played[i] <- Played{name, steps, err}
			}()
		}
	}()
	for _, p := range played {
		each(<-p)
	}
}

// Failures is how many of the steps went wrong.
func (p Played) Failures() int {
	n := 0
	for _, s := range p.Steps {
		if s.Problem != "" {
			n++
		}
	}
	return n
}

// Print writes a line a step, and below one that went wrong what it printed.
func (p Played) Print(w io.Writer) {
	for _, s := range p.Steps {
		word := "ok  "
		if s.Problem != "" {
			word = "FAIL"
		}
		fmt.Fprintf(w, "%s  %s %s: %s (%.1f s)\n", word, p.Scenario, s.Part, s.what(), s.Took.Seconds())
		if s.Problem != "" {
			indent(w, "      ", s.Problem)
			indent(w, "      | ", s.Printed)
		}
	}
}

// what is what was done, on one line.
func (s Step) what() string {
	if s.As == "" {
		return s.Run
	}
	return s.As + "$ " + squeeze(s.Run)
}

func indent(w io.Writer, with, text string) {
	for line := range strings.Lines(text) {
		fmt.Fprintf(w, "%s%s\n", with, strings.TrimRight(line, "\r\n"))
	}
}

// Total counts what was played.
type Total struct {
	Scenarios, Steps, Failures int
	Began                      time.Time
}

// Add counts a scenario's rehearsal.
func (t *Total) Add(p Played) {
	t.Scenarios++
	t.Steps += len(p.Steps)
	t.Failures += p.Failures()
}

func (t *Total) String() string {
	return fmt.Sprintf("%d scenarios, %d steps, %d failures, %.1f s", t.Scenarios, t.Steps, t.Failures, time.Since(t.Began).Seconds())
}
