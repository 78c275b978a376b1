package scenarios

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// Parse takes a file or refuses it with an *Error on one line; it never panics.
func FuzzParse(f *testing.F) {
	f.Add(good)
	f.Add(full)
	f.Add(told)
	f.Add("version: 1\ndefaults: &d {region: x}\nscenarios: {a: *d}\n")
	f.Add("a: &a [*a]\n")
	f.Add("version: 1\nscenarios: {a: {title: !!binary aGk=}}\n")
	f.Add("- &x {*x : 1}\n---\n...")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "file") {
			t.Skip("it might name a file of this machine as a policy")
		}
		file, err := Parse("world.yaml", []byte(text))
		if err == nil {
			if len(file.Names()) == 0 {
				t.Error("a file without scenarios was taken")
			}
			return
		}
		var e *Error
		if !errors.As(err, &e) || e.Line < 1 || e.Column < 1 || strings.ContainsAny(err.Error(), "\r\n") {
			t.Errorf("error %q", err)
		}
	})
}

// What parseJSON reads, it reads again from what MarshalJSON writes, and a patch
// of JSON never makes merge panic.
func FuzzJSON(f *testing.F) {
	f.Add(`{"a": [1, "b", true, null, {"c": -1.5e3}], "<": "\u00e9"}`, `{"a": null}`)
	f.Add(`[]`, `{"a": {"b": {"c": 1}}}`)
	f.Fuzz(func(t *testing.T, text, patch string) {
		n, err := parseJSON("text", []byte(text))
		if err != nil {
			return
		}
		written, err := n.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		again, err := parseJSON("text", written)
		if err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		if !n.equal(again) {
			t.Errorf("%s became %s", text, written)
		}
		if p, err := parseJSON("patch", []byte(patch)); err == nil {
			once := merge(n, p)
			twice := merge(once, p)
			if !bytes.Equal(once.policyJSON(), twice.policyJSON()) {
				t.Errorf("merging %s twice into %s differs", patch, text)
			}
		}
	})
}
