package sheet

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

var named = map[byte]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#13;"}

func TestEscapes(t *testing.T) {
	for in, want := range map[string][2]string{ // as it comes, and sound
		"":                 {"", ""},
		"plain":            {"plain", "plain"},
		"<a>&b\r":          {"&lt;a&gt;&amp;b&#13;", "&lt;a&gt;&amp;b&#13;"},
		"ü&\U0001F600":     {"ü&amp;\U0001F600", "ü&amp;\U0001F600"},
		"\x00a\tb\nc\x1f":  {"\x00a\tb\nc\x1f", "\uFFFDa\tb\nc\uFFFD"},
		"\xff\xc3":         {"\uFFFD\uFFFD", "\uFFFD\uFFFD"},
		"\uFFFDx\uFFFE":    {"\uFFFDx\uFFFE", "\uFFFDx\uFFFD"},
		"\xed\xa0\x80 end": {"\uFFFD\uFFFD\uFFFD end", "\uFFFD\uFFFD\uFFFD end"},
	} {
		for i, sound := range []bool{false, true} {
			if got := string(Escape(named, sound).Append([]byte(">"), in)); got != ">"+want[i] {
				t.Errorf("sound %v: %q is written %q, want %q", sound, in, got, ">"+want[i])
			}
		}
	}
}

// FuzzEscapes holds that a parser reads what was written, but for what XML cannot carry.
func FuzzEscapes(f *testing.F) {
	f.Add("a<b>&\"'\r\n]]>")
	f.Add("\x00\xff\uFFFE\U0001F600ü")
	e := Escape(named, true)
	f.Fuzz(func(t *testing.T, s string) {
		document := append(e.Append([]byte("<a>"), s), "</a>"...)
		var got string
		if err := xml.Unmarshal(document, &got); err != nil || !utf8.Valid(document) {
			t.Fatalf("%q: %v", document, err)
		}
		want := strings.Map(func(r rune) rune {
			if r == 0xFFFE || r == 0xFFFF || r < ' ' && r != '\t' && r != '\n' && r != '\r' {
				return utf8.RuneError
			}
			return r
		}, s)
		if got != want {
			t.Errorf("%q came back as %q, want %q", s, got, want)
		}
	})
}

func TestBody(t *testing.T) {
	s := New(10)
	s.Text = append(s.Text, "a page of many words"...)
	b := s.Body()
	if b.Len() != 20 {
		t.Errorf("%d bytes", b.Len())
	}
	head := make([]byte, 7)
	if n, err := io.ReadFull(b, head); n != 7 || err != nil || b.Len() != 13 {
		t.Errorf("%d, %v, %d left", n, err, b.Len())
	}
	var rest bytes.Buffer
	if n, err := io.Copy(&rest, b); n != 13 || err != nil || string(head)+rest.String() != "a page of many words" {
		t.Errorf("%q, then %q, %v", head, rest.String(), err)
	}
	for range 2 {
		if err := b.Close(); err != nil || b.Len() != 0 {
			t.Errorf("closed: %v, %d left", err, b.Len())
		}
	}
	if n, err := b.Read(head); n != 0 || err != io.EOF {
		t.Errorf("closed: %d, %v", n, err)
	}
}

func TestBodyReads(t *testing.T) {
	s := New(0)
	s.Text = append(s.Text, strings.Repeat("0123456789", 100)...)
	if err := iotest.TestReader(s.Body(), s.Text); err != nil {
		t.Error(err)
	}
}

// TestTwice holds that a body that is closed twice gives its memory away once.
func TestTwice(t *testing.T) {
	s := New(0)
	b := s.Body()
	b.Close()
	b.Close()
	one, other := New(0), New(0)
	if one == other {
		t.Error("two answers are written on one sheet")
	}
}
