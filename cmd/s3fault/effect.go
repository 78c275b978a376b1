package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/nearest"
)

// rule is the fault rule of a command, as JSON in the form of the scenario file.
func (r ruleFlags) rule(operation string, typed []string) ([]byte, error) {
	effects := make([]any, len(typed))
	for i, text := range typed {
		var err error
		if effects[i], err = effectOf(text); err != nil {
			return nil, err
		}
	}
	rule := map[string]any{"match": r.match(operation)}
	if len(effects) == 1 {
		rule["effect"] = effects[0]
	} else {
		rule["effects"] = effects
	}
	put(rule, "when", r.when())
	put(rule, "stage", r.stage)
	put(rule, "name", r.name)
	put(rule, "must_fire", r.mustFire)
	return json.Marshal(rule)
}

func (r ruleFlags) match(operation string) map[string]any {
	match := map[string]any{"operation": operation}
	if names := strings.Split(operation, ","); len(names) > 1 {
		match["operation"] = names
	}
	put(match, "bucket", r.bucket)
	put(match, "key", r.key)
	put(match, "caller", r.caller)
	return match
}

// when has what was given: a number out of range is the server's to refuse.
func (r ruleFlags) when() any {
	when := map[string]any{}
	put(when, "per", r.per)
	put(when, "after", r.after)
	put(when, "first", r.first)
	put(when, "every", r.every)
	if len(when) == 0 {
		return nil
	}
	return when
}

// put sets what is not its type's zero value.
func put[T comparable](into map[string]any, key string, value T) {
	if value != *new(T) {
		into[key] = value
	}
}

// bare are the effects that a person types without a value.
var bare = map[string]any{
	"pass":     "pass",
	"reset":    map[string]any{"reset": true},
	"close":    map[string]any{"close": true},
	"stall":    map[string]any{"stall": "forever"},
	"corrupt":  map[string]any{"corrupt": map[string]any{"at": 0}},
	"continue": map[string]any{"continue": "never"},
	"expire":   map[string]any{"expire": "session"},
	"list":     map[string]any{"list": "truncated-without-token"},
}

// truncating is how a person types the effect that a file calls truncateAfter.
const (
	truncating    = "truncate"
	truncateAfter = "truncate_after"
)

// within says of effects that are mappings which of their fields a person means.
var within = map[string]string{"corrupt": "at", "redirect": "region", "error": "code", "error_in_200": "code"}

// in200 is in front of a code that is told in a 200.
const in200 = "200:"

// effectOf reads an effect as a person types it.
func effectOf(text string) (any, error) {
	word, value, valued := strings.Cut(text, "=")
	effect, isBare := bare[text]
	switch {
	case strings.HasPrefix(text, "{"):
		return jsonEffect(text)
	case strings.HasPrefix(text, in200):
		return effectWith("error_in_200", strings.TrimPrefix(text, in200)), nil
	case valued && isEffect(word):
		return effectWith(word, value), nil
	case isBare:
		return effect, nil
	case isEffect(text):
		return nil, fmt.Errorf("the effect %s needs a value, %s=VALUE", text, text)
	case !valued && code.MatchString(text):
		return effectWith("error", text), nil
	}
	near := nearest.Name(word, effectWords())
	if near != "" {
		return nil, fmt.Errorf("no effect %q (did you mean %q?)", word, near)
	}
	known := strings.Join(effectWords(), ", ")
	return nil, fmt.Errorf("no effect %q: it is the code of an error, JSON, or one of %s", word, known)
}

// code is what the code of an error looks like.
var code = regexp.MustCompile(`^[A-Z][A-Za-z0-9.]*$`)

// effectWords are what an effect can begin with, beside the codes of errors.
func effectWords() []string {
	all := append(slices.Collect(maps.Keys(bare)), truncating)
	all = append(all, fault.EffectNames()...)
	slices.Sort(all)
	return slices.Compact(all)
}

func isEffect(word string) bool { return slices.Contains(effectWords(), word) }

// effectWith is an effect with a value: JSON, or a text.
func effectWith(word, text string) any {
	if word == truncating {
		word = truncateAfter
	}
	var value any = text
	if json.Unmarshal([]byte(text), &value) != nil {
		value = text
	}
	if _, whole := value.(map[string]any); !whole && within[word] != "" {
		value = map[string]any{within[word]: value}
	}
	return map[string]any{word: value}
}

func jsonEffect(text string) (any, error) {
	if !json.Valid([]byte(text)) {
		var v any
		return nil, fmt.Errorf("the effect is no JSON: %w", json.Unmarshal([]byte(text), &v))
	}
	return json.RawMessage(text), nil
}

// flow is a value of JSON in YAML's short form.
func flow(v any) string {
	switch v := v.(type) {
	case map[string]any:
		parts := make([]string, 0, len(v))
		for _, key := range sortedNames(v) {
			parts = append(parts, key+": "+flow(v[key]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = flow(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return fmt.Sprint(v)
}
