package facts

import "github.com/s3fault/s3fault/internal/tree"

// mending is a mapping or a list that is held against its form: what was wrong so far, and
// what is good.
type mending struct {
	n, good *tree.Node
	errs    []error
	names   map[string]bool // the keys of n, once one of them is misspelt
}

// begin is before anything is kept. What is broken already stays that.
func (m *mending) begin() {
	if m.good == nil {
		m.good = &tree.Node{Kind: m.n.Kind, At: m.n.At, Broken: m.n.Broken}
	}
}

// keep takes over a value that is good. Of a list it has no key.
func (m *mending) keep(key, item *tree.Node) {
	m.begin()
	if key != nil {
		m.good.Keys = append(m.good.Keys, key)
	}
	m.good.Items = append(m.good.Items, item)
}

// get is a value that was kept.
func (m *mending) get(key string) *tree.Node { return m.good.Get(key) }

// has says whether the mapping has the key. Of many that are misspelt each asks.
func (m *mending) has(key string) bool {
	if m.names == nil {
		m.names = make(map[string]bool, len(m.n.Keys))
		for _, k := range m.n.Keys {
			m.names[k.Text] = true
		}
	}
	return m.names[key]
}

// fail notes what is wrong within a value.
func (m *mending) fail(err error) {
	if err != nil {
		m.errs = append(m.errs, err)
	}
}

// failOwn notes what is wrong in the mapping itself.
func (m *mending) failOwn(err error) {
	if err != nil {
		m.fail(err)
		m.begin()
		m.good.Broken = true
	}
}

// takeOut notes the runs of keys that stand in the wrong place. of is the form of what they
// were meant for, by the key above them.
func (m *mending) takeOut(runs []sunken, of func(above string) *Form, w *Whole) []sunken {
	for _, r := range runs {
		r.fail(m, of(m.n.Keys[r.above].Text), w)
	}
	return runs
}

// done is what is good, the node itself where nothing is wrong, and all that is wrong.
func (m *mending) done() (*tree.Node, error) {
	if len(m.errs) == 0 {
		return m.n, nil
	}
	m.begin()
	return m.good, tree.Join(m.errs...)
}
