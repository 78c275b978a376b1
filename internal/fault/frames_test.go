package fault

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// framed is a payload in chunks of that size, as signed and as unsigned clients frame them.
func framed(payload string, size int, signed bool) string {
	var b strings.Builder
	for rest := payload; ; {
		n := min(size, len(rest))
		fmt.Fprintf(&b, "%x", n)
		if signed {
			b.WriteString(";chunk-signature=" + strings.Repeat("ad", 32))
		}
		b.WriteString("\r\n" + rest[:n])
		if rest = rest[n:]; n == 0 {
			return b.String() + "x-amz-checksum-crc32:00000000\r\n\r\n"
		}
		b.WriteString("\r\n")
	}
}

// inPieces is the payload that the frames tell of a text that comes in pieces.
func inPieces(text string, piece int) string {
	var f frames
	var payload bytes.Buffer
	for p := []byte(text); len(p) > 0; {
		n := min(piece, len(p))
		f.payload(p[:n], func(run []byte) { payload.Write(run) })
		p = p[n:]
	}
	return payload.String()
}

// FuzzFrames: whatever is framed is found again, in whatever pieces it comes; and no text
// breaks anything.
func FuzzFrames(f *testing.F) {
	f.Add("hello\r\nworld", 3, 1, true)
	f.Add(strings.Repeat("0123456789abcdef\r\n", 10), 17, 5, false)
	f.Add("", 1, 1, true)
	f.Add("ffffffffffffffffffffffff\r\n", 8192, 64, false)
	f.Fuzz(func(t *testing.T, payload string, size, piece int, signed bool) {
		size, piece = max(1, size&0xffff), max(1, piece&0xffff)
		if got := inPieces(framed(payload, size, signed), piece); got != payload {
			t.Errorf("%q in chunks of %d, in pieces of %d: %q", payload, size, piece, got)
		}
		if got := inPieces(payload, piece); len(got) > len(payload) {
			t.Errorf("%q has a payload of %q", payload, got)
		}
	})
}
