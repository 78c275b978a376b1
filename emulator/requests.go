package emulator

import (
	"slices"

	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/inquiry"
	"github.com/s3fault/s3fault/internal/services"
	"github.com/s3fault/s3fault/journal"
)

// Requests is what happened in a world, newest last; nil when there is no such
// world.
func (s *Server) Requests(world string) []Entry {
	all, err := s.Search(world)
	if err != nil {
		return nil
	}
	return all
}

// Search is what happened in a world, newest last, as far as every filter means it.
// Errors: *NotFound, and what is wrong with a filter, with the nearest name.
func (s *Server) Search(world string, filters ...journal.Filter) ([]Entry, error) {
	w, known, err := s.worlds.journal(world)
	if err != nil {
		return nil, err
	}
	read := make([]*inquiry.Filter, len(filters))
	for i, f := range filters {
		if read[i], err = inquiry.Of(f, known); err != nil {
			return nil, err
		}
	}
	entries, _ := w.search(read...)
	return entries, nil
}

// Forgotten is how many requests of the world its journal has no more.
func (w *World) Forgotten() uint64 {
	_, first := w.records.From(0, recorded)
	return first
}

// Verify holds what happened in a world against what was expected, and wants every fault
// rule that must fire to have struck. Errors: *journal.Unmet says what was not so;
// *NotFound, and what is wrong with an expectation, with the nearest name.
func (s *Server) Verify(world string, expectations ...journal.Expectation) error {
	w, known, err := s.worlds.journal(world)
	if err != nil {
		return err
	}
	read := make([]*inquiry.Expectation, len(expectations))
	for i, e := range expectations {
		if read[i], err = inquiry.ExpectationOf(e, known); err != nil {
			return err
		}
	}
	return w.verify(read)
}

func (w *World) verify(expectations []*inquiry.Expectation) error {
	var requests []inquiry.Answered
	kept, first := w.records.From(0, recorded)
	for i, r := range kept {
		requests = append(requests, answered(r, first+uint64(i)))
	}
	names, failures := w.neverStruck(), inquiry.Verify(expectations, requests)
	if len(failures) == 0 && len(names) == 0 {
		return nil
	}
	return &journal.Unmet{
		Failures: append([]journal.Failure{}, failures...), NeverStruck: append([]string{}, names...),
	}
}

// search is the entries of the requests that all filters mean. What the layers said is
// worked out of those alone. forgotten is how many older ones there were, of which nobody can
// say whether they are meant.
func (w *World) search(filters ...*inquiry.Filter) (entries []Entry, forgotten uint64) {
	most := recorded
	for _, f := range filters {
		if f.Limit > 0 {
			most = min(most, f.Limit)
		}
	}
	entries = make([]Entry, 0)
	kept, first := w.records.From(0, recorded)
	for i := len(kept) - 1; i >= 0 && len(entries) < most; i-- {
		if meant(filters, kept[i], first+uint64(i)) {
			entries = append(entries, kept[i].Entry())
		}
	}
	slices.Reverse(entries)
	return entries, first
}

func meant(by []*inquiry.Filter, r *exchange.Record, number uint64) bool {
	if len(by) == 0 {
		return true
	}
	a := answered(r, number)
	return !slices.ContainsFunc(by, func(f *inquiry.Filter) bool { return !f.Fits(&a) })
}

func answered(r *exchange.Record, number uint64) inquiry.Answered {
	e := r.Brief()
	return inquiry.Answered{Request: r.Asked(), Entry: &e, Number: number}
}

// journal is the world of that name, and what filters of its requests are held against.
func (r *worlds) journal(name string) (*World, inquiry.Known, error) {
	w, err := r.find("world", name)
	if err != nil {
		return nil, inquiry.Known{}, err
	}
	known, err := w.known()
	return w, known, err
}

// known is what filters of the world's requests are held against: the callers and the
// fault rules that it has, and those that its journal tells of.
func (w *World) known() (inquiry.Known, error) {
	of, err := services.Known.Get()
	if err != nil {
		return inquiry.Known{}, err
	}
	m := w.live.Now()
	for name := range m.State.Callers {
		of.Callers = append(of.Callers, name)
	}
	known := inquiry.Known{Known: of, Rules: ruleNames(m.Faults.All()), Number: w.records.Number}
	kept, _ := w.records.From(0, recorded)
	for _, r := range kept {
		caller, rules := r.Names()
		if caller != "" && !slices.Contains(known.Callers, caller) {
			known.Callers = append(known.Callers, caller)
		}
		for _, rule := range rules {
			if !slices.Contains(known.Rules, rule) {
				known.Rules = append(known.Rules, rule)
			}
		}
	}
	slices.Sort(known.Callers)
	return known, nil
}

// record is what happened to a request, and in which world; a nil world: it reached
// none. A nil record: it is not known.
func (s *Server) record(requestID string) (*World, *exchange.Record) {
	if w, r := s.worlds.request(requestID); r != nil {
		return w, r
	}
	r, _ := s.strays.Find(requestID)
	return nil, r
}

// Why is the decision that denied a request or, when none did, its last one; nil
// when the request is not known or nothing was decided.
func (s *Server) Why(requestID string) *Decision {
	_, r := s.record(requestID)
	if r == nil {
		return nil
	}
	e := r.Entry()
	if len(e.Decisions) == 0 {
		return nil
	}
	if d := e.Denied(); d != nil {
		return d
	}
	return &e.Decisions[len(e.Decisions)-1]
}
