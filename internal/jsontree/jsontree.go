// Package jsontree reads JSON into a tree that says how each value was written, and that keeps the order of members
// and repeated ones, all of which encoding/json loses. It takes what encoding/json takes.
package jsontree

import (
	"encoding/json"
	"strings"
)

// Kind is what a value is.
type Kind uint8

// The kinds of values.
const (
	Null Kind = iota
	Bool
	Number
	String
	List
	Object
)

// String is the kind with its article: "an object".
func (k Kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "a list", "an object"}[k]
}

// Node is one value.
type Node struct {
	Kind    Kind
	escaped bool     // something in the string does not stand for itself
	Raw     string   // as it was written, without the white space around it
	Members []Member // of an object; the items of a list, without names
}

// Member is a member of an object, or an item of a list.
type Member struct {
	Name  string
	At    int // the offset behind the name; of an item, of the comma before it, or else of itself
	Value Node
}

// Text is what a string says, a part of Raw where nothing is escaped in it. Other values say nothing.
func (n *Node) Text() string {
	switch {
	case n.Kind != String:
		return ""
	case n.escaped:
		return unescaped(n.Raw)
	}
	return n.Raw[1 : len(n.Raw)-1]
}

func unescaped(quoted string) (s string) {
	_ = json.Unmarshal([]byte(quoted), &s) // it is valid
	return s
}

// Reader reads one text after another in the same memory. The zero value is ready. It is not for several goroutines.
type Reader struct {
	text string
	at   int
	// open are the members so far of all that has not ended, closed those of what has.
	open, closed []Member
}

// maxDepth is how deep encoding/json lets values be nested.
const maxDepth = 10000

// Read reads exactly one value. The tree is good until the reader reads again, or forgets. It is false for a text that
// is no JSON; what is wrong with that, encoding/json says.
func (r *Reader) Read(text string) (root Node, ok bool) {
	r.Forget()
	r.text, r.at = text, 0
	r.skipBlank()
	ok = r.value(&root, 0)
	r.skipBlank()
	return root, ok && r.at == len(text)
}

// keptMembers bounds the memory that a reader keeps.
const keptMembers = 1 << 10

// Forget lets go of what was read last.
func (r *Reader) Forget() {
	if cap(r.open) > keptMembers || cap(r.closed) > keptMembers {
		r.open, r.closed = nil, nil
	}
	clear(r.open)
	clear(r.closed)
	r.text, r.open, r.closed = "", r.open[:0], r.closed[:0]
}

func (r *Reader) skipBlank() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return
		}
	}
}

// next is the byte behind the white space; 0 at the end.
func (r *Reader) next() byte {
	r.skipBlank()
	if r.at == len(r.text) {
		return 0
	}
	return r.text[r.at]
}

// take goes on behind a byte, if that is the next.
func (r *Reader) take(b byte) bool {
	if r.next() != b {
		return false
	}
	r.at++
	return true
}

// value reads the value that begins here.
func (r *Reader) value(n *Node, depth int) (ok bool) {
	start := r.at
	switch r.next() {
	case '{':
		n.Kind = Object
		n.Members, ok = r.members(depth+1, '}')
	case '[':
		n.Kind = List
		n.Members, ok = r.members(depth+1, ']')
	case '"':
		n.Kind = String
		n.escaped, ok = r.quoted()
	case 't':
		n.Kind, ok = Bool, r.word("true")
	case 'f':
		n.Kind, ok = Bool, r.word("false")
	case 'n':
		n.Kind, ok = Null, r.word("null")
	default:
		n.Kind, ok = Number, r.number()
	}
	n.Raw = r.text[start:r.at]
	return ok
}

func (r *Reader) word(w string) bool {
	ok := strings.HasPrefix(r.text[r.at:], w)
	if ok {
		r.at += len(w)
	}
	return ok
}

// members reads what is in an object or a list up to the bracket that ends it.
func (r *Reader) members(depth int, end byte) ([]Member, bool) {
	first := len(r.open)
	r.at++
	if depth > maxDepth {
		return nil, false
	}
	for !r.take(end) {
		m := Member{At: r.at}
		if len(r.open) > first && !r.take(',') || end == '}' && !r.name(&m) {
			return nil, false
		}
		r.skipBlank()
		if !r.value(&m.Value, depth) {
			return nil, false
		}
		r.open = append(r.open, m)
	}
	return r.close(first), true
}

// close moves the members from first on to where they stay.
func (r *Reader) close(first int) []Member {
	from := len(r.closed)
	r.closed = append(r.closed, r.open[first:]...)
	clear(r.open[first:])
	r.open = r.open[:first]
	return r.closed[from:len(r.closed):len(r.closed)]
}

// name reads the name of a member and the colon behind it.
func (r *Reader) name(m *Member) bool {
	if r.next() != '"' {
		return false
	}
	start := r.at
	escaped, ok := r.quoted()
	if !ok {
		return false
	}
	name := Node{Kind: String, escaped: escaped, Raw: r.text[start:r.at]}
	m.Name, m.At = name.Text(), r.at
	return r.take(':')
}

// quoted reads a string.
func (r *Reader) quoted() (escaped, ok bool) {
	for i := r.at + 1; i < len(r.text); i++ {
		switch c := r.text[i]; {
		case c == '"':
			r.at = i + 1
			return escaped, true
		case c == '\\':
			n := escapeLength(r.text[i:])
			if n == 0 {
				return false, false
			}
			escaped = true
			i += n - 1
		case c < ' ':
			return false, false
		}
	}
	return false, false
}

// escapeLength is how many bytes the escape takes at whose backslash s begins; 0: it is none.
func escapeLength(s string) int {
	switch {
	case len(s) < 2:
		return 0
	case strings.IndexByte(`"\/bfnrt`, s[1]) >= 0:
		return 2
	case s[1] == 'u' && len(s) >= 6 && strings.Trim(s[2:6], "0123456789abcdefABCDEF") == "":
		return 6
	}
	return 0
}

// number reads a number: a sign, digits, a fraction and an exponent.
func (r *Reader) number() bool {
	r.skip("-")
	if !r.skip("0") && !r.digits() {
		return false
	}
	if r.skip(".") && !r.digits() {
		return false
	}
	if r.skip("eE") {
		r.skip("+-")
		return r.digits()
	}
	return true
}

// skip goes on behind one of the bytes.
func (r *Reader) skip(of string) bool {
	if r.at == len(r.text) || strings.IndexByte(of, r.text[r.at]) < 0 {
		return false
	}
	r.at++
	return true
}

func (r *Reader) digits() bool {
	start := r.at
	for r.at < len(r.text) && '0' <= r.text[r.at] && r.text[r.at] <= '9' {
		r.at++
	}
	return r.at > start
}
