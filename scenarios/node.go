package scenarios

import (
	"bytes"
	"encoding/json"

	"github.com/s3fault/s3fault/authz"
)

// node is one value of a scenario file, a patch or a description of a world. A
// tree of nodes is never changed once made, so that trees may share branches.
type node struct {
	kind  kind
	text  string  // of a scalar, as written, without quotes
	keys  []*node // of a mapping: keys[i] belongs to items[i]
	items []*node // of a mapping or a list
	at    place
	// policy is set where the node describes a policy that a world has: as long as
	// no patch reaches into it, it stays that policy, word for word.
	policy *authz.Named
}

// kind is what a node is. Scalars keep what YAML or JSON takes them for; where a
// text is wanted, any of them will do.
type kind int

const (
	nullKind kind = iota
	textKind
	boolKind
	numberKind
	listKind
	mappingKind
)

func (k kind) String() string {
	return [...]string{"null", "a text", "true or false", "a number", "a list", "a mapping"}[k]
}

func (n *node) scalar() bool {
	return n.kind == textKind || n.kind == boolKind || n.kind == numberKind
}

// find is the value at a path of keys; where the path ends early, the last value
// on it, so that an error has a place.
func (n *node) find(path ...string) *node {
	for _, key := range path {
		next := n.get(key)
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

// equal says whether two trees hold the same, whatever the order of keys.
func (n *node) equal(o *node) bool {
	if n == nil || o == nil {
		return n == o
	}
	if n.kind != o.kind || n.text != o.text || len(n.items) != len(o.items) {
		return false
	}
	for i, item := range n.items {
		other := o.items[i]
		if n.kind == mappingKind {
			other = o.get(n.keys[i].text)
		}
		if !item.equal(other) {
			return false
		}
	}
	return true
}

// get is the value of a mapping's key; nil when it has none.
func (n *node) get(key string) *node {
	if n == nil || n.kind != mappingKind {
		return nil
	}
	for i, k := range n.keys {
		if k.text == key {
			return n.items[i]
		}
	}
	return nil
}

func newText(text string) *node { return &node{kind: textKind, text: text} }

func newBool(b bool) *node {
	if b {
		return &node{kind: boolKind, text: "true"}
	}
	return &node{kind: boolKind, text: "false"}
}

func newNumber(text string) *node { return &node{kind: numberKind, text: text} }

func newMapping() *node { return &node{kind: mappingKind} }

// add appends a key to a mapping that is being built; a nil value adds nothing.
func (n *node) add(key string, value *node) *node {
	if value != nil {
		n.keys = append(n.keys, newText(key))
		n.items = append(n.items, value)
	}
	return n
}

// newList is a list of texts; nil when there are none.
func newList(texts []string) *node {
	if len(texts) == 0 {
		return nil
	}
	return listOf(texts, newText)
}

// listOf is a list of what one makes of every value.
func listOf[V any](values []V, one func(V) *node) *node {
	n := &node{kind: listKind}
	for _, v := range values {
		n.items = append(n.items, one(v))
	}
	return n
}

// MarshalJSON writes the tree as JSON, keys in their order.
func (n *node) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	n.writeJSON(&b, false)
	return b.Bytes(), nil
}

// policyJSON writes the tree as the JSON of a policy, in which every scalar is
// its text: Version: 2012-10-17 and an account number need no quotes.
func (n *node) policyJSON() []byte {
	var b bytes.Buffer
	n.writeJSON(&b, true)
	return b.Bytes()
}

func (n *node) writeJSON(b *bytes.Buffer, texts bool) {
	switch n.kind {
	case mappingKind:
		b.WriteByte('{')
		for i, k := range n.keys {
			if i > 0 {
				b.WriteByte(',')
			}
			writeString(b, k.text)
			b.WriteByte(':')
			n.items[i].writeJSON(b, texts)
		}
		b.WriteByte('}')
	case listKind:
		b.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.writeJSON(b, texts)
		}
		b.WriteByte(']')
	case nullKind:
		b.WriteString("null")
	default:
		if !texts && n.kind != textKind && json.Valid([]byte(n.text)) {
			b.WriteString(n.text)
			return
		}
		writeString(b, n.text)
	}
}

// writeString leaves <, > and & as they are: policies are read by people.
func writeString(b *bytes.Buffer, text string) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string can always be encoded
	b.Truncate(b.Len() - 1)
}
