package floors

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
)

// What an operation of S3 stands for is a column of its row: nothing else knows it by
// its name.
var (
	operationTables = []string{"internal/s3api/operations.go", "internal/s3api/operations_configurations.go",
		"internal/s3api/operations_absent.go"}
	nameless = []string{"internal/s3api", "internal/trail", "internal/asker", "internal/exchange", "emulator"}
)

func operationsStandInTheirTable(all []source) (against []string) {
	names := operationNames(all)
	if len(names) == 0 {
		return []string{"no operation stands in " + fmt.Sprint(operationTables)}
	}
	for _, s := range all {
		if s.test || !slices.Contains(nameless, s.dir) || slices.Contains(operationTables, s.path()) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if text, ok := literal(n); ok && names[text] {
				against = append(against, fmt.Sprintf("%s knows %s by its name", s.path(), text))
			}
			return true
		})
	}
	return against
}

// operationNames are the first arguments of the rows.
func operationNames(all []source) map[string]bool {
	names := map[string]bool{}
	for _, s := range all {
		if !slices.Contains(operationTables, s.path()) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			if f, ok := call.Fun.(*ast.Ident); ok && (f.Name == "data" || f.Name == "management") {
				if name, ok := literal(call.Args[0]); ok {
					names[name] = true
				}
			}
			return true
		})
	}
	return names
}

// literal is the text of a string literal.
func literal(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}
