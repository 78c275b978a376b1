package grade

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/journal"
)

// most is how many lines of deeds a person reads; --json has them all.
const most = 12

// words are the verdicts for people.
var words = map[journal.Mark]string{
	journal.Good: "good", journal.TooWide: "too wide", journal.NotFixed: "not fixed",
	journal.BrokeSomething: "it broke something",
}

// Write tells a person of the grade of a world.
func Write(w io.Writer, world string, g *journal.Grade) error {
	b := &strings.Builder{}
	fmt.Fprintf(b, "%s: %s\n", world, words[g.Verdict])
	writeCalls(b, g)
	if len(g.Opened) > 0 {
		fmt.Fprintf(b, "Now possible, and neither before nor with the scenario's own fix:\n")
		writeDeeds(b, g.Opened, "may")
	}
	if len(g.Closed) > 0 {
		fmt.Fprintf(b, "No longer possible, as it was before and is with the scenario's own fix:\n")
		writeDeeds(b, g.Closed, "may not")
	}
	fmt.Fprintf(b, "This stands on %d deeds; of others nothing is known.\n", g.Asked)
	fmt.Fprintf(b, "The scenario's own cure: %s\n", strings.TrimSuffix(g.Smallest.Words, "."))
	_, err := io.WriteString(w, b.String())
	return err
}

// writeCalls says of the calls that must pass, and of those that must not, which do not do
// so.
func writeCalls(b *strings.Builder, g *journal.Grade) {
	if g.Fixed {
		b.WriteString("What must work works.\n")
	}
	for _, a := range g.AfterFix {
		switch {
		case a.Want != 0 && a.Want != a.Saw:
			fmt.Fprintf(b, "This must be answered %d, and was answered %d: %s\n", a.Want, a.Saw, a.Call)
		case len(a.Differs) > 0:
			fmt.Fprintf(b, "This is not answered as it must be (%s): %s\n", strings.Join(a.Differs, "; "), a.Call)
		}
	}
	for _, a := range g.StillDenied {
		if a.Saw/100 == 2 {
			fmt.Fprintf(b, "This must be refused, and was answered %d: %s\n", a.Saw, a.Call)
		}
	}
}

// reason is who has something on what, and why.
type reason struct {
	as, resource, with, by string
	grants                 bool
}

// group is the actions that somebody has on a resource for one reason.
type group struct {
	reason
	actions []string
}

// writeDeeds writes a line for all that somebody may do to a resource for one reason.
func writeDeeds(b *strings.Builder, deeds []journal.Deed, may string) {
	groups := grouped(deeds)
	for _, g := range groups[:min(len(groups), most)] {
		fmt.Fprintf(b, "  %s %s do %s to %s%s%s", g.as, may, strings.Join(g.actions, ", "), g.resource, g.with, g.by)
		if g.grants && may == "may" {
			b.WriteString(", and so give itself the rest")
		}
		b.WriteString("\n")
	}
	if left := len(groups) - most; left > 0 {
		fmt.Fprintf(b, "  and %d lines more (--json has them all)\n", left)
	}
}

func grouped(deeds []journal.Deed) []*group {
	var all []*group
	known := map[reason]*group{}
	for _, d := range deeds {
		why := reason{d.As, d.Resource, withOf(d), byOf(d.By), d.Grants}
		g := known[why]
		if g == nil {
			g = &group{reason: why}
			known[why] = g
			all = append(all, g)
		}
		if !slices.Contains(g.actions, d.Action) {
			g.actions = append(g.actions, d.Action)
		}
	}
	return all
}

// withOf are the circumstances: " with aws:SourceIp 198.51.100.77".
func withOf(d journal.Deed) string {
	var all []string
	for _, key := range slices.Sorted(maps.Keys(d.With)) {
		if values := d.With[key]; len(values) > 0 {
			all = append(all, key+" "+strings.Join(values, ", "))
		} else {
			all = append(all, "no "+key)
		}
	}
	if len(all) == 0 {
		return ""
	}
	return " with " + strings.Join(all, " and ")
}

// byOf is what decides: " (bucket-policy my-bucket, statement All)".
func byOf(by *journal.By) string {
	if by == nil {
		return ""
	}
	text := strings.TrimSpace(string(by.Layer) + " " + by.Policy)
	if by.Statement != "" {
		text += ", statement " + by.Statement
	}
	return " (" + text + ")"
}
