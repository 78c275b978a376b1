package audit

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/nearest"
)

// builtIn are the fault sets of an audit, in the order of the cases of an operation, and what
// their cases are called.
var builtIn = []struct{ name, title, means string }{
	{"slow-down-first", "%s slowed down", "503 SlowDown, the first time for each key"},
	{"error-500-first", "%s failed", "500 InternalError, the first time for each key"},
	{"reset-before", "%s reset", "the connection is reset in place of the first answer for each key"},
	{"reset-within", "%s reset within", "the connection is reset within the first body for each key"},
	{"lost-answer", "%s lost", "a write happens, and its answer is 500 InternalError, the first time for each key"},
	{"error-in-200", "%s failed in a 200", "200, and an error in its body, the first time for each key"},
	{"truncated", "%s truncated", "the first answer for each key ends too early, in order"},
	{"corrupted", "%s corrupted", "a bit of the first body for each key is another one"},
	{"stalled", "%s stalled", "the first body stops within, and nothing more comes"},
	{"throttled", "%s throttled", "ten requests a second for each prefix, then SlowDown; where there are more"},
}

// BuiltIn are the fault sets of an audit that names none.
func BuiltIn() []string {
	names := make([]string, len(builtIn))
	for i, b := range builtIn {
		names[i] = b.name
	}
	return names
}

// faultTitle is the name of a set's case for an operation.
func faultTitle(set, operation string) string {
	for _, b := range builtIn {
		if b.name == set {
			return fmt.Sprintf(b.title, operation)
		}
	}
	return operation + " with " + set
}

// known are the fault sets that there are.
func (a *auditing) known() (fault.Known, error) { return a.OwnFile.Sys().(*fault.Knowing).Get() }

// check wants names that there are, and a command.
func (a *auditing) check() error {
	if len(a.Program.Args) == 0 {
		return fmt.Errorf("an audit wants a command")
	}
	if _, err := a.File.Scenario(a.World); err != nil {
		return err
	}
	for _, name := range a.Own {
		if _, err := a.OwnFile.Scenario(name); err != nil {
			return err
		}
	}
	for _, name := range a.Deny {
		if err := among("way to refuse", name, Denials()); err != nil {
			return err
		}
	}
	known, err := a.known()
	if err != nil {
		return err
	}
	for _, name := range a.Faults {
		if err := among("fault set", name, known.SetNames()); err != nil {
			return err
		}
	}
	return nil
}

func among(kind, name string, all []string) error {
	if slices.Contains(all, name) {
		return nil
	}
	if near := nearest.Name(name, all); near != "" {
		return fmt.Errorf("no %s %q (did you mean %q?)", kind, name, near)
	}
	return fmt.Errorf("no %s %q: there are %v", kind, name, all)
}

// projection makes the cases of an audit.
type projection struct {
	*auditing
	plans   []plan
	leftOut []string
	made    map[string]string // the case of a world that is made already
}

// project makes the cases from what the baselines asked for.
func (a *auditing) project(b *finding.Baselines) ([]plan, []string, error) {
	p := &projection{auditing: a, made: map[string]string{}}
	all := usedIn(b)
	for _, u := range all {
		if err := p.deny(u); err != nil {
			return nil, nil, err
		}
		if err := p.strike(u); err != nil {
			return nil, nil, err
		}
	}
	if err := p.denyOnce(all); err != nil {
		return nil, nil, err
	}
	err := p.ownScenarios()
	return p.plans, p.leftOut, err
}

func (p *projection) chosen(d *denial) bool { return p.Deny == nil || slices.Contains(p.Deny, d.name) }

// deny makes the cases in which an operation is refused.
func (p *projection) deny(u *used) error {
	for i := range denials {
		d := &denials[i]
		if d.once || !p.chosen(d) || !d.about(u) {
			continue
		}
		c := finding.Case{Name: d.caseOf(u.operation), Operation: u.operation, Deny: d.name}
		if err := p.refuse(d, u, c); err != nil {
			return err
		}
	}
	return nil
}

// denyOnce makes those that are about no operation alone.
func (p *projection) denyOnce(all []*used) error {
	for i := range denials {
		d := &denials[i]
		if !d.once || !p.chosen(d) || len(all) == 0 {
			continue
		}
		if err := p.refuse(d, together(all), finding.Case{Name: d.title, Deny: d.name}); err != nil {
			return err
		}
	}
	return nil
}

func (p *projection) refuse(d *denial, u *used, c finding.Case) error {
	made, err := d.make(p.subject, u)
	if err != nil {
		p.leave(c.Name, err.Error())
		return nil
	}
	return p.add(c, made)
}

func (p *projection) leave(name, why string) { p.leftOut = append(p.leftOut, name+": "+why) }

// add makes a case of a changed world. One that an earlier case has already is left out: one run
// shows all that there is to see in a world.
func (p *projection) add(c finding.Case, made change) error {
	next := plan{Case: c, scenario: p.World}
	var err error
	if next.patch, err = p.patch(made.patch); err != nil {
		return err
	}
	if made.rules != nil {
		if next.rules, err = json.Marshal(made.rules); err != nil {
			return err
		}
	}
	world := string(next.patch) + string(next.rules)
	if first, ok := p.made[world]; ok {
		p.leave(c.Name, "it is the same world as that of "+first)
		return nil
	}
	p.made[world] = c.Name
	next.Name = p.unique(c)
	p.plans = append(p.plans, next)
	return nil
}

// unique is a case's name, with what makes it where another has the same.
func (p *projection) unique(c finding.Case) string {
	if slices.ContainsFunc(p.plans, func(other plan) bool { return other.Name == c.Name }) {
		return fmt.Sprintf("%s (%s%s)", c.Name, c.Deny, c.Faults)
	}
	return c.Name
}

// strike makes the cases in which fault rules strike an operation.
func (p *projection) strike(u *used) error {
	sets := p.Faults
	if sets == nil {
		sets = BuiltIn()
	}
	known, err := p.known()
	if err != nil {
		return err
	}
	for _, set := range sets {
		c := finding.Case{Name: faultTitle(set, u.operation), Operation: u.operation, Faults: set}
		rules, none, err := known.Narrowed(set, u.asked())
		switch {
		case err != nil:
			return err
		case none != "":
			p.leave(c.Name, none)
		case len(rules) > 0:
			if set == stalled {
				once(rules)
			}
			var made change
			if made.rules, err = written(rules); err == nil {
				err = p.add(c, made)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// stalled is the set whose strikes last as long as the program's patience, a minute by default:
// one for each key would be taken for a hang.
const stalled = "stalled"

// once has rules strike one request in all, where they strike one for each key.
func once(rules []*fault.Rule) {
	for _, r := range rules {
		r.When.Per = fault.PerWorld
	}
}

// written are rules in the form of the scenario file.
func written(rules []*fault.Rule) (all []any, err error) {
	text, err := fault.Describe(rules).MarshalJSON()
	if err != nil {
		return nil, err
	}
	return all, json.Unmarshal(text, &all)
}

// ownScenarios makes a case of each scenario of the file's own that has the program's caller.
func (p *projection) ownScenarios() error {
	for _, name := range p.Own {
		w, err := p.own.World(name, nil)
		if err != nil {
			return err
		}
		_, has := w.Scenario.Callers[p.Program.Caller]
		if err := w.Close(); err != nil {
			return err
		}
		if !has {
			p.leave(name, fmt.Sprintf("it has no caller %q", p.Program.Caller))
			continue
		}
		next := plan{Case: finding.Case{Name: name}, own: true, scenario: name}
		if next.patch, err = p.patch(nil); err != nil {
			return err
		}
		p.plans = append(p.plans, next)
	}
	return nil
}
