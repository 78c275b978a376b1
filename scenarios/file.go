// Package scenarios reads the scenario file: worlds in which S3 says no, what a
// client must see in each, and how it is cured.
package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/services"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// File is a scenario file that has been read and found good.
type File struct {
	name      string
	names     []string
	scenarios map[string]*Scenario
	doc       *document
}

// Parse reads a scenario file; name is what errors call it, and where {file:
// path} is relative to. Every world is built once, so that a file that Parse
// takes can be served. The error is an *Error.
func Parse(name string, data []byte) (*File, error) {
	root, err := tree.ParseYAML(name, data)
	if err != nil {
		return nil, public(err)
	}
	return read(root, nil)
}

// read makes a file of its tree and of that of the lessons beside it; nil: there
// are none.
func read(root, lessons *tree.Node) (*File, error) {
	f, err := readFile(root, lessons)
	if err != nil {
		return nil, public(err)
	}
	return f, nil
}

func readFile(root, lessons *tree.Node) (*File, error) {
	doc, err := readDocument(root)
	if err != nil {
		return nil, err
	}
	for _, told := range []*tree.Node{doc.lessons, lessons} {
		if doc.scenarios, err = withLessons(doc.scenarios, told); err != nil {
			return nil, err
		}
	}
	f := &File{name: root.At.File, scenarios: map[string]*Scenario{}, doc: doc}
	for i, key := range doc.scenarios.Keys {
		s, err := readScenario(key, doc.scenarios.Items[i], doc)
		if err != nil {
			return nil, err
		}
		f.names = append(f.names, key.Text)
		f.scenarios[key.Text] = s
	}
	return f, nil
}

// readDocument reads what is beside the scenarios. What defaults and scenarios hold is
// read once the two are merged; but by then its nulls are gone, and with them the wrong
// keys that they may have stood at: its form is checked as it is written.
func readDocument(root *tree.Node) (*document, error) {
	if err := whole.Check(root, fileFacts.Shape); err != nil {
		return nil, err
	}
	known, err := services.Known()
	if err != nil {
		return nil, err
	}
	doc := &document{faults: known}
	if err := fileFacts.Read(doc, root); err != nil {
		return nil, err
	}
	if doc.version != 1 {
		return nil, tree.Fail(root.Find("version"), "the file needs `version: 1`")
	}
	if s := doc.scenarios; s == nil || s.Kind != tree.Mapping || len(s.Keys) == 0 {
		return nil, tree.Fail(root.Find("scenarios"), "the file needs scenarios")
	}
	if d := doc.defaults; d != nil && d.Kind != tree.Mapping && d.Kind != tree.Null {
		return nil, tree.Fail(d, "defaults are a mapping, not %s", d.Kind)
	}
	return doc, nil
}

// Name is what errors call the file.
func (f *File) Name() string { return f.name }

// Responses are those that the file says for all its scenarios: "aws" or "article".
func (f *File) Responses() string { return cmp.Or(f.doc.responses, "aws") }

// AsOf is the day whose S3 the file says it is about; zero: it says none.
func (f *File) AsOf() time.Time { return f.doc.asOf }

// Names are the scenarios, in the file's order.
func (f *File) Names() []string { return slices.Clone(f.names) }

// Scenario is the scenario of that name. The error names the nearest there is.
func (f *File) Scenario(name string) (*Scenario, error) {
	if s := f.scenarios[name]; s != nil {
		return s, nil
	}
	if near := nearest.Name(name, f.names); near != "" {
		return nil, fmt.Errorf("%s has no scenario %q (did you mean %q?)", f.name, name, near)
	}
	return nil, fmt.Errorf("%s has no scenario %q", f.name, name)
}

func readScenario(key, own *tree.Node, doc *document) (*Scenario, error) {
	if !world.IsName(key.Text) {
		return nil, tree.Fail(key, "the scenario's name %q may have a-z, 0-9 and hyphens, and begins with a letter", key.Text)
	}
	if own.Kind != tree.Mapping {
		return nil, tree.Fail(own, "the scenario %s is a mapping, not %s", key.Text, own.Kind)
	}
	s := &Scenario{Name: key.Text, scene: &build.Scene{
		Name: key.Text, Facts: tree.Merge(doc.defaults, own), Responses: doc.responses, AsOf: doc.asOf,
		Form: scenarioFacts.Shape, Whole: whole, Faults: doc.faults,
	}}
	// Merging takes nulls away, and in a patch a null says what to take away.
	if fix := own.Get("fix_patch"); fix != nil && fix.Kind == tree.Mapping {
		s.scene.Fix = fix
	}
	if err := whole.Check(s.scene.Facts, scenarioFacts.Shape); err != nil {
		return nil, err
	}
	s.scene.Prepare()
	s.told = s.scene.Facts
	if err := scenarioFacts.Read(s, s.scene.Facts); err != nil {
		return nil, err
	}
	s.responses, s.asOf = s.scene.Own()
	if s.Title == "" {
		return nil, tree.Fail(key, "the scenario %s needs a title", key.Text)
	}
	return s, s.check()
}
