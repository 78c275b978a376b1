package wire

import (
	"net/url"
	"testing"
)

// The encodings are recorded ones.
func TestURLEncoding(t *testing.T) {
	for in, want := range map[string]string{
		"a b.txt": "a+b.txt", "a+b.txt": "a%2Bb.txt", "100%.csv": "100%25.csv", "한글/x": "%ED%95%9C%EA%B8%80/x",
		"-_.*~": "-_.*%7E",
	} {
		if got := URLEncoded(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func FuzzURLEncoding(f *testing.F) {
	f.Add("a b+c%/ü\x00")
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := url.QueryUnescape(URLEncoded(s)); err != nil || got != s {
			t.Fatalf("%q came back as %q, %v", s, got, err)
		}
	})
}
