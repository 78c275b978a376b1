package journal

import "github.com/s3fault/s3fault/internal/ring"

// DefaultCapacity is how many entries of a world are kept.
const DefaultCapacity = 10_000

// Journal keeps the newest entries of a world. It is safe for concurrent use.
type Journal struct{ entries *ring.Ring[*Entry] }

// New makes a Journal that keeps up to capacity entries, and at least one.
func New(capacity int) *Journal { return &Journal{ring.New[*Entry](capacity)} }

// Add writes an entry down; the oldest makes room.
func (j *Journal) Add(e Entry) { j.entries.Put(e.RequestID, &e) }

// Find is the entry of a request; nil: it is not known. It is not to be changed.
func (j *Journal) Find(requestID string) *Entry {
	e, _ := j.entries.Find(requestID)
	return e
}

// All is a copy of the entries, newest last; never nil.
func (j *Journal) All() []Entry {
	kept := j.entries.All()
	all := make([]Entry, len(kept))
	for i, e := range kept {
		all[i] = *e
	}
	return all
}
