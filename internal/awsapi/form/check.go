package form

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Rule is the constraint that a value broke.
type Rule int

// The rules.
const (
	Null    Rule = iota // it must be there
	Pattern             // its form
	Long                // too long, or a list of too many
	Short               // too short, or a list of too few
	Enum                // none of those that there are
	Large
	Small
	Element // an element of a list, or a key or a value of a map, broke one
)

// Broken is one constraint that a request breaks.
type Broken struct {
	Rule Rule
	Path string // of the member, as AWS writes it: "tags.1.member.tagKey"
	// Member is the name of the member that was broken, as in the model.
	Member string
	Type   *Type
	// Value is as AWS tells it; Hidden: it does not, because it is secret or bytes.
	Value  string
	Hidden bool
	// Must is what the constraint wants: "Member must not be null".
	Must string
}

// most is how many broken constraints are looked for: a request of a megabyte can break
// more than anybody wants to read. [unsure: AWS's bound]
const most = 100

// Check holds the parameters of an action to their form, and returns what they break, in
// the order of the model. given is JSON, or has its form: map[string]any, []any, string,
// json.Number, bool; nil is what is not there. What is of another kind than its type was
// refused before, and is passed over.
func Check(t *Type, given map[string]any) []Broken {
	c := &checking{}
	c.structure("", t, given)
	return c.found
}

type checking struct{ found []Broken }

func (c *checking) add(b Broken) {
	if len(c.found) < most {
		c.found = append(c.found, b)
	}
}

func (c *checking) structure(prefix string, t *Type, given map[string]any) {
	for i := range t.Members {
		m := &t.Members[i]
		at := Broken{Path: prefix + small(m.Name), Member: m.Name, Type: m.Type}
		at.Hidden = m.Type.Sensitive || m.Type.Kind == Blob
		switch value := lookUp(given, m.Name); {
		case value != nil:
			c.value(at, value)
		case m.Required:
			at.Value, at.Must = "null", "Member must not be null"
			c.add(at)
		}
		if len(c.found) >= most {
			return
		}
	}
}

// lookUp is the value under a name, whatever its case, as encoding/json reads it.
func lookUp(given map[string]any, name string) any {
	if v, ok := given[name]; ok {
		return v
	}
	for k, v := range given {
		if strings.EqualFold(k, name) {
			return v
		}
	}
	return nil
}

// value checks what is there.
func (c *checking) value(at Broken, value any) {
	for _, broke := range at.Type.broken(value) {
		b := at
		b.Rule, b.Must = broke.Rule, broke.Must
		if !b.Hidden {
			b.Value = "'" + told(at.Type, value) + "'"
		}
		c.add(b)
	}
	switch v := value.(type) {
	case map[string]any:
		if at.Type.Kind == Structure {
			c.structure(at.Path+".", at.Type, v)
		} else if at.Type.Kind == Map {
			c.entries(at, v)
		}
	case []any:
		if at.Type.Kind == List {
			c.elements(at, v)
		}
	}
}

// elements checks those of a list: structures each in its own place, all else as one
// constraint of the list.
func (c *checking) elements(at Broken, list []any) {
	e := at.Type.Element
	if e.Kind == Structure {
		for i, v := range list {
			if s, ok := v.(map[string]any); ok && len(c.found) < most {
				c.structure(at.Path+"."+strconv.Itoa(i+1)+".member.", e, s)
			}
		}
		return
	}
	c.together(at, list, "Member must satisfy constraint: ", e, slices.Values(list))
}

// entries checks the keys and the values of a map.
func (c *checking) entries(at Broken, m map[string]any) {
	c.together(at, m, "Map keys must satisfy constraint: ", at.Type.Key, func(yield func(any) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	})
	c.together(at, m, "Map value must satisfy constraint: ", at.Type.Element, maps.Values(m))
}

// together is one broken constraint for all of a list's elements of a type.
func (c *checking) together(at Broken, whole any, must string, t *Type, all func(func(any) bool)) {
	for v := range all {
		if v != nil && len(t.broken(v)) == 0 {
			continue
		}
		at.Rule, at.Must = Element, must+"["+strings.Join(t.constraints(), ", ")+"]"
		if at.Hidden = at.Hidden || t.Sensitive; !at.Hidden {
			at.Value = "'" + told(at.Type, whole) + "'"
		}
		c.add(at)
		return
	}
}

// broke is a rule that a value breaks, and what it wants.
type broke struct {
	Rule Rule
	Must string
}

// broken are the rules of the type that a value breaks, in the order in which AWS was
// recorded to tell them: the pattern before the length (control-apis.md F3).
func (t *Type) broken(value any) (all []broke) {
	if text, ok := value.(string); ok && t.Kind == String {
		if t.Pattern != "" && !t.matches(text) {
			all = append(all, broke{Pattern, t.must(Pattern)})
		}
		if len(t.Enum) > 0 && !slices.Contains(t.Enum, text) {
			all = append(all, broke{Enum, t.must(Enum)})
		}
	}
	n, over, under, ok := t.measure(value)
	switch {
	case ok && t.Max != nil && n > *t.Max:
		all = append(all, broke{over, t.must(over)})
	case ok && t.Min != nil && n < *t.Min:
		all = append(all, broke{under, t.must(under)})
	}
	return all
}

// measure is the number that a value's bounds are of, and the rules that those are.
func (t *Type) measure(value any) (n int64, over, under Rule, ok bool) {
	switch v := value.(type) {
	case string:
		switch t.Kind {
		case String:
			return length(v), Long, Short, true
		case Blob:
			bytes, err := base64.StdEncoding.DecodeString(v)
			return int64(len(bytes)), Long, Short, err == nil
		}
		n, err := strconv.ParseInt(v, 10, 64)
		return n, Large, Small, err == nil
	case json.Number:
		n, err := v.Int64()
		return n, Large, Small, err == nil
	case []any:
		return int64(len(v)), Long, Short, t.Kind == List
	case map[string]any:
		return int64(len(v)), Long, Short, t.Kind == Map
	}
	return 0, 0, 0, false
}

// length is that of a text as Java counts it.
func length(text string) int64 {
	n := int64(0)
	for _, r := range text {
		n += int64(max(utf16.RuneLen(r), 1))
	}
	return n
}

// must is what a rule of the type wants.
func (t *Type) must(r Rule) string {
	switch r {
	case Pattern:
		return "Member must satisfy regular expression pattern: " + t.Pattern
	case Enum:
		enum := t.Told
		if enum == nil {
			enum = t.Enum
		}
		return "Member must satisfy enum value set: [" + strings.Join(enum, ", ") + "]"
	case Long:
		return fmt.Sprintf("Member must have length less than or equal to %d", *t.Max)
	case Short:
		return fmt.Sprintf("Member must have length greater than or equal to %d", *t.Min)
	case Large:
		return fmt.Sprintf("Member must have value less than or equal to %d", *t.Max)
	case Small:
		return fmt.Sprintf("Member must have value greater than or equal to %d", *t.Min)
	}
	return "Member must not be null"
}

// constraints are all of a type of elements, in the order in which AWS tells them.
func (t *Type) constraints() (all []string) {
	over, under := Long, Short
	if t.Kind != String && t.Kind != Blob && t.Kind != List && t.Kind != Map {
		over, under = Large, Small
	}
	if t.Max != nil {
		all = append(all, t.must(over))
	}
	if t.Min != nil {
		all = append(all, t.must(under))
	}
	if t.Pattern != "" {
		all = append(all, t.must(Pattern))
	}
	if len(t.Enum) > 0 {
		all = append(all, t.must(Enum))
	}
	return all
}

// told is a value as AWS writes it, in the way of Java: "[a, b]", "{k=v}",
// "Tag(key=k, value=v)".
func told(t *Type, value any) string {
	switch v := value.(type) {
	case []any:
		return "[" + joined(v, func(e any) string { return told(t.Element, e) }) + "]"
	case map[string]any:
		if t.Kind == Map {
			entry := func(k string) string { return k + "=" + told(t.Element, v[k]) }
			return "{" + joined(slices.Sorted(maps.Keys(v)), entry) + "}"
		}
		return t.Name + "(" + joined(t.Members, func(m Member) string { return small(m.Name) + "=" + m.told(v) }) + ")"
	case nil:
		return "null"
	case string:
		if t.Sensitive || t.Kind == Blob {
			return "***Sensitive Data Redacted***"
		}
		return v
	}
	return fmt.Sprint(value)
}

func (m Member) told(of map[string]any) string { return told(m.Type, lookUp(of, m.Name)) }

func joined[T any](list []T, say func(T) string) string { return strings.Join(each(list, say), ", ") }

// small is a member's name as constraints write it: with a small first letter.
func small(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(first)) + name[size:]
}
