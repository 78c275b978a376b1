package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/grade"
	"github.com/s3fault/s3fault/internal/lesson"
	"github.com/s3fault/s3fault/journal"
)

func lessonTools() []tool {
	return []tool{
		row("server_info", Reads, "Where the server is that all tools work with, and which version it is.", (*Desk).info),
		row("list_scenarios", Reads, "The scenarios: setups that refuse, or break, in one way each.", (*Desk).scenarios),
		row("show_scenario", Reads, "One scenario: what goes wrong, why, how to see it and how to cure it, with the calls "+
			"that are expected to fail and those that must pass once it is cured.", (*Desk).scenario),
		row("grade", Reads, "Whether the cure that was made in a world is a good one: good, too-wide, not-fixed or "+
			"broke-something. The world stays as it is.", (*Desk).grade),
	}
}

type info struct {
	Endpoint  string `json:"endpoint"` // of the default scenario
	Control   string `json:"control_plane"`
	Own       bool   `json:"ends_with_this_session"`
	Version   string `json:"version"`
	Default   string `json:"default_scenario"`
	Scenarios int    `json:"scenarios"`
}

func (d *Desk) info(ctx context.Context, _ *nothing) (string, *info, error) {
	var h emulator.Health
	if err := d.call(ctx, http.MethodGet, "/health", nil, &h); err != nil {
		return "", nil, err
	}
	base, admin := d.Control.Addresses()
	text := fmt.Sprintf("s3fault %s at %s, with %d scenarios; the bare address is %s.",
		h.Version, base, h.Scenarios, h.Default)
	return text, &info{base, admin, d.Own, h.Version, h.Default, h.Scenarios}, nil
}

type search struct {
	Text string `json:"text,omitempty" jsonschema:"only scenarios whose name or title has this text"`
}

type summaries struct {
	Scenarios []emulator.Summary `json:"scenarios"`
}

func (d *Desk) scenarios(ctx context.Context, in *search) (string, *summaries, error) {
	var all, found summaries
	if err := d.call(ctx, http.MethodGet, "/scenarios", nil, &all); err != nil {
		return "", nil, err
	}
	var text strings.Builder
	for _, s := range all.Scenarios {
		if strings.Contains(strings.ToLower(s.Name+" "+s.Title), strings.ToLower(in.Text)) {
			found.Scenarios = append(found.Scenarios, s)
			fmt.Fprintf(&text, "%s: %s\n", s.Name, s.Title)
		}
	}
	if len(found.Scenarios) == 0 {
		return fmt.Sprintf("None of %d scenarios has %q in its name or title.", len(all.Scenarios), in.Text), &found, nil
	}
	return text.String(), &found, nil
}

type named struct {
	Name string `json:"name" jsonschema:"the scenario"`
}

type shown struct {
	emulator.Summary
	Buckets     []string `json:"buckets"`
	Callers     []string `json:"callers"`
	Expect      []any    `json:"expect"`
	FixCommands []any    `json:"fix_commands"`
	Lesson      bool     `json:"lesson"` // the text is one
}

// scenario has its lesson from the file of this process: the control plane tells none. A
// scenario of the same name and another title is another one.
func (d *Desk) scenario(ctx context.Context, in *named) (string, *shown, error) {
	var s emulator.Scenario
	if err := d.call(ctx, http.MethodGet, scenarioPath(in.Name), nil, &s); err != nil {
		return "", nil, err
	}
	out := &shown{
		Summary: s.Summary, Buckets: s.Buckets, Callers: sortedNames(s.Callers), Expect: s.Expect, FixCommands: s.FixCommands,
	}
	sc, err := d.File.Scenario(s.Name)
	if err != nil || sc.Title != s.Title {
		return s.Name + ": " + s.Title + " (its lesson is in another file: start s3fault mcp with -f)", out, nil
	}
	out.Lesson = true
	return lesson.Text(sc), out, nil
}

// grade answers with a journal.Grade, of which no schema can be inferred: it has JSON as it
// was written.
func (d *Desk) grade(ctx context.Context, in *inWorld) (string, map[string]any, error) {
	var answer json.RawMessage
	if err := d.call(ctx, http.MethodGet, worldPath(in.World)+"/grade", nil, &answer); err != nil {
		return "", nil, err
	}
	g, out := journal.Grade{}, map[string]any{}
	if err := errors.Join(json.Unmarshal(answer, &g), json.Unmarshal(answer, &out)); err != nil {
		return "", nil, err
	}
	var text strings.Builder
	err := grade.Write(&text, in.World, &g)
	return text.String(), out, err
}
