package floors

import (
	"go/ast"
	"regexp"
	"strconv"
	"testing"
)

// A pattern that is compiled late can be compiled: each is made of a text that stands there.
func TestPatternsCompile(t *testing.T) {
	found := 0
	for _, s := range house(t) {
		if s.test {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !isPatternNew(call.Fun) {
				return true
			}
			found++
			text, ok := call.Args[0].(*ast.BasicLit)
			if !ok {
				t.Errorf("%s: the text of a pattern does not stand there", positions.Position(n.Pos()))
				return true
			}
			expression, err := strconv.Unquote(text.Value)
			if err == nil {
				_, err = regexp.Compile(expression)
			}
			if err != nil {
				t.Errorf("%s: %v", positions.Position(n.Pos()), err)
			}
			return true
		})
	}
	if found == 0 {
		t.Fatal("there are no patterns")
	}
}

func isPatternNew(f ast.Expr) bool {
	called, ok := f.(*ast.SelectorExpr)
	if !ok || called.Sel.Name != "New" {
		return false
	}
	of, ok := called.X.(*ast.Ident)
	return ok && of.Name == "pattern"
}
