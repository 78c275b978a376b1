package wire

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestXMLText(t *testing.T) {
	for in, want := range map[string]string{
		`a<b>&"'c`: `a&lt;b&gt;&amp;&quot;'c`,
		"a\r\n\tb": "a&#13;\n\tb",
		"a\x01b":   "a&#x1;b",
		"ü\xff":    "ü\uFFFD",
	} {
		if got := string(appendXMLText(nil, in)); got != want {
			t.Errorf("%q is written %q, want %q", in, got, want)
		}
	}
}

// Whatever XML can carry comes back as it was.
func FuzzXMLText(f *testing.F) {
	f.Add("a<b>&\"\r\n")
	f.Fuzz(func(t *testing.T, s string) {
		doc := appendXMLText([]byte("<Sample><Key>"), s)
		doc = append(doc, "</Key></Sample>"...)
		var got sampleXML
		if carried := utf8.ValidString(s) && !strings.ContainsFunc(s, notCarried); carried {
			if err := xml.Unmarshal(doc, &got); err != nil || got.Key != s {
				t.Fatalf("%q came back as %q, %v", s, got.Key, err)
			}
		}
	})
}

func notCarried(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}
