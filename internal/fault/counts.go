package fault

import (
	"sync"
	"sync/atomic"
	"time"
)

// Counts is what a world remembers of its rules: whom they met and struck. It is safe for
// concurrent use; the zero Counts is ready.
type Counts struct {
	of sync.Map // *Rule to *counter
}

// Tally is how often a rule matched a request, and struck one.
type Tally struct{ Matched, Struck uint64 }

// Tally is what has come of the rule.
func (c *Counts) Tally(r *Rule) Tally {
	known, ok := c.of.Load(r)
	if !ok {
		return Tally{}
	}
	return Tally{known.(*counter).matched.Load(), known.(*counter).struck.Load()}
}

// Forget forgets the rules of a plan that the one in its place has no more.
func (c *Counts) Forget(old, now *Plan) {
	stays := map[*Rule]bool{}
	for _, r := range now.whole() {
		stays[r] = true
	}
	for _, r := range old.whole() {
		if !stays[r] {
			c.of.Delete(r)
		}
	}
}

func (c *Counts) counter(r *Rule) *counter {
	known, ok := c.of.Load(r)
	if !ok {
		known, _ = c.of.LoadOrStore(r, &counter{values: map[value]*tally{}, born: map[value]int{}})
	}
	return known.(*counter)
}

// Meet finds the rules that a request matches, which has arrived in a world with that
// plan; nil: none does.
func (c *Counts) Meet(p *Plan, r *Request) *Visit {
	if p.Empty() {
		return nil
	}
	var v *Visit
	for _, about := range p.rulesAbout(r.Operation) {
		rule := about.rule
		if !rule.Match.fits(r) || !rule.When.awake(r.Now, p.Loaded) {
			continue
		}
		if v == nil {
			v = &Visit{Request: *r, seed: p.Seed}
		}
		counter := c.counter(rule)
		counter.matched.Add(1)
		v.met = append(v.met, meeting{rule, counter, about.stage})
	}
	return v
}

// awake says whether the request has come in the rule's time.
func (w *When) awake(now, loaded time.Time) bool {
	return len(w.Between) != 2 || !now.Before(w.Between[0].From(loaded)) && now.Before(w.Between[1].From(loaded))
}

// counter is what is remembered of one rule.
type counter struct {
	matched, struck atomic.Uint64

	mu     sync.Mutex
	values map[value]*tally
	born   map[value]int // how many values there are that draw alike: see origin
	memory any           // the effects'
}

// tally is what is counted for one value of what a rule counts for.
type tally struct {
	reached uint64 // how many requests reached the stage of the rule
	turns   uint64 // how many of them it struck, or let pass as its step was
	origin  value  // what its draws come of
	nth     int    // of those with that origin
}

// value is what requests are counted for. The empty one is that of the world, and of
// requests that lack what is counted for.
type value struct{ bucket, key, of string }

// valueOf is what the request is counted for.
func (r *Request) valueOf(per Per) value {
	switch per {
	case PerKey:
		if r.Key != "" {
			return value{bucket: r.Bucket, key: r.Key}
		}
	case PerUpload:
		if r.Upload != "" {
			return value{r.Bucket, r.Key, r.Upload}
		}
	case PerCaller:
		return value{of: r.Caller}
	case PerConnection:
		return value{of: r.connection()}
	}
	return value{}
}

// origin is what the draws of a value come of. Ids of uploads and addresses of
// connections are other ones each time: there it is the key, or nothing, and the value's
// number among its like.
func (v value) origin(per Per) value {
	if per == PerUpload || per == PerConnection {
		v.of = ""
	}
	return v
}

// connection tells the request's connection from all others.
func (r *Request) connection() string { return r.HTTP.RemoteAddr }

// tally is that of the value. Hold mu.
func (c *counter) tally(v value, per Per) *tally {
	t := c.values[v]
	if t == nil {
		t = &tally{origin: v.origin(per)}
		t.nth = c.born[t.origin]
		if t.origin != v {
			c.born[t.origin]++
		}
		c.values[v] = t
	}
	return t
}

// meet counts the request that has reached the rule's stage, and takes the rule's turn,
// if it is one and free says that no other rule has the stage: all in one step.
func (c *counter) meet(s *Strike, free bool) (struck bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	when, t := &s.Rule.When, c.tally(s.Request.valueOf(s.Rule.When.Per), s.Rule.When.Per)
	t.reached++
	s.draw = draw{s.visit.seed, s.Rule.Name, t.origin, t.nth, t.reached}
	if !free || !when.turn(t, s.draw) {
		return false
	}
	step := s.Rule.Steps[min(t.turns, uint64(len(s.Rule.Steps)-1))]
	s.Effect, s.AfterBytes, s.memory = step.Effect, step.AfterBytes, &c.memory
	if chooses, ok := s.Effect.(Choosing); ok && !chooses.Chooses(s) {
		return false
	}
	t.turns++
	if s.Effect != Pass {
		c.struck.Add(1)
	}
	return true
}

// turn says whether it is the rule's turn: after, every, first and probability hold, in
// this order.
func (w *When) turn(t *tally, d draw) bool {
	after := uint64(w.After)
	switch {
	case t.reached <= after,
		w.Every > 1 && (t.reached-after)%uint64(w.Every) != 0,
		w.First > 0 && t.turns >= uint64(w.First):
		return false
	}
	return w.Probability == 0 || d.fraction() < w.Probability
}
