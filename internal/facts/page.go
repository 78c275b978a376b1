package facts

import (
	"fmt"
	"slices"
	"strings"
)

// Page is the shapes of a document for people to read, in Markdown: a section a shape,
// with a row for each of its keys.
func (w *Whole) Page() string {
	var b strings.Builder
	for _, s := range w.Shapes() {
		fmt.Fprintf(&b, "## %s\n\n| key | kind | without it | what it is |\n| --- | --- | --- | --- |\n", s.name)
		for _, e := range s.facts {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", e.key, e.form.kind(), e.without(), inCell(e.says))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// Unsaid are the keys of which no row says what they are.
func (w *Whole) Unsaid() (all []string) {
	for _, s := range w.Shapes() {
		for _, e := range s.facts {
			if e.says == "" {
				all = append(all, s.name+": "+e.key)
			}
		}
	}
	return all
}

// without is what holds where the key is absent.
func (e entry) without() string {
	switch {
	case e.must != "":
		return "an error"
	case e.absent == "":
		return ""
	}
	return inCell(e.absent)
}

func inCell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// kind is the kind of values in words, with a link to each shape.
func (f *Form) kind() string { return kindOf(f.schema(definitions{})) }

func kindOf(s Schema) string {
	switch {
	case s["$ref"] != nil:
		name := strings.ReplaceAll(strings.TrimPrefix(fmt.Sprint(s["$ref"]), "#/$defs/"), "_", " ")
		return fmt.Sprintf("[%s](#%s)", name, anchorOf(name))
	case s["allOf"] != nil:
		return kindOf(s["allOf"].([]Schema)[0])
	case s["anyOf"] != nil:
		return oneOfKinds(s["anyOf"].([]Schema))
	case s["enum"] != nil:
		return "`" + strings.Join(words(s["enum"]), "`, `") + "`"
	case s["const"] != nil:
		return fmt.Sprintf("`%v`", s["const"])
	}
	return plainKind(s)
}

// anchorOf is how a page names a section.
func anchorOf(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "'", ""), " ", "-")
}

func oneOfKinds(all []Schema) string {
	var kinds []string
	for _, s := range all {
		if k := kindOf(s); k != "" && !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return strings.Join(kinds, ", or ")
}

func words(list any) (all []string) {
	switch list := list.(type) {
	case []string:
		return list
	case []any:
		for _, v := range list {
			all = append(all, fmt.Sprint(v))
		}
	}
	return all
}

// patterns are kinds of texts that have a form of their own.
var patterns = map[string]string{
	sizePattern: "size, like 1024 or 5MiB",
	datePattern: "date", instantPattern: "date and time", durationPattern: "duration, like 90s, 2h or 7d",
	durationPattern + "|" + instantPattern: "date and time, or duration from loading",
}

// plainKind is a kind by its types.
func plainKind(s Schema) string {
	if known, ok := patterns[fmt.Sprint(s["pattern"])]; ok {
		return known
	}
	types, _ := s["type"].([]string)
	types = slices.DeleteFunc(slices.Clone(types), func(t string) bool { return t == "null" })
	if slices.Equal(types, anyText["type"].([]string)) {
		return "text"
	}
	kinds := make([]string, len(types))
	for i, t := range types {
		kinds[i] = kindOfType(t, s)
	}
	return strings.Join(kinds, " or ")
}

func kindOfType(t string, s Schema) string {
	switch t {
	case "array":
		if of, ok := s["items"].(Schema); ok {
			return "list of " + kindOf(of)
		}
		return "list"
	case "object":
		if of, ok := s["additionalProperties"].(Schema); ok {
			return "by name: " + kindOf(of)
		}
		return "mapping"
	}
	return kindsOfTypes[t]
}

var kindsOfTypes = map[string]string{
	"string": "text", "boolean": "true or false", "integer": "whole number", "number": "number",
}
