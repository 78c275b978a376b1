package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/launch"
	"github.com/s3fault/s3fault/internal/why"
	"github.com/s3fault/s3fault/journal"
)

// tellRun tells what a program met: its requests, those of one kind in a line with their
// number, and why those were not answered that were not.
func tellRun(w io.Writer, world *launch.World, ending finding.Ending) {
	requests, forgotten := world.Requests()
	fmt.Fprintf(w, "\ns3fault: %s: %s\n", world.Of, strings.Join(totals(requests, ending), ", "))
	if forgotten > 0 {
		fmt.Fprintf(w, "  the journal has no more the %d requests before these\n", forgotten)
	}
	for _, k := range kinds(requests) {
		fmt.Fprintf(w, "  %s\n", k.line())
		if why.NotAllowed(&k.first) {
			for _, line := range why.Decided(&k.first) {
				fmt.Fprintf(w, "      %s\n", printable(line))
			}
		}
	}
	never, _ := world.NeverStruck() // there is the world
	for _, name := range never {
		fmt.Fprintf(w, "  rule-never-struck: the fault rule %s had nothing to strike\n", printable(name))
	}
}

func totals(requests []journal.Entry, ending finding.Ending) []string {
	var denied, struck, retried int
	for i := range requests {
		e := &requests[i]
		denied += count(e.Denied() != nil)
		struck += count(e.Fault != nil)
		retried += count(e.Attempt > 1)
	}
	all := []string{fmt.Sprintf("%d requests in %s", len(requests), ending.Took.Round(time.Millisecond))}
	for _, n := range []struct {
		of   int
		what string
	}{{denied, "denied"}, {struck, "struck"}, {retried, "retried"}} {
		if n.of > 0 {
			all = append(all, fmt.Sprintf("%d %s", n.of, n.what))
		}
	}
	return append(all, ended(ending))
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func ended(e finding.Ending) string {
	switch {
	case e.TimedOut:
		return "ended by --timeout"
	case e.Signal != "":
		return "ended by a signal: " + e.Signal
	case e.Stopped:
		return fmt.Sprintf("ended when it was through, with %d", e.Exit)
	}
	return fmt.Sprintf("exit code %d", e.Exit)
}

// kind is requests that asked for the same and were answered alike.
type kind struct {
	first emulator.Entry
	times int
}

func kinds(requests []journal.Entry) (all []*kind) {
	for _, e := range requests {
		at := slices.IndexFunc(all, func(k *kind) bool { return alike(&k.first, &e) })
		if at < 0 {
			all = append(all, &kind{first: e})
			at = len(all) - 1
		}
		all[at].times++
	}
	return all
}

func alike(a, b *journal.Entry) bool {
	return why.Operation(a) == why.Operation(b) && a.Bucket == b.Bucket && a.Key == b.Key && a.Caller == b.Caller &&
		a.Status == b.Status && a.Code == b.Code && ruleOf(a) == ruleOf(b)
}

func ruleOf(e *journal.Entry) string {
	if e.Fault == nil {
		return ""
	}
	return e.Fault.Rule
}

func (k *kind) line() string {
	e := &k.first
	words := []string{word(cmp.Or(e.Caller, "anonymous")), word(why.Operation(e))}
	if e.Bucket != "" {
		words = append(words, word(strings.TrimSuffix(e.Bucket+"/"+e.Key, "/")))
	}
	words = append(words, "=>", strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, e.Code)))
	if rule := ruleOf(e); rule != "" {
		words = append(words, "by the fault rule", word(rule))
	}
	if k.times > 1 {
		words = append(words, fmt.Sprintf("(%d times)", k.times))
	}
	return strings.Join(words, " ")
}
