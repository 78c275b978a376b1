package decide

import (
	"bytes"
	"encoding/json"
)

// A case is checked once, as a whole. What is in it is then taken apart without checking it again at every level,
// which is most of the time that encoding/json would spend on it, and without copying it.

type member struct {
	name  string
	value json.RawMessage
}

// membersOf takes an object of valid JSON apart.
func membersOf(raw []byte) []member {
	list := make([]member, 0, 8)
	for rest := into(raw); rest[0] != '}'; rest = behind(rest) {
		n := lengthOf(rest)
		name := textOf(rest[:n])
		rest = blank(blank(rest[n:])[1:]) // the colon
		n = lengthOf(rest)
		list = append(list, member{name, rest[:n:n]})
		rest = rest[n:]
	}
	return list
}

// itemsOf takes a list of valid JSON apart.
func itemsOf(raw []byte) []json.RawMessage {
	list := make([]json.RawMessage, 0, 4)
	for rest := into(raw); rest[0] != ']'; rest = behind(rest) {
		n := lengthOf(rest)
		list = append(list, rest[:n:n])
		rest = rest[n:]
	}
	return list
}

// into is what stands behind the bracket.
func into(raw []byte) []byte { return blank(blank(raw)[1:]) }

// behind is the next value, or the bracket at the end.
func behind(rest []byte) []byte {
	rest = blank(rest)
	if rest[0] == ',' {
		return blank(rest[1:])
	}
	return rest
}

func blank(b []byte) []byte { return bytes.TrimLeft(b, " \t\n\r") }

// lengthOf is how many bytes the value takes at whose start b is.
func lengthOf(b []byte) int {
	switch b[0] {
	case '"':
		return stringLength(b)
	case '{', '[':
		return nestedLength(b)
	}
	if n := bytes.IndexAny(b, ",]} \t\n\r"); n >= 0 {
		return n
	}
	return len(b)
}

func stringLength(b []byte) int {
	for i := 1; ; i++ {
		switch b[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
}

func nestedLength(b []byte) int {
	depth := 0
	for i := 0; ; i++ {
		switch b[i] {
		case '"':
			i += stringLength(b[i:]) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
}

// textOf is what a string of valid JSON says.
func textOf(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1])
	}
	return unescaped(raw)
}

func unescaped(raw []byte) (s string) {
	_ = json.Unmarshal(raw, &s) // it is valid
	return s
}
