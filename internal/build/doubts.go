package build

import (
	"strings"

	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// Doubts are warnings about the policies of the scene and of its fix, and about the buckets that
// its buckets write to, each at the value that it is about: what AWS takes, and what is probably
// not meant. state is the scene's.
func (s *Scene) Doubts(state *world.State) error {
	d := &doubting{state: state}
	for i, key := range s.Facts.Keys {
		if World.Has(key.Text) {
			d.visit(s.Facts.Items[i])
		}
	}
	d.doubtTargets(s.Facts)
	if s.Fix != nil {
		d.visit(s.Fix)
	}
	return tree.Join(d.all...)
}

type doubting struct {
	state *world.State
	all   []error
}

// visit finds the policies in a tree: in whatever fact one stands, it has statements.
func (d *doubting) visit(n *tree.Node) {
	written := n
	switch {
	case n.Kind == tree.Text && strings.Contains(n.Text, `"Statement"`), n.Get("file") != nil && len(n.Keys) == 1:
		var err error
		if written, _, err = policyTree(n); err != nil {
			return
		}
	}
	if written.Get("Statement") == nil {
		for _, item := range n.Items {
			d.visit(item)
		}
		return
	}
	p, ok := written.Made.(*policy.Policy)
	if !ok {
		var err error
		if p, err = policy.Parse(written.TextJSON()); err != nil {
			return
		}
	}
	d.policy(p, written)
}

func (d *doubting) policy(p *policy.Policy, written *tree.Node) {
	for _, doubt := range p.Doubts() {
		e := tree.Fail(locate(written, doubt.Path), "%s", doubt.Message)
		e.Nearest = doubt.Nearest
		d.all = append(d.all, e)
	}
	for _, name := range p.Uncertain() {
		if doubt := world.DoubtAbout(d.state, name); doubt != "" {
			d.all = append(d.all, tree.Fail(written.FindText(name), "%s", doubt))
		}
	}
}
