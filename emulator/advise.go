package emulator

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/s3fault/s3fault/internal/advice"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/journal"
)

// Advice is what would let a refused request pass.
type Advice = journal.Advice

// Advice looks for the fewest changes of the world that would let a denied request
// pass, and proves them on a copy. Errors: *NotFound for a request that is
// not known; one of a request that no layer denied, and of which no cause with a cure is
// known.
func (s *Server) Advice(requestID string) (*Advice, error) {
	w, r := s.record(requestID)
	if r == nil {
		return nil, &NotFound{Kind: "request", Name: requestID}
	}
	if r.Denied() == nil {
		if a := cureOf(r.Cause()); a != nil {
			return a, nil
		}
		return nil, fmt.Errorf("no layer denied the request %s", requestID)
	}
	again := &retrial{subject: w, options: s.options(w.private), record: r, forks: []*store.Live{w.live.Fork()}}
	defer again.close()
	return advice.On(again)
}

// retrial puts a kept request to the world as it is when advice is asked for, and to
// what patches would make of it.
type retrial struct {
	subject *World
	options build.Options
	record  *exchange.Record
	forks   []*store.Live // nobody is served any; the first is as the world is
}

// Decide is advice.Case.
func (t *retrial) Decide(try advice.Try) (*advice.Outcome, error) {
	m, err := t.patched(try.Patch)
	if err != nil {
		return nil, err
	}
	f, err := t.record.Again(m, try.Request)
	if err != nil {
		return nil, fmt.Errorf("the request cannot be decided there: %w", err)
	}
	return &advice.Outcome{
		Moment: m, Caller: f.Caller, Questions: f.Questions, Decisions: exchange.Explain(f.Questions),
		Made: advice.Made{HTTP: f.Request, Body: f.Document, Presented: f.Presented, Unproved: f.Unproved, Diagnosis: f.Diagnosis},
	}, nil
}

// patched is the world with the patch applied.
func (t *retrial) patched(p journal.Patch) (*store.Moment, error) {
	now := t.forks[0].Now()
	if len(p) == 0 {
		return now, nil
	}
	text, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	change, err := build.Of(t.subject.scenario).Patch(t.options, now, text)
	if err != nil {
		return nil, err
	}
	defer change.Discard()
	fork := t.forks[0].Fork()
	t.forks = append(t.forks, fork)
	if err := fork.Commit(context.Background(), fork.Now(), change); err != nil {
		return nil, err
	}
	return fork.Now(), nil
}

func (t *retrial) close() {
	for _, f := range t.forks {
		f.Close()
	}
}
