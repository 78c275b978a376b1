package floors

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "github.com/s3fault/s3fault"
	top    = "../.."
)

// positions are those of all that was read.
var positions = token.NewFileSet()

// source is one Go file of the repository.
type source struct {
	dir     string // of its package, from the top: "internal/world"; the top itself is ""
	name    string
	test    bool
	imports []string
	file    *ast.File
	text    string
}

func (s *source) path() string { return path.Join(s.dir, s.name) }

// ours is the folder of an imported package of this module.
func ours(imported string) (dir string, ok bool) {
	if imported == module {
		return "", true
	}
	return strings.CutPrefix(imported, module+"/")
}

// house reads every Go file with go/parser. A question to the go command would
// be answered from the test cache, with yesterday's imports.
func house(t *testing.T) []source {
	t.Helper()
	modfile, err := os.ReadFile(filepath.Join(top, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(modfile), "module "+module+"\n") {
		t.Fatalf("%s/go.mod is not that of %s", top, module)
	}
	var all []source
	err = filepath.WalkDir(top, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != top && (isAside(entry.Name()) || isModule(name)) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		from, err := filepath.Rel(top, name)
		if err != nil {
			return err
		}
		s, err := read(filepath.ToSlash(from), text)
		all = append(all, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("no Go file was found")
	}
	return all
}

// isAside says whether the go command does not look into a folder.
func isAside(name string) bool {
	return name == "testdata" || name == "vendor" || name == "node_modules" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// isModule says whether a folder is a module of its own, which these laws are not for.
func isModule(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	return err == nil
}

// read parses one file, given by its path from the top.
func read(name string, text []byte) (source, error) {
	dir, base := path.Split(name)
	s := source{dir: strings.TrimSuffix(dir, "/"), name: base, test: strings.HasSuffix(base, "_test.go"), text: string(text)}
	var err error
	s.file, err = parser.ParseFile(positions, name, text, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return s, err
	}
	for _, i := range s.file.Imports {
		imported, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return s, err
		}
		s.imports = append(s.imports, imported)
	}
	return s, nil
}
