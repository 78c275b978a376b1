package finding

import (
	"slices"
	"testing"
)

func TestCompare(t *testing.T) {
	was := []Finding{
		{Kind: LostWrite, Text: "one", Keys: []string{"b/a", "b/1207"}}, {Kind: LostWrite, Keys: []string{"b/c"}},
	}
	stable := func(key string) bool { return key != "b/1207" && key != "b/1208" }
	for name, row := range map[string]struct {
		is     []Finding
		stable func(string) bool
		want   []string
	}{
		"the same":         {was, nil, nil},
		"in another order": {[]Finding{{Kind: LostWrite, Keys: []string{"b/c", "b/1207", "b/a"}}}, nil, nil},
		"another key": {[]Finding{{Kind: LostWrite, Keys: []string{"b/c", "b/1208", "b/a"}}}, nil, []string{
			"-lost-write b/1207 b/a b/c", "+lost-write b/1208 b/a b/c"}},
		"a key that always changes": {[]Finding{{Kind: LostWrite, Keys: []string{"b/c", "b/1208", "b/a"}}}, stable, nil},
		"another kind": {[]Finding{{Kind: Good}}, stable,
			[]string{"-lost-write b/a b/c (1 changing key)", "+good"}},
	} {
		if got := Compare(was, row.is, row.stable); !slices.Equal(got, row.want) {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
	}
}
