package build

import (
	"slices"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// faults are the rules by which requests are struck.
var faults = facts.Fact("faults", fault.Items, (*making).setFaults,
	func(*making) []fault.Item { return nil }).
	Says("what goes wrong: fault rules, in the order in which they are asked").
	Written(func(w *making) *tree.Node { return fault.Describe(w.faults.Rules) })

func (w *making) setFaults(items []fault.Item, n *tree.Node) error {
	if len(items) == 0 {
		w.faults.Rules = nil
		return nil
	}
	known, err := knownIn(w.scene, w.Callers)
	if err != nil {
		return err
	}
	for _, r := range w.ruled.All() { // their callers may have gone since
		known.Callers = append(known.Callers, r.Match.Caller)
	}
	w.faults.Rules, err = known.Rules(items, n)
	return err
}

// SetFaults is the change of a world that replaces all its fault rules, by {"faults": [...]}
// or {"use": NAME}; all counters begin anew. Errors: *tree.Error, with the place in the tree.
func (s *Scene) SetFaults(m *store.Moment, n *tree.Node) (store.World, error) {
	known, err := knownIn(s, m.State.Callers)
	if err != nil {
		return store.World{}, err
	}
	rules, err := known.ReadRules(n)
	if err != nil {
		return store.World{}, err
	}
	return store.World{Faults: m.Faults.With(rules)}, nil
}

// AddFault is the change of a world that one more rule makes, behind the others, and
// the rule's name. Errors: as SetFaults; there is a rule of that name.
func (s *Scene) AddFault(m *store.Moment, n *tree.Node) (store.World, string, error) {
	known, err := knownIn(s, m.State.Callers)
	if err != nil {
		return store.World{}, "", err
	}
	rule, err := known.ReadRule(n, m.Faults.All())
	if err != nil {
		return store.World{}, "", err
	}
	all := append(slices.Clip(m.Faults.All()), rule)
	return store.World{Faults: m.Faults.With(all)}, rule.Name, nil
}

// knownIn is what rules are held against in a world with these callers.
func knownIn(s *Scene, callers map[string]*world.Caller) (fault.Known, error) {
	known, err := s.Faults.Get()
	known.Callers = append([]string{}, keysOf(callers)...)
	return known, err
}
