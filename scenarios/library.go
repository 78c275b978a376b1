package scenarios

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/s3fault/s3fault"
	"github.com/s3fault/s3fault/internal/tree"
)

// The library is two files, here and in any folder.
const (
	libraryName = "scenarios.yaml"
	lessonsName = "lessons.yaml" // holds the lessons of a libraryName beside it
)

// Library is the built-in library of scenarios. Its text is cut into its entries: a scenario,
// and its lesson, are parsed when the scenario is first asked for.
func Library() (*File, error) {
	l := cutLibrary{
		cutAt(source{"built-in " + libraryName, s3fault.Library}, "\nscenarios:\n", "  "),
		cutAt(source{"built-in " + lessonsName, s3fault.Lessons}, "", ""),
	}
	return l.file()
}

// cutLibrary is the texts of the library.
type cutLibrary struct{ scenarios, lessons cut }

// file is the library with its first scenario read, and what it says for all.
func (l cutLibrary) file() (*File, error) {
	first := l.scenarios.names[0]
	root, doc, err := l.document(first)
	if err != nil {
		return nil, public(err)
	}
	f := newFile(root, doc)
	f.builtIn = true
	for i, name := range l.scenarios.names {
		f.add(name, sync.OnceValues(func() (*Scenario, error) { return l.read(name) }))
		f.responses[name] = l.scenarios.value(i, "    responses: ")
	}
	return f, nil
}

// document is what the library says for all scenarios, with that one, and those whose parts
// it has.
func (l cutLibrary) document(name string) (*tree.Node, *document, error) {
	root, lessons, err := parseTexts(l.scenarios.only(name), l.lessons.only(name))
	if err != nil {
		return nil, nil, err
	}
	doc, err := readDocument(root, lessons)
	return root, doc, err
}

func (l cutLibrary) read(name string) (*Scenario, error) {
	_, doc, err := l.document(name)
	if err != nil {
		return nil, public(err)
	}
	at := slices.IndexFunc(doc.scenarios.Keys, func(key *tree.Node) bool { return key.Text == name })
	s, err := readScenario(doc.scenarios.Keys[at], doc.scenarios.Items[at], doc)
	if err != nil {
		return nil, public(err)
	}
	return s, nil
}

// Load reads the scenario file at path. One that is called scenarios.yaml may have
// its lessons in a lessons.yaml beside it. Its errors are those of os.ReadFile, and
// *Error for what is wrong in a file.
func Load(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if filepath.Base(path) != libraryName {
		return read(source{path, data})
	}
	beside := filepath.Join(filepath.Dir(path), lessonsName)
	lessons, err := os.ReadFile(beside)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return read(source{path, data})
	case err != nil:
		return nil, err
	}
	return read(source{path, data}, source{beside, lessons})
}
