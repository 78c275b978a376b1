package sigv4

import (
	"path"
	"strings"
)

const upperHex = "0123456789ABCDEF"

// unreserved are the bytes that AWS's UriEncode leaves alone (S3 API
// Reference, "Signature Calculations for the Authorization Header").
func unreserved(c byte) bool {
	switch {
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		return true
	}
	return c == '-' || c == '.' || c == '_' || c == '~'
}

func appendEncoded(dst []byte, c byte) []byte {
	if unreserved(c) {
		return append(dst, c)
	}
	return append(dst, '%', upperHex[c>>4], upperHex[c&15])
}

// escaped decodes the %XX at s[i:]; false where there is none.
func escaped(s string, i int) (byte, bool) {
	if s[i] != '%' || i+2 >= len(s) {
		return 0, false
	}
	hi, ok1 := nibble(s[i+1])
	lo, ok2 := nibble(s[i+2])
	return hi<<4 | lo, ok1 && ok2
}

func nibble(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// appendPathOnce is S3's canonical URI: each byte decoded and encoded again, so
// that the case of %XX and needless escapes vanish. Nothing is cleaned: "//"
// and ".." are parts of keys, and an escaped slash stays escaped. A + is the space
// that S3 takes it for (its own canonical request, as recorded in
// ngx_aws_auth#87 and nginx-s3-gateway#77).
func appendPathOnce(dst []byte, p string) []byte { return appendPathWith(dst, p, "%20") }

// appendPathWithPlus is appendPathOnce for signers that sign a + as they send it. No
// other path has that form.
func appendPathWithPlus(dst []byte, p string) []byte { return appendPathWith(dst, p, "+") }

func appendPathWith(dst []byte, p, plus string) []byte {
	for i := 0; i < len(p); i++ {
		c := p[i]
		switch c {
		case '/':
			dst = append(dst, '/')
			continue
		case '+':
			dst = append(dst, plus...)
			continue
		}
		if decoded, ok := escaped(p, i); ok {
			c = decoded
			i += 2
		}
		dst = appendEncoded(dst, c)
	}
	return dst
}

// appendPathTwice is the canonical URI of the other services: dot segments and
// double slashes removed, then the path as sent encoded once more.
func appendPathTwice(dst []byte, p string) []byte {
	return appendPathEncoded(dst, cleaned(p))
}

// cleaned removes dot segments and double slashes; a slash at the end stays.
func cleaned(p string) string {
	clean := path.Clean(p)
	if clean != "/" && strings.HasSuffix(p, "/") {
		clean += "/"
	}
	return clean
}

// appendPathEncoded encodes the path as sent, percent signs too.
func appendPathEncoded(dst []byte, p string) []byte {
	for i := range len(p) {
		if p[i] == '/' {
			dst = append(dst, '/')
			continue
		}
		dst = appendEncoded(dst, p[i])
	}
	return dst
}

// unescape decodes a name or value of a query, where + is a space as S3 reads
// it. A percent sign that begins no escape stands for itself.
func unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		var c byte
		c, i = queryByte(s, i)
		out = append(out, c)
	}
	return string(out)
}

// appendQueryPart encodes a name or value of a query canonically.
func appendQueryPart(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		var c byte
		c, i = queryByte(s, i)
		dst = appendEncoded(dst, c)
	}
	return dst
}

// queryByte is the byte of a query that s[i:] begins with, decoded, and the index
// of the last character that stands for it.
func queryByte(s string, i int) (c byte, last int) {
	if decoded, ok := escaped(s, i); ok {
		return decoded, i + 2
	}
	if s[i] == '+' {
		return ' ', i
	}
	return s[i], i
}
