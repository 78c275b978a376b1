// Package inquiry finds the requests that somebody means by a journal.Filter, and says
// whether those came that a journal.Expectation wants. It reads both as Go values, JSON and
// parameters, strictly, by the rows that fault rules have.
package inquiry

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/journal"
)

// Answered is a request in a journal.
type Answered struct {
	fault.Request
	Entry  *journal.Entry // in brief: with the decisions of what was refused alone
	Number uint64         // grows from each to the next
}

// Known is what filters are held against as they are read.
type Known struct {
	fault.Known          // with the Callers
	Rules       []string // the names of fault rules
	// Number is that of the request with the id; false: the journal does not have it.
	Number func(id string) (uint64, bool)
}

// Filter is a journal.Filter that has been read.
type Filter struct {
	Limit int // 0: none

	criteria []criterion
}

// criterion is one of the points in which a request is as wanted or not.
type criterion struct {
	what, wanted string
	fits         func(*Answered) bool
	seen         func(*Answered) string
}

// Fits says whether a request is meant.
func (f *Filter) Fits(a *Answered) bool {
	for i := range f.criteria {
		if !f.criteria[i].fits(a) {
			return false
		}
	}
	return true
}

// differs are the points in which a request is not what is meant.
func (f *Filter) differs(a *Answered) (all []journal.Difference) {
	for _, c := range f.criteria {
		if !c.fits(a) {
			all = append(all, journal.Difference{What: c.what, Wanted: c.wanted, Seen: c.seen(a)})
		}
	}
	return all
}

// String is the filter in words: "operation PutObject, status 503".
func (f *Filter) String() string {
	points := make([]string, len(f.criteria))
	for i, c := range f.criteria {
		points[i] = c.what + " " + c.wanted
	}
	return strings.Join(points, ", ")
}

// ready holds what was read against what is known. n is the mapping that it was read from.
func (d *draft) ready(n *tree.Node, known Known) (*Filter, error) {
	if err := known.Complete(&d.match, n); err != nil {
		return nil, err
	}
	if c := d.match.Caller; c != "" && c != fault.Anonymous && !slices.Contains(known.Callers, c) {
		return nil, tree.Unknown(n.Find("caller"), "caller", c, append(slices.Clone(known.Callers), fault.Anonymous))
	}
	if d.fault != "" && !slices.Contains(known.Rules, d.fault) {
		return nil, tree.Unknown(n.Find("fault"), "fault rule", d.fault, known.Rules)
	}
	f := &Filter{Limit: d.limit}
	for _, c := range d.match.Criteria() {
		f.add(true, c.What, c.Wanted, func(a *Answered) bool { return c.Fits(&a.Request) },
			func(a *Answered) string { return c.Seen(&a.Request) })
	}
	d.addOutcome(f)
	return f, d.addSince(f, n, known)
}

func (f *Filter) add(given bool, what, wanted string, fits func(*Answered) bool, seen func(*Answered) string) {
	if given {
		f.criteria = append(f.criteria, criterion{what, wanted, fits, seen})
	}
}

// same adds the criterion that a request has just this.
func (f *Filter) same(given bool, what, wanted string, seen func(*Answered) string) {
	f.add(given, what, wanted, func(a *Answered) bool { return seen(a) == wanted }, seen)
}

// addOutcome adds what is wanted of the answer.
func (d *draft) addOutcome(f *Filter) {
	if d.status != nil {
		f.same(true, "status", strconv.Itoa(*d.status), func(a *Answered) string { return strconv.Itoa(a.Entry.Status) })
	}
	f.same(d.code != "", "code", d.code, func(a *Answered) string { return a.Entry.Code })
	f.same(d.layer != "", "layer", d.layer, func(a *Answered) string { return string(layer(a.Entry)) })
	f.add(d.fault != "", "fault", d.fault,
		func(a *Answered) bool { return slices.Contains(strikes(a.Entry), d.fault) },
		func(a *Answered) string { return strings.Join(strikes(a.Entry), ", ") })
}

func layer(e *journal.Entry) authz.Layer {
	if refused := e.Denied(); refused != nil {
		return refused.Cause
	}
	return ""
}

// addSince adds where in the journal the requests must be.
func (d *draft) addSince(f *Filter, n *tree.Node, known Known) error {
	if d.since == "" {
		return nil
	}
	at := func(a *Answered) string { return a.Entry.Time.UTC().Format(time.RFC3339Nano) }
	if t, err := time.Parse(time.RFC3339Nano, d.since); err == nil {
		f.add(true, "since", d.since, func(a *Answered) bool { return !a.Entry.Time.Before(t) }, at)
		return nil
	}
	number, ok := known.Number(d.since)
	if !ok {
		return tree.Fail(n.Find("since"),
			"%q is neither a time like 2026-01-02T03:04:05Z nor the id of a request that the journal still has", d.since)
	}
	f.add(true, "since", d.since, func(a *Answered) bool { return a.Number > number }, at)
	return nil
}
