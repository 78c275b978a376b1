package s3err

import (
	"strings"

	"github.com/s3fault/s3fault/internal/sheet"
)

// inErrors is how S3 writes character data of errors: only what would end the text is
// escaped, quotes stay as they are. A carriage return is written as a reference,
// because a parser would turn a bare one into a line feed and a client could not
// compare its string to sign. What XML 1.0 cannot carry becomes U+FFFD.
var inErrors = sheet.Escape(map[byte]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#13;"}, true)

func appendElement(b []byte, name, value string) []byte {
	b = append(append(append(b, '<'), name...), '>')
	b = inErrors.Append(b, value)
	return append(append(append(b, "</"...), name...), '>')
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
