// Package grade says whether the cure of a scenario that somebody made is a good one: does
// what should pass, is what must be refused still refused, and what can somebody do now that
// he could do neither before nor under the scenario's own fix.
package grade

import (
	"context"
	"time"

	"github.com/s3fault/s3fault/internal/deeds"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// Case is a world that is to be graded.
type Case struct {
	Scenario *scenarios.Scenario // as it is told in this world
	Loaded   *store.Moment       // the world as it is loaded
	Fixed    *store.Moment       // the same with the scenario's own fix; nil: the cure is in the program
	Now      *store.Moment       // the world as it is
	Time     time.Time           // the world's
	// Play sends calls to a copy of the world as it is now, one list after the other to the
	// same copy, and a list that begins anew to a new one.
	Play func(ctx context.Context, anew bool, list []scenarios.Call) ([]Answer, error)
}

// Answer is a call as it was answered one time.
type Answer struct {
	Call    scenarios.Call
	Want    scenarios.Want
	Saw     int      // the status; 0: no answer came
	Differs []string // what is not as wanted
}

// Of grades. Errors: those of calls that could not be sent, and of ctx.
func Of(ctx context.Context, c Case) (*journal.Grade, error) {
	after, err := c.Play(ctx, true, c.Scenario.AfterFix)
	if err != nil {
		return nil, err
	}
	denied, err := c.mustBeDenied(ctx)
	if err != nil {
		return nil, err
	}
	d := deeds.Cast(c.Loaded, c.Time, deeds.Subject{}).Compare(c.Now, c.yardsticks()...)
	g := &journal.Grade{
		Fixed: true, AfterFix: told(after), StillDenied: told(denied),
		Opened: plain(d.Opened), Closed: plain(d.Closed), Asked: d.Asked, Smallest: smallest(c.Scenario),
	}
	for _, a := range after {
		g.Fixed = g.Fixed && len(a.Differs) == 0
	}
	g.Verdict = verdict(g, denied)
	return g, nil
}

func (c *Case) yardsticks() []*store.Moment {
	if c.Fixed == nil {
		return nil
	}
	return []*store.Moment{c.Fixed}
}

func verdict(g *journal.Grade, denied []Answer) journal.Mark {
	passed := false
	for _, a := range denied {
		passed = passed || a.passed()
	}
	switch {
	case len(g.Opened) > 0, passed && g.Fixed:
		return journal.TooWide // a cure that opens is dangerous, whether it cures or not
	case !g.Fixed:
		return journal.NotFixed
	case len(g.Closed) > 0:
		return journal.BrokeSomething
	}
	return journal.Good
}

// passed says that a call which must be refused was not.
func (a *Answer) passed() bool { return a.Saw/100 == 2 }

func plain(found []deeds.Found) []journal.Deed {
	all := make([]journal.Deed, len(found))
	for i := range found {
		all[i] = found[i].Deed
	}
	return all
}
