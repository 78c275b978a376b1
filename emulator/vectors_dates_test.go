package emulator_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Every day from which on AWS answers differently has a vector of that day, and one
// of the day before; what only a control API answers, a world of the tests in controls.
func TestVectorsCoverTheDates(t *testing.T) {
	shown, err := filepath.Glob("controls/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors(t) {
		shown = append(shown, v.path)
	}
	var texts strings.Builder
	for _, path := range shown {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts.Write(text)
	}
	for _, since := range changeDays(t, "../internal/world/answers.go") {
		for _, day := range []time.Time{since.AddDate(0, 0, -1), since} {
			if asOf := "as_of: " + day.Format(time.DateOnly); !strings.Contains(texts.String(), asOf) {
				t.Errorf("no vector, nor a world of controls, is %s", asOf)
			}
		}
	}
}

// changeDays are the days of the table of differences: its calls of day.
func changeDays(t *testing.T, path string) []time.Time {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var days []time.Time
	ast.Inspect(tree, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 3 {
			return true
		}
		if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "day" {
			if since, ok := writtenDay(call.Args); ok {
				days = append(days, since)
			}
		}
		return true
	})
	if len(days) < 8 {
		t.Fatalf("%s has the days %v alone", path, days)
	}
	return days
}

// writtenDay reads 2024, time.August, 21.
func writtenDay(args []ast.Expr) (time.Time, bool) {
	year, ok := args[0].(*ast.BasicLit)
	month, okMonth := args[1].(*ast.SelectorExpr)
	day, okDay := args[2].(*ast.BasicLit)
	if !ok || !okMonth || !okDay {
		return time.Time{}, false
	}
	y, err := strconv.Atoi(year.Value)
	d, errDay := strconv.Atoi(day.Value)
	m, errMonth := time.Parse("January", month.Sel.Name)
	return time.Date(y, m.Month(), d, 0, 0, 0, 0, time.UTC), err == nil && errDay == nil && errMonth == nil
}
