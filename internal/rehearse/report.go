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

// Print writes a line a step, and below one that went wrong what it printed.
func (p Played) Print(w io.Writer) {
	for _, s := range p.Steps {
		fmt.Fprintf(w, "%-4s  %s %s: %s (%.1f s)\n", s.word(), p.Scenario, s.Part, s.what(), s.Took.Seconds())
		if s.Problem != "" {
			indent(w, "      ", s.Problem)
			indent(w, "      | ", s.Printed)
		}
	}
}

// word is how the step went.
func (s Step) word() string {
	switch {
	case s.Problem != "":
		return "FAIL"
	case s.Missing != "":
		return "skip"
	}
	return "ok"
}

// what is what was done, on one line.
func (s Step) what() string {
	text := s.Run
	if s.As != "" {
		text = s.As + "$ " + folded(s.Run)
	}
	if s.Missing != "" {
		text += ": " + s.Missing + " is not installed"
	}
	return text
}

// folded is a command on one line. Of one that has more, such as a policy in
// quotes or a program, it is the first.
func folded(command string) string {
	first, rest, _ := strings.Cut(strings.ReplaceAll(strings.TrimSpace(command), "\\\n", " "), "\n")
	if rest != "" {
		first += " …"
	}
	return squeeze(first)
}

func indent(w io.Writer, with, text string) {
	for line := range strings.Lines(text) {
		fmt.Fprintf(w, "%s%s\n", with, strings.TrimRight(line, "\r\n"))
	}
}

// Total counts what was played.
type Total struct {
	Scenarios, Steps, Failures, Skipped int
	Began                               time.Time
}

// Add counts a scenario's rehearsal.
func (t *Total) Add(p Played) {
	t.Scenarios++
	t.Steps += len(p.Steps)
	for _, s := range p.Steps {
		switch s.word() {
		case "FAIL":
			t.Failures++
		case "skip":
			t.Skipped++
		}
	}
}

func (t *Total) String() string {
	return fmt.Sprintf("%d scenarios, %d steps, %d failures, %d skipped, %.1f s", t.Scenarios, t.Steps, t.Failures, t.Skipped, time.Since(t.Began).Seconds())
}
