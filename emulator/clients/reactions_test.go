package clients

import (
	"flag"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/s3fault/s3fault/internal/book"
	"github.com/s3fault/s3fault/internal/rounds"
)

// updating says whether the table and its page are to be written, for the clients that are
// here.
func updating() bool { return flag.Lookup("update").Value.String() == "true" }

// TestReactions has every client meet every fault and holds what it does against
// testdata/reactions.tsv. A version of a client that the table does not have is held against
// the nearest one that it has.
func TestReactions(t *testing.T) {
	known := readReactions(t)
	seen := &reactions{rows: map[cell]reaction{}}
	var all sync.WaitGroup
	for _, r := range reactors(t) {
		all.Go(func() {
			t.Run(r.name, func(t *testing.T) {
				r.meets(t, func(t *testing.T, c *encounter, o outcome) { seen.holds(t, known, c, o) })
			})
		})
	}
	all.Wait()
	if updating() {
		maps.Copy(known, seen.rows)
		writeReactions(t, known)
	}
}

// TestReactionsAreOfFaults: no row of the table is of a fault that nobody meets.
func TestReactionsAreOfFaults(t *testing.T) {
	for at := range readReactions(t) {
		if !slices.ContainsFunc(meetings(), func(m meeting) bool { return m.name == at.fault }) {
			t.Errorf("%s has a row of %q, which no client meets", reactionsFile, at.fault)
		}
	}
}

// TestReactionsPage: docs/reactions.md is what the table says.
func TestReactionsPage(t *testing.T) {
	book.Hold(t, "../../docs/reactions.md", reactionsPage(readReactions(t)))
}

// Clients wait between attempts, so that many can be at it at a time, whatever -parallel
// says; those that are a process, less so.
var (
	manyWait = make(chan struct{}, 24)
	fewRun   = make(chan struct{}, 4)
)

func enter(gate chan struct{}) (leave func()) {
	gate <- struct{}{}
	return func() { <-gate }
}

// meets has the client meet all that it is for, and judges each last outcome.
func (r reactor) meets(t *testing.T, judge func(*testing.T, *encounter, outcome)) {
	t.Helper()
	var all []*encounter
	for _, m := range meetings() {
		if r.isFor(m) {
			all = append(all, m.encounter(t, r))
		}
	}
	if r.run == nil {
		defer enter(fewRun)()
		r.meetsTogether(t, all, judge)
		return
	}
	gate := manyWait
	if r.does != "" {
		gate = fewRun
	}
	var each sync.WaitGroup
	for _, e := range all {
		each.Go(func() {
			defer enter(gate)()
			t.Run(e.meeting.name, func(t *testing.T) {
				e.begin(t, func(steps []step) { r.run(t, e.target, steps) })
				judge(t, e, last(t, e, r.run(t, e.target, e.steps)))
			})
		})
	}
	each.Wait()
}

// meetsTogether has a program do all plans at once: what comes before any fault first.
func (r reactor) meetsTogether(t *testing.T, all []*encounter, judge func(*testing.T, *encounter, outcome)) {
	t.Helper()
	var before, plans []plan
	for _, e := range all {
		if len(e.first) > 0 {
			before = append(before, plan{e.target, e.first})
		}
		plans = append(plans, plan{e.target, e.steps})
	}
	if len(before) > 0 {
		r.all(t, before)
	}
	for _, e := range all {
		e.begin(t, func([]step) {})
	}
	for i, outcomes := range r.all(t, plans) {
		t.Run(all[i].meeting.name, func(t *testing.T) { judge(t, all[i], last(t, all[i], outcomes)) })
	}
}

func last(t *testing.T, e *encounter, outcomes []outcome) outcome {
	t.Helper()
	if len(outcomes) != len(e.steps) {
		t.Fatalf("%d outcomes of %d steps", len(outcomes), len(e.steps))
	}
	return outcomes[len(outcomes)-1]
}

// staying are meetings in which nothing gets better, though their names do not say so.
var staying = []string{"throttled, puts", "throttled-prefix", "cut-object"}

// isFor says whether the client meets it: whether it can do the steps, has come to an end in
// bearable time, and has the time today.
func (r reactor) isFor(m meeting) bool {
	long := rounds.Of(0, 1) == 1
	forever := strings.HasSuffix(m.name, ", for ever") || slices.Contains(staying, m.name)
	switch {
	case r.impatient && m.set == "stalled", r.endless && forever, r.slow && forever && !long,
		slices.Contains(r.unending, m.name):
		return false
	case m.set == "" && r.first != nil && len(r.first(m)) > 0: // its faults are there from the start
		return false
	case r.costly && !m.brisk && !long:
		return false
	}
	return r.can(m.stepsOf(r))
}

func (r reactor) can(steps []step) bool {
	if r.does == "" {
		return true
	}
	return !slices.ContainsFunc(steps, func(s step) bool { return !slices.Contains(strings.Fields(r.does), s.Do) })
}

// reactions are rows of the table that are seen, from several clients at a time.
type reactions struct {
	sync.Mutex
	rows map[cell]reaction
}

// holds holds what was seen against the table.
func (all *reactions) holds(t *testing.T, known map[cell]reaction, e *encounter, o outcome) {
	t.Helper()
	seen := e.seen(t, o)
	e.meeting.mustEnd(t, e.reactor, seen, o)
	at := cell{e.meeting.name, e.reactor.name}
	want, whose := nearest(known, at)
	switch {
	case whose == at.client && want.is(seen):
		seen = want // with its time, as it was
	case want.is(seen) || updating():
	case whose == "":
		t.Errorf("the table has no %s: %s: %s; write it with -update", at.client, seen.requests, seen.outcome)
	default:
		t.Errorf("%s\n%s  has now %s\n%s  had  %s\nwrite it with -update if that is so (docs/ADDING.md)",
			at.fault, at.client, seen, whose, want)
	}
	all.Lock()
	defer all.Unlock()
	all.rows[at] = seen
}

// nearest is what the table has of the client, or of another version of it: the last one.
func nearest(known map[cell]reaction, at cell) (r reaction, whose string) {
	if r, ok := known[at]; ok {
		return r, at.client
	}
	for other := range known {
		same := other.fault == at.fault && family(other.client) == family(at.client)
		if same && (whose == "" || older(whose, other.client)) {
			r, whose = known[other], other.client
		}
	}
	return r, whose
}

// family is a client's name without its version.
func family(name string) string { return versions.ReplaceAllString(name, "") }

var versions = regexp.MustCompile(`\d+(\.\d+)+\S*`)

// mustEnd holds what every SDK must do, whatever the table says.
func (m meeting) mustEnd(t *testing.T, who reactor, r reaction, last outcome) {
	t.Helper()
	if who.does != "" {
		return
	}
	if m.ends == well && last.refused() || m.ends == badly && !last.refused() {
		t.Errorf("it ends with %s, and every client must end %s", r.outcome, m.ends)
	}
	if sum := r.attempts(); sum < m.least {
		t.Errorf("it takes %d requests, and every client needs %d", sum, m.least)
	}
}

// attempts is the sum of the requests.
func (r reaction) attempts() (sum int) {
	for _, count := range r.counts() {
		sum += count
	}
	return sum
}

// most is how many requests of one operation there were at the most.
func (r reaction) most() int { return slices.Max(r.counts()) }

func (r reaction) counts() (all []int) {
	for part := range strings.SplitSeq(r.requests, ", ") {
		var count int
		fmt.Sscan(part, &count)
		all = append(all, count)
	}
	return all
}
