package scenarios

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"github.com/s3fault/s3fault"
	"github.com/s3fault/s3fault/internal/build"
)

// A scenario of the library that is parsed alone is what it is in the file as a whole: its
// facts with their places, defaults and what other scenarios lend it, its lesson and its calls.
func TestCutAsWhole(t *testing.T) {
	whole, err := read(source{"built-in scenarios.yaml", s3fault.Library},
		source{"built-in lessons.yaml", s3fault.Lessons})
	if err != nil {
		t.Fatal(err)
	}
	cut, err := Library()
	if err != nil {
		t.Fatal(err)
	}
	if len(whole.names) == 0 || !slices.Equal(cut.names, whole.names) || !cut.BuiltIn() || whole.BuiltIn() {
		t.Fatalf("the library is cut into %q", cut.names)
	}
	if !reflect.DeepEqual(cut.sets, whole.sets) || cut.Responses() != whole.Responses() || cut.AsOf() != whole.AsOf() {
		t.Error("the library says other things for all its scenarios")
	}
	for _, name := range whole.names {
		alone, among := scenario(t, cut, name), scenario(t, whole, name)
		for _, s := range []*Scenario{alone, among} { // of a default that it replaces others may have the policy compiled
			(&build.Scene{Facts: s.defaults}).Prepare()
			s.Warnings()
		}
		if !reflect.DeepEqual(alone, among) {
			t.Errorf("%s, parsed alone, is another", name)
		}
		if r := among.Responses(); cut.ResponsesOf(name) != r || whole.ResponsesOf(name) != r {
			t.Errorf("%s answers %s, its text says %s", name, r, cut.ResponsesOf(name))
		}
	}
}

// What a scenario does not need is no part of its text: the whole would be as good otherwise.
func TestCutIsSmall(t *testing.T) {
	c := cutAt(source{"scenarios.yaml", s3fault.Library}, "\nscenarios:\n", "  ")
	for _, name := range c.names {
		text := c.only(name).data
		if n := len(bytes.TrimSpace(text)) - bytes.Count(text, []byte("\n")); n > len(c.data)/4 {
			t.Errorf("%s needs %d bytes of %d", name, n, len(c.data))
		}
	}
}

// Whatever a text is, each part of it has its lines, and each line stays or is empty.
func FuzzCut(f *testing.F) {
	f.Add("a: &x {b: 1}\nc: *x\n# d\ne: {f: *x, g: *none}\n", "", "")
	f.Add("version: 1\nscenarios:\n  one: &one\n    a: 1\n  two: *one\n", "\nscenarios:\n", "  ")
	f.Add("one:\none: *one &one", "", "")
	f.Fuzz(func(t *testing.T, text, below, indent string) {
		c := cutAt(source{"text", []byte(text)}, below, indent)
		lines := bytes.SplitAfter([]byte(text), []byte("\n"))
		for i, name := range c.names {
			for n, line := range bytes.SplitAfter(c.only(name).data, []byte("\n")) {
				if !bytes.Equal(line, lines[n]) && !bytes.Equal(line, []byte("\n")) && len(line) > 0 {
					t.Errorf("line %d of %q is %q", n+1, name, line)
				}
			}
			if own := c.entry(i); !bytes.Contains(c.only(name).data, own) {
				t.Errorf("%q is not in its own text", name)
			}
		}
	})
}
