package emulator

import (
	"context"
	"fmt"

	"github.com/s3fault/s3fault/internal/advice"
	"github.com/s3fault/s3fault/internal/awscli"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/journal"
)

// Advice is what would let a refused request pass.
type Advice = journal.Advice

// Advice looks for what would let a denied request pass, and proves it on a copy of the
// world that the request met. That is kept for the newest of them; for older ones it is the
// world as it is now. Errors: *NotFound for a request that is not known; one of a request
// that no layer denied, and of which no cause with a cure is known.
func (s *Server) Advice(requestID string) (*Advice, error) {
	return advise(context.Background(), s, requestID)
}

// advise is Server.Advice until it is called off. Errors: its own; that of the context.
func advise(ctx context.Context, s *Server, requestID string) (*Advice, error) {
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
	now := &retrial{subject: w, options: s.options(w.private), record: r, forks: []*store.Live{w.live.Fork()}}
	defer now.close()
	past := w.past.find(requestID)
	if past == nil {
		a, err := now.advise(ctx)
		if err == nil {
			a.Moved = since(a)
		}
		return a, err
	}
	then := &retrial{subject: w, options: now.options, record: r, forks: []*store.Live{past}}
	defer then.close()
	a, err := then.advise(ctx)
	if err == nil {
		a.Moved = moved(then, now, a)
	}
	return a, err
}

// advise has the advice, with the commands that make its changes.
func (t *retrial) advise(ctx context.Context) (*Advice, error) {
	a, err := advice.On(ctx, t)
	if err == nil {
		awscli.Advise(a, t.forks[0].Now(), t.record.Account())
	}
	return a, err
}

// since says of an advice in the present world what may have become of the one that refused
// the request, which nobody remembers.
func since(a *Advice) string {
	if len(a.Changes) == 0 {
		return passesNow
	}
	return "the world that refused the request is not kept any more: this is for the world as it is now"
}
