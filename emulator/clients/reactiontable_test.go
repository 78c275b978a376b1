package clients

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// cell is where a reaction stands in the table.
type cell struct{ fault, client string }

// reaction is what a client does about a fault.
type reaction struct {
	requests string // by our journal: "1 CreateMultipartUpload, 2 UploadPart"
	// outcome is that of the last step: "ok", S3's code, or what the client calls it.
	outcome string
	// truth is what there is in the end, of what was to be written or read; empty: only the
	// client could tell.
	truth   string
	finding string // the kinds of what internal/finding finds
	seconds string // roughly; not held
}

const or = " OR "

// is says whether a reaction is one that the table has: each of its texts may be one OR
// another, where two goroutines of a client race.
func (r reaction) is(seen reaction) bool {
	one := func(known, text string) bool { return slices.Contains(strings.Split(known, or), text) }
	return one(r.requests, seen.requests) && one(r.outcome, seen.outcome) && one(r.truth, seen.truth) &&
		one(r.finding, seen.finding)
}

func (r reaction) String() string {
	return fmt.Sprintf("%s: %s; in the end: %s; finding: %s", r.requests, r.outcome, r.truth, r.finding)
}

const (
	reactionsFile = "testdata/reactions.tsv"
	reactionsHead = "# fault\tclient\trequests\toutcome\ttruth\tfinding\tseconds (docs/ADDING.md says how it is written)\n"
)

func readReactions(t *testing.T) map[cell]reaction {
	t.Helper()
	content, err := os.ReadFile(reactionsFile)
	if err != nil {
		t.Fatal(err)
	}
	all := map[cell]reaction{}
	for line := range strings.Lines(string(content)) {
		at := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if len(at) != 7 {
			t.Fatalf("%s: %d columns: %s", reactionsFile, len(at), line)
		}
		all[cell{at[0], at[1]}] = reaction{at[2], at[3], at[4], at[5], at[6]}
	}
	return all
}

// writeReactions writes the table in the order of what is met.
func writeReactions(t *testing.T, all map[cell]reaction) {
	t.Helper()
	var b strings.Builder
	b.WriteString(reactionsHead)
	for _, m := range meetings() {
		for _, client := range clientsOf(all, m.name) {
			r := all[cell{m.name, client}]
			fmt.Fprintln(&b, strings.Join([]string{m.name, client, r.requests, r.outcome, r.truth, r.finding, r.seconds}, "\t"))
		}
	}
	if err := os.WriteFile(reactionsFile, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// clientsOf are those that meet a fault, in order.
func clientsOf(all map[cell]reaction, fault string) (clients []string) {
	for at := range maps.Keys(all) {
		if at.fault == fault {
			clients = append(clients, at.client)
		}
	}
	slices.Sort(clients)
	return clients
}
