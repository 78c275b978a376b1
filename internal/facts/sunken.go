package facts

import (
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

// fail is the error for the run, and takes it out. What is above it is there, with nothing
// said of what is in it.
func (r sunken) fail(m *mending) {
	above, first := m.n.Keys[r.above], m.n.Keys[r.from]
	e := tree.Fail(first, "the key %q lines up with %q on line %d, which is empty: what belongs to that is indented by "+
		"more spaces", first.Text, above.Text, above.At.Line)
	e.Beside = above.At.Line
	m.failOwn(e)
	m.keep(above, &tree.Node{Kind: tree.Mapping, At: above.At, Broken: true})
}

// sunken are keys that the shape does not have, and the form of the key above them may.
func (s *Shape) sunken(n *tree.Node) []sunken {
	return sunkenIn(n, func(above int, key string) bool {
		at := s.index(n.Keys[above].Text)
		return at >= 0 && s.index(key) < 0 && s.facts[at].form.takes(key)
	})
}

// sunken are names that are keys of what is named. One of them is no name, or has a value
// that no name has: else they may be names.
func (names Names) sunken(n *tree.Node, of *Form) []sunken {
	all := sunkenIn(n, func(_ int, key string) bool { return of.takes(key) })
	return slices.DeleteFunc(all, func(r sunken) bool {
		for i := r.from; i < r.to; i++ {
			kind := n.Items[i].Kind
			if kind != tree.Mapping && kind != tree.Null || names.Check != nil && names.Check(n.Keys[i]) != nil {
				return false
			}
		}
		return true
	})
}

// takes says whether the form is a mapping that may have the key.
func (f *Form) takes(key string) bool {
	return f.named || slices.ContainsFunc(f.within, func(s *Shape) bool { return s.index(key) >= 0 })
}
