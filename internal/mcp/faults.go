package mcp

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
)

func faultTools() []tool {
	return []tool{
		row("add_fault", Adds, "Add a fault rule to a world: which requests fail, when and how. The usual parts of a "+
			"rule are arguments; rule has the others, in the form of the scenario file (when: {probability, between}, "+
			"match: {header, part, attempt}, effects: [...], must_fire).", (*Desk).addFault).saying(map[string]string{
			"operation": "PutObject, a glob as *Multipart*, or reads, writes, lists, deletes, heads, all",
			"effect": "an error's code (SlowDown), reset, close, or one effect as an object: {latency: 2s}, " +
				"{truncate_after: 1KiB}, {error: {code: InternalError, status: 500}}, {stall: forever}, {corrupt: {at: 0}}",
			"per":   "what first, after and every count for: world, key, upload, caller or connection",
			"stage": "where on its way: arrival, request_body, before_commit, after_commit, response_body",
		}),
		row("list_faults", Reads, "The fault rules of a world in the order in which they strike, each with how many "+
			"requests it matched and struck.", (*Desk).faults),
		row("delete_fault", Changes, "Take a fault rule of a world away, or all of them.", (*Desk).deleteFault),
	}
}

type newFault struct {
	inWorld
	Operation string `json:"operation,omitempty"`
	Effect    any    `json:"effect,omitempty"`
	Bucket    string `json:"bucket,omitempty" jsonschema:"only buckets of that glob"`
	Key       string `json:"key,omitempty" jsonschema:"only keys of that glob: * within a path segment, ** across"`
	Caller    string `json:"caller,omitempty" jsonschema:"only requests with that caller's credentials, or anonymous"`
	First     int    `json:"first,omitempty" jsonschema:"strike so many requests, and then sleep"`
	After     int    `json:"after,omitempty" jsonschema:"let so many requests pass before"`
	Every     int    `json:"every,omitempty" jsonschema:"strike one of so many"`
	Per       string `json:"per,omitempty"`
	Stage     string `json:"stage,omitempty"`
	Name      string `json:"name,omitempty" jsonschema:"the rule's name in the journal and in why"`

	Rule map[string]any `json:"rule,omitempty" jsonschema:"what else the rule has, in the form of the scenario file"`
}

type oneFault struct {
	World string         `json:"world"`
	Name  string         `json:"name"`
	Rule  map[string]any `json:"rule"`
}

func (d *Desk) addFault(ctx context.Context, in *newFault) (string, *oneFault, error) {
	rule, err := in.rule()
	if err != nil {
		return "", nil, err
	}
	var made struct{ Name string }
	if err := d.call(ctx, http.MethodPost, faultsPath(in.World), rule, &made); err != nil {
		return "", nil, err
	}
	return made.Name + " is on in world " + in.World + ".", &oneFault{in.World, made.Name, rule}, nil
}

func faultsPath(world string) string { return worldPath(world) + "/faults" }

// rule is what was given as the scenario file has it.
func (n *newFault) rule() (map[string]any, error) {
	rule := maps.Clone(n.Rule)
	if rule == nil {
		rule = map[string]any{}
	}
	if err := within(rule, "match", map[string]any{
		"operation": n.Operation, "bucket": n.Bucket, "key": n.Key, "caller": n.Caller,
	}); err != nil {
		return nil, err
	}
	if err := within(rule, "when", map[string]any{
		"first": n.First, "after": n.After, "every": n.Every, "per": n.Per,
	}); err != nil {
		return nil, err
	}
	return rule, put(rule, "", map[string]any{"effect": effect(n.Effect), "stage": n.Stage, "name": n.Name})
}

// within puts what was given into a mapping of the rule, which may be there.
func within(rule map[string]any, name string, given map[string]any) error {
	inner, ok := rule[name].(map[string]any)
	if rule[name] != nil && !ok {
		return fmt.Errorf("%s in rule is an object", name)
	}
	if inner = maps.Clone(inner); inner == nil {
		inner = map[string]any{}
	}
	if err := put(inner, name+": ", given); err != nil {
		return err
	}
	if len(inner) > 0 {
		rule[name] = inner
	}
	return nil
}

// put sets what was given. Error: the rule has it already.
func put(into map[string]any, place string, given map[string]any) error {
	for name, value := range given {
		if value == nil || value == "" || value == 0 {
			continue
		}
		if _, twice := into[name]; twice {
			return fmt.Errorf("%s is an argument and stands in rule (%s%s): one of the two", name, place, name)
		}
		into[name] = value
	}
	return nil
}

// flat are the effects that a word says whole.
var flat = map[string]any{
	"pass": "pass", "reset": map[string]any{"reset": true}, "close": map[string]any{"close": true},
}

// effect is one as the scenario file has it; a word with a capital is the code of an error.
func effect(given any) any {
	word, ok := given.(string)
	if !ok || word == "" {
		return given
	}
	if whole, ok := flat[word]; ok {
		return whole
	}
	if strings.ToUpper(word[:1]) == word[:1] {
		return map[string]any{"error": map[string]any{"code": word}}
	}
	return word // the server says what it wants
}

type faultList struct {
	Faults []map[string]any `json:"faults"`
}

func (d *Desk) faults(ctx context.Context, in *inWorld) (string, *faultList, error) {
	all := &faultList{}
	if err := d.call(ctx, http.MethodGet, faultsPath(in.World), nil, all); err != nil {
		return "", nil, err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s has %d fault rules.\n", in.World, len(all.Faults))
	for _, f := range all.Faults {
		fmt.Fprintf(&text, "%v: matched %v requests, struck %v\n", f["name"], f["matched"], f["struck"])
	}
	return text.String(), all, nil
}

type whichFault struct {
	inWorld
	Name string `json:"name,omitempty" jsonschema:"the rule"`
	All  bool   `json:"all,omitempty" jsonschema:"all of them"`
}

func (d *Desk) deleteFault(ctx context.Context, in *whichFault) (string, *done, error) {
	if (in.Name == "") != in.All {
		return "", nil, errors.New("one of name and all is wanted")
	}
	path, what := "", "without fault rules"
	if !in.All {
		path, what = "/"+url.PathEscape(in.Name), "without the rule "+in.Name
	}
	return d.do(ctx, http.MethodDelete, in.World, "/faults"+path, nil, what)
}
