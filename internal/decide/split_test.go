package decide

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"unicode/utf8"
)

// FuzzSplit holds what is taken apart here against encoding/json.
func FuzzSplit(f *testing.F) {
	for _, doc := range []string{
		`{}`, ` { } `, `[]`, "[ \n]", `{"a":1}`, "\t{ \"a\" :\r\n [ 1 , \"]\" , {\"b\":\"}\\\"\"} ] , \"c\" : null }", `[1,-2.5e3,true,false,null,"x\\",[[]],{}]`,
		`{"a":1,"a":{"b":[]},"\u0061":"\\"}`, `{"\ud800":"é","":""}`, `[[[[["deep"]]]]]`, `{"a":"{","b":"[","c":"\\\""}`,
	} {
		f.Add([]byte(doc))
	}
	for seed := range uint64(20) {
		f.Add(newDraft(rand.New(rand.NewPCG(seed, 11))).line("x"))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		if !json.Valid(doc) || !utf8.Valid(doc) { // what no case gets past
			return
		}
		switch kindOf(doc) {
		case "an object":
			var want map[string]json.RawMessage
			if err := json.Unmarshal(doc, &want); err != nil {
				t.Skip(err)
			}
			got := map[string]json.RawMessage{}
			for _, m := range membersOf(doc) {
				got[m.name] = m.value
			}
			if len(got) != len(want) {
				t.Fatalf("%d members, want %d", len(got), len(want))
			}
			for name, value := range want {
				if string(got[name]) != string(value) {
					t.Errorf("%q is %q, want %q", name, got[name], value)
				}
			}
		case "a list":
			var want []json.RawMessage
			if err := json.Unmarshal(doc, &want); err != nil {
				t.Skip(err)
			}
			got := itemsOf(doc)
			if len(got) != len(want) {
				t.Fatalf("%d items, want %d", len(got), len(want))
			}
			for i := range want {
				if string(got[i]) != string(want[i]) {
					t.Errorf("item %d is %q, want %q", i, got[i], want[i])
				}
			}
		}
	})
}
