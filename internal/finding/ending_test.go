package finding

import (
	_ "embed"
	"slices"
	"strings"
	"testing"
)

func TestEnding(t *testing.T) {
	holds(t, map[string]struct {
		written
		want []string
	}{
		"well":           {written{}, nil},
		"with an error":  {written{exit: 1}, nil},
		"without a word": {written{ending: Ending{Exit: 1}}, []string{"silent-exit"}},
		"not at all":     {written{ending: Ending{Exit: -1, TimedOut: true, Signal: "killed"}}, []string{"hang"}},
		"by a signal": {written{ending: Ending{Exit: -1, Signal: "segmentation fault", Printed: 1}},
			[]string{"crash"}},
		"by the one that ended it": {written{ending: Ending{Exit: -1, Stopped: true, Signal: "terminated", Printed: 1}}, nil},
	})
}

// crashed is what a program prints as it falls over, as its runtime prints it, after a PutObject
// that was answered 503 SlowDown.
type crashed struct {
	output, message string // empty: the output names the cause, or is no crash
}

//go:embed testdata/crashes.txt
var crashes string

// allCrashes reads "=== NAME => MESSAGE" and what follows, until the next.
func allCrashes() map[string]crashed {
	all := map[string]crashed{}
	for _, one := range strings.Split(crashes, "=== ")[1:] {
		title, output, _ := strings.Cut(one, "\n")
		name, message, _ := strings.Cut(title, "=>")
		all[strings.TrimSpace(name)] = crashed{output, strings.TrimSpace(message)}
	}
	return all
}

func TestCrashes(t *testing.T) {
	for name, row := range allCrashes() {
		t.Run(name, func(t *testing.T) {
			r := written{requests: times(2, 50, slowPut, false)}.run(t)
			r.Ending = Ending{Exit: 2, Printed: 1, Output: row.output}
			got := Of(r)
			switch {
			case row.message == "" && got[0].Kind != Good:
				t.Errorf("found %+v", got)
			case row.message != "" && (got[0].Kind != Crash || got[0].Text != "it ended with "+row.message):
				t.Errorf("found %+v", got)
			}
			r.Ending.Exit = 0 // it caught it, and went on
			if got := Of(r); slices.ContainsFunc(got, func(f Finding) bool { return f.Kind == Crash }) {
				t.Errorf("a program that ended well: %+v", got)
			}
		})
	}
}

// A break of the connection is named by its kind.
func TestCrashNamesBreak(t *testing.T) {
	r := written{requests: times(2, 50, "GetObject b/a 0 !before_commit:reset*", false)}.run(t)
	for message, want := range map[string]Kind{
		"OSError: read: connection reset by peer": Good, "ValueError: no such thing": Crash,
	} {
		r.Ending = Ending{Exit: 1, Printed: 1, Output: "Traceback (most recent call last):\n" + message + "\n"}
		if got := Of(r); got[0].Kind != want {
			t.Errorf("%s: %+v", message, got)
		}
	}
}

func FuzzCrash(f *testing.F) {
	for _, row := range allCrashes() {
		f.Add(row.output)
	}
	f.Fuzz(func(t *testing.T, output string) {
		r := &Run{Requests: record(t, "0 "+slowPut), Ending: Ending{Exit: 1, Printed: 1, Output: output}}
		for _, found := range Of(r) {
			if found.Kind == Crash && strings.Contains(found.Text, "SlowDown") {
				t.Errorf("it names the cause: %s", found.Text)
			}
		}
	})
}

func TestNeverStruck(t *testing.T) {
	const quiet = "0 PutObject b/a 200 i=1 sha=x"
	denied := written{requests: quiet, after: "b/a=x", left: "b/a=x"}.run(t)
	denied.Case = Case{Name: "PutObject denied", Deny: "explicit-deny"}
	faulted := written{requests: quiet, after: "b/a=x", left: "b/a=x"}.run(t)
	faulted.Case = Case{Name: "PutObject lost", Faults: "lost-answer"}
	own := written{requests: quiet, after: "b/a=x", left: "b/a=x"}.run(t)
	own.Case = Case{Name: "a scenario of the team's own"}
	for _, row := range []struct {
		run  *Run
		want Kind
	}{{denied, RuleNeverStruck}, {faulted, RuleNeverStruck}, {own, Good}} {
		if got := Of(row.run); len(got) != 1 || got[0].Kind != row.want {
			t.Errorf("%s: %+v", row.run.Case.Name, got)
		}
	}
	faulted.Requests = record(t, quiet+" !arrival:latency")
	if got := Of(faulted); got[0].Kind != Good {
		t.Errorf("struck: %+v", got)
	}
}

func TestForgotten(t *testing.T) {
	if got := found(&Run{Forgotten: 3}); !slices.Equal(got, []string{"cannot-say"}) {
		t.Errorf("found %q", got)
	}
}
