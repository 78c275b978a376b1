package tree

import (
	"strings"
	"testing"
)

func TestBadJSON(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{"", "patch:1:1: the JSON text ends too early"},
		{"{\n \"a\": }", "patch:2:7: "},
		{`{"a": 1, "a": 2}`, `patch:1:10: the key "a" is there twice`},
		{`{} {}`, "patch:1:4: there is more after the end of the JSON text"},
		{`{"a": [1, 2`, "patch:1:12: the JSON text ends too early"},
		{strings.Repeat("[", 1000), "patch:1:102: lists and mappings nest too deeply"},
	} {
		_, err := ParseJSON("patch", []byte(row.text))
		if err == nil || !strings.HasPrefix(err.Error(), row.want) {
			t.Errorf("%.20q: error\n  %v\nwant\n  %s", row.text, err, row.want)
		}
	}
}
