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

// retrial puts a kept request to a world, and to what patches would make of it.
type retrial struct {
	subject *World
	options build.Options
	record  *exchange.Record
	forks   []*store.Live // nobody is served any; the first is the world
}

// world is what the request is put to.
func (t *retrial) world() *store.Moment { return t.forks[0].Now() }

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
		Made: advice.Made{HTTP: f.Request, Body: f.Document, Presented: f.Presented, Unproved: f.Unproved,
			Diagnosis: f.Diagnosis, Misformed: f.Misformed},
		Now: f.Now,
	}, nil
}

// patched is the world with the patch applied.
func (t *retrial) patched(p journal.Patch) (*store.Moment, error) {
	now := t.world()
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
