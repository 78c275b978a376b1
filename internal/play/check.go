package play

import (
	"context"
	"fmt"

	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// Report is how the check of a scenario went.
type Report struct {
	Played   int      // calls, each time counted
	Failures []string // a line each: scenario, list, which call of it, and what differs
	// Entries is what the journal has of the requests, by the failures that are about one.
	Entries map[string]*journal.Entry
}

func (r *Report) add(o Report) {
	r.Played += o.Played
	r.Failures = append(r.Failures, o.Failures...)
	for failure, entry := range o.Entries {
		r.explain(failure, entry)
	}
}

func (r *Report) explain(failure string, entry *journal.Entry) {
	if r.Entries == nil {
		r.Entries = map[string]*journal.Entry{}
	}
	r.Entries[failure] = entry
}

// Check plays a scenario against a fresh world of it: every expectation, then
// the fix, and what must hold after it. Where the cure is in the program there is no fix:
// its calls meet the world as it was loaded. ctx bounds the whole.
func Check(ctx context.Context, p *Player, s *scenarios.Scenario) Report {
	before := Before(ctx, p, s)
	cure, name := p.Fix, "fix_patch"
	if !s.HasPatch() {
		cure, name = p.Reset, "reset"
	}
	if err := cure(ctx); err != nil {
		c := &checking{before, s, p}
		c.fail("%s: %v", name, err)
		return c.Report
	}
	before.add(After(ctx, p, s))
	return before
}

// Before plays what a client must see in a world without the fix.
func Before(ctx context.Context, p *Player, s *scenarios.Scenario) Report {
	c := checks(p, s)
	c.play(ctx, "expect", c.scenario.Expect)
	c.holdRules(ctx)
	return c.Report
}

// After plays what must hold, and what must not, in a world with the fix.
func After(ctx context.Context, p *Player, s *scenarios.Scenario) Report {
	c := checks(p, s)
	c.play(ctx, "after_fix", c.scenario.AfterFix)
	c.play(ctx, "still_denied", c.scenario.StillDenied)
	return c.Report
}

type checking struct {
	Report
	scenario *scenarios.Scenario // as it is told in the player's world
	player   *Player
}

func checks(p *Player, s *scenarios.Scenario) *checking {
	c := &checking{scenario: s, player: p}
	told, err := s.In(p.Callers, p.Tokens)
	if err != nil {
		c.fail("with the keys of its callers: %v", err)
		return c
	}
	c.scenario = told
	return c
}

// play plays a list, which has what its calls save to itself.
func (c *checking) play(ctx context.Context, list string, calls []scenarios.Call) {
	r := c.player.begin()
	for i, call := range calls {
		where := fmt.Sprintf("%s[%d] %s as %s", list, i, call.Call, call.As)
		if !call.Sends() {
			where = fmt.Sprintf("%s[%d], a step of the clock", list, i)
		}
		c.Played += len(call.Each())
		differences, err := r.step(ctx, call)
		if err != nil {
			c.fail("%s: %v", where, err)
		}
		for _, d := range differences {
			failure := c.fail("%s: %s", where, d)
			c.explain(failure, d.entry)
		}
	}
}

// holdRules wants each fault rule that says so to have struck.
func (c *checking) holdRules(ctx context.Context) {
	idle, err := c.player.neverStruck(ctx)
	if err != nil {
		c.fail("the world's fault rules: %v", err)
	}
	for _, name := range idle {
		c.fail("the rule %s must strike and never struck (rule-never-struck)", name)
	}
}

func (c *checking) fail(format string, args ...any) string {
	line := fmt.Sprintf("%s (%s): %s", c.scenario.Name, c.player.Responses, fmt.Sprintf(format, args...))
	line = tree.OneLine(line)
	c.Failures = append(c.Failures, line)
	return line
}
