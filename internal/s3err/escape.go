package s3err

import (
	"strings"
	"unicode/utf8"
)

func appendElement(b []byte, name, value string) []byte {
	b = append(append(append(b, '<'), name...), '>')
	b = appendText(b, value)
	return append(append(append(b, "</"...), name...), '>')
}

// appendText writes character data as S3 does: only what would end the text is
// escaped, quotes stay as they are. A carriage return is written as a reference,
// because a parser would turn a bare one into a line feed and a client could not
// compare its string to sign. What XML 1.0 cannot carry becomes U+FFFD.
func appendText(b []byte, s string) []byte {
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '\r':
			b = append(b, "&#13;"...)
		case isXML(r, size):
			b = append(b, s[i:i+size]...)
		default:
			b = utf8.AppendRune(b, utf8.RuneError)
		}
		i += size
	}
	return b
}

// isXML says whether XML 1.0 allows the character (production Char). A RuneError
// of size 1 is a byte that is not UTF-8.
func isXML(r rune, size int) bool {
	switch {
	case r == '\t' || r == '\n':
		return true
	case r < 0x20 || r == 0xFFFE || r == 0xFFFF:
		return false
	}
	return r != utf8.RuneError || size > 1
}

// elementName makes sure that a key can stand as an element's name; the
// catalogue's own keys all can.
func elementName(key string) string {
	if key != "" && strings.IndexFunc(key, notInName) < 0 && isLetter(rune(key[0])) {
		return key
	}
	return "_" + strings.Map(func(r rune) rune {
		if notInName(r) {
			return '_'
		}
		return r
	}, key)
}

func notInName(r rune) bool {
	return !isLetter(r) && (r < '0' || r > '9') && r != '-' && r != '.' && r != '_'
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
