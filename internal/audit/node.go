package audit

import (
	"maps"
	"slices"
)

// node is a mapping of a world's facts, or of a patch of them. Reading a nil one finds nothing.
type node map[string]any

// at is the mapping at a path; nil: there is none.
func (n node) at(path ...string) node {
	for _, key := range path {
		next, ok := n[key].(map[string]any)
		if !ok {
			return nil
		}
		n = next
	}
	return n
}

// put sets a value at a path, and makes the mappings on the way.
func (n node) put(value any, path ...string) {
	for _, key := range path[:len(path)-1] {
		next, ok := n[key].(map[string]any)
		if !ok {
			next = map[string]any{}
			n[key] = next
		}
		n = next
	}
	n[path[len(path)-1]] = value
}

// names are its keys, in order.
func (n node) names() []string { return slices.Sorted(maps.Keys(n)) }

// text is the text of a key; empty: it has none.
func (n node) text(key string) string {
	s, _ := n[key].(string)
	return s
}

// texts are those of a value that is a text, or a list of them.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, item := range v {
			if s, ok := item.(string); ok {
				all = append(all, s)
			}
		}
		return all
	}
	return nil
}
