package floors

import (
	"strings"
	"testing"
)

// Each planted citation that leads nowhere is found by its name, and none that is
// good. So that this file cites nothing itself, @ stands for the book, # for "row",
// ~ for a file that is not there and ! for nothing.
func TestCitationsFindWhatIsPlanted(t *testing.T) {
	const vectors = "emulator/testdata/vectors/"
	for _, p := range []struct{ name, path, text, against string }{
		{"a section", "policy/x.go", "// x (@ 1.3).", ""},
		{"a section that is not there", "policy/x.go", "package x\n\n// x (@ 1.9).", "policy/x.go:3 cites @ 1.9, and docs/facts/@ has no such row"},
		{"a letter", "policy/x.go", "// x (@ 1.3b).", "policy/x.go:1 cites @ 1.3b, and docs/facts/@ has no such row"},
		{"the second of two", "policy/x.go", "// x (@ 1.3 and 9).", "policy/x.go:1 cites @ 9, and docs/facts/@ has no such row"},
		{"the third of three", "policy/x.go", "// x (@ 1.3, 2 and 9).", "policy/x.go:1 cites @ 9, and docs/facts/@ has no such row"},
		{"over a line", "policy/x.go", "\t// x (@\n\t// 9).", "policy/x.go:1 cites @ 9, and docs/facts/@ has no such row"},
		{"from to", "policy/x.go", "// x (@ A7 to A9).", ""},
		{"from to, with a hole", "policy/x.go", "// x (@ A7 to A11).", "policy/x.go:1 cites @ A10, and docs/facts/@ has no such row"},
		{"a cause", "policy/x.go", "// x (@ cause 1).", ""},
		{"a cause that is not there", "policy/x.go", "// x (@ cause 2).", "policy/x.go:1 cites @ cause 2, and docs/facts/@ has no such row"},
		{"a name", "policy/x.go", `// x (@ "Regions").`, ""},
		{"a name that is not there", "policy/x.go", `// x (@ "Places").`, "policy/x.go:1 cites @ Places, and docs/facts/@ has no such row"},
		{"a name in JSON", "policy/testdata/vectors/x.json", `"row": "any (@ \"Places\")"`, "policy/testdata/vectors/x.json:1 cites @ Places, and docs/facts/@ has no such row"},
		{"what follows an id", "policy/x.go", `// x (@ 1.3, step 7; @ 2, "Object Lock").`, ""},
		{"the whole book", "policy/x.go", "// as @ has it: 5 of them", ""},
		{"a loose section", "policy/x.go", "// x (@ section 1.3).", "policy/x.go:1: a citation is written @ ID (docs/facts/README.md)"},
		{"a loose cause", "policy/x.go", "// x (@, cause 1).", "policy/x.go:1: a citation is written @ ID (docs/facts/README.md)"},
		{"a test table", "policy/x_test.go", `	verify(t, "@ 9", x)`, "policy/x_test.go:1 cites @ 9, and docs/facts/@ has no such row"},
		{"a vector's source", "policy/testdata/vectors/x.json", "{\n  \"source\": \"@ 9 [aws-doc]\"", "policy/testdata/vectors/x.json:2 cites @ 9, and docs/facts/@ has no such row"},
		{"a table", "x/testdata/codes.tsv", "NoSuchKey\t404\t@ 9", "x/testdata/codes.tsv:1 cites @ 9, and docs/facts/@ has no such row"},
		{"a book of another book", "docs/facts/other.md", "as in @ 9", "docs/facts/other.md:1 cites @ 9, and docs/facts/@ has no such row"},
		{"rows", "policy/x.go", "// x (#s A7 and A8).", ""},
		{"a row that is not there", "policy/x.go", "// x (#s A7 and A10).", "policy/x.go:1 cites @ A10, and docs/facts/@ has no such row"},
		{"a row in a test's name", "policy/x_test.go", `	{"# A10: x"},`, "policy/x_test.go:1 cites @ A10, and docs/facts/@ has no such row"},
		{"a test named after a row", "policy/x_test.go", `	{"A!9", x}, {"A!10 x", x}`, "policy/x_test.go:1 cites @ A10, and docs/facts/@ has no such row"},
		{"a text that is no row", "policy/x.go", `var x = "A!10"`, ""},
		{"a file", "policy/x.go", "// see ARCHITECTURE.md, and docs/ADDING.md", ""},
		{"a file beside it", "docs/x.md", "see ADDING.md", ""},
		{"a book elsewhere", "policy/x.go", "// x (~ 4).", "policy/x.go:1 names ~, which is no file and no book in docs/facts/"},
		{"a folder elsewhere", "policy/x.go", "// x (facts/@ 1.3).", "policy/x.go:1 names facts/@, which is no file and no book in docs/facts/"},
		{"a file yet to be made", "policy/x_test.go", `	write("~")`, ""},
		{"an emulator's vector", vectors + "x.yaml", "  x:\n    source: \"cause\"", ""},
		{"a vector of a section that is not there", vectors + "x.yaml", "    source: \"1.9 x\"", vectors + "x.yaml:1 cites authorization.md 1.9, and docs/facts/authorization.md has no such row"},
		{"a new vector of a section that is not there", vectors + "x.yaml", "    source: \"new 1.3 x\"", vectors + "x.yaml:1 cites new-since-2025.md 1.3, and docs/facts/new-since-2025.md has no such row"},
	} {
		t.Run(p.name, func(t *testing.T) {
			meant := strings.NewReplacer("@", rowsOf+".md", "#", "row", "~", "notes.md", "!", "").Replace
			found := unresolved([]page{
				{"ARCHITECTURE.md", ""}, {"docs/ADDING.md", ""}, {"docs/facts/README.md", ""},
				{meant("docs/facts/@"), `<a id="1.3"></a> <a id="2"></a> <a id="A7"></a> <a id="A8"></a> <a id="A9"></a> <a id="A11"></a> <a id="cause-1"></a> <a id="Regions"></a>`},
				{p.path, meant(p.text)},
			})
			if got := strings.Join(found, "\n"); got != meant(p.against) {
				t.Errorf("found %q, want %q", got, meant(p.against))
			}
		})
	}
}
