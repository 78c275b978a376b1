package plan

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
)

// At is the value at a place in an answer, as JSON has it: "Users.0.UserName". Names
// count without their case, because some SDKs write the first letter large.
func At(answer any, place string) (any, error) {
	for _, step := range strings.Split(place, ".") {
		next, ok := below(answer, step)
		if !ok {
			return nil, fmt.Errorf("%s: there is no %s in %v", place, step, answer)
		}
		answer = next
	}
	return answer, nil
}

func below(v any, step string) (any, bool) {
	switch v := v.(type) {
	case []any:
		n, err := strconv.Atoi(step)
		if err != nil || n >= len(v) {
			return nil, false
		}
		return v[n], true
	case map[string]any:
		for name, value := range v {
			if strings.EqualFold(name, step) {
				return value, true
			}
		}
	}
	return nil, false
}

// Hold holds an answer against what the row wants of it.
func (c *Call) Hold(answer any) error {
	for place, want := range c.Wants {
		got, err := At(answer, place)
		if err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("%s is %v, want %v", place, got, want)
		}
	}
	return nil
}

// With puts kept values into the places of their names: "$grant".
func (p Parameters) With(kept map[string]any) Parameters {
	all := maps.Clone(p)
	for name, value := range all {
		if text, ok := value.(string); ok && strings.HasPrefix(text, "$") {
			all[name] = kept[text[1:]]
		}
	}
	return all
}

// KeepFrom puts what the step keeps of its answer, which is JSON, into kept.
func (s *Step) KeepFrom(r *Reply, kept map[string]any) error {
	if len(s.Keep) == 0 {
		return nil
	}
	var answer any
	if err := json.Unmarshal([]byte(r.Body), &answer); err != nil {
		return fmt.Errorf("%w in %q", err, r.Body)
	}
	return s.KeepOf(answer, kept)
}

// KeepOf is KeepFrom an answer as JSON has it.
func (s *Step) KeepOf(answer any, kept map[string]any) error {
	for name, place := range s.Keep {
		value, err := At(answer, place)
		if err != nil {
			return err
		}
		kept[name] = value
	}
	return nil
}

// Plain is an answer of an SDK as JSON has it.
func Plain(answer any) (any, error) {
	text, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	var plain any
	return plain, json.Unmarshal(text, &plain)
}
