// Package lifecycle knows what becomes of objects as a world's clock goes on: which
// changes its buckets' lifecycle configurations make due, and what S3 tells of them
// before (lifecycle.md 2). It changes nothing itself, and knows no clock.
package lifecycle

import (
	"maps"
	"slices"
	"time"

	"github.com/s3fault/s3fault/internal/lifecycle/rules"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

const day = 24 * time.Hour

// Midnight is the last one up to t, in UTC.
func Midnight(t time.Time) time.Time { return t.UTC().Truncate(day) }

// never is after every clock.
var never = time.Date(10000, time.January, 1, 0, 0, 0, 0, time.UTC)

// After is the midnight at which so many days are over (lifecycle.md 2.1).
func After(t time.Time, days int) time.Time {
	const most = 3_000_000 // days, which no clock has
	at := Midnight(t).AddDate(0, 0, min(days, most)+1)
	if at.After(never) {
		return never
	}
	return at
}

// Due is what the rules do in all buckets at the midnights from the one named first up to
// now, as the changes of each key, to be made in this order. Error of a change:
// store.ErrMoved, where its object has changed since; then leave the rest of the key's, and
// ask anew.
func Due(s *world.State, x *store.Index, first, now time.Time) [][]store.Change {
	var all [][]store.Change
	for _, name := range slices.Sorted(maps.Keys(s.Buckets)) {
		b, contents := s.Buckets[name], x.Bucket(name)
		if contents == nil || !Acts(b) {
			continue
		}
		prefix := shared(b.Lifecycle)
		contents.Histories(prefix, func(versions []*store.Object) bool {
			h := history{bucket: b, before: versions, versions: versions}
			if changes := h.changes(first, now); len(changes) > 0 {
				all = append(all, changes)
			}
			return true
		})
		contents.Unfinished(prefix, func(u *store.Upload) bool {
			if at, _ := Aborts(b, u); !at.IsZero() && !at.After(now) {
				all = append(all, []store.Change{store.AbortUpload{Bucket: name, Key: u.Key, UploadID: u.ID}})
			}
			return true
		})
	}
	return all
}

// Acts says whether a bucket has rules that do something.
func Acts(b *world.Bucket) bool {
	if b.Lifecycle == nil {
		return false
	}
	for i := range b.Lifecycle.Rules {
		if b.Lifecycle.Rules[i].Enabled {
			return true
		}
	}
	return false
}

// shared is the prefix that the keys of all rules have.
func shared(l *world.Lifecycle) string {
	prefix := l.Rules[0].Prefix()
	for i := range l.Rules {
		p := l.Rules[i].Prefix()
		n := min(len(p), len(prefix))
		for n > 0 && p[:n] != prefix[:n] {
			n--
		}
		prefix = prefix[:n]
	}
	return prefix
}

// each calls do with the rules that are on and about an object of those facts.
func each(b *world.Bucket, o *store.Object, do func(*world.LifecycleRule)) {
	if b.Lifecycle == nil {
		return
	}
	for i := range b.Lifecycle.Rules {
		if r := &b.Lifecycle.Rules[i]; r.Enabled && r.About(o.Key, o.Tags, o.Size) {
			do(r)
		}
	}
}

// Expires is when a current version expires, and the ID of the rule by which it does; the
// zero time: it does not.
func Expires(b *world.Bucket, o *store.Object) (at time.Time, rule string) {
	if o.Marker {
		return at, ""
	}
	each(b, o, func(r *world.LifecycleRule) {
		if t := when(r.Expiration, o.Modified); !t.IsZero() && (at.IsZero() || t.Before(at)) {
			at, rule = t, r.ID
		}
	})
	return at, rule
}

// when is the midnight of an expiration for what was written then; zero: it has none.
func when(e *world.LifecycleExpiration, written time.Time) time.Time {
	switch {
	case e == nil || e.Marker != nil:
		return time.Time{}
	case e.Days != nil:
		return After(written, *e.Days)
	}
	return e.Date
}

// Aborts is when an unfinished upload is aborted, and the ID of the rule by which it is;
// the zero time: it is not.
func Aborts(b *world.Bucket, u *store.Upload) (at time.Time, rule string) {
	each(b, &store.Object{Facts: store.Facts{Key: u.Key}}, func(r *world.LifecycleRule) {
		if r.AbortIncompleteUploads == nil {
			return
		}
		if t := After(u.Initiated, *r.AbortIncompleteUploads); at.IsZero() || t.Before(at) {
			at, rule = t, r.ID
		}
	})
	return at, rule
}

// smallest is the size in bytes from which rules transition that name none.
const smallest = 128 << 10

// movable says whether a rule may move an object to the class: it is a colder one, and the
// object large enough (lifecycle.md 2.5 and 2.6).
func movable(l *world.Lifecycle, r *world.LifecycleRule, o *store.Object, class string) bool {
	switch {
	case o.Marker || !rules.Colder(class, o.StorageClass):
		return false
	case r.Filter.Sized() || o.Size >= smallest:
		return true
	}
	return l.MinimumSize != world.MinimumAll && (class == "GLACIER" || class == "DEEP_ARCHIVE")
}
