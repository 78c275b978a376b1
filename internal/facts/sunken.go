package facts

import (
	"cmp"
	"slices"

	"github.com/s3fault/s3fault/internal/tree"
)

// sunken is a run of keys that were meant to be within the key above them, which is empty,
// and line up with it: YAML takes that.
type sunken struct{ above, from, to int } // places among the keys; to is not one of them

// sunkenIn are those of a mapping. belongs says of a key whether it could be meant to be
// within the one above; what is below such a key is not looked at by itself.
func sunkenIn(n *tree.Node, belongs func(above int, key string) bool) []sunken {
	var all []sunken
	for i := 0; i < len(n.Keys); i++ {
		run := sunken{i, i + 1, i + 1}
		for run.to < len(n.Keys) && isUnder(n, i, run.to) && belongs(i, n.Keys[run.to].Text) {
			run.to++
		}
		if run.to > run.from {
			all = append(all, run)
			i = run.to - 1
		}
	}
	return all
}

// isUnder says whether the key at i has nothing behind it, and the one at k stands on a
// line below and lines up with it.
func isUnder(n *tree.Node, i, k int) bool {
	empty, a, b := n.Items[i], n.Keys[i].At, n.Keys[k].At
	return empty.Kind == tree.Null && empty.Text == "" && a.Column == b.Column && a.Line < b.Line
}

// has says whether the key is in the run, or the empty one above it.
func (r sunken) has(key int) bool { return key >= r.above && key < r.to }

func isSunken(all []sunken, key int) bool {
	return slices.ContainsFunc(all, func(r sunken) bool { return r.has(key) })
}

// fail is the error for the run, which counts as what it was meant for: the value of the
// key above it.
func (r sunken) fail(m *mending, of *Form, w *Whole) {
	above, first := m.n.Keys[r.above], m.n.Keys[r.from]
	e := tree.Fail(first, "the key %q lines up with %q on line %d, which is empty: what belongs to that is indented by "+
		"more spaces", first.Text, above.Text, above.At.Line)
	e.Beside = above.At.Line
	m.fail(e)
	meant := &tree.Node{Kind: tree.Mapping, At: first.At, Keys: m.n.Keys[r.from:r.to], Items: m.n.Items[r.from:r.to]}
	good, err := of.check(meant, w)
	m.fail(err)
	m.keep(above, cmp.Or(good, &tree.Node{Kind: tree.Mapping, At: above.At, Broken: true}))
}

// sunken are keys that the shape does not have, and the form of the key above them may.
func (s *Shape) sunken(n *tree.Node) []sunken {
	return sunkenIn(n, func(above int, key string) bool {
		at := s.index(n.Keys[above].Text)
		return at >= 0 && s.index(key) < 0 && s.facts[at].form.takes(key)
	})
}

// sunken are names that are keys of what is named: a name with nothing behind it names
// nothing.
func (f *Form) sunken(n *tree.Node) []sunken {
	return sunkenIn(n, func(_ int, key string) bool { return f.takes(key) })
}

// takes says whether the form is a mapping that may have the key.
func (f *Form) takes(key string) bool {
	return f.named || slices.ContainsFunc(f.within, func(s *Shape) bool { return s.index(key) >= 0 })
}
