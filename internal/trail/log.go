package trail

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/s3fault/s3fault/internal/world"
)

// kept is how many events of each kind a world keeps, the newest: management events
// for LookupEvents, and those that a trail wrote.
const kept = 10_000

// Log is a world's events. It is safe for concurrent use.
type Log struct {
	mu         sync.Mutex
	management []*Record
	written    []*Record
	deliveries map[string]Delivery // by the trail's name
	bucketKeys map[string]time.Time
}

// bucketKeyLasts is for how long S3 goes on with a Bucket Key before it asks KMS again
// [unsure]; AWS says "time-limited".
const bucketKeyLasts = 5 * time.Minute

// maxBucketKeys bounds how many of them are remembered.
const maxBucketKeys = 1000

// Asks says whether S3 asks KMS for what the event is about: with a Bucket Key it does so
// once in a while for each requester.
func (l *Log) Asks(h *Happened) bool {
	if h.Sealed == "" || h.Code != "" {
		return true
	}
	id := ""
	if c := h.Asker.Caller; c != nil {
		id = c.UserID
	}
	id += " " + h.Sealed
	l.mu.Lock()
	defer l.mu.Unlock()
	if last, ok := l.bucketKeys[id]; ok && !h.Asker.Now.Before(last) && h.Asker.Now.Sub(last) < bucketKeyLasts {
		return false
	}
	if l.bucketKeys == nil || len(l.bucketKeys) >= maxBucketKeys {
		l.bucketKeys = map[string]time.Time{}
	}
	l.bucketKeys[id] = h.Asker.Now
	return true
}

// Delivery is how the latest try to write a trail's log file went.
type Delivery struct {
	Attempted, Delivered time.Time // zero: never
	Error                string    // of the latest try; empty: it went well
}

// Manage keeps the records of a management event, one for each account that it
// concerns. They can be looked up whether there is a trail or not.
func (l *Log) Manage(h *Happened) {
	for _, account := range h.accounts() {
		l.mu.Lock()
		l.management = push(l.management, Of(h, account))
		l.mu.Unlock()
	}
}

func push(records []*Record, r *Record) []*Record {
	if len(records) >= 2*kept { // trimmed rarely, so that adding stays cheap
		records = slices.Clone(records[len(records)-kept:])
	}
	return append(records, r)
}

func newest(records []*Record) []*Record { return records[max(0, len(records)-kept):] }

// Delivered notes how the writing of a record into a trail's bucket went.
func (l *Log) Delivered(t *world.Trail, r *Record, failure string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.deliveries == nil {
		l.deliveries = map[string]Delivery{}
	}
	d := l.deliveries[t.Name]
	d.Attempted, d.Error = r.At, failure
	if failure == "" {
		d.Delivered = r.At
		l.written = push(l.written, r)
	}
	l.deliveries[t.Name] = d
}

// Delivery is how the latest try of the trail went.
func (l *Log) Delivery(trail string) Delivery {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.deliveries[trail]
}

// Management are the management events of an account in a region, newest first.
func (l *Log) Management(account, region string) []*Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []*Record
	for _, r := range slices.Backward(newest(l.management)) {
		if r.RecipientAccountID == account && r.AWSRegion == region {
			all = append(all, r)
		}
	}
	return all
}

// Written are the records that trails have written, oldest first.
func (l *Log) Written() []*Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(newest(l.written))
}

// Clear forgets everything.
func (l *Log) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.management, l.written, l.deliveries, l.bucketKeys = nil, nil, nil, nil
}

// FileKey is the key of a log file with the record (CloudTrail User Guide, "Finding
// your CloudTrail log files").
func FileKey(t *world.Trail, r *Record) string {
	return Folder(t) + r.AWSRegion + r.At.Format("/2006/01/02/") +
		t.Account + "_CloudTrail_" + r.AWSRegion + r.At.Format("_20060102T1504Z_") + world.Letters(16, r.EventID, t.Name) + ".json.gz"
}

// Folder is what the keys of all of a trail's log files begin with.
func Folder(t *world.Trail) string {
	prefix := t.Prefix
	if prefix != "" {
		prefix += "/"
	}
	return prefix + "AWSLogs/" + t.Account + "/CloudTrail/"
}

// File is a log file with the record alone: CloudTrail gathers events for some
// minutes, and here nobody has to wait.
func File(r *Record) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	// A buffer takes all that is written to it.
	_ = json.NewEncoder(z).Encode(struct{ Records []*Record }{[]*Record{r}})
	_ = z.Close()
	return b.Bytes()
}
