package mcp

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/shell"
	"github.com/s3fault/s3fault/internal/world"
)

func worldTools() []tool {
	return []tool{
		row("create_world", Adds, "Make a private world: a copy of a scenario with an endpoint and access keys of its own, "+
			"which nobody else uses.", (*Desk).createWorld).saying(map[string]string{
			"expires":   "after which real time it is gone, as 10m; left out: it stays",
			"responses": "aws, as S3 answers today, or article, as in June 2023",
			"listen":    "give it a port of its own, for clients that refuse a path in the endpoint",
			"patch":     "a JSON merge patch, as patch_world takes it, before anybody sees it",
		}),
		row("list_worlds", Reads, "All worlds: each scenario's own, and private ones.", (*Desk).worlds),
		row("describe_world", Reads, "The facts of a world as they are now (accounts, policies, buckets, keys, network, "+
			"faults), in the form of the scenario file.", (*Desk).describe).saying(map[string]string{
			"path": "a part alone, by its keys: [buckets, my-bucket, policy]; left out: everything",
		}),
		row("patch_world", Changes, "Change a world by a JSON merge patch in the form of describe_world, whole or not "+
			"at all.", (*Desk).patch),
		row("fix_world", Changes, "Apply the scenario's own cure to a world; where that is in the program, nothing changes.",
			(*Desk).fix),
		row("reset_world", Changes, "Put a world back as it was loaded, with its objects and fault rules.", (*Desk).reset),
		row("delete_world", Changes, "Delete a private world with all that it holds.", (*Desk).deleteWorld),
		row("credentials", Reads, "The environment that has a program use a world as one of its callers: endpoint, region "+
			"and access keys. They are good for that world alone. For callers with from: instance the world may open a port "+
			"of its own, at which their metadata is.", (*Desk).credentials).saying(map[string]string{
			"caller": "whose, by the scenario's name for it; left out: app, the program under test",
		}),
	}
}

type newWorld struct {
	Scenario  string         `json:"scenario,omitempty" jsonschema:"what it is a copy of; left out: the default scenario"`
	Name      string         `json:"name,omitempty" jsonschema:"its name: a-z, 0-9 and hyphens; left out: one is drawn"`
	Expires   string         `json:"expires,omitempty"`
	Responses string         `json:"responses,omitempty"`
	Listen    bool           `json:"listen,omitempty"`
	Patch     map[string]any `json:"patch,omitempty"`
}

type born struct {
	World    string                     `json:"world"`
	Endpoint string                     `json:"endpoint"`
	Region   string                     `json:"region"`
	Callers  map[string]emulator.Caller `json:"callers"`
}

func (d *Desk) createWorld(ctx context.Context, in *newWorld) (string, *born, error) {
	var made struct {
		ID string `json:"id"`
		born
	}
	if err := d.call(ctx, http.MethodPost, "/worlds", in, &made); err != nil {
		return "", nil, err
	}
	made.World = made.ID
	text := fmt.Sprintf("World %s is at %s (region %s). Its callers: %s.",
		made.ID, made.Endpoint, made.Region, list(sortedNames(made.Callers)))
	return text, &made.born, nil
}

type worldList struct {
	Worlds []emulator.WorldSummary `json:"worlds"`
}

func (d *Desk) worlds(ctx context.Context, _ *nothing) (string, *worldList, error) {
	all := &worldList{}
	if err := d.call(ctx, http.MethodGet, "/worlds", nil, all); err != nil {
		return "", nil, err
	}
	var private []string
	for _, w := range all.Worlds {
		if w.ID != w.Scenario {
			private = append(private, fmt.Sprintf("%s (of %s, %d requests)", w.ID, w.Scenario, w.Requests))
		}
	}
	text := fmt.Sprintf("%d worlds, one for each scenario.", len(all.Worlds))
	if len(private) > 0 {
		text = fmt.Sprintf("%d worlds; private ones: %s.", len(all.Worlds), list(private))
	}
	return text, all, nil
}

type part struct {
	inWorld
	Path []string `json:"path,omitempty"`
}

type described struct {
	World string   `json:"world"`
	Path  []string `json:"path,omitempty"`
	Facts any      `json:"facts"`
}

func (d *Desk) describe(ctx context.Context, in *part) (string, *described, error) {
	var facts any
	if err := d.call(ctx, http.MethodGet, worldPath(in.World), nil, &facts); err != nil {
		return "", nil, err
	}
	for _, key := range in.Path {
		within, _ := facts.(map[string]any)
		next, ok := within[key]
		if !ok {
			return "", nil, unknown("key", key, sortedNames(within))
		}
		facts = next
	}
	text := "The facts of " + strings.Join(append([]string{in.World}, in.Path...), " / ")
	return text, &described{in.World, in.Path, facts}, nil
}

type patched struct {
	inWorld
	Patch map[string]any `json:"patch" jsonschema:"what is to be otherwise; null takes a key away, lists are replaced"`
}

func (d *Desk) patch(ctx context.Context, in *patched) (string, *done, error) {
	return d.do(ctx, http.MethodPatch, in.World, "", in.Patch, "changed")
}

func (d *Desk) fix(ctx context.Context, in *inWorld) (string, *done, error) {
	return d.do(ctx, http.MethodPost, in.World, "/fix", nil, "fixed")
}

func (d *Desk) reset(ctx context.Context, in *inWorld) (string, *done, error) {
	return d.do(ctx, http.MethodPost, in.World, "/reset", nil, "reset")
}

func (d *Desk) deleteWorld(ctx context.Context, in *inWorld) (string, *done, error) {
	return d.do(ctx, http.MethodDelete, in.World, "", nil, "deleted")
}

// do makes a call about a world whose answer says nothing but that it is done.
func (d *Desk) do(ctx context.Context, method, world, path string, body any, what string) (string, *done, error) {
	var nothing struct{}
	if err := d.call(ctx, method, worldPath(world)+path, body, &nothing); err != nil {
		return "", nil, err
	}
	return world + " is " + what + ".", &done{world, what}, nil
}

type whose struct {
	inWorld
	Caller string `json:"caller,omitempty"`
}

type environment struct {
	Set   map[string]string `json:"set"`
	Unset []string          `json:"unset"` // what must not be set
	ARN   string            `json:"arn"`
}

func (d *Desk) credentials(ctx context.Context, in *whose) (string, *environment, error) {
	var s emulator.Scenario
	if err := d.call(ctx, http.MethodGet, scenarioPath(in.World), nil, &s); err != nil {
		return "", nil, err
	}
	name := in.Caller
	if name == "" {
		name = "app"
	}
	caller, ok := s.Callers[name]
	if !ok {
		return "", nil, unknown("caller", name, sortedNames(s.Callers))
	}
	note := ""
	switch world.Door(caller.From) { // these want a file, and no file is written here
	case world.FromProcess:
		note = "# In this world the program gets its credentials by credential_process: " +
			"`s3fault env --as " + name + "` writes the profile for it.\n"
		caller.Door = emulator.Door{}
	case world.FromWebIdentity:
		note = "# In this world the program gets its credentials by web identity: " +
			"`s3fault env --as " + name + "` writes the token's file for it, `s3fault token --as " + name + "` prints one.\n"
		caller.Door = emulator.Door{}
	}
	_, admin := d.Control.Addresses()
	_, settings, err := shell.Client{Name: name, Caller: caller}.Into(&s, admin, noProxies)
	if err != nil {
		return "", nil, err
	}
	text, err := shell.Format("dotenv", settings)
	if err != nil {
		return "", nil, err
	}
	text += note
	out := &environment{Set: map[string]string{}, ARN: caller.ARN}
	for _, one := range settings {
		if one.Unset {
			out.Unset = append(out.Unset, one.Name)
		} else {
			out.Set[one.Name] = one.Value
		}
	}
	return text, out, nil
}

// noProxies: what a program is told of proxies is its own business.
func noProxies(*emulator.Scenario) []shell.Setting { return nil }

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
