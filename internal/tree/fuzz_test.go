package tree

import (
	"bytes"
	"testing"
)

// What ParseJSON reads, it reads again from what MarshalJSON writes, and a patch
// of JSON never makes merge panic.
func FuzzJSON(f *testing.F) {
	f.Add(`{"a": [1, "b", true, null, {"c": -1.5e3}], "<": "\u00e9"}`, `{"a": null}`)
	f.Add(`[]`, `{"a": {"b": {"c": 1}}}`)
	f.Fuzz(func(t *testing.T, text, patch string) {
		n, err := ParseJSON("text", []byte(text))
		if err != nil {
			return
		}
		written, err := n.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseJSON("text", written)
		if err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		if !n.Equal(again) {
			t.Errorf("%s became %s", text, written)
		}
		if p, err := ParseJSON("patch", []byte(patch)); err == nil {
			once := Merge(n, p)
			twice := Merge(once, p)
			if !bytes.Equal(once.TextJSON(), twice.TextJSON()) {
				t.Errorf("merging %s twice into %s differs", patch, text)
			}
		}
	})
}
