// Package scenarios reads the scenario file: worlds in which S3 says no, what a
// client must see in each, and how it is cured.
package scenarios

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/services"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// File is a scenario file that has been read and found good. It is safe for concurrent use.
type File struct {
	sets      *tree.Node // its fault_sets; nil: it has none
	name      string
	names     []string
	scenarios map[string]func() (*Scenario, error) // by name; each reads its scenario once
	responses map[string]string                    // that scenarios say themselves, by name
	doc       *document
	builtIn   bool
}

// Parse reads a scenario file; name is what errors call it, and where {file:
// path} is relative to. Every world is built once, so that a file that Parse
// takes can be served. The error is an *Error, or an Errors where there are several.
func Parse(name string, data []byte) (*File, error) {
	return read(source{name, data})
}

// source is the text of a file.
type source struct {
	name string
	data []byte
}

// read makes a file of its text and, where there are any, of the lessons beside it.
func read(text source, beside ...source) (*File, error) {
	root, lessons, err := parseTexts(text, beside...)
	errs := []error{err}
	var f *File
	if root != nil {
		f, err = readFile(root, lessons)
		errs = append(errs, tree.PlacedAt(root, err))
	}
	if err = tree.Join(errs...); err == nil {
		return f, nil
	}
	for _, s := range append(beside, text) {
		tree.Show(err, s.name, s.data)
	}
	return nil, public(err)
}

// parseTexts is the trees of a file and of the lessons beside it, as far as they are good.
func parseTexts(text source, beside ...source) (root, lessons *tree.Node, err error) {
	var wrong error
	var beginning sync.WaitGroup
	beginning.Go(func() { root, wrong = tree.ParseYAML(text.name, text.data) })
	var errs []error
	for _, s := range beside {
		lessons, err = tree.ParseYAML(s.name, s.data)
		errs = append(errs, err)
	}
	beginning.Wait()
	return root, lessons, tree.Join(append([]error{wrong}, errs...)...)
}

func readFile(root, lessons *tree.Node) (*File, error) {
	doc, err := readDocument(root, lessons)
	if doc == nil {
		return nil, err
	}
	errs := []error{err}
	f := newFile(root, doc)
	for i, read := range readScenarios(doc) {
		key, s := doc.scenarios.Keys[i], read.scenario
		errs = append(errs, tree.PlacedAt(key, read.err))
		f.add(key.Text, func() (*Scenario, error) { return s, nil })
		if s != nil {
			f.responses[key.Text] = s.responses
		}
	}
	return f, withoutEchoes(doc.scenarios, tree.Join(errs...))
}

// readOne is a scenario that was read, and what is wrong in it.
type readOne struct {
	scenario *Scenario
	err      error
}

// readScenarios reads all of a document's, as many at a time as there are processors. What they
// have in common is made ready before.
func readScenarios(doc *document) []readOne {
	(&build.Scene{Facts: doc.defaults}).Prepare()
	all := make([]readOne, len(doc.scenarios.Keys))
	var next atomic.Int64
	var readers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(all)) {
		readers.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(all); i = next.Add(1) - 1 {
				all[i].scenario, all[i].err = readScenario(doc.scenarios.Keys[i], doc.scenarios.Items[i], doc)
			}
		})
	}
	readers.Wait()
	return all
}

// newFile is a file that has no scenarios yet.
func newFile(root *tree.Node, doc *document) *File {
	return &File{
		name: root.At.File, doc: doc, sets: root.Get("fault_sets"),
		scenarios: map[string]func() (*Scenario, error){}, responses: map[string]string{},
	}
}

func (f *File) add(name string, read func() (*Scenario, error)) {
	f.names = append(f.names, name)
	f.scenarios[name] = read
}

// readDocument reads what is beside the scenarios, and gives those their lessons. Beside an
// error the document is what is good in it; nil: there is nothing to go on with.
func readDocument(root, lessons *tree.Node) (*document, error) {
	doc, err := readBeside(root)
	if doc == nil {
		return nil, err
	}
	errs := []error{err}
	for _, told := range []*tree.Node{doc.lessons, lessons} {
		doc.scenarios, err = withLessons(doc.scenarios, told)
		errs = append(errs, err)
	}
	return doc, tree.Join(errs...)
}

// readBeside reads what is beside the scenarios. What defaults and scenarios hold is
// read once the two are merged; but by then its nulls are gone, and with them the wrong
// keys that they may have stood at: its form is checked as it is written.
func readBeside(root *tree.Node) (*document, error) {
	good, err := whole.Good(root, fileFacts.Shape)
	if good == nil {
		return nil, err
	}
	doc := &document{faults: services.Known, broken: err != nil}
	err = tree.Join(err, fileFacts.Read(doc, good))
	if doc.version != 1 && !good.Broken {
		err = tree.Join(err, tree.Fail(root.Find("version"), "the file needs `version: 1`"))
	}
	if d := doc.defaults; d != nil && d.Kind != tree.Mapping && d.Kind != tree.Null {
		err = tree.Join(err, tree.Fail(d, "defaults are a mapping, not %s", d.Kind))
	}
	if s := doc.scenarios; s == nil || s.Kind != tree.Mapping || len(s.Keys) == 0 {
		if !good.Broken && (s == nil || !s.Broken) {
			err = tree.Join(err, tree.Fail(root.Find("scenarios"), "the file needs scenarios"))
		}
		return nil, err
	}
	return doc, err
}

// Name is what errors call the file.
func (f *File) Name() string { return f.name }

// Sys is what fault rules are held against that use the file's sets, and the built-in ones. Its
// type is none of this package's, as with fs.FileInfo.Sys.
func (f *File) Sys() any { return f.doc.faults }

// BuiltIn says whether the file is the built-in library. Each of its scenarios is read when it
// is first asked for, and is good.
func (f *File) BuiltIn() bool { return f.builtIn }

// Responses are those that the file says for all its scenarios: "aws" or "article".
func (f *File) Responses() string { return cmp.Or(f.doc.responses, "aws") }

// ResponsesOf is Responses of a scenario, which is not read for it.
func (f *File) ResponsesOf(name string) string { return cmp.Or(f.responses[name], f.Responses()) }

// AsOf is the day whose S3 the file says it is about; zero: it says none.
func (f *File) AsOf() time.Time { return f.doc.asOf }

// Names are the scenarios, in the file's order.
func (f *File) Names() []string { return slices.Clone(f.names) }

// Alone is a file with one scenario alone, as JSON: with the defaults in it and without its
// lesson, policies of files of their own written out, and what the file says for all. Errors: the
// nearest name; a policy's file is gone.
func (f *File) Alone(name string) ([]byte, error) {
	s, err := f.Scenario(name)
	if err != nil {
		return nil, err
	}
	whole, err := build.Inlined(s.scene.Facts)
	if err != nil {
		return nil, err
	}
	facts := tree.NewMapping()
	for i, key := range whole.Keys {
		if key.Text != "lesson" {
			facts.Add(key.Text, whole.Items[i])
		}
	}
	file := tree.NewMapping().Add("version", tree.NewNumber("1")).Add("responses", tree.NewText(f.Responses()))
	if day := f.AsOf(); !day.IsZero() {
		file.Add("as_of", tree.NewText(day.Format(time.DateOnly)))
	}
	return toJSON(file.Add("fault_sets", f.sets).Add("scenarios", tree.NewMapping().Add(name, facts))), nil
}

// Scenario is the scenario of that name. The error names the nearest there is.
func (f *File) Scenario(name string) (*Scenario, error) {
	if read := f.scenarios[name]; read != nil {
		return read()
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
	s := &Scenario{Name: key.Text, key: key, own: own, defaults: doc.defaults, scene: &build.Scene{
		Name: key.Text, Facts: tree.Merge(doc.defaults, own), Responses: doc.responses, AsOf: doc.asOf,
		Form: scenarioFacts.Shape, Whole: whole, Faults: doc.faults,
	}}
	// Merging takes nulls away, and in a patch a null says what to take away.
	if fix := own.Get("fix_patch"); fix != nil && fix.Kind == tree.Mapping {
		s.scene.Fix = fix
	}
	good, err := whole.Good(s.scene.Facts, scenarioFacts.Shape)
	s.scene.Facts = good
	s.scene.Prepare()
	s.told = s.scene.Facts
	meant := scenarioFacts.Read(s, s.scene.Facts)
	s.responses, s.asOf = s.scene.Own()
	if s.Title == "" && !good.Broken {
		meant = tree.Join(meant, tree.Fail(key, "the scenario %s needs a title", key.Text))
	}
	meant = tree.Join(meant, s.check(err == nil && meant == nil && !doc.broken))
	if good.Broken {
		meant = withoutStrangers(meant)
	}
	return s, tree.Join(err, meant)
}
