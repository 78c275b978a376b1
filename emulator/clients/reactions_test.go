package clients

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
)

var update = flag.Bool("update", false, "write the rows of testdata/reactions.tsv for the clients that are here")

// meeting is one fault scenario as every client meets it.
type meeting struct {
	name     string // the scenario's, and what is particular
	scenario string // empty: the name
	patch    string // of the world; empty: none
	steps    []step
	prepare  func(*testing.T, *emulatortest.Server) target // empty: the app's keys

	// What holds for every client, also for a version that the table does not know: how it
	// ends, and how many requests it takes at the least.
	ends  end
	least int
}

// end is how the last step goes.
type end string

const (
	well   end = "well"
	badly  end = "badly"
	either end = "either"
)

// reaction is what a client does about a fault.
type reaction struct {
	requests string // by our journal: "1 CreateMultipartUpload, 2 UploadPart"
	// outcome is that of the last step: "ok", S3's code, or what the client calls it. In the
	// table it may be one " or " another, where two goroutines of a client race.
	outcome string
}

// is says whether a reaction is one that the table has.
func (r reaction) is(seen reaction) bool {
	return r.requests == seen.requests && slices.Contains(strings.Split(r.outcome, " or "), seen.outcome)
}

// TestReactions has every client meet every fault and holds what it does against
// testdata/reactions.tsv. What is known of a version of a client must be so; of one that
// the table does not have only what every client must do is held.
func TestReactions(t *testing.T) {
	known, seen := readReactions(t), map[string]reaction{}
	var lock sync.Mutex
	var all sync.WaitGroup
	// Clients sleep between attempts: many at a time, whatever -parallel says.
	free := make(chan struct{}, 24)
	for _, c := range reactors(t) {
		for _, m := range meetings {
			all.Go(func() {
				free <- struct{}{}
				defer func() { <-free }()
				t.Run(m.name+"/"+c.name, func(t *testing.T) {
					r, ended := m.with(t, c)
					m.holds(t, r, ended)
					cell := m.name + "\t" + c.name
					if want, ok := known[cell]; ok && want.is(r) {
						r = want
					} else if ok && !*update {
						t.Errorf("%s\n seen %q, %s\n want %q, %s", c.name, r.requests, r.outcome, want.requests, want.outcome)
					} else if !ok {
						t.Logf("the table does not know %s: %s: %s", c.name, r.requests, r.outcome)
					}
					lock.Lock()
					defer lock.Unlock()
					seen[cell] = r
				})
			})
		}
	}
	all.Wait()
	t.Log("\n" + text(seen))
	if *update {
		maps.Copy(known, seen)
		writeReactions(t, known)
	}
}

// TestReactionsAreOfFaults: no row of the table is of a fault that nobody meets.
func TestReactionsAreOfFaults(t *testing.T) {
	for cell := range readReactions(t) {
		fault, _, _ := strings.Cut(cell, "\t")
		if !slices.ContainsFunc(meetings, func(m meeting) bool { return m.name == fault }) {
			t.Errorf("%s has a row of %q, which no client meets", reactionsFile, fault)
		}
	}
}

// with has one client meet the fault.
func (m meeting) with(t *testing.T, c reactor) (reaction, outcome) {
	t.Helper()
	srv := emulatortest.Start(t, cmp.Or(m.scenario, m.name), emulatortest.Responses("aws"))
	if m.patch != "" {
		if err := srv.Patch(m.patch); err != nil {
			t.Fatal(err)
		}
	}
	at := appOf(srv)
	if m.prepare != nil {
		at = m.prepare(t, srv)
	}
	before := len(srv.Requests())
	steps := m.stepsIn(t, t.TempDir())
	outcomes := c.run(t, at, steps)
	if len(outcomes) != len(steps) {
		t.Fatalf("%d outcomes of %d steps", len(outcomes), len(steps))
	}
	last := outcomes[len(outcomes)-1]
	return reaction{requestsOf(srv.Requests()[before:]), said(last)}, last
}

// stepsIn are the steps with their bucket, and with their files in a folder.
func (m meeting) stepsIn(t *testing.T, folder string) []step {
	t.Helper()
	sizes := map[string]int{"put": 1024, "new": 1024, "upload": partSize + 1024}
	steps := slices.Clone(m.steps)
	for i := range steps {
		steps[i].Bucket = "my-bucket"
		steps[i].File = filepath.Join(folder, fmt.Sprint(i))
		if size, sends := sizes[steps[i].Do]; sends {
			writeFile(t, steps[i].File, noise(size, uint64(i)))
		}
	}
	return steps
}

func (m meeting) holds(t *testing.T, r reaction, last outcome) {
	t.Helper()
	if m.ends == well && last.refused() || m.ends == badly && !last.refused() {
		t.Errorf("it ends with %s, and every client must end %s", r.outcome, m.ends)
	}
	sum := 0
	for part := range strings.SplitSeq(r.requests, ", ") {
		var count int
		if _, err := fmt.Sscan(part, &count); err != nil && r.requests != "" {
			t.Errorf("the requests are %q", r.requests)
		}
		sum += count
	}
	if sum < m.least {
		t.Errorf("it takes %d requests, and every client needs %d", sum, m.least)
	}
}

// requestsOf counts what the journal has, by operation in the order of their first.
func requestsOf(entries []emulator.Entry) string {
	var order []string
	count := map[string]int{}
	for _, e := range entries {
		if count[e.Operation] == 0 {
			order = append(order, e.Operation)
		}
		count[e.Operation]++
	}
	for i, operation := range order {
		order[i] = fmt.Sprint(count[operation], " ", operation)
	}
	return strings.Join(order, ", ")
}

// said is an outcome in short.
func said(o outcome) string {
	if text := cmp.Or(o.Error, o.Code, o.Message); text != "" {
		return text
	}
	if len(o.Keys) > 0 {
		return "ok, but not " + strings.Join(o.Keys, ", ")
	}
	return "ok"
}

const (
	reactionsFile = "testdata/reactions.tsv"
	reactionsHead = "# fault\tclient\trequests\toutcome (go test ./emulator/clients -run TestReactions -update)\n"
)

func readReactions(t *testing.T) map[string]reaction {
	t.Helper()
	content, err := os.ReadFile(reactionsFile)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]reaction{}
	for line := range strings.Lines(string(content)) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) == 4 && !strings.HasPrefix(line, "#") {
			all[cells[0]+"\t"+cells[1]] = reaction{cells[2], cells[3]}
		}
	}
	return all
}

func writeReactions(t *testing.T, all map[string]reaction) {
	t.Helper()
	if err := os.WriteFile(reactionsFile, []byte(reactionsHead+text(all)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// text is reactions as the table has them, in order.
func text(all map[string]reaction) string {
	var b strings.Builder
	for _, cell := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", cell, all[cell].requests, all[cell].outcome)
	}
	return b.String()
}
