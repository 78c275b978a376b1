// Package tree holds what is read of YAML and JSON texts as trees of values, each with
// its place; it merges trees as JSON merge patches, writes them as JSON, and has the
// Error that names a place.
package tree

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Node is one value of a scenario file, a patch or a description of a world. A
// tree of nodes is never changed once made, so that trees may share branches.
type Node struct {
	Kind  Kind
	Text  string  // of a scalar, as written, without quotes
	Keys  []*Node // of a mapping: Keys[i] belongs to Items[i]
	Items []*Node // of a mapping or a list
	At    Place
	// Made is what a world has that the node describes, or what was made of it once for all
	// worlds: as long as no patch reaches into it, it stays that, word for word.
	Made any
	// Broken says that defects of the value's own were found and taken out of it: what is
	// there is good, and says nothing of what is not.
	Broken bool
}

// Kind is what a node is. Scalars keep what YAML or JSON takes them for; where a
// text is wanted, any of them will do.
type Kind int

// The kinds of nodes.
const (
	Null Kind = iota
	Text
	Bool
	Number
	List
	Mapping
)

func (k Kind) String() string {
	return [...]string{"null", "a text", "true or false", "a number", "a list", "a mapping"}[k]
}

// Scalar says whether the node is neither null, nor a list, nor a mapping.
func (n *Node) Scalar() bool {
	return n.Kind == Text || n.Kind == Bool || n.Kind == Number
}

// Find is the value at a path of keys; where the path ends early, the last value
// on it, so that an error has a place.
func (n *Node) Find(path ...string) *Node {
	for _, key := range path {
		next := n.Get(key)
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

// FindText is the first text within the node that says just this, or the node itself.
func (n *Node) FindText(text string) *Node {
	for _, item := range n.Items {
		if at := item.FindText(text); at.Scalar() && at.Text == text {
			return at
		}
	}
	return n
}

// Mentions says whether a mapping has the key, or one within it.
func (n *Node) Mentions(key string) bool {
	return n.Get(key) != nil || slices.ContainsFunc(n.Items, func(item *Node) bool { return item.Mentions(key) })
}

// Equal says whether two trees hold the same, whatever the order of keys.
func (n *Node) Equal(o *Node) bool {
	if n == nil || o == nil {
		return n == o
	}
	if n.Kind != o.Kind || n.Text != o.Text || len(n.Items) != len(o.Items) {
		return false
	}
	for i, item := range n.Items {
		other := o.Items[i]
		if n.Kind == Mapping {
			other = o.Get(n.Keys[i].Text)
		}
		if !item.Equal(other) {
			return false
		}
	}
	return true
}

// Get is the value of a mapping's key; nil when it has none.
func (n *Node) Get(key string) *Node {
	if n == nil || n.Kind != Mapping {
		return nil
	}
	for i, k := range n.Keys {
		if k.Text == key {
			return n.Items[i]
		}
	}
	return nil
}

// NewText is a text.
func NewText(text string) *Node { return &Node{Kind: Text, Text: text} }

// NewBool is true or false.
func NewBool(b bool) *Node {
	if b {
		return &Node{Kind: Bool, Text: "true"}
	}
	return &Node{Kind: Bool, Text: "false"}
}

// NewNumber is a number as it is written.
func NewNumber(text string) *Node { return &Node{Kind: Number, Text: text} }

// NewMapping is a mapping without keys.
func NewMapping() *Node { return &Node{Kind: Mapping} }

// Add appends a key to a mapping that is being built; a nil value adds nothing.
func (n *Node) Add(key string, value *Node) *Node {
	if value != nil {
		n.Keys = append(n.Keys, NewText(key))
		n.Items = append(n.Items, value)
	}
	return n
}

// ListOf is a list of what one makes of every value.
func ListOf[V any](values []V, one func(V) *Node) *Node {
	n := &Node{Kind: List}
	for _, v := range values {
		n.Items = append(n.Items, one(v))
	}
	return n
}

// MarshalJSON writes the tree as JSON, keys in their order.
func (n *Node) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	n.writeJSON(&b, false)
	return b.Bytes(), nil
}

// TextJSON writes the tree as the JSON of a policy, in which every scalar is
// its text: Version: 2012-10-17 and an account number need no quotes.
func (n *Node) TextJSON() []byte {
	var b bytes.Buffer
	n.writeJSON(&b, true)
	return b.Bytes()
}

func (n *Node) writeJSON(b *bytes.Buffer, texts bool) {
	switch n.Kind {
	case Mapping:
		b.WriteByte('{')
		for i, k := range n.Keys {
			if i > 0 {
				b.WriteByte(',')
			}
			writeString(b, k.Text)
			b.WriteByte(':')
			n.Items[i].writeJSON(b, texts)
		}
		b.WriteByte('}')
	case List:
		b.WriteByte('[')
		for i, item := range n.Items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.writeJSON(b, texts)
		}
		b.WriteByte(']')
	case Null:
		b.WriteString("null")
	default:
		if !texts && n.Kind != Text && json.Valid([]byte(n.Text)) {
			b.WriteString(n.Text)
			return
		}
		writeString(b, n.Text)
	}
}

// writeString leaves <, > and & as they are: policies are read by people.
func writeString(b *bytes.Buffer, text string) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string can always be encoded
	b.Truncate(b.Len() - 1)
}

// None is how a file says that there is no such configuration.
const None = "none"

// IsNone says whether the node says None.
func (n *Node) IsNone() bool { return n.Kind == Text && n.Text == None }

// MoveTo gives every node of a tree that was read out of a text the text's place.
func MoveTo(n *Node, at Place) {
	n.At = at
	for _, k := range n.Keys {
		k.At = at
	}
	for _, item := range n.Items {
		MoveTo(item, at)
	}
}

// AnyBroken says whether the node, or one within it, is Broken.
func (n *Node) AnyBroken() bool { return n.Broken || slices.ContainsFunc(n.Items, (*Node).AnyBroken) }

// IsEmpty says whether the node is null, an empty text, or has no items.
func (n *Node) IsEmpty() bool { return n.Kind == Null || n.Text == "" && len(n.Items) == 0 }
