package authdetails

import (
	"time"

	"github.com/s3fault/s3fault/internal/ring"
)

const (
	// retention is how long AWS keeps the details of a denial (IAM User Guide,
	// "Troubleshoot access denied error messages with authorization ID").
	retention = 24 * time.Hour
	// kept is how many a world keeps, the newest.
	kept = 1024
)

// Log is the details that a world keeps. It is safe for concurrent use.
type Log struct{ records *ring.Ring[*Record] }

// NewLog has nothing in it.
func NewLog() *Log { return &Log{ring.New[*Record](kept)} }

// Keep takes the place of the oldest. AWS records asynchronously, so that who asks at
// once may find nothing; here the details are there before the refusal leaves.
func (l *Log) Keep(r *Record) { l.records.Put(r.ID, r) }

// Find is the record with that id, at a time of the world's clock; nil: there is none,
// or it has expired.
func (l *Log) Find(id string, now time.Time) *Record {
	r, ok := l.records.Find(id)
	if !ok || now.Sub(r.At) >= retention {
		return nil
	}
	return r
}

// Clear forgets everything.
func (l *Log) Clear() { l.records.Clear() }
