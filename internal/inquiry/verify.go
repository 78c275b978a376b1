package inquiry

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/journal"
)

// Expectation is a journal.Expectation that has been read.
type Expectation struct {
	filter *Filter
	times  journal.Times
	after  *Filter // nil: all requests count
}

// wanted is an expectation as it is written.
type wanted struct {
	draft
	times, least, most *int
	after              *draft
}

var expectation = facts.New("verify expectation", append(rows(func(w *wanted) *draft { return &w.draft }),
	optional("times", facts.AtLeast(0), func(w *wanted) **int { return &w.times }),
	optional("times_at_least", facts.AtLeast(0), func(w *wanted) **int { return &w.least }),
	optional("times_at_most", facts.AtLeast(0), func(w *wanted) **int { return &w.most }),
	facts.Field("after", facts.RecordIf(matcher), func(w *wanted) **draft { return &w.after }),
)...)

// Expectations reads a list of them. Errors: *tree.Error, with line, column and the
// nearest name.
func Expectations(n *tree.Node, known Known) ([]*Expectation, error) {
	if n.Kind != tree.List {
		return nil, tree.Wanted(n, "a list of expectations")
	}
	all := make([]*Expectation, len(n.Items))
	for i, item := range n.Items {
		var err error
		if all[i], err = readExpectation(item, known); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func readExpectation(n *tree.Node, known Known) (*Expectation, error) {
	if err := facts.NewWhole(expectation.Shape).Check(n, expectation.Shape); err != nil {
		return nil, err
	}
	var w wanted
	if err := expectation.Read(&w, n); err != nil {
		return nil, err
	}
	e, err := w.ready(n, known)
	if err != nil {
		return nil, err
	}
	e.times, err = w.count(n)
	return e, err
}

func (w *wanted) ready(n *tree.Node, known Known) (e *Expectation, err error) {
	e = new(Expectation)
	if e.filter, err = w.draft.ready(n, known); err == nil && w.after != nil {
		e.after, err = w.after.ready(n.Get("after"), known)
	}
	return e, err
}

// count is how often it is wanted.
func (w *wanted) count(n *tree.Node) (journal.Times, error) {
	switch {
	case w.times != nil && (w.least != nil || w.most != nil):
		return journal.Times{}, tree.Fail(n.Get("times"),
			"times says it all: times_at_least and times_at_most are for where it is not given")
	case w.times != nil:
		return journal.Exactly(*w.times), nil
	case w.least != nil && w.most != nil && *w.least > *w.most:
		return journal.Times{}, tree.Fail(n.Get("times_at_most"), "times_at_most is less than times_at_least")
	case w.least != nil && w.most != nil:
		return journal.Between(*w.least, *w.most), nil
	case w.least != nil:
		return journal.AtLeast(*w.least), nil
	case w.most != nil:
		return journal.AtMost(*w.most), nil
	}
	return journal.Times{}, nil
}

// ExpectationOf is an expectation of a Go program. Errors: as Of.
func ExpectationOf(e journal.Expectation, known Known) (*Expectation, error) {
	filter := e.Filter
	filter.Limit = 0
	read, err := Of(filter, known)
	if err != nil {
		return nil, err
	}
	of := &Expectation{filter: read, times: e.Times}
	if e.After != nil {
		of.after, err = Of(*e.After, known)
	}
	return of, err
}

// Verify says which expectations are not met by what is in a journal, oldest first.
func Verify(all []*Expectation, requests []Answered) (failures []journal.Failure) {
	for i, e := range all {
		if f := e.verify(requests); f != nil {
			f.Index = i
			failures = append(failures, *f)
		}
	}
	return failures
}

// What a Failure has at the most of requests that came, and of those that nearly did.
const (
	shown  = 5
	misses = 3
)

func (e *Expectation) verify(requests []Answered) *journal.Failure {
	f := &journal.Failure{Expected: e.String(), Requests: []string{}, NearestMisses: []journal.Miss{}}
	if e.after != nil {
		first := slices.IndexFunc(requests, func(a Answered) bool { return e.after.Fits(&a) })
		if first < 0 {
			f.Expected += ", of which there was none"
			f.NearestMisses = nearestMisses(e.after, requests)
			return f
		}
		requests = requests[first+1:]
	}
	for i := range requests {
		if !e.filter.Fits(&requests[i]) {
			continue
		}
		if f.Seen++; f.Seen <= shown {
			f.Requests = append(f.Requests, requests[i].Entry.RequestID)
		}
	}
	if e.times.Has(f.Seen) {
		return nil
	}
	if least, _ := e.times.Bounds(); f.Seen < least {
		f.NearestMisses = nearestMisses(e.filter, requests)
	}
	return f
}

// String is the expectation in words.
func (e *Expectation) String() string {
	text := e.times.String() + " of any request"
	if len(e.filter.criteria) > 0 {
		text = e.times.String() + " with " + e.filter.String()
	}
	if e.after != nil {
		text += ", after one with " + cmp.Or(e.after.String(), "anything")
	}
	return text
}

// nearestMisses are the requests that differ from what is meant in the fewest points, and
// not in all of several.
func nearestMisses(f *Filter, requests []Answered) []journal.Miss {
	all := []journal.Miss{}
	for i := range requests {
		differs := f.differs(&requests[i])
		if len(differs) == 0 || len(differs) > 1 && len(differs) == len(f.criteria) {
			continue
		}
		at := 0
		for at < len(all) && len(all[at].Differs) <= len(differs) {
			at++
		}
		if at < misses {
			all = slices.Insert(all, at, missOf(&requests[i], differs))
			all = all[:min(len(all), misses)]
		}
	}
	return all
}

func missOf(a *Answered, differs []journal.Difference) journal.Miss {
	e := a.Entry
	place := e.Bucket
	if e.Key != "" {
		place += "/" + e.Key
	}
	text := fmt.Sprintf("%s %s by %s: %s",
		cmp.Or(a.Operation.String(), e.Method), place, cmp.Or(a.Caller, "nobody that is known"), outcome(e))
	return journal.Miss{RequestID: e.RequestID, Request: text, Differs: differs}
}

func outcome(e *journal.Entry) string {
	if e.Status == 0 {
		return "no answer"
	}
	text := strconv.Itoa(e.Status)
	if e.Code != "" {
		text += " " + e.Code
	}
	return text
}
