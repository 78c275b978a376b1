package policy

import (
	"iter"
	"slices"
	"strings"
	"sync"
)

// Context holds the condition keys of one request. Names of keys are case-insensitive, except for the part after
// the slash of s3:ExistingObjectTag/ and s3:RequestObjectTag/, which is an object's tag key. A key with no value
// is absent. A Context may be read by several goroutines while none changes it.
type Context struct {
	entries []entry
	// values is where the values of new entries go: a slice of it each.
	values []string
}

type entry struct {
	key    *ConditionKey
	values []string
}

// ConditionKey is the name of a condition key, read once: Context.Put takes it without looking it up.
type ConditionKey struct {
	folded string
	name   string // as it was written
}

// KeyOf reads the name of a condition key.
func KeyOf(name string) *ConditionKey { return &ConditionKey{fold(name), name} }

// keyOf is KeyOf that reads most names no second time.
func keyOf(name string) *ConditionKey {
	if k, ok := knownNames()[name]; ok {
		return k
	}
	return KeyOf(name)
}

// furnished is a Context with room for the keys of most requests, so that it is made in one piece.
type furnished struct {
	Context
	entries [22]entry
	values  [24]string
}

// copied is a Context with room for a copy of most, and for the few values that a copy is made for.
type copied struct {
	Context
	entries [26]entry
	values  [4]string
}

// NewContext returns a Context without keys.
func NewContext() *Context {
	f := &furnished{}
	f.Context = Context{entries: f.entries[:0], values: f.values[:0]}
	return &f.Context
}

// Set gives a key its values in place of any that it had; without values it removes the key.
func (c *Context) Set(key string, values ...string) {
	if len(values) == 0 {
		c.Delete(key)
		return
	}
	c.put(keyOf(key), c.keep(nil, values))
}

// Put is Set for a key that was read before, and one value.
func (c *Context) Put(key *ConditionKey, value string) {
	start := len(c.values)
	c.values = append(c.values, value)
	c.put(key, c.values[start:start+1:start+1])
}

// Add appends values to a key.
func (c *Context) Add(key string, values ...string) {
	k := keyOf(key)
	old, ok := c.lookup(k.folded)
	if !ok {
		c.Set(key, values...)
		return
	}
	c.put(k, c.keep(old, values))
}

// keep copies values to where the Context has its own, which no clone shares.
func (c *Context) keep(before, values []string) []string {
	start := len(c.values)
	c.values = append(append(c.values, before...), values...)
	return c.values[start:len(c.values):len(c.values)]
}

func (c *Context) put(key *ConditionKey, values []string) {
	if i := c.find(key.folded); i >= 0 {
		c.entries[i].values = values
		return
	}
	c.entries = append(c.entries, entry{key, values})
}

// find is where a key stands; -1: it is absent. A request has some twenty keys.
func (c *Context) find(folded string) int {
	for i := range c.entries {
		if c.entries[i].key.folded == folded {
			return i
		}
	}
	return -1
}

// Delete removes a key; absent keys are no error.
func (c *Context) Delete(key string) { c.Remove(keyOf(key)) }

// Remove is Delete for a key that was read before.
func (c *Context) Remove(key *ConditionKey) {
	if i := c.find(key.folded); i >= 0 {
		c.entries = slices.Delete(c.entries, i, i+1)
	}
}

// Get returns a key's values and whether it is present. The slice is the Context's own: do not change it.
func (c *Context) Get(key string) ([]string, bool) { return c.lookup(foldKey(key)) }

// lookup is Get for a key that was folded when the policy was compiled.
func (c *Context) lookup(folded string) ([]string, bool) {
	if c == nil {
		return nil, false
	}
	if i := c.find(folded); i >= 0 {
		return c.entries[i].values, true
	}
	return nil, false
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
	f := &copied{}
	f.Context = Context{entries: append(f.entries[:0], c.entries...), values: f.values[:0]}
	return &f.Context
}

// All iterates over the keys in the order of their folded names.
func (c *Context) All() iter.Seq2[string, []string] {
	return func(yield func(string, []string) bool) {
		if c == nil {
			return
		}
		byName := func(a, b entry) int { return strings.Compare(a.key.folded, b.key.folded) }
		sorted := slices.SortedFunc(slices.Values(c.entries), byName)
		for _, e := range sorted {
			if !yield(e.key.name, e.values) {
				return
			}
		}
	}
}

// Len is how many keys there are.
func (c *Context) Len() int {
	if c == nil {
		return 0
	}
	return len(c.entries)
}

// Unsorted iterates over the keys in the order in which they were set, and makes nothing for it. The values are
// the Context's own: do not change them.
func (c *Context) Unsorted() iter.Seq2[string, []string] {
	return func(yield func(string, []string) bool) {
		for i := range c.Len() {
			if e := &c.entries[i]; !yield(e.key.name, e.values) {
				return
			}
		}
	}
}

// caseSensitiveTags are the families of keys that end in the key of an object's tag (authorization.md 3.1).
var caseSensitiveTags = []string{"s3:existingobjecttag/", "s3:requestobjecttag/"}

// knownNames spares the hot path the folding of well-known keys, which almost all have capitals.
var knownNames = sync.OnceValue(func() map[string]*ConditionKey {
	m := map[string]*ConditionKey{}
	for _, k := range knownKeys() {
		m[k] = KeyOf(k)
	}
	return m
})

// foldKey returns the form under which a condition key is stored and compared.
func foldKey(key string) string {
	if known, ok := knownNames()[key]; ok {
		return known.folded
	}
	return fold(key)
}

func fold(key string) string {
	for _, family := range caseSensitiveTags {
		if n := len(family); len(key) > n && strings.EqualFold(key[:n], family) {
			return family + key[n:]
		}
	}
	return strings.ToLower(key)
}
