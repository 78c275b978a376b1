package plan

import (
	"encoding/json"
	"encoding/xml"
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

// KeepFrom puts what the step keeps of its answer, which is JSON or XML, into kept.
func (s *Step) KeepFrom(r *Reply, kept map[string]any) error {
	if len(s.Keep) == 0 {
		return nil
	}
	var answer any
	if strings.HasPrefix(r.Body, "<") {
		answer, err := fromXML(r.Body)
		if err != nil {
			return fmt.Errorf("%w in %q", err, r.Body)
		}
		return s.KeepOf(answer, kept)
	}
	if err := json.Unmarshal([]byte(r.Body), &answer); err != nil {
		return fmt.Errorf("%w in %q", err, r.Body)
	}
	return s.KeepOf(answer, kept)
}

// xmlElement is an element of an answer in XML.
type xmlElement struct {
	XMLName  xml.Name
	Text     string       `xml:",chardata"`
	Children []xmlElement `xml:",any"`
}

// fromXML is an answer in XML as JSON would have it, without the element around the result.
func fromXML(body string) (any, error) {
	var root xmlElement
	if err := xml.Unmarshal([]byte(body), &root); err != nil {
		return nil, err
	}
	if len(root.Children) > 0 && strings.HasSuffix(root.Children[0].XMLName.Local, "Result") {
		root = root.Children[0]
	}
	return root.plain(), nil
}

func (e *xmlElement) plain() any {
	if len(e.Children) == 0 {
		return e.Text
	}
	all, list := map[string]any{}, []any{}
	for i := range e.Children {
		c := &e.Children[i]
		if name := c.XMLName.Local; name == "member" || name == "item" {
			list = append(list, c.plain())
		} else {
			all[name] = c.plain()
		}
	}
	if len(list) > 0 {
		return list
	}
	return all
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
