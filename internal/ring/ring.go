// Package ring keeps the newest of many things, and finds each by its id.
package ring

import "sync"

// Ring keeps the newest things that were put into it. It is safe for concurrent use,
// and takes no more room than what it holds.
type Ring[V any] struct {
	capacity, most int

	mu     sync.RWMutex
	things []thing[V]        // round: the oldest is at start, and n follow on each other
	start  int               // in things
	n      int               // how many there are
	bytes  int               // of all
	number map[string]uint64 // by id
	gone   uint64            // how many have made room, or were cleared
	news   chan struct{}     // nil: nobody waits for any
	closed bool
}

type thing[V any] struct {
	id    string
	v     V
	bytes int
}

// New makes a Ring that keeps up to capacity things, and at least one.
func New[V any](capacity int) *Ring[V] { return Bounded[V](capacity, 0) }

// Bounded is New for things of up to so many bytes in all, of which the newest stays whatever it
// takes; 0: any.
func Bounded[V any](capacity, bytes int) *Ring[V] {
	return &Ring[V]{capacity: max(capacity, 1), most: bytes, number: map[string]uint64{}}
}

// Put adds a thing; the oldest makes room. Of several with one id the newest is found.
func (r *Ring[V]) Put(id string, v V) { r.PutSized(id, v, 0) }

// PutSized is Put for a thing of so many bytes, what it alone holds on to among them.
func (r *Ring[V]) PutSized(id string, v V, bytes int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.n >= r.capacity || r.most > 0 && r.n > 0 && r.bytes+bytes > r.most {
		r.drop()
	}
	if r.n == len(r.things) {
		r.grow()
	}
	*r.at(r.n) = thing[V]{id, v, bytes}
	r.number[id] = r.end()
	r.n++
	r.bytes += bytes
	r.tell()
}

// at is the place of a thing, by how many are older.
func (r *Ring[V]) at(i int) *thing[V] {
	if i += r.start; i >= len(r.things) {
		i -= len(r.things)
	}
	return &r.things[i]
}

// drop lets the oldest go.
func (r *Ring[V]) drop() {
	old := r.at(0)
	if r.number[old.id] == r.gone {
		delete(r.number, old.id)
	}
	r.bytes -= old.bytes
	*old = thing[V]{}
	if r.start++; r.start == len(r.things) {
		r.start = 0
	}
	r.n--
	r.gone++
}

// fewest is for how many things there is room to begin with.
const fewest = 16

// grow makes room for more things, which are all there is room for.
func (r *Ring[V]) grow() {
	more := make([]thing[V], min(max(2*r.n, fewest), r.capacity))
	for i := range r.n {
		more[i] = *r.at(i)
	}
	r.things, r.start = more, 0
}

// Find is the thing with that id; false: it never was here, or has made room.
func (r *Ring[V]) Find(id string) (V, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	number, ok := r.number[id]
	if !ok {
		var none V
		return none, false
	}
	return r.at(int(number - r.gone)).v, true
}

// Len is how many things are kept.
func (r *Ring[V]) Len() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.n
}

// Bytes is how many all take that are kept.
func (r *Ring[V]) Bytes() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.bytes
}

// All is everything that is kept, newest last; never nil.
func (r *Ring[V]) All() []V {
	r.mu.RLock()
	defer r.mu.RUnlock()
	all := make([]V, r.n)
	for i := range all {
		all[i] = r.at(i).v
	}
	return all
}

// Clear forgets everything.
func (r *Ring[V]) Clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gone += uint64(r.n)
	r.things, r.start, r.n, r.bytes = nil, 0, 0, 0
	clear(r.number)
}
