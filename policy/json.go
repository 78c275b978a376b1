package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// node is one JSON value. encoding/json's own trees lose the order of members and hide repeated ones; problems are
// reported in the document's order, and a repeated element is one.
type node struct {
	kind    nodeKind
	text    string   // of a string, a number or a boolean
	members []member // of an object; the items of a list, without names
}

type member struct {
	name  string
	value node
}

type nodeKind uint8

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

// jsonReader reads one document, of which is known that it is JSON: it looks for nothing but its parts, and texts are
// parts of the document's. A lenient one takes the last of several members of one name, and null for what is nested too
// deeply to mean anything in a policy.
type jsonReader struct {
	text    string
	at      int
	lenient bool
}

// decodeJSON reads exactly one JSON value. source is the document's text.
func decodeJSON(doc []byte, source string, lenient bool) (node, error) {
	if !utf8.ValidString(source) {
		return node{}, errors.New("not valid UTF-8")
	}
	if !json.Valid(doc) {
		return node{}, syntaxError(doc)
	}
	r := jsonReader{text: source, lenient: lenient}
	r.skipBlank()
	n, err := r.node(0, r.at)
	if err != nil {
		return node{}, located(doc, r.at, err)
	}
	return n, nil
}

// syntaxError says where the text ends to be JSON.
func syntaxError(doc []byte) error {
	err := json.Unmarshal(doc, new(json.RawMessage))
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return located(doc, int(syntax.Offset), syntax)
	}
	return err
}

// located adds the line and column of an error, which is what whoever wrote the document looks for.
func located(doc []byte, offset int, err error) error {
	before := doc[:min(offset, len(doc))]
	line := 1 + bytes.Count(before, []byte{'\n'})
	column := len(before) - bytes.LastIndexByte(before, '\n') - 1
	return fmt.Errorf("line %d, column %d: %w", line, column, err)
}

// skipBlank goes on to the next byte that says something.
func (r *jsonReader) skipBlank() {
	for r.at < len(r.text) && strings.IndexByte(" \t\n\r", r.text[r.at]) >= 0 {
		r.at++
	}
}

// next is the byte that is gone on to; 0 at the end.
func (r *jsonReader) next() byte {
	r.skipBlank()
	if r.at == len(r.text) {
		return 0
	}
	return r.text[r.at]
}

// node reads the value that begins here. before is where an error is told that it stands too deep.
func (r *jsonReader) node(depth, before int) (node, error) {
	first := r.next()
	if depth > maxDepth {
		return r.tooDeep(before)
	}
	switch first {
	case '{':
		return r.object(depth)
	case '[':
		return r.list(depth)
	case '"':
		return node{kind: stringNode, text: r.string()}, nil
	}
	switch text := r.scalar(); first {
	case 't', 'f':
		return node{kind: boolNode, text: text}, nil
	case 'n':
		return node{kind: nullNode}, nil
	default:
		return node{kind: numberNode, text: plainNumber(text)}, nil
	}
}

func (r *jsonReader) tooDeep(before int) (node, error) {
	if !r.lenient {
		r.at = before
		return node{}, errDepth
	}
	r.skipValue()
	return node{}, nil
}

// string reads a string: a part of the text where nothing is escaped in it.
func (r *jsonReader) string() string {
	start, escaped := r.at, false
	for r.at++; r.at < len(r.text) && r.text[r.at] != '"'; r.at++ {
		if r.text[r.at] == '\\' {
			escaped = true
			r.at++
		}
	}
	r.at++
	if !escaped {
		return r.text[start+1 : r.at-1]
	}
	return unescaped(r.text[start:r.at])
}

func unescaped(quoted string) (s string) {
	_ = json.Unmarshal([]byte(quoted), &s) // it is valid
	return s
}

// scalar reads a number, a boolean or null.
func (r *jsonReader) scalar() string {
	start := r.at
	for r.at < len(r.text) && strings.IndexByte(",]} \t\n\r", r.text[r.at]) < 0 {
		r.at++
	}
	return r.text[start:r.at]
}

// skipValue goes on behind a value, however deep it is.
func (r *jsonReader) skipValue() {
	for depth := 0; r.at < len(r.text); {
		switch r.next() {
		case '"':
			r.string()
		case '{', '[':
			depth++
			r.at++
		case '}', ']':
			depth--
			r.at++
		case ',', ':':
			r.at++
		default:
			r.scalar()
		}
		if depth == 0 {
			return
		}
	}
}

func (r *jsonReader) object(depth int) (node, error) {
	n := node{kind: objectNode}
	var seen index
	for r.at++; r.next() != '}'; r.skipComma() {
		name := r.string()
		named := r.at
		at, repeated := seen.find(n.members, name)
		if repeated && !r.lenient {
			return node{}, fmt.Errorf("duplicate member %q", name)
		}
		r.skipBlank()
		r.at++ // the colon
		value, err := r.node(depth+1, named)
		if err != nil {
			return node{}, err
		}
		if repeated {
			n.members[at].value = value
			continue
		}
		if n.members == nil {
			n.members = make([]member, 0, 4)
		}
		n.members = append(n.members, member{name, value})
		seen.add(n.members)
	}
	r.at++
	return n, nil
}

// skipComma goes on behind the comma that follows a value, if one does.
func (r *jsonReader) skipComma() {
	if r.next() == ',' {
		r.at++
	}
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

func (r *jsonReader) list(depth int) (node, error) {
	n := node{kind: listNode}
	r.at++
	r.skipBlank()
	for before := r.at; r.next() != ']'; r.skipComma() {
		item, err := r.node(depth+1, before)
		if err != nil {
			return node{}, err
		}
		n.members = append(n.members, member{value: item})
		r.skipBlank()
		before = r.at
	}
	r.at++
	return n, nil
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
