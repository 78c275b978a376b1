package emulator

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/tree"
)

// Fault is a fault rule of a world and what has come of it.
type Fault struct {
	Name     string
	MustFire bool
	// Rule is all of it, in the form of the scenario file, as a JSON object.
	Rule json.RawMessage
	// Matched is how many requests it was about, Struck how many of them it struck.
	Matched, Struck uint64
}

// MarshalJSON is the rule with its counters beside its own keys.
func (f Fault) MarshalJSON() ([]byte, error) {
	counted, err := json.Marshal(map[string]uint64{"matched": f.Matched, "struck": f.Struck})
	if err != nil {
		return nil, err
	}
	if len(f.Rule) < 2 {
		return nil, errors.New("a fault without its rule")
	}
	return append(append(f.Rule[:len(f.Rule)-1:len(f.Rule)-1], ','), counted[1:]...), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (f *Fault) UnmarshalJSON(text []byte) error {
	told := struct {
		Name            string
		MustFire        bool `json:"must_fire"`
		Matched, Struck uint64
	}{}
	if err := json.Unmarshal(text, &told); err != nil {
		return err
	}
	rule := map[string]json.RawMessage{}
	if err := json.Unmarshal(text, &rule); err != nil {
		return err
	}
	delete(rule, "matched")
	delete(rule, "struck")
	*f = Fault{Name: told.Name, MustFire: told.MustFire, Matched: told.Matched, Struck: told.Struck}
	var err error
	f.Rule, err = json.Marshal(rule)
	return err
}

// Faults is the fault rules of a world, in the order in which they strike. Error: *NotFound.
func (s *Server) Faults(world string) ([]Fault, error) {
	w, err := s.worlds.find("world", world)
	if err != nil {
		return nil, err
	}
	rules := w.live.Now().Faults.All()
	all := make([]Fault, len(rules))
	for i, r := range rules {
		text, err := fault.Describe(rules[i : i+1]).Items[0].MarshalJSON()
		if err != nil {
			return nil, err
		}
		tally := w.counts.Tally(r)
		all[i] = Fault{Name: r.Name, MustFire: r.MustFire, Rule: text, Matched: tally.Matched, Struck: tally.Struck}
	}
	return all, nil
}

// NeverStruck is the names of the rules of a world that must fire and have not. Error: *NotFound.
func (s *Server) NeverStruck(world string) ([]string, error) {
	w, err := s.worlds.find("world", world)
	if err != nil {
		return nil, err
	}
	return w.neverStruck(), nil
}

func (w *World) neverStruck() (names []string) {
	for _, r := range w.live.Now().Faults.All() {
		if r.MustFire && w.counts.Tally(r).Struck == 0 {
			names = append(names, r.Name)
		}
	}
	return names
}

// SetFaults gives a world other fault rules, whole or not at all, and has their counters
// begin anew. The text is YAML or JSON: {"faults": [...]}, {"use": "lost-answer"} for a set, or the list alone.
// Errors: *NotFound, and what is wrong in the text, with line, column and the nearest name.
func (s *Server) SetFaults(world string, text []byte) error {
	n, err := fault.Parse(faultsText, text)
	if err != nil {
		return err
	}
	return s.setFaults(world, n)
}

// faultsText stands where a file's name stands in the errors of rules that are no file's.
const faultsText = "faults"

func (s *Server) setFaults(world string, n *tree.Node) error {
	return s.changeFaults(world, func(w *World, m *store.Moment) (store.World, error) {
		return build.Of(w.scenario).SetFaults(m, n)
	})
}

// AddFault gives a world one more fault rule, behind those that it has, and returns its name. The text is
// YAML or JSON. Errors: as SetFaults.
func (s *Server) AddFault(world string, text []byte) (name string, err error) {
	n, err := fault.Parse(faultsText, text)
	if err != nil {
		return "", err
	}
	return s.addFault(world, n)
}

func (s *Server) addFault(world string, n *tree.Node) (name string, err error) {
	err = s.changeFaults(world, func(w *World, m *store.Moment) (change store.World, err error) {
		change, name, err = build.Of(w.scenario).AddFault(m, n)
		return change, err
	})
	return name, err
}

// RemoveFaults takes all fault rules away from a world. Error: *NotFound.
func (s *Server) RemoveFaults(world string) error {
	return s.changeFaults(world, func(_ *World, m *store.Moment) (store.World, error) {
		return store.World{Faults: m.Faults.With(nil)}, nil
	})
}

// RemoveFault takes the fault rule of that name away from a world. Error: *NotFound, of the
// world or of the rule.
func (s *Server) RemoveFault(world, name string) error {
	return s.changeFaults(world, func(_ *World, m *store.Moment) (store.World, error) {
		all := m.Faults.All()
		if m.Faults.Find(name) == nil {
			return store.World{}, &NotFound{Kind: "fault rule", Name: name, Nearest: nearest.Name(name, ruleNames(all))}
		}
		left := slices.DeleteFunc(slices.Clone(all), func(r *fault.Rule) bool { return r.Name == name })
		return store.World{Faults: m.Faults.With(left)}, nil
	})
}

func ruleNames(all []*fault.Rule) []string {
	names := make([]string, len(all))
	for i, r := range all {
		names[i] = r.Name
	}
	return names
}

// changeFaults makes a change of a world's fault rules. Those that stay keep their counters.
func (s *Server) changeFaults(world string, from func(*World, *store.Moment) (store.World, error)) error {
	w, err := s.worlds.find("world", world)
	if err != nil {
		return err
	}
	return w.change(func(m *store.Moment) (store.World, error) { return from(w, m) })
}
