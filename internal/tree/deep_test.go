package tree

import (
	"strings"
	"testing"
)

// However deep a text nests, and however long its lines are, it is read or refused in one
// go: 200,000 levels, and a megabyte, would take hours by the square.
func TestDeepAndWide(t *testing.T) {
	const n = 200_000
	for name, row := range map[string]struct{ text, says string }{
		"lists":           {"a: " + strings.Repeat("[", n) + strings.Repeat("]", n), "nest too deeply"},
		"mappings":        {"a: " + strings.Repeat("{a: ", n) + strings.Repeat("}", n), "nest too deeply"},
		"never closed":    {"a: " + strings.Repeat("[", n), "is never closed"},
		"dashes":          {"a:\n  " + strings.Repeat("- ", n) + "x", "nest too deeply"},
		"over many lines": {"a:\n" + strings.Repeat(" [\n", n) + strings.Repeat(" ]\n", n), "nest too deeply"},
		"a long line":     {"a: '" + strings.Repeat("[", n) + "'", ""},
		"a wide list":     {"a: [" + strings.Repeat("b, ", n) + "c]", ""},
	} {
		_, err := ParseYAML("x.yaml", []byte(row.text))
		if (err == nil) != (row.says == "") || err != nil && !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v, want %q", name, err, row.says)
		}
	}
}

// Steps of one space each: what is wrong is found without going through them all again at
// every one.
func TestDeepSteps(t *testing.T) {
	var text strings.Builder
	for i := range 3000 {
		text.WriteString(strings.Repeat(" ", i) + "k:\n")
	}
	if _, err := ParseYAML("x.yaml", []byte(text.String())); err == nil {
		t.Error("3,000 levels were read")
	}
}
