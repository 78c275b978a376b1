package tree

import "gopkg.in/yaml.v3"

// converter turns the parser's nodes into ours, unfolding aliases.
type converter struct {
	file  string
	count int
	open  map[*yaml.Node]bool // anchors being unfolded
	errs  []error             // that the rest can be read beside
}

// convert is the tree of a document, as far as it is good; nil where it is none at all.
func convert(file string, y *yaml.Node) (*Node, error) {
	c := converter{file: file, open: make(map[*yaml.Node]bool)}
	n, err := c.convert(y, 0)
	if err != nil {
		return nil, Join(append(c.errs, err)...)
	}
	return n, Join(c.errs...)
}

// fail notes an error in a part of n, which is left out.
func (c *converter) fail(n *Node, err error) {
	n.Broken = true
	c.errs = append(c.errs, err)
}

// convert is the node of a parser's; nil: it is left out. The error is one that ends the
// reading.
func (c *converter) convert(y *yaml.Node, depth int) (*Node, error) {
	n := &Node{At: Place{File: c.file, Line: y.Line, Column: y.Column}}
	c.count++
	switch {
	case c.count > maxNodes:
		return nil, Fail(n, "the aliases unfold to more than %d values", maxNodes)
	case depth > maxDepth:
		return nil, Fail(n, "lists and mappings nest too deeply")
	case y.Kind == yaml.AliasNode:
		return c.alias(n, y, depth)
	case !n.setKind(y):
		c.fail(n, Fail(n, "the tag %s has no meaning in a scenario file", y.Tag))
		return nil, nil
	}
	if n.Kind == Mapping {
		return n, c.mapping(n, y, depth)
	}
	return n, c.list(n, y, depth)
}

func (c *converter) alias(n *Node, y *yaml.Node, depth int) (*Node, error) {
	if y.Alias == nil || c.open[y.Alias] {
		return nil, Fail(n, "the anchor %q holds itself", y.Value)
	}
	c.open[y.Alias] = true
	defer delete(c.open, y.Alias)
	return c.convert(y.Alias, depth+1)
}

// setKind gives the node its kind, and what a scalar says; false: its tag is none of
// YAML's own.
func (n *Node) setKind(y *yaml.Node) bool {
	kind, known := kinds[y.ShortTag()]
	n.Kind, n.Text = kind, y.Value
	return known && (kind == Mapping) == (y.Kind == yaml.MappingNode) && (kind == List) == (y.Kind == yaml.SequenceNode)
}

var kinds = map[string]Kind{
	"!!null": Null, "!!bool": Bool, "!!int": Number, "!!float": Number, "!!str": Text, "!!timestamp": Text,
	"!!seq": List, "!!map": Mapping,
}

func (c *converter) list(n *Node, y *yaml.Node, depth int) error {
	for _, item := range y.Content {
		child, err := c.convert(item, depth+1)
		switch {
		case err != nil:
			return err
		case child == nil:
			n.Broken = true
		default:
			n.Items = append(n.Items, child)
		}
	}
	return nil
}

func (c *converter) mapping(n *Node, y *yaml.Node, depth int) error {
	seen := make(map[string]bool, len(y.Content)/2)
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, err := c.key(y.Content[i])
		switch {
		case err != nil:
			c.fail(n, err)
			continue
		case seen[key.Text]:
			c.fail(n, Fail(key, "the key %q is there twice", key.Text))
			continue
		}
		seen[key.Text] = true
		item, err := c.convert(y.Content[i+1], depth+1)
		switch {
		case err != nil:
			return err
		case item == nil:
			n.Broken = true
		default:
			n.Keys, n.Items = append(n.Keys, key), append(n.Items, item)
		}
	}
	return nil
}

// key reads a mapping's key, which is its text whatever it looks like.
func (c *converter) key(y *yaml.Node) (*Node, error) {
	key := &Node{Kind: Text, Text: y.Value, At: Place{File: c.file, Line: y.Line, Column: y.Column}}
	if y.Kind == yaml.AliasNode && y.Alias != nil {
		y = y.Alias
	}
	like := &Node{}
	switch {
	case y.Tag == "!!merge":
		return nil, Fail(key, "merge keys (<<) are not supported: use defaults")
	case !like.setKind(y):
		return nil, Fail(key, "the tag %s has no meaning in a scenario file", y.Tag)
	case !like.Scalar() && like.Kind != Null:
		return nil, Fail(key, "a key must be a text, not %s", like.Kind)
	}
	key.Text = y.Value
	return key, nil
}
