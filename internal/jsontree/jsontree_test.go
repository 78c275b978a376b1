package jsontree

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzRead holds every tree against what encoding/json makes of the text.
func FuzzRead(f *testing.F) {
	for _, doc := range []string{
		``, ` `, `{}`, ` { } `, `[]`, "[ \n]", `{"a":1}`, "\t{ \"a\" :\r\n [ 1 , \"]\" , {\"b\":\"}\\\"\"} ] , \"c\" : null }",
		`[1,-2.5e3,true,false,null,"x\\",[[]],{}]`, `{"a":1,"a":{"b":[]},"\u0061":"\\"}`, `{"\ud800":"é","":""}`,
		`[[[[["deep"]]]]]`, `{"a":"{","b":"[","c":"\\\""}`, `"\b\f\n\r\t\/\u00e9"`, `"\x"`, `"\u12g4"`, "\"\x01\"", "\"\x7f\"",
		`01`, `-`, `-0`, `1.`, `.5`, `1e`, `1E+`, `1e-07`, `tru`, `nul`, `falsey`, `{"a"}`, `{"a":}`, `{,}`, `[1,]`, `[1 2]`,
		`{"a":1,}`, `{1:2}`, `[}`, `{]`, `[`, `{`, `"`, `"\`, `1 1`, `{"a":1 "b":2}`, "\xff", "\"\xff\"",
	} {
		f.Add(doc)
	}
	var r Reader
	f.Fuzz(func(t *testing.T, doc string) {
		root, ok := r.Read(doc)
		if ok != json.Valid([]byte(doc)) {
			t.Fatalf("%q: %v, and encoding/json thinks otherwise", doc, ok)
		}
		if ok && len(doc) < 10_000 { // each level is read again
			hold(t, &root)
		}
	})
}

func hold(t *testing.T, n *Node) {
	t.Helper()
	switch raw := []byte(n.Raw); n.Kind {
	case Object:
		var want map[string]json.RawMessage
		unmarshal(t, raw, &want)
		got := map[string]string{}
		for i := range n.Members {
			m := &n.Members[i]
			hold(t, &m.Value)
			if utf8.ValidString(m.Name) { // encoding/json repairs what is not
				got[m.Name] = m.Value.Raw
			}
		}
		if utf8.Valid(raw) && len(got) != len(want) {
			t.Fatalf("%d members, want %d", len(got), len(want))
		}
		for name, value := range got {
			if utf8.Valid(raw) && value != string(want[name]) {
				t.Errorf("%q is %q, want %q", name, value, want[name])
			}
		}
	case List:
		var want []json.RawMessage
		unmarshal(t, raw, &want)
		same := func(a Member, b json.RawMessage) bool { return a.Value.Raw == string(b) && a.Name == "" }
		if !slices.EqualFunc(n.Members, want, same) {
			t.Errorf("%v, want %q", n.Members, want)
		}
		for i := range n.Members {
			hold(t, &n.Members[i].Value)
		}
	case String:
		var want string
		unmarshal(t, raw, &want)
		if utf8.Valid(raw) && n.Text() != want {
			t.Errorf("%q says %q, want %q", raw, n.Text(), want)
		}
	case Bool, Number, Null:
		var want any
		unmarshal(t, raw, new(json.RawMessage))
		_ = json.Unmarshal(raw, &want) // a number may be too large
		_, isBool := want.(bool)
		if (n.Kind == Null) != (n.Raw == "null") || isBool != (n.Kind == Bool) || n.Text() != "" {
			t.Errorf("%q is %s", raw, n.Kind)
		}
	}
}

func unmarshal(t *testing.T, raw []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatalf("%q: %v", raw, err)
	}
}

// Nesting is bounded where encoding/json bounds it.
func TestDepth(t *testing.T) {
	for _, n := range []int{maxDepth, maxDepth + 1} {
		doc := strings.Repeat("[", n) + strings.Repeat("]", n)
		if _, ok := new(Reader).Read(doc); ok != json.Valid([]byte(doc)) {
			t.Errorf("%d levels: %v", n, ok)
		}
	}
}

// What stands where, which errors are told by.
func TestWhereMembersStand(t *testing.T) {
	var r Reader
	root, ok := r.Read(` { "a" : [ 1 , 2 ], "b":{}}`)
	if !ok || root.Members[0].At != 6 || root.Members[1].At != 23 {
		t.Fatalf("%v", root)
	}
	if list := root.Members[0].Value.Members; list[0].At != 11 || list[1].At != 13 {
		t.Errorf("%v", list)
	}
	r.Forget()
	if again, ok := r.Read(`{"x":[]}`); !ok || again.Members[0].Name != "x" || again.Members[0].Value.Kind.String() != "a list" {
		t.Errorf("%v", again)
	}
}
