package floors

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"unicode/utf8"
)

// room is a package in figures: its code, without its tests.
type room struct {
	dir       string
	files     []int // lines of each
	functions []int // lines of each, from func to the last brace
	longest   string
	methods   map[string]int // of each type
	arrows    arrows
	climbing  climb
	inRings   int
}

// measure is all packages with code, by folder.
func measure(all []source) (rooms []room) {
	arrows := draw(all)
	at := map[string]int{}
	for _, s := range all {
		if s.test {
			continue
		}
		if _, known := at[s.dir]; !known {
			at[s.dir] = len(rooms)
			a := arrows[s.dir]
			rooms = append(rooms, room{
				dir: s.dir, methods: map[string]int{}, arrows: a, climbing: a.climbing(), inRings: a.inRings(),
			})
		}
		rooms[at[s.dir]].add(s)
	}
	return rooms
}

func (r *room) add(s source) {
	r.files = append(r.files, strings.Count(s.text, "\n"))
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		lines := lineOf(f.End()) - lineOf(f.Pos()) + 1
		if lines > most(r.functions) {
			r.longest = f.Name.Name
		}
		r.functions = append(r.functions, lines)
		if f.Recv != nil {
			r.methods[receiver(f.Recv.List[0].Type)]++
		}
	}
}

func lineOf(p token.Pos) int { return positions.Position(p).Line }

// receiver is the name of a method's type, without its star and its parameters.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// largest is the type with the most methods, the first of them by name.
func (r *room) largest() (name string, methods int) {
	for t, n := range r.methods {
		if n > methods || n == methods && t < name {
			name, methods = t, n
		}
	}
	return name, methods
}

func most(figures []int) int {
	if len(figures) == 0 {
		return 0
	}
	return slices.Max(figures)
}

// share is the figure that so many percent of all do not pass; that of none is 0.
func share(figures []int, percent int) int {
	if len(figures) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(figures))[(len(figures)*percent+99)/100-1]
}

func percent(part, whole int) int {
	if whole == 0 {
		return 0
	}
	return (part*100 + whole/2) / whole
}

// columns that a line may have; a tab counts as one.
const columns = 120

// longLines are the numbers of a file's lines that are too long and could be
// broken. Lines of data cannot: those of a text in backquotes that has several, a
// text that has its line for itself, and in a test a row of its table.
func longLines(s source) (numbers []int) {
	var long []int
	for i, line := range strings.Split(s.text, "\n") {
		if utf8.RuneCountInString(line) > columns && !isText(line) {
			long = append(long, i+1)
		}
	}
	if len(long) == 0 {
		return nil
	}
	data := dataLines(s)
	for _, n := range long {
		if !data[n] {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// isText says whether a line is one text and what holds it in its list.
func isText(line string) bool {
	line = strings.TrimRight(strings.TrimSpace(line), ",)}")
	for _, quote := range []string{`"`, "`"} {
		if len(line) > 1 && strings.HasPrefix(line, quote) && strings.HasSuffix(line, quote) {
			return !strings.Contains(strings.ReplaceAll(line[1:len(line)-1], `\"`, ""), quote)
		}
	}
	return false
}

func dataLines(s source) map[int]bool {
	data := map[int]bool{}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if n.Kind == token.STRING && strings.Contains(n.Value, "\n") {
				for line := lineOf(n.Pos()); line <= lineOf(n.End()); line++ {
					data[line] = true
				}
			}
		case *ast.CompositeLit:
			for _, row := range rows(n, s.test) {
				if line := lineOf(row.Pos()); line == lineOf(row.End()) {
					data[line] = true
				}
			}
		}
		return true
	})
	return data
}

// rows are the elements of a test's list, if each begins a line of its own.
func rows(list *ast.CompositeLit, test bool) []ast.Expr {
	_, array := list.Type.(*ast.ArrayType)
	_, named := list.Type.(*ast.MapType)
	if !test || !array && !named || len(list.Elts) == 0 || lineOf(list.Lbrace) == lineOf(list.Elts[0].Pos()) {
		return nil
	}
	return list.Elts
}
