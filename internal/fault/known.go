package fault

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/s3fault/s3fault/internal/tree"
)

// Known is what rules are held against as they are read.
type Known struct {
	Catalogue *Catalogue
	Sets      map[string][]*Rule // by name, beside the built-in ones
	Callers   []string           // those of the world; nil: it is not known which there are
}

// Knowing is what rules are held against, made when the first rule is read.
type Knowing struct{ once func() (Known, error) }

// Lazily is a Known that is made, once, when it is asked for.
func Lazily(make func() (Known, error)) *Knowing { return &Knowing{sync.OnceValues(make)} }

// Get is what rules are held against. Error: that of making it.
func (k *Knowing) Get() (Known, error) { return k.once() }

// Rules is what the items of a list stand for, in which no name is there twice: rules
// without a name get one. n is the list. Errors: *tree.Error, with the place in the list.
func (k Known) Rules(items []Item, n *tree.Node) ([]*Rule, error) {
	var all []*Rule
	var errs []error
	for i := range items {
		rules, err := k.rules(&items[i], n.Items[i])
		errs = append(errs, err)
		for _, r := range rules {
			if r.Name != "" && named(all, r.Name) {
				errs = append(errs, tree.Fail(n.Items[i].Find("name"), "there are two fault rules of the name %q", r.Name))
			}
			all = append(all, r)
		}
	}
	if err := tree.Join(errs...); err != nil {
		return nil, err
	}
	for i, r := range all {
		if r.Name == "" {
			all[i] = r.as(Free(all))
		}
	}
	return all, nil
}

func named(all []*Rule, name string) bool {
	return slices.ContainsFunc(all, func(r *Rule) bool { return r.Name == name })
}

// Free is a name that none of the rules has.
func Free(all []*Rule) string {
	for i := 1; ; i++ {
		if name := fmt.Sprintf("fault-%d", i); !named(all, name) {
			return name
		}
	}
}

func (r *Rule) as(name string) *Rule {
	c := *r
	c.Name = name
	return &c
}

func (k Known) rules(i *Item, n *tree.Node) ([]*Rule, error) {
	if i.Use != "" {
		return k.set(i.Use, n.Find("use"))
	}
	r := i.Rule
	return []*Rule{&r}, k.check(&r, n)
}

// Set is the rules of a set. Error: there is none of that name.
func (k Known) set(name string, at *tree.Node) ([]*Rule, error) {
	rules, ok := k.Sets[name]
	if !ok {
		return nil, tree.Unknown(at, "fault set", name, keysOf(k.Sets))
	}
	own := make([]*Rule, len(rules))
	for i, r := range rules {
		own[i] = r.as(r.Name)
	}
	return own, nil
}

// check holds a rule against what there is.
func (k Known) check(r *Rule, n *tree.Node) error {
	matched, err := k.Catalogue.matched(r, n)
	if err != nil {
		return err
	}
	if c := r.Match.Caller; c != "" && k.Callers != nil && c != Anonymous && !slices.Contains(k.Callers, c) {
		return tree.Unknown(n.Find("match", "caller"), "caller", c, append(slices.Clone(k.Callers), Anonymous))
	}
	if err := r.checkStage(matched, n); err != nil {
		return err
	}
	for i, s := range r.Steps {
		checks, ok := s.Effect.(Checking)
		if !ok {
			continue
		}
		for _, o := range matched {
			if err := checks.Check(o, k.Catalogue, r.stepNode(n, i).Find(s.Effect.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// stepNode is where a step of the rule stands.
func (r *Rule) stepNode(n *tree.Node, i int) *tree.Node {
	if list := given(n, "effects"); list != nil {
		return list.Items[i]
	}
	return n.Find("effect")
}

// checkStage wants a stage for the operations that the rule matches: for each that it
// names, and for one at least of those that a glob or a class stands for.
func (r *Rule) checkStage(matched []Operation, n *tree.Node) error {
	if r.Stage != "" {
		for _, s := range r.Steps {
			if !slices.Contains(s.stages(), r.Stage) {
				return tree.Fail(n.Find("stage"), "the effect %s cannot strike at %s%s, but at %s", s.Effect.Name(), r.Stage,
					s.where(), listed(s.stages()))
			}
		}
	}
	found := false
	for _, o := range matched {
		_, ok := r.stageFor(o)
		if !ok && r.Match.namesIt(o) {
			return r.noStage(o, n)
		}
		found = found || ok
	}
	if !found {
		return r.noStage(matched[0], n)
	}
	return nil
}

// noStage says why the rule has no stage at which it can strike an operation.
func (r *Rule) noStage(o Operation, n *tree.Node) error {
	switch {
	case r.Stage == RequestBody:
		return tree.Fail(n.Find("stage"), "requests for %s have no body to strike in", o)
	case r.Stage == ResponseBody:
		return tree.Fail(n.Find("stage"), "answers to %s have no body to strike in", o)
	case slices.ContainsFunc(stages, r.can):
		return tree.Fail(r.stepNode(n, 0), "%s has no body to strike in", o)
	}
	return tree.Fail(r.stepNode(n, 0), "there is no stage at which all of these effects can strike")
}

// namesIt says whether the rule names the operation, and does not just match it.
func (m *Match) namesIt(o Operation) bool {
	return slices.ContainsFunc(m.operations, func(p pattern) bool { return p.names() && p.fits(o) })
}

// where is the condition under which a step has its stages.
func (s Step) where() string {
	if s.AfterBytes != nil {
		return " with after_bytes"
	}
	return ""
}

func listed(all []Stage) string {
	texts := make([]string, len(all))
	for i, s := range all {
		texts[i] = string(s)
	}
	return strings.Join(texts, ", ")
}

// matched are the operations that a rule matches. Error: it names one that there is not.
func (in *Catalogue) matched(r *Rule, n *tree.Node) (all []Operation, err error) {
	at := n.Find("match", "operation")
	for i, p := range r.Match.operations {
		text := r.Match.Operations[i]
		if slices.ContainsFunc(in.Operations, p.fits) {
			continue
		}
		if at.Kind == tree.List {
			at = at.Items[i]
		}
		return nil, in.unknown(text, at)
	}
	for _, o := range in.Operations {
		if r.Match.operation(o) {
			all = append(all, o)
		}
	}
	return all, nil
}

// unknown is the error for a text that no operation matches.
func (in *Catalogue) unknown(text string, at *tree.Node) error {
	names := append(keysOf(classes), Credentials)
	for _, o := range in.Operations {
		names = append(names, o.String())
	}
	if strings.Contains(text, "*") {
		return tree.Fail(at, "no operation matches %q", text)
	}
	return tree.Unknown(at, "operation", text, names)
}
