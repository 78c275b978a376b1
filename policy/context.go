package policy

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// Context holds the condition keys of one request. Names of keys are case-insensitive, except for the part after
// the slash of s3:ExistingObjectTag/ and s3:RequestObjectTag/, which is an object's tag key. A key with no value
// is absent. A Context may be read by several goroutines while none changes it.
type Context struct {
	entries map[string]entry
}

type entry struct {
	name   string // as it was first set
	values []string
}

// NewContext returns a Context without keys.
func NewContext() *Context {
	return &Context{entries: make(map[string]entry, 32)}
}

// Set gives a key its values in place of any that it had; without values it removes the key. The Context keeps the
// slice: do not change it afterwards.
func (c *Context) Set(key string, values ...string) {
	if len(values) == 0 {
		c.Delete(key)
		return
	}
	c.put(foldKey(key), entry{key, values})
}

// Add appends values to a key.
func (c *Context) Add(key string, values ...string) {
	folded := foldKey(key)
	old, ok := c.entries[folded]
	if !ok {
		c.Set(key, values...)
		return
	}
	// Clipped, so that two clones which share the values never append into one array.
	c.put(folded, entry{old.name, append(slices.Clip(old.values), values...)})
}

func (c *Context) put(folded string, e entry) {
	if c.entries == nil {
		c.entries = map[string]entry{}
	}
	c.entries[folded] = e
}

// Delete removes a key; absent keys are no error.
func (c *Context) Delete(key string) { delete(c.entries, foldKey(key)) }

// Get returns a key's values and whether it is present. The slice is the Context's own: do not change it.
func (c *Context) Get(key string) ([]string, bool) { return c.lookup(foldKey(key)) }

// lookup is Get for a key that was folded when the policy was compiled.
func (c *Context) lookup(folded string) ([]string, bool) {
	if c == nil {
		return nil, false
	}
	e, ok := c.entries[folded]
	return e.values, ok
}

// single returns the value of a single-valued key; policy variables can name no other.
func (c *Context) single(folded string) (string, bool) {
	values, ok := c.lookup(folded)
	if !ok || len(values) != 1 {
		return "", false
	}
	return values[0], true
}

// Clone returns a Context that can be changed without changing c.
func (c *Context) Clone() *Context {
	if c == nil {
		return NewContext()
	}
	return &Context{entries: maps.Clone(c.entries)}
}

// All iterates over the keys in the order of their folded names.
func (c *Context) All() iter.Seq2[string, []string] {
	return func(yield func(string, []string) bool) {
		if c == nil {
			return
		}
		for _, folded := range slices.Sorted(maps.Keys(c.entries)) {
			if e := c.entries[folded]; !yield(e.name, e.values) {
				return
			}
		}
	}
}

// caseSensitiveTags are the families of keys that end in the key of an object's tag (authorization.md 3.1).
var caseSensitiveTags = []string{"s3:existingobjecttag/", "s3:requestobjecttag/"}

// foldedNames spares the hot path the folding of well-known keys, which almost all have capitals.
var foldedNames = func() map[string]string {
	m := make(map[string]string, len(globalKeys))
	for _, k := range globalKeys {
		m[k] = strings.ToLower(k)
	}
	return m
}()

// foldKey returns the form under which a condition key is stored and compared.
func foldKey(key string) string {
	if folded, ok := foldedNames[key]; ok {
		return folded
	}
	for _, family := range caseSensitiveTags {
		if n := len(family); len(key) > n && strings.EqualFold(key[:n], family) {
			return family + key[n:]
		}
	}
	return strings.ToLower(key)
}
