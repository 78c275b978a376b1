package lifecycle

import (
	"slices"
	"time"

	"github.com/s3fault/s3fault/internal/lifecycle/rules"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// history is the versions of a key as the midnights go by, the oldest first.
type history struct {
	bucket   *world.Bucket
	before   []*store.Object // as they are in the bucket
	versions []*store.Object
}

// fate is what the rules have in store for a version, from a midnight on: what was due
// before, a rule put late say, is due then.
type fate struct {
	from    time.Time
	expires time.Time // zero: it does not
	moves   time.Time // zero: it does not
	class   string    // that it is moved to
}

func (f *fate) expire(at time.Time) {
	if at = later(at, f.from); f.expires.IsZero() || at.Before(f.expires) {
		f.expires = at
	}
}

// move keeps the transition that comes first; of those at one time the coldest.
func (f *fate) move(at time.Time, class string) {
	if at = later(at, f.from); f.moves.IsZero() || at.Before(f.moves) || at.Equal(f.moves) && rules.Colder(class, f.class) {
		f.moves, f.class = at, class
	}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// changes are those that lead from what is in the bucket to what the rules have made of
// it by now.
func (h *history) changes(first, now time.Time) []store.Change {
	for from := first; ; {
		fates, at := h.fates(from)
		if at.After(now) {
			return h.written()
		}
		h.pass(fates, at)
		from = at.Add(day)
	}
}

// fates are those of all versions, and the first midnight from then on at which one is
// due; after every clock: none is.
func (h *history) fates(from time.Time) (fates []fate, at time.Time) {
	fates, at = make([]fate, len(h.versions)), never
	for i := range h.versions {
		f := h.fate(i, from)
		if i < len(h.versions)-1 {
			f.expires = free(h.versions[i], f.expires)
		}
		for _, t := range []time.Time{f.expires, f.moves} {
			if !t.IsZero() && t.Before(at) {
				at = t
			}
		}
		fates[i] = f
	}
	return fates, at
}

// free is the first midnight from t on at which Object Lock lets the version go; zero:
// there is none.
func free(o *store.Object, t time.Time) time.Time {
	switch r := &o.Retention; {
	case t.IsZero(), o.LegalHold, r.Mode != "" && r.EventHold.On():
		return time.Time{}
	case r.Mode != "" && r.Until.After(t):
		return Midnight(r.Until.Add(day - 1))
	}
	return t
}

func (h *history) fate(i int, from time.Time) fate {
	f := fate{from: from}
	o, newest := h.versions[i], len(h.versions)-1
	each(h.bucket, o, func(r *world.LifecycleRule) {
		switch {
		case i < newest:
			f.noncurrent(h.bucket.Lifecycle, r, o, h.versions[i+1].Modified, newest-1-i)
		case !o.Marker:
			f.current(h.bucket.Lifecycle, r, o)
		case newest == 0:
			f.alone(r, o)
		}
	})
	return f
}

// current adds what a rule does to a current version.
func (f *fate) current(l *world.Lifecycle, r *world.LifecycleRule, o *store.Object) {
	if at := when(r.Expiration, o.Modified); !at.IsZero() {
		f.expire(at)
	}
	for _, t := range r.Transitions {
		if !movable(l, r, o, t.StorageClass) {
			continue
		}
		at := t.Date
		if t.Days != nil {
			at = After(o.Modified, *t.Days)
		}
		f.move(at, t.StorageClass)
	}
}

// alone adds what a rule does to a delete marker that is the key's only version.
func (f *fate) alone(r *world.LifecycleRule, marker *store.Object) {
	switch e := r.Expiration; {
	case e == nil:
	case e.Marker == nil:
		f.expire(when(e, marker.Modified))
	case *e.Marker:
		f.expire(After(marker.Modified, 0))
	}
}

// noncurrent adds what a rule does to a version that has been noncurrent since then, with
// so many newer ones.
func (f *fate) noncurrent(l *world.Lifecycle, r *world.LifecycleRule, o *store.Object, since time.Time, newer int) {
	if e := r.NoncurrentExpiration; e != nil && (e.Newer == nil || newer >= *e.Newer) {
		f.expire(After(since, *e.Days))
	}
	for _, t := range r.NoncurrentTransitions {
		if (t.Newer == nil || newer >= *t.Newer) && movable(l, r, o, t.StorageClass) {
			f.move(After(since, *t.Days), t.StorageClass)
		}
	}
}

// pass does what is due at that midnight.
func (h *history) pass(fates []fate, at time.Time) {
	due := func(t time.Time) bool { return !t.IsZero() && !t.After(at) }
	var after []*store.Object
	marked := false
	for i, o := range h.versions {
		switch f := fates[i]; {
		case due(f.expires) && i == len(h.versions)-1 && !o.Marker && h.bucket.Versioning != "":
			after, marked = append(after, o), true
		case due(f.expires):
		case due(f.moves):
			moved := *o
			moved.StorageClass = f.class
			after = append(after, &moved)
		default:
			after = append(after, o)
		}
	}
	h.versions = after
	if marked {
		h.mark(at)
	}
}

// mark puts a delete marker on top, as DeleteObject does.
func (h *history) mark(at time.Time) {
	m := store.Make(h.bucket, store.Facts{Key: h.before[0].Key, Owner: h.bucket.Owner}, store.Body{}, at)
	m.Marker = true
	h.versions = slices.DeleteFunc(h.versions, func(o *store.Object) bool { return o.Version == m.Version })
	h.versions = append(h.versions, m)
}

// written is what leads from the versions before to those that there are. A delete marker
// comes first, since it expects the newest record as it was before.
func (h *history) written() (changes []store.Change) {
	name, newest := h.bucket.Name, h.before[len(h.before)-1]
	for _, o := range slices.Backward(h.versions) { // a marker of the rules is the newest
		switch was := among(h.before, o.Version); {
		case was == o:
		case was == nil, o.Marker:
			changes = append(changes, store.Put{Bucket: name, Object: o, Expect: store.Seen(newest)})
		default:
			changes = append(changes, store.Replace{Bucket: name, Seen: was, Object: o})
		}
	}
	for _, o := range h.before {
		if among(h.versions, o.Version) == nil {
			remove := store.Remove{Bucket: name, Key: o.Key, Version: o.Version, Expect: store.Seen(o)}
			changes = append(changes, remove)
		}
	}
	return changes
}

// among is the version with that id; nil: there is none.
func among(all []*store.Object, version string) *store.Object {
	if i := slices.IndexFunc(all, func(o *store.Object) bool { return o.Version == version }); i >= 0 {
		return all[i]
	}
	return nil
}
