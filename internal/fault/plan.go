package fault

import (
	"slices"
	"sync"
	"time"
)

// Plan is the rules of a world, in the order in which they strike, and what their draws
// come of. It is never changed; nil has no rules.
type Plan struct {
	Rules  []*Rule
	Seed   int
	Loaded time.Time // of the world, by its clock: windows can be told from then on
	Limits Limits

	limits []*Rule // that the Limits are
	about  about
}

// about is which rules are about an operation, found once.
type about struct {
	mu sync.RWMutex
	of map[Operation][]aboutOne
}

// aboutOne is a rule that matches an operation, and where it strikes requests for it.
type aboutOne struct {
	rule  *Rule
	stage Stage
}

// manyOperations is more than there are: what clients ask for may be anything.
const manyOperations = 1024

// rulesAbout are the rules that match an operation.
func (p *Plan) rulesAbout(o Operation) []aboutOne {
	p.about.mu.RLock()
	found, ok := p.about.of[o]
	p.about.mu.RUnlock()
	if ok {
		return found
	}
	for _, r := range p.whole() {
		if stage, ok := r.stageFor(o); ok && r.Match.operation(o) {
			found = append(found, aboutOne{r, stage})
		}
	}
	p.about.mu.Lock()
	defer p.about.mu.Unlock()
	if p.about.of == nil {
		p.about.of = map[Operation][]aboutOne{}
	}
	if len(p.about.of) < manyOperations {
		p.about.of[o] = found
	}
	return found
}

// Empty says that no request can be struck; nil is.
func (p *Plan) Empty() bool { return p == nil || len(p.Rules) == 0 && len(p.limits) == 0 }

// whole is the rules and what the limits are.
func (p *Plan) whole() []*Rule {
	if p == nil {
		return nil
	}
	return slices.Concat(p.Rules, p.limits)
}

// All is the rules, without the limits; nil has none.
func (p *Plan) All() []*Rule {
	if p == nil {
		return nil
	}
	return p.Rules
}

// Find is the rule of that name; nil: there is none.
func (p *Plan) Find(name string) *Rule {
	for _, r := range p.All() {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// With is the plan with other rules.
func (p *Plan) With(rules []*Rule) *Plan {
	if p == nil {
		return &Plan{Rules: rules}
	}
	return &Plan{Rules: rules, Seed: p.Seed, Loaded: p.Loaded, Limits: p.Limits, limits: p.limits}
}

// Anew is the plan with counters that begin at nothing.
func (p *Plan) Anew() *Plan {
	rules := make([]*Rule, len(p.All()))
	for i, r := range p.All() {
		again := *r
		rules[i] = &again
	}
	next := p.With(rules)
	next.limits = next.Limits.rules()
	return next
}

// Keeping is the plan of a world that had another one before: rules that are in both, under
// the same name and word for word, keep their counters, and so do limits.
func (p *Plan) Keeping(old *Plan) *Plan {
	next := p.Anew()
	for i, r := range p.Rules {
		if was := old.Find(r.Name); was != nil && was.describe().Equal(r.describe()) {
			next.Rules[i] = was
		}
	}
	if old == nil {
		return next
	}
	next.Loaded = old.Loaded
	if next.Limits == old.Limits {
		next.limits = old.limits
	}
	return next
}
