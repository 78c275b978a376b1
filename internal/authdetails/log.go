package authdetails

import (
	"sync"
	"time"
)

const (
	// retention is how long AWS keeps the details of a denial (IAM User Guide,
	// "Troubleshoot access denied error messages with authorization ID").
	retention = 24 * time.Hour
	// kept is how many a world keeps, the newest.
	kept = 1024
)

// Log is the details that a world keeps. It is safe for concurrent use.
type Log struct {
	mu      sync.Mutex
	records map[string]*Record
	ids     [kept]string
	next    int
}

// Keep takes the place of the oldest. AWS records asynchronously, so that who asks at
// once may find nothing; here the details are there before the refusal leaves.
func (l *Log) Keep(r *Record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.records == nil {
		l.records = make(map[string]*Record)
	}
	delete(l.records, l.ids[l.next])
	l.records[r.ID], l.ids[l.next] = r, r.ID
	l.next = (l.next + 1) % kept
}

// Find is the record with that id, at a time of the world's clock; nil: there is none,
// or it has expired.
func (l *Log) Find(id string, now time.Time) *Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.records[id]
	if r == nil || now.Sub(r.At) >= retention {
		return nil
	}
	return r
}

// Clear forgets everything.
func (l *Log) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.records, l.ids, l.next = nil, [kept]string{}, 0
}
