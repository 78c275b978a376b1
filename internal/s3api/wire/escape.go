package wire

import (
	"strings"
)

// URLEncoded is S3's encoding-type=url: letters, digits, - _ . * and / stay, a
// space is a plus sign, all else is %XX of its bytes in UTF-8 (recorded).
func URLEncoded(s string) string { return string(appendURLEncoded(make([]byte, 0, len(s)+8), s)) }

func appendURLEncoded(b []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9',
			c == '-', c == '_', c == '.', c == '*', c == '/':
			b = append(b, c)
		case c == ' ':
			b = append(b, '+')
		default:
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return b
}

// EscapePath escapes a key for a URL: all but what is unreserved and the slash.
func EscapePath(key string) string {
	const digits = "0123456789ABCDEF"
	b := make([]byte, 0, len(key)+16)
	for i := range len(key) {
		switch ch := key[i]; {
		case ch >= 'a' && ch <= 'z', ch >= 'A' && ch <= 'Z', ch >= '0' && ch <= '9', strings.IndexByte("-._~/", ch) >= 0:
			b = append(b, ch)
		default:
			b = append(b, '%', digits[ch>>4], digits[ch&15])
		}
	}
	return string(b)
}
