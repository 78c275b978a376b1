package scenarios

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

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
	Warns       []string // parts of the warnings that the scenario is about

	responses string    // its own; empty: the file says it
	asOf      time.Time // its own
	scene     *build.Scene
	own       *tree.Node // the scenario as it is written, without the defaults
	defaults  *tree.Node // the file's, for all its scenarios; nil: there are none
	key       *tree.Node // its name
	told      *tree.Node // the scene's facts, with the keys of a world in their texts
	doubts    *doubts
}

// Sys is what the server builds the scenario's world of. Its type is none of this
// package's, as with fs.FileInfo.Sys.
func (s *Scenario) Sys() any { return s.scene }

// Responses are those that the file gives the scenario: "aws" or "article".
func (s *Scenario) Responses() string {
	return cmp.Or(s.responses, s.scene.Responses, "aws")
}

// BothResponses are the values of `responses`, the article's first.
func BothResponses() []string { return []string{"article", "aws"} }

// AsOf is the day whose S3 the scenario itself says it is about; zero: it says none.
func (s *Scenario) AsOf() time.Time { return s.asOf }

// PlayedIn are the responses in which the scenario's expectations hold: both, or,
// of a scenario with an as_of of its own, its own alone, since the other know
// nothing of that day.
func (s *Scenario) PlayedIn() []string {
	if s.AsOf().IsZero() {
		return BothResponses()
	}
	return []string{s.Responses()}
}

// HasPatch says whether the cure is in the world.
func (s *Scenario) HasPatch() bool { return s.scene.Fix != nil }

// ExpectJSON is the expectations in the form of the file.
func (s *Scenario) ExpectJSON() []any { return jsonList(s.told.Get("expect")) }

// LessonJSON is the lesson as the file has it; nil without one.
func (s *Scenario) LessonJSON() any {
	if n := s.scene.Facts.Get("lesson"); n != nil {
		return json.RawMessage(toJSON(n))
	}
	return nil
}

// FixPatchJSON is the fix_patch as a JSON merge patch of the world; nil without one.
func (s *Scenario) FixPatchJSON() []byte {
	if !s.HasPatch() {
		return nil
	}
	return toJSON(s.scene.Fix)
}

// FixCommandsJSON is the fix_commands in the form of the file.
func (s *Scenario) FixCommandsJSON() []any { return jsonList(s.told.Get("fix_commands")) }

func jsonList(n *tree.Node) []any {
	all := []any{}
	if n == nil || n.Kind != tree.List {
		return all
	}
	for _, item := range n.Items {
		all = append(all, json.RawMessage(toJSON(item)))
	}
	return all
}

// toJSON is a tree as JSON, which every tree can be written as.
func toJSON(n *tree.Node) []byte {
	text, _ := n.MarshalJSON()
	return text
}

// check builds the scenario's world and holds the calls against it; of a scenario in
// which nothing else is wrong the world after its fix, too.
func (s *Scenario) check(whole bool) error {
	state, err := s.scene.Check()
	s.doubts = &doubts{state: state}
	errs := []error{err}
	s.Region = state.Region
	for _, list := range []struct {
		name  string
		calls []Call
	}{{"expect", s.Expect}, {"after_fix", s.AfterFix}, {"still_denied", s.StillDenied}} {
		errs = append(errs, checkCalls(s.scene.Facts.Find(list.name), list.calls, state))
	}
	errs = append(errs, s.checkCommands(state))
	for _, list := range toldOf {
		if n := s.scene.Facts.Get(list); n != nil {
			errs = append(errs, checkKeyNames(n, state))
		}
	}
	if err := tree.Join(errs...); err != nil || !whole {
		return err
	}
	return s.scene.CheckFix()
}

func (s *Scenario) checkCommands(state *world.State) error {
	lists := []struct {
		at       *tree.Node
		commands []Command
	}{
		{s.scene.Facts.Find("fix_commands"), s.FixCommands},
		{s.scene.Facts.Find("lesson", "symptom"), s.Lesson.Symptom},
		{s.scene.Facts.Find("lesson", "diagnose"), s.Lesson.Diagnose},
	}
	var errs []error
	for _, l := range lists {
		for i, c := range l.commands {
			if at := l.at.Items[i]; state.Callers[c.As] == nil && !at.Broken {
				errs = append(errs, tree.Unknown(at.Find("as"), "caller", c.As, callerNames(state)))
			}
		}
	}
	return tree.Join(errs...)
}
