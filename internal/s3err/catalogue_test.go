package s3err

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// fact is a line of testdata/codes.tsv, which was taken from the facts and not
// from the catalogue.
type fact struct {
	code    string
	status  int
	message string
	source  string
}

func facts(t *testing.T) []fact {
	t.Helper()
	text, err := os.ReadFile("testdata/codes.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var list []fact
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 4 {
			t.Fatalf("line %q has %d fields, want 4", line, len(f))
		}
		status, err := strconv.Atoi(f[1])
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, fact{f[0], status, f[2], f[3]})
	}
	if len(list) == 0 {
		t.Fatal("testdata/codes.tsv has no facts")
	}
	return list
}

func TestCatalogueHoldsTheFacts(t *testing.T) {
	for _, f := range facts(t) {
		c, ok := Lookup(f.code)
		switch {
		case !ok:
			t.Errorf("%s (%s) is not in the catalogue", f.code, f.source)
		case c.Status() != f.status:
			t.Errorf("%s has status %d, want %d (%s)", c, c.Status(), f.status, f.source)
		case f.message != "" && c.Message() != f.message:
			t.Errorf("%s says %q, want %q (%s)", c, c.Message(), f.message, f.source)
		}
	}
}

func TestCatalogueIsWhole(t *testing.T) {
	known := facts(t)
	seen := map[string]bool{}
	for _, c := range Codes() {
		if seen[c.String()] {
			t.Errorf("%s is in the catalogue twice", c)
		}
		seen[c.String()] = true
		if c.Status() < 300 || c.Status() > 599 || c.Message() == "" {
			t.Errorf("%s has status %d and message %q", c, c.Status(), c.Message())
		}
		if !slices.ContainsFunc(known, func(f fact) bool { return f.code == c.String() }) {
			t.Errorf("%s has no line in testdata/codes.tsv", c)
		}
	}
}

func TestCodesIsACopy(t *testing.T) {
	Codes()[0] = Code{}
	if Codes()[0] != AccessDenied {
		t.Error("a caller changed the catalogue")
	}
}

func TestLookupUnknown(t *testing.T) {
	for _, name := range []string{"", "nosuchkey", "NoSuchThing"} {
		if c, ok := Lookup(name); ok {
			t.Errorf("%q was found: %s", name, c)
		}
	}
}

func TestZeroCodeIsInternalError(t *testing.T) {
	e := New(Code{})
	if e.Code != InternalError || e.Status != 500 || (Code{}).String() != "InternalError" {
		t.Errorf("got %+v", e)
	}
}
