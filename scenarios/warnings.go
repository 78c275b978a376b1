package scenarios

import (
	"slices"
	"strings"
	"sync"

	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// Warnings are what is taken in these scenarios of the file and is probably not meant, in
// the order of the file; of none named: in all of them. Each has its place. What the
// scenario says that it warns of is not among them. An unknown name warns of nothing.
func (f *File) Warnings(names ...string) []*Error {
	if len(names) == 0 {
		names = f.names
	}
	var all []error
	for _, name := range names {
		if s, err := f.Scenario(name); err == nil {
			all = append(all, s.warnings())
		}
	}
	return warned(tree.Join(all...))
}

// Warnings are those of the scenario alone.
func (s *Scenario) Warnings() []*Error { return warned(s.warnings()) }

func warned(err error) []*Error {
	var all []*Error
	for _, one := range tree.Each(err) {
		if e, ok := one.(*tree.Error); ok {
			all = append(all, (*Error)(e))
		}
	}
	return all
}

// doubts are what is to be warned of, which is found when somebody first asks.
type doubts struct {
	once  sync.Once
	state *world.State // that the check has made; nil: it is not needed any more
	found error
}

func (s *Scenario) warnings() error {
	d := s.doubts
	d.once.Do(func() {
		d.found = tree.PlacedAt(s.key, s.withoutExpected(tree.Join(s.scene.Doubts(d.state), s.unreached())))
		d.state = nil
	})
	return d.found
}

// withoutExpected leaves out the warnings that the scenario is about, and warns of those
// that it wants and that do not come.
func (s *Scenario) withoutExpected(err error) error {
	came := map[string]bool{}
	all := slices.DeleteFunc(slices.Clone(tree.Each(err)), func(one error) bool {
		expected := false
		for _, part := range s.Warns {
			if strings.Contains(one.Error(), part) {
				came[part], expected = true, true
			}
		}
		return expected
	})
	for i, part := range s.Warns {
		if !came[part] {
			all = append(all, tree.Fail(s.scene.Facts.Get("warns").Items[i], "no warning has this text"))
		}
	}
	return tree.Join(all...)
}

// unreached warns of what the scenario has itself and no call names.
func (s *Scenario) unreached() error {
	if len(s.Expect)+len(s.AfterFix)+len(s.StillDenied) == 0 {
		return tree.Fail(s.key, "the scenario %s expects nothing: check plays no call of it", s.Name)
	}
	said := s.said()
	return tree.Join(
		s.unnamed("buckets", "bucket", said),
		s.unnamed("callers", "caller", append(said, adminOf(s)...)),
	)
}

// said is every text of the scenario's calls and commands.
func (s *Scenario) said() []string {
	var texts []string
	var visit func(n *tree.Node)
	visit = func(n *tree.Node) {
		if n.Scalar() {
			texts = append(texts, n.Text)
		}
		for _, item := range n.Items {
			visit(item)
		}
	}
	for _, list := range toldOf {
		if n := s.scene.Facts.Get(list); n != nil {
			visit(n)
		}
	}
	return texts
}

// adminOf is the caller who types the commands that name nobody.
func adminOf(s *Scenario) []string {
	all := slices.Concat(s.FixCommands, s.Lesson.Symptom, s.Lesson.Diagnose)
	if slices.ContainsFunc(all, func(c Command) bool { return c.As == adminCaller }) {
		return []string{adminCaller}
	}
	return nil
}

// unnamed warns of the scenario's own things that none of the texts has the name of.
func (s *Scenario) unnamed(things, what string, texts []string) error {
	own, others := s.own.Get(things), s.defaults.Get(things)
	if own == nil {
		return nil
	}
	var all []error
	for _, key := range own.Keys {
		names := func(text string) bool { return strings.Contains(text, key.Text) }
		if others.Get(key.Text) != nil || slices.ContainsFunc(texts, names) {
			continue
		}
		e := tree.Fail(key, "no call of expect, after_fix or still_denied, and no command, names the %s %s", what, key.Text)
		if near := nearest.Name(key.Text, texts); near != key.Text {
			e.Nearest = near
		}
		all = append(all, e)
	}
	return tree.Join(all...)
}
