package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/s3fault/s3fault/internal/jsontree"
)

// node is one JSON value.
type node = jsontree.Node

type member = jsontree.Member

func memberOf(n *node, name string) (node, bool) {
	for i := range n.Members {
		if n.Members[i].Name == name {
			return n.Members[i].Value, true
		}
	}
	return node{}, false
}

// textOf is the text of a string, a number or a boolean.
func textOf(n *node) string {
	switch n.Kind {
	case jsontree.Number:
		return plainNumber(n.Raw)
	case jsontree.Bool:
		return n.Raw
	}
	return n.Text()
}

// maxDepth bounds nesting. The deepest legal document (Statement, Condition, operator, key, value) has six levels.
const maxDepth = 32

var errDepth = errors.New("nested too deeply")

// readers are at rest; each has the memory of the trees that it read.
var readers = sync.Pool{New: func() any { return new(jsontree.Reader) }}

// decodeJSON reads exactly one JSON value into the memory of r. source is the document's text.
func decodeJSON(r *jsontree.Reader, source string, lenient bool) (node, error) {
	if !utf8.ValidString(source) {
		return node{}, errors.New("not valid UTF-8")
	}
	root, ok := r.Read(source)
	if !ok {
		return node{}, syntaxError([]byte(source))
	}
	if at, err := settle(&root, lenient, 0, 0); err != nil {
		return node{}, located([]byte(source), at, err)
	}
	return root, nil
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

// settle sees to it that no object has two members of one name, and that nothing is nested too deeply to mean anything
// in a policy. What is so is an error, with the offset where it is told; leniently the last of several members counts,
// and what is too deep is null. before is where an error is told of n.
func settle(n *node, lenient bool, depth, before int) (at int, err error) {
	if depth > maxDepth {
		if !lenient {
			return before, errDepth
		}
		*n = node{}
		return 0, nil
	}
	if n.Kind == jsontree.Object {
		return settleObject(n, lenient, depth)
	}
	for i := range n.Members {
		m := &n.Members[i]
		if at, err := settle(&m.Value, lenient, depth+1, m.At); err != nil {
			return at, err
		}
	}
	return 0, nil
}

func settleObject(n *node, lenient bool, depth int) (at int, err error) {
	var seen index
	kept := n.Members[:0]
	for i := range n.Members {
		m := &n.Members[i]
		former, repeated := seen.find(kept, m.Name)
		if repeated && !lenient {
			return m.At, fmt.Errorf("duplicate member %q", m.Name)
		}
		if at, err := settle(&m.Value, lenient, depth+1, m.At); err != nil {
			return at, err
		}
		if repeated {
			kept[former].Value = m.Value
			continue
		}
		kept = append(kept, *m)
		seen.add(kept)
	}
	n.Members = kept
	return 0, nil
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
	at = slices.IndexFunc(members, func(m member) bool { return m.Name == name })
	return at, at >= 0
}

// add takes in the last of the members.
func (x *index) add(members []member) {
	switch {
	case *x != nil:
		(*x)[members[len(members)-1].Name] = len(members) - 1
	case len(members) == manyMembers:
		*x = make(index, 2*manyMembers)
		for i := range members {
			(*x)[members[i].Name] = i
		}
	}
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
