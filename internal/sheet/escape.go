package sheet

import "unicode/utf8"

// Escapes is one way of writing character data.
type Escapes struct {
	as    [utf8.RuneSelf]string // what stands for a character; empty: it does itself
	sound bool
}

// Escape is a way of writing in which as stands for characters of ASCII, and U+FFFD for what is
// no UTF-8. Sound: and for what no XML document can carry.
func Escape(as map[byte]string, sound bool) *Escapes {
	e := &Escapes{sound: sound}
	for c := range byte(' ') {
		if sound && c != '\t' && c != '\n' && c != '\r' {
			e.as[c] = replacement
		}
	}
	for c, text := range as {
		e.as[c] = text
	}
	return e
}

const replacement = string(utf8.RuneError)

// Append writes a text behind b. What is written as it is goes in one piece.
func (e *Escapes) Append(b []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf && e.as[c] == "" {
			i++
			continue
		}
		as, size := e.instead(s[i:])
		if as != "" {
			b = append(append(b, s[from:i]...), as...)
			from = i + size
		}
		i += size
	}
	return append(b, s[from:]...)
}

// instead is what stands for the first character of s, which has size bytes; empty: it does
// itself.
func (e *Escapes) instead(s string) (as string, size int) {
	if s[0] < utf8.RuneSelf {
		return e.as[s[0]], 1
	}
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 || e.sound && (r == 0xFFFE || r == 0xFFFF) {
		return replacement, size
	}
	return "", size
}
