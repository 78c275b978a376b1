package journal

import (
	"slices"
	"sync"
)

// DefaultCapacity is how many entries of each world are kept.
const DefaultCapacity = 10_000

// Journal keeps the newest entries of each world. It is safe for concurrent use.
type Journal struct {
	capacity int

	mu     sync.RWMutex
	worlds map[string]*ring
	byID   map[string]*Entry
}

// ring holds a world's entries; once full, next is the oldest.
type ring struct {
	entries []*Entry
	next    int
}

// New makes a Journal that keeps up to capacity entries of each world, and at
// least one.
func New(capacity int) *Journal {
	return &Journal{capacity: max(capacity, 1), worlds: map[string]*ring{}, byID: map[string]*Entry{}}
}

// Add writes an entry down; the oldest of its world makes room.
func (j *Journal) Add(e Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := j.worlds[e.World]
	if r == nil {
		r = &ring{}
		j.worlds[e.World] = r
	}
	if len(r.entries) < j.capacity {
		r.entries = append(r.entries, &e)
	} else {
		delete(j.byID, r.entries[r.next].RequestID)
		r.entries[r.next] = &e
		r.next = (r.next + 1) % j.capacity
	}
	j.byID[e.RequestID] = &e
}

// Find is the entry of a request.
func (j *Journal) Find(requestID string) (Entry, bool) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	if e := j.byID[requestID]; e != nil {
		return *e, true
	}
	return Entry{}, false
}

// World is a copy of the entries of a world, newest last; never nil.
func (j *Journal) World(name string) []Entry {
	kept := j.kept(name)
	all := make([]Entry, len(kept))
	for i, e := range kept {
		all[i] = *e
	}
	return all
}

// kept is the entries of a world, newest last. They are not changed once they are
// added, so only finding them needs the lock.
func (j *Journal) kept(world string) []*Entry {
	j.mu.RLock()
	defer j.mu.RUnlock()
	r := j.worlds[world]
	if r == nil {
		return nil
	}
	return slices.Concat(r.entries[r.next:], r.entries[:r.next])
}
