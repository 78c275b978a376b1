package wire

import (
	"bytes"
	"encoding/xml"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestXMLText(t *testing.T) {
	for in, want := range map[string]string{
		`a<b>&"'c`: `a&lt;b&gt;&amp;&quot;'c`,
		"a\r\n\tb": "a&#13;\n\tb",
		"a\x01b":   "a&#x1;b",
		"ü\xff":    "ü\uFFFD",
	} {
		if got := string(inLists.Append(nil, in)); got != want {
			t.Errorf("%q is written %q, want %q", in, got, want)
		}
	}
}

// Each time stands as time.Format has it, whichever was written before.
func TestTimes(t *testing.T) {
	w := NewDocument("Times", 0)
	at := time.Date(2024, 2, 28, 23, 59, 58, 999_999_999, time.UTC)
	times := []time.Time{
		{}, time.Unix(0, 0), time.Unix(-1, 5), time.Unix(-86400, 0), time.Unix(-86401, 0), at, at.Add(time.Second),
		at.Add(2 * time.Second), at.Add(24 * time.Hour), at.AddDate(0, 0, 2), at.In(time.FixedZone("", -9*60*60)),
		at.AddDate(8000, 0, 0), at.AddDate(8000, 0, 0).Add(time.Hour), at.AddDate(-3000, 0, 0), at,
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		times = append(times, time.Unix(r.Int64N(1<<33)-1<<32, r.Int64N(1e9)), at.Add(time.Duration(r.Int64N(1e14))))
	}
	for _, at := range times {
		want := at.UTC().Truncate(time.Second).Format(ISOLayout)
		if got := string(w.time(at)); got != want || ISOTime(at) != want {
			t.Errorf("%s and %s, want %s", got, ISOTime(at), want)
		}
	}
}

// Whatever XML can carry comes back as it was.
func FuzzXMLText(f *testing.F) {
	f.Add("a<b>&\"\r\n")
	f.Fuzz(func(t *testing.T, s string) {
		doc := inLists.Append([]byte("<Sample><Key>"), s)
		doc = append(doc, "</Key></Sample>"...)
		var got sampleXML
		if carried := utf8.ValidString(s) && !strings.ContainsFunc(s, notCarried); carried {
			if err := xml.Unmarshal(doc, &got); err != nil || got.Key != s {
				t.Fatalf("%q came back as %q, %v", s, got.Key, err)
			}
		}
	})
}

// FuzzMarshalled holds that documents are escaped as encoding/xml does, but for the quotes.
func FuzzMarshalled(f *testing.F) {
	f.Add("a<b>&\"'\r\n\t\x01\x7f]]>")
	f.Add("\xff\uFFFE\uFFFF\U0001F600\xed\xa0\x80")
	f.Fuzz(func(t *testing.T, s string) {
		var want bytes.Buffer
		if err := xml.EscapeText(&want, []byte(s)); err != nil {
			t.Fatal(err)
		}
		quoted := bytes.ReplaceAll(want.Bytes(), []byte("&#34;"), []byte("&quot;"))
		if got := asMarshalled.Append(nil, s); !bytes.Equal(got, quoted) {
			t.Errorf("%q is written %q, want %q", s, got, quoted)
		}
	})
}

func notCarried(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}
