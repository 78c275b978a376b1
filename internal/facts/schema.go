package facts

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Schema is a part of a JSON Schema (draft 2020-12).
type Schema map[string]any

// definitions are the shapes met so far, by name.
type definitions map[string]Schema

// refer names the shape, and defines it the first time.
func (s *Shape) refer(d definitions) Schema {
	name := strings.ReplaceAll(s.name, " ", "_")
	if _, met := d[name]; !met {
		d[name] = nil // it may hold itself
		d[name] = s.define(d)
	}
	return Schema{"$ref": "#/$defs/" + name}
}

func (s *Shape) define(d definitions) Schema {
	properties, required := Schema{}, []string{}
	for _, e := range s.facts {
		properties[e.key] = e.told(orNull(e.form.schema(d)))
		if e.must != "" {
			required = append(required, e.key)
		}
	}
	schema := Schema{"type": []string{"object"}, "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		schema["required"] = required
	}
	return schema
}

// told is the schema of a key with what it is.
func (e entry) told(s Schema) Schema {
	if e.says == "" {
		return s
	}
	s = maps.Clone(s)
	s["description"] = e.says
	if e.absent != "" {
		s["description"] = e.says + " (without it: " + e.absent + ")"
	}
	return s
}

// orNull is the schema of a value that may be null: a null takes a key away when trees
// are merged.
func orNull(s Schema) Schema {
	if kinds, ok := s["type"].([]string); ok {
		open := maps.Clone(s)
		open["type"] = append(slices.Clip(kinds), "null")
		return open
	}
	return Schema{"anyOf": []Schema{s, {"type": []string{"null"}}}}
}

// JSONSchema is the schema of a document of the shape, under that title, in which the
// keys required cannot be left out.
func (s *Shape) JSONSchema(title string, required ...string) ([]byte, error) {
	d := definitions{}
	whole := s.refer(d)
	whole["required"] = required
	whole["$schema"], whole["title"], whole["$defs"] = "https://json-schema.org/draft/2020-12/schema", title, d
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(whole)
	return b.Bytes(), err
}

// Schema is the form of a value that holds no mapping.
func (f *Form) Schema() Schema { return f.schema(definitions{}) }
