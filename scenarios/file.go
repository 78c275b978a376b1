// Package scenarios reads the scenario file: worlds in which S3 says no, what a
// client must see in each, and how it is cured. It builds the worlds, describes
// and patches them as they run, and plays the expectations over HTTP.
package scenarios

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/world"
)

// File is a scenario file that has been read and found good.
type File struct {
	name      string
	names     []string
	scenarios map[string]*Scenario
	doc       fileDoc
}

// Scenario is one world of the file, with its lesson and expectations.
type Scenario struct {
	Name, Title string
	// Source says which fact the scenario shows, for those who read the file; the
	// server has no use for it.
	Source      string
	Fix         []int // the article's numbers
	Region      string
	Expect      []Call
	Lesson      Lesson
	FixCommands []Command
	AfterFix    []Call
	StillDenied []Call

	node *node // with the file's defaults merged in
	doc  scenarioDoc
	file fileDoc
}

// Options are what is said of a world besides its file.
type Options struct {
	Responses string    // "aws" or "article"; empty: as the file says
	AsOf      time.Time // zero: as the file says
	Now       time.Time // the real time of loading; zero: time.Now
	// KeySeed is a secret of a private copy of a world: its callers' keys come of it,
	// and those that the file gives are not in the copy; empty: it is none.
	KeySeed string
}

func (o Options) now() time.Time {
	if o.Now.IsZero() {
		return time.Now()
	}
	return o.Now
}

// Parse reads a scenario file; name is what errors call it, and where {file:
// path} is relative to. Every world is built once, so that a file that Parse
// takes can be served. The error is an *Error.
func Parse(name string, data []byte) (*File, error) {
	root, err := parseYAML(name, data)
	if err != nil {
		return nil, err
	}
	return read(root, nil)
}

// read makes a file of its tree and of that of the lessons beside it; nil: there
// are none.
func read(root, lessons *node) (*File, error) {
	doc, err := readDocument(root)
	if err != nil {
		return nil, err
	}
	for _, told := range []*node{doc.Lessons, lessons} {
		if doc.Scenarios, err = withLessons(doc.Scenarios, told); err != nil {
			return nil, err
		}
	}
	f := &File{name: root.at.file, scenarios: map[string]*Scenario{}, doc: doc}
	for i, key := range doc.Scenarios.keys {
		s, err := readScenario(key, doc.Scenarios.items[i], doc)
		if err != nil {
			return nil, err
		}
		f.names = append(f.names, key.text)
		f.scenarios[key.text] = s
	}
	return f, nil
}

// readDocument reads what is beside the scenarios.
func readDocument(root *node) (doc fileDoc, err error) {
	if err := decode(root, &doc); err != nil {
		return doc, err
	}
	if doc.Version != 1 {
		return doc, fail(root.find("version"), "the file needs `version: 1`")
	}
	if err := oneOf(root.find("responses"), "value", doc.Responses, responsesKnown); err != nil {
		return doc, err
	}
	if doc.Scenarios == nil || doc.Scenarios.kind != mappingKind || len(doc.Scenarios.keys) == 0 {
		return doc, fail(root.find("scenarios"), "the file needs scenarios")
	}
	if d := doc.Defaults; d != nil && d.kind != mappingKind && d.kind != nullKind {
		return doc, fail(d, "defaults are a mapping, not %s", d.kind)
	}
	return doc, nil
}

// Name is what errors call the file.
func (f *File) Name() string { return f.name }

// Responses are those that the file says for all its scenarios: "aws" or "article".
func (f *File) Responses() string { return cmp.Or(f.doc.Responses, "aws") }

// AsOf is the day whose S3 the file says it is about; zero: it says none.
func (f *File) AsOf() time.Time { return f.doc.AsOf.Time }

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

func readScenario(key, own *node, file fileDoc) (*Scenario, error) {
	if !world.IsName(key.text) {
		return nil, fail(key, "the scenario's name %q may have a-z, 0-9 and hyphens, and begins with a letter", key.text)
	}
	if own.kind != mappingKind {
		return nil, fail(own, "the scenario %s is a mapping, not %s", key.text, own.kind)
	}
	s := &Scenario{Name: key.text, node: merge(file.Defaults, own), file: file}
	if err := decode(s.node, &s.doc); err != nil {
		return nil, err
	}
	// Merging takes nulls away, and in a patch a null says what to take away.
	s.doc.FixPatch = own.get("fix_patch")
	d := &s.doc
	s.Title, s.Source, s.Fix, s.Expect, s.Lesson = d.Title, d.Source, d.Fix, d.Expect, d.Lesson
	s.FixCommands, s.AfterFix, s.StillDenied = d.FixCommands, d.AfterFix, d.StillDenied
	if s.Title == "" {
		return nil, fail(key, "the scenario %s needs a title", key.text)
	}
	return s, s.check()
}

// check builds the scenario's world, and the one after its fix, and holds the
// calls against it.
func (s *Scenario) check() error {
	b := &builder{scenario: s, root: s.node, doc: &s.doc.worldDoc, options: Options{}}
	state, err := b.state(s.answers(b.options))
	if err != nil {
		return err
	}
	s.Region = state.Region
	if _, err := b.seeds(state); err != nil {
		return err
	}
	for _, list := range []struct {
		name  string
		calls []Call
	}{{"expect", s.Expect}, {"after_fix", s.AfterFix}, {"still_denied", s.StillDenied}} {
		if err := checkCalls(s.node.find(list.name), list.calls, state); err != nil {
			return err
		}
	}
	if err := s.checkCommands(state); err != nil {
		return err
	}
	return s.checkFix()
}

// checkFix builds the world that fix_patch would make of the one in the file.
func (s *Scenario) checkFix() error {
	if !s.HasPatch() {
		return nil
	}
	var doc scenarioDoc
	fixed := merge(s.node, s.doc.FixPatch)
	if err := decode(fixed, &doc); err != nil {
		return err
	}
	b := &builder{scenario: s, root: fixed, doc: &doc.worldDoc, options: Options{}}
	state, err := b.state(s.answers(b.options))
	if err != nil {
		return err
	}
	_, err = b.seeds(state)
	return err
}

func (s *Scenario) checkCommands(state *world.State) error {
	lists := []struct {
		at       *node
		commands []Command
	}{
		{s.node.find("fix_commands"), s.FixCommands},
		{s.node.find("lesson", "symptom"), s.Lesson.Symptom},
		{s.node.find("lesson", "diagnose"), s.Lesson.Diagnose},
	}
	for _, l := range lists {
		for i, c := range l.commands {
			if state.Callers[c.As] == nil {
				return unknown(l.at.items[i].find("as"), "caller", c.As, callerNames(state))
			}
		}
	}
	return nil
}

// Responses are those in force: "aws" or "article".
func (s *Scenario) Responses(o Options) string {
	return cmp.Or(o.Responses, s.doc.Responses, s.file.Responses, "aws")
}

// responsesKnown are the values of `responses`.
var responsesKnown = []string{"article", "aws"}

// BothResponses are the values of `responses`, the article's first.
func BothResponses() []string { return slices.Clone(responsesKnown) }

// AsOf is the day whose S3 the scenario itself says it is about; zero: it says none.
func (s *Scenario) AsOf() time.Time { return s.doc.AsOf.Time }

// PlayedIn are the responses in which the scenario's expectations hold: both, or,
// of a scenario with an as_of of its own, its own alone, since the other know
// nothing of that day.
func (s *Scenario) PlayedIn() []string {
	if s.AsOf().IsZero() {
		return BothResponses()
	}
	return []string{s.Responses(Options{})}
}

func (s *Scenario) answers(o Options) world.Answers {
	asOf := o.AsOf
	for _, t := range []time.Time{s.doc.AsOf.Time, s.file.AsOf.Time} {
		if asOf.IsZero() {
			asOf = t
		}
	}
	return world.NewAnswers(world.Responses(s.Responses(o)), asOf, o.now())
}

// HasPatch says whether the cure is in the world.
func (s *Scenario) HasPatch() bool {
	return s.doc.FixPatch != nil && s.doc.FixPatch.kind == mappingKind
}

// ExpectJSON is the expectations as the file has them.
func (s *Scenario) ExpectJSON() []any { return jsonList(s.node.get("expect")) }

// FixPatchJSON is the fix_patch as a JSON merge patch of the world; nil without one.
func (s *Scenario) FixPatchJSON() []byte {
	if !s.HasPatch() {
		return nil
	}
	var b bytes.Buffer
	s.doc.FixPatch.writeJSON(&b, false)
	return b.Bytes()
}

// FixCommandsJSON is the fix_commands as the file has them.
func (s *Scenario) FixCommandsJSON() []any { return jsonList(s.node.get("fix_commands")) }

func jsonList(n *node) []any {
	all := []any{}
	if n == nil || n.kind != listKind {
		return all
	}
	for _, item := range n.items {
		var b bytes.Buffer
		item.writeJSON(&b, false)
		all = append(all, json.RawMessage(bytes.Clone(b.Bytes())))
	}
	return all
}
