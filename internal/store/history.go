package store

import "github.com/tidwall/btree"

// Histories visits the keys that begin with prefix, each with all its versions, the oldest
// first, until visit answers false. What visit is given is its own; it must not write to
// the bucket.
func (b *Bucket) Histories(prefix string, visit func(versions []*Object) bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	all(&b.keys, prefix, func(c chain) bool { return visit(c.all()) })
}

// Unfinished visits the unfinished uploads of keys that begin with prefix, until visit
// answers false. It must not write to the bucket.
func (b *Bucket) Unfinished(prefix string, visit func(*Upload) bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	all(&b.uploads.byKey, prefix, func(list *[]*upload) bool {
		for _, u := range *list {
			if !visit(u.Upload) {
				return false
			}
		}
		return true
	})
}

func all[V any](m *btree.Map[string, V], prefix string, visit func(V) bool) {
	walk(m, span{prefix: prefix}, visitor[V]{visible: func(V) bool { return true }, item: visit})
}
