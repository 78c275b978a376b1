package floors

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"
	"testing"
)

// public are the packages that a stranger imports.
var public = []string{
	"sigv4", "policy", "authz", "journal", "scenarios", "emulator", "emulator/emulatortest", "emulator/emulatortest/sdkv2",
}

// Whoever reads a public package's go doc can read all of it: no exported function,
// method, field or type mentions a type of internal/, which has no page.
func TestNoInnerTypesInPublicFaces(t *testing.T) {
	for _, place := range innerTypes(house(t)) {
		t.Errorf("%s: it is of internal/, where no stranger can read it", place)
	}
}

// What may be nil is returned as an error. A nil *Error in an error is not nil, so that
// a caller who passes it on would refuse everybody.
func TestPublicFacesReturnError(t *testing.T) {
	for _, against := range concreteErrors(house(t)) {
		t.Errorf("%s instead of error", against)
	}
}

// face is an exported name of a public package, and what go doc shows of it.
type face struct {
	source *source
	name   string // "Type.Method"
	shown  ast.Node
}

// faces are those of all public packages.
func faces(all []source) []face {
	var found []face
	for i := range all {
		s := &all[i]
		if s.test || !slices.Contains(public, s.dir) {
			continue
		}
		for _, decl := range s.file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if name := functionName(d); name != "" {
					found = append(found, face{s, name, d.Type})
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					found = append(found, specFaces(s, spec)...)
				}
			}
		}
	}
	return found
}

// functionName is that of an exported function, or of an exported method of an exported
// type; empty: go doc shows it not.
func functionName(d *ast.FuncDecl) string {
	if !d.Name.IsExported() {
		return ""
	}
	if d.Recv == nil {
		return d.Name.Name
	}
	of := receiver(d.Recv.List[0].Type)
	if !ast.IsExported(of) {
		return ""
	}
	return of + "." + d.Name.Name
}

// specFaces are the faces of a type with its exported fields and methods, or of a
// constant or variable.
func specFaces(s *source, spec ast.Spec) []face {
	var found []face
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if !spec.Name.IsExported() {
			return nil
		}
		of, ok := spec.Type.(*ast.StructType)
		if !ok {
			return []face{{s, spec.Name.Name, spec.Type}}
		}
		for _, f := range of.Fields.List {
			for _, name := range fieldNames(f) {
				if ast.IsExported(name) {
					found = append(found, face{s, spec.Name.Name + "." + name, f.Type})
				}
			}
		}
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			if name.IsExported() {
				found = append(found, face{s, name.Name, spec})
			}
		}
	}
	return found
}

// fieldNames are the names that a field declares; that of an embedded one is its type's.
func fieldNames(f *ast.Field) []string {
	if len(f.Names) == 0 {
		name := types.ExprString(f.Type)
		return []string{strings.TrimPrefix(name[strings.LastIndexByte(name, '.')+1:], "*")}
	}
	var names []string
	for _, n := range f.Names {
		names = append(names, n.Name)
	}
	return names
}

// innerTypes are the places where a face mentions a type of internal/, in order.
func innerTypes(all []source) []string {
	var found []string
	for _, f := range faces(all) {
		ast.Inspect(f.shown, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if from, ok := selector.X.(*ast.Ident); ok && isInner(f.source, from.Name) {
				found = append(found, fmt.Sprintf("%s.%s: %s", f.source.dir, f.name, types.ExprString(selector)))
			}
			return true
		})
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// isInner says whether a file imports a package of internal/ by that name.
func isInner(s *source, name string) bool {
	for _, i := range s.file.Imports {
		imported := strings.Trim(i.Path.Value, `"`)
		called := imported[strings.LastIndexByte(imported, '/')+1:]
		if i.Name != nil {
			called = i.Name.Name
		}
		if called == name {
			dir, ok := ours(imported)
			return ok && strings.HasPrefix(dir+"/", "internal/")
		}
	}
	return false
}

// concreteErrors are the results of faces that are pointers to an error of the package.
func concreteErrors(all []source) []string {
	errors := map[string]bool{}
	for _, f := range faces(all) {
		if of, ok := strings.CutSuffix(f.name, ".Error"); ok {
			errors[f.source.dir+".*"+of] = true
		}
	}
	var found []string
	for _, f := range faces(all) {
		function, ok := f.shown.(*ast.FuncType)
		if !ok || function.Results == nil {
			continue
		}
		for _, result := range function.Results.List {
			if named := types.ExprString(result.Type); errors[f.source.dir+"."+named] {
				found = append(found, fmt.Sprintf("%s.%s returns %s", f.source.dir, f.name, named))
			}
		}
	}
	return found
}

// Both laws find what is planted, and nothing in what is not.
func TestFaceLawsFindWhatIsPlanted(t *testing.T) {
	const head = "package emulator; import (\n\"" + module + "/internal/world\"\nj \"" + module + "/internal/trail\"\n\"" + module + "/authz\"\n)\n"
	for text, want := range map[string]string{
		"func Of() *world.State { return nil }":             "emulator.Of: world.State",
		"func (s *Server) At(m map[string]world.State) {}":  "emulator.Server.At: world.State",
		"type Config struct { Add func(j.Record) }":         "emulator.Config.Add: j.Record",
		"type Config struct { *j.Record }":                  "emulator.Config.Record: j.Record",
		"type Record = j.Record":                            "emulator.Record: j.Record",
		"type Worlds interface { At() world.State }":        "emulator.Worlds: world.State",
		"var First = j.Record{}":                            "emulator.First: j.Record",
		"func of() *world.State { return nil }":             "",
		"func (s *server) Of() *world.State { return nil }": "",
		"type Config struct { state world.State }":          "",
		"func Of() authz.Decision { return world.Of() }":    "",
	} {
		s, err := read("emulator/x.go", []byte(head+text))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(innerTypes([]source{s}), "; "); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	const own = "package policy; type Fault struct{}; func (*Fault) Error() string { return \"\" }\n"
	for text, want := range map[string]string{
		"func Load() (int, *Fault) { return 0, nil }":    "policy.Load returns *Fault",
		"func (p *Policy) Check() *Fault { return nil }": "policy.Policy.Check returns *Fault",
		"func Load() (int, error) { return 0, nil }":     "",
		"func Problems() []*Fault { return nil }":        "",
		"func load() *Fault { return nil }":              "",
	} {
		s, err := read("policy/x.go", []byte(own+text))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(concreteErrors([]source{s}), "; "); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
