// Package ring keeps the newest of many things, and finds each by its id.
package ring

import (
	"slices"
	"sync"
)

// Ring keeps the newest things that were put into it. It is safe for concurrent use,
// and takes no more room than what it holds.
type Ring[V any] struct {
	capacity int

	mu     sync.RWMutex
	things []thing[V] // once full, next is the oldest
	next   int
	byID   map[string]int // where in things
	gone   uint64         // how many have made room, or were cleared
	news   chan struct{}  // nil: nobody waits for any
	closed bool
}

type thing[V any] struct {
	id string
	v  V
}

// New makes a Ring that keeps up to capacity things, and at least one.
func New[V any](capacity int) *Ring[V] {
	return &Ring[V]{capacity: max(capacity, 1), byID: map[string]int{}}
}

// Put adds a thing; the oldest makes room. Of several with one id the newest is found.
func (r *Ring[V]) Put(id string, v V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := len(r.things)
	if at < r.capacity {
		r.things = append(r.things, thing[V]{id, v})
	} else {
		at = r.next
		if old := r.things[at].id; r.byID[old] == at {
			delete(r.byID, old)
		}
		r.things[at] = thing[V]{id, v}
		r.next = (at + 1) % r.capacity
		r.gone++
	}
	r.byID[id] = at
	r.tell()
}

// Find is the thing with that id; false: it never was here, or has made room.
func (r *Ring[V]) Find(id string) (V, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	at, ok := r.byID[id]
	if !ok {
		var none V
		return none, false
	}
	return r.things[at].v, true
}

// Len is how many things are kept.
func (r *Ring[V]) Len() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.things)
}

// All is everything that is kept, newest last; never nil.
func (r *Ring[V]) All() []V {
	r.mu.RLock()
	defer r.mu.RUnlock()
	all := make([]V, 0, len(r.things))
	for _, t := range slices.Concat(r.things[r.next:], r.things[:r.next]) {
		all = append(all, t.v)
	}
	return all
}

// Clear forgets everything.
func (r *Ring[V]) Clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gone += uint64(len(r.things))
	r.things, r.next = nil, 0
	clear(r.byID)
}
