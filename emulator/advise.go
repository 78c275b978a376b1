package emulator

import (
	"encoding/json"
	"fmt"

	"github.com/s3fault/s3fault/internal/advice"
	"github.com/s3fault/s3fault/internal/control"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/store"
)

// Advice is what would let a refused request pass.
type Advice = advice.Advice

// Advice looks for the fewest changes of the world that would let a denied request
// pass, and proves them on a copy. Errors: *control.NotFound for a request that is
// not known, or whose questions are no longer kept; one of a request that no layer
// denied.
func (s *Server) Advice(requestID string) (*Advice, error) {
	e, ok := s.journal.Find(requestID)
	if !ok {
		return nil, &control.NotFound{Kind: "request", Name: requestID}
	}
	if e.Denied() == nil {
		return nil, fmt.Errorf("no layer denied the request %s", requestID)
	}
	r := s.realms[e.World]
	kept := r.denied.find(requestID)
	if kept == nil {
		return nil, &control.NotFound{Kind: fmt.Sprintf("kept request (the newest %d denied ones are)", recalled), Name: requestID}
	}
	again := &retrial{server: s, realm: r, kept: kept}
	defer again.close()
	return advice.On(again)
}

// retrial puts a kept request to the world as it is now, and to copies of it.
type retrial struct {
	server *Server
	realm  *realm
	kept   exchange.Call
	copies []*store.Moment
}

// Decide is advice.Case.
func (t *retrial) Decide(p advice.Patch) (*advice.Outcome, error) {
	m, err := t.world(p)
	if err != nil {
		return nil, err
	}
	call := t.kept.Again(m)
	call.Base().Recognise()
	questions, err := call.Checks()
	if err != nil {
		return nil, fmt.Errorf("the request cannot be decided there: %w", err)
	}
	return &advice.Outcome{Moment: m, Caller: call.Base().Caller, Decisions: evaluate(questions)}, nil
}

// world is the present one with the patch applied, in a copy that nobody is
// served.
func (t *retrial) world(p advice.Patch) (*store.Moment, error) {
	now := t.realm.live.Now()
	if len(p) == 0 {
		return now, nil
	}
	text, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	change, err := t.realm.scenario.Patch(t.server.options(), now, text)
	if err != nil {
		return nil, err
	}
	defer change.Discard()
	m, err := now.With(change)
	if err != nil {
		return nil, err
	}
	t.copies = append(t.copies, m)
	return m, nil
}

func (t *retrial) close() {
	for _, m := range t.copies {
		m.Index.Close()
	}
}

// Patch changes a world by a JSON merge patch in the form of the scenario file,
// whole or not at all. Its errors name the place in the patch.
func (s *Server) Patch(name string, patch []byte) error {
	r, err := s.named("world", name)
	if err != nil {
		return err
	}
	before := r.live.Now().State.AllDoubts()
	err = r.change(func(m *store.Moment) (store.World, error) {
		return r.scenario.Patch(s.options(), m, patch)
	})
	if err == nil {
		s.warn(name, before, r.live.Now().State.AllDoubts())
	}
	return err
}

// Facts is a world as it is now, in the form of the scenario file, as JSON.
func (s *Server) Facts(name string) (json.RawMessage, error) {
	r, err := s.named("world", name)
	if err != nil {
		return nil, err
	}
	return r.scenario.Describe(r.live.Now())
}
