package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// node is one JSON value. encoding/json's own trees lose the order of members and hide repeated ones; problems are
// reported in the document's order, and a repeated element is one.
type node struct {
	kind    nodeKind
	text    string // of a string, a number or a boolean
	members []member
	items   []node
}

type member struct {
	name  string
	value node
}

type nodeKind int

const (
	nullNode nodeKind = iota
	boolNode
	numberNode
	stringNode
	listNode
	objectNode
)

func (n *node) member(name string) (node, bool) {
	for i := range n.members {
		if n.members[i].name == name {
			return n.members[i].value, true
		}
	}
	return node{}, false
}

func (n *node) describe() string {
	return [...]string{"null", "a boolean", "a number", "a string", "a list", "an object"}[n.kind]
}

// maxDepth bounds nesting. The deepest legal document (Statement, Condition, operator, key, value) has six levels.
const maxDepth = 32

var errDepth = errors.New("nested too deeply")

// jsonReader reads one document. A lenient one takes the last of several members of one name, and null for what is
// nested too deeply to mean anything in a policy.
type jsonReader struct {
	*json.Decoder
	lenient bool
}

// decodeJSON reads exactly one JSON value.
func decodeJSON(doc []byte, lenient bool) (node, error) {
	if !utf8.Valid(doc) {
		return node{}, errors.New("not valid UTF-8")
	}
	d := jsonReader{json.NewDecoder(bytes.NewReader(doc)), lenient}
	d.UseNumber()
	n, err := d.node(0)
	if err != nil {
		return node{}, located(doc, d.InputOffset(), err)
	}
	if _, err := d.Token(); err != io.EOF {
		return node{}, located(doc, d.InputOffset(), errors.New("text after the closing brace"))
	}
	return n, nil
}

// located adds the line and column of an error, which is what whoever wrote the document looks for. A decoder that
// hands out tokens does not know exactly where a syntax error is; Unmarshal does.
func located(doc []byte, offset int64, err error) error {
	var syntax *json.SyntaxError
	if errors.As(json.Unmarshal(doc, new(json.RawMessage)), &syntax) {
		offset, err = syntax.Offset, syntax
	}
	before := doc[:min(offset, int64(len(doc)))]
	line := 1 + bytes.Count(before, []byte{'\n'})
	column := len(before) - bytes.LastIndexByte(before, '\n') - 1
	return fmt.Errorf("line %d, column %d: %w", line, column, err)
}

func (d *jsonReader) node(depth int) (node, error) {
	if depth > maxDepth {
		return d.tooDeep()
	}
	tok, err := d.Token()
	if err != nil {
		return node{}, err
	}
	switch t := tok.(type) {
	case json.Delim:
		if t == '{' {
			return d.object(depth)
		}
		return d.list(depth)
	case string:
		return node{kind: stringNode, text: t}, nil
	case json.Number:
		return node{kind: numberNode, text: plainNumber(string(t))}, nil
	case bool:
		return node{kind: boolNode, text: strconv.FormatBool(t)}, nil
	}
	return node{kind: nullNode}, nil
}

func (d *jsonReader) tooDeep() (node, error) {
	if !d.lenient {
		return node{}, errDepth
	}
	var skipped json.RawMessage
	return node{}, d.Decode(&skipped)
}

func (d *jsonReader) object(depth int) (node, error) {
	n := node{kind: objectNode}
	var seen index
	for d.More() {
		tok, err := d.Token()
		if err != nil {
			return node{}, err
		}
		name, ok := tok.(string)
		if !ok {
			return node{}, errors.New("a member name must be a string")
		}
		at, repeated := seen.find(n.members, name)
		if repeated && !d.lenient {
			return node{}, fmt.Errorf("duplicate member %q", name)
		}
		value, err := d.node(depth + 1)
		if err != nil {
			return node{}, err
		}
		if repeated {
			n.members[at].value = value
			continue
		}
		n.members = append(n.members, member{name, value})
		seen.add(n.members)
	}
	_, err := d.Token()
	return n, err
}

// manyMembers is how many members an object may have before it is worth it to keep them in a map.
const manyMembers = 16

// index finds the members of an object that is being read by name; nil: they are few.
type index map[string]int

func (x index) find(members []member, name string) (at int, found bool) {
	if x != nil {
		at, found = x[name]
		return at, found
	}
	at = slices.IndexFunc(members, func(m member) bool { return m.name == name })
	return at, at >= 0
}

// add takes in the last of the members.
func (x *index) add(members []member) {
	switch {
	case *x != nil:
		(*x)[members[len(members)-1].name] = len(members) - 1
	case len(members) == manyMembers:
		*x = make(index, 2*manyMembers)
		for i := range members {
			(*x)[members[i].name] = i
		}
	}
}

func (d *jsonReader) list(depth int) (node, error) {
	n := node{kind: listNode}
	for d.More() {
		item, err := d.node(depth + 1)
		if err != nil {
			return node{}, err
		}
		n.items = append(n.items, item)
	}
	_, err := d.Token()
	return n, err
}

// plainNumber writes a JSON number without an exponent, so that 1e3 in a document equals the request's 1000.
// A magnitude that no condition key has is left as it stands and compares with nothing.
func plainNumber(text string) string {
	if !strings.ContainsAny(text, "eE") {
		return text
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
