package model

import (
	"slices"
	"strings"
	"time"
)

// version is one version of a key in the model.
type version struct {
	id      string // empty: the server made it, and has not told it yet
	marker  bool
	body    string
	etag    string
	class   string
	tags    map[string]string
	written time.Time
	ready   time.Time // when a restored copy is there; zero: none was asked for
	until   time.Time // when it is gone again
	slow    bool      // the restore is a Bulk one
}

// upload is an unfinished upload.
type upload struct {
	id, key string
	begun   time.Time
	body    string // of its only part; empty: none
	etag    string
}

// bucket is a bucket in the model: keys with their versions, the oldest first.
type bucket struct {
	now        time.Time
	versioning string
	keys       map[string][]*version
	uploads    []*upload
	rules      []rule
	small      bool // varies_by_storage_class
}

// rule is a lifecycle rule; a count of -1 is not given.
type rule struct {
	id                string
	prefix, tag       string // tag: a=TAG, empty: any
	larger            int    // than so many bytes
	days              int
	markers           bool
	move              int
	class             string
	noncurrent, newer int
	noncurrentMove    int
	abort             int
	off               bool
}

func (b *bucket) top(key string) *version {
	if all := b.keys[key]; len(all) > 0 {
		return all[len(all)-1]
	}
	return nil
}

// current is the object that a GET without a version finds.
func (b *bucket) current(key string) *version {
	if v := b.top(key); v != nil && !v.marker {
		return v
	}
	return nil
}

func (b *bucket) find(key, id string) *version {
	for _, v := range b.keys[key] {
		if v.id == id {
			return v
		}
	}
	return nil
}

// drop takes a version away for good.
func (b *bucket) drop(key string, gone *version) {
	b.keys[key] = slices.DeleteFunc(b.keys[key], func(v *version) bool { return v == gone })
	if len(b.keys[key]) == 0 {
		delete(b.keys, key)
	}
}

// put writes on top: a new version, or in the place of the null version.
func (b *bucket) put(key string, v *version) {
	if b.versioning != "Enabled" {
		v.id = "null"
		if old := b.find(key, "null"); old != nil {
			b.drop(key, old)
		}
	}
	b.keys[key] = append(b.keys[key], v)
}

// remove is DELETE without a version: without versioning the object goes, else a marker
// comes.
func (b *bucket) remove(key, id string, at time.Time) {
	if b.versioning == "" {
		if v := b.find(key, "null"); v != nil {
			b.drop(key, v)
		}
		return
	}
	b.put(key, &version{id: id, marker: true, written: at})
}

// midnight is the first one after t, and so many days later.
func midnight(t time.Time, days int) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d+1+days, 0, 0, 0, 0, time.UTC)
}

// pass lets time go by: at each midnight the rules act on what is there then.
func (b *bucket) pass(by time.Duration) {
	end := b.now.Add(by)
	for at := midnight(b.now, 0); !at.After(end); at = midnight(at, 0) {
		b.act(at)
	}
	b.now = end
}

func (b *bucket) act(at time.Time) {
	for key, all := range b.keys {
		before := slices.Clone(all)
		for i, v := range before {
			b.actOn(key, v, i, before, at)
		}
	}
	b.uploads = slices.DeleteFunc(b.uploads, func(u *upload) bool {
		return slices.ContainsFunc(b.rules, func(r rule) bool {
			return !r.off && r.abort >= 0 && strings.HasPrefix(u.key, r.prefix) && !at.Before(midnight(u.begun, r.abort))
		})
	})
}

// actOn does to the i-th version of a key, as it was before this midnight, what the rules
// say.
func (b *bucket) actOn(key string, v *version, i int, all []*version, at time.Time) {
	expires, class := false, ""
	for _, r := range b.rules {
		if r.off || !r.about(key, v) {
			continue
		}
		e, c := b.verdict(r, v, i, all, at)
		if expires = expires || e; colder(c, class) {
			class = c
		}
	}
	switch {
	case expires && i == len(all)-1 && !v.marker:
		b.remove(key, "", at)
	case expires:
		b.drop(key, v)
	case class != "":
		v.class = class
	}
}

func (r rule) about(key string, v *version) bool {
	return strings.HasPrefix(key, r.prefix) && (r.tag == "" || v.tags["a"] == r.tag) && len(v.body) > r.larger
}

// verdict is whether a rule lets the version expire at that midnight, and which class it
// moves it to.
func (b *bucket) verdict(r rule, v *version, i int, all []*version, at time.Time) (expires bool, class string) {
	over := func(since time.Time, days int) bool { return days >= 0 && !at.Before(midnight(since, days)) }
	move := ""
	switch newest := len(all) - 1; {
	case i < newest:
		since, newer := all[i+1].written, newest-1-i
		expires = over(since, r.noncurrent) && newer >= max(r.newer, 0)
		if over(since, r.noncurrentMove) {
			move = "GLACIER"
		}
	case v.marker:
		return newest == 0 && (over(v.written, r.days) || r.markers && over(v.written, 0)), ""
	default:
		expires = over(v.written, r.days)
		if over(v.written, r.move) {
			move = r.class
		}
	}
	small := len(v.body) < 128<<10 && r.larger < 0
	if v.marker || !colder(move, v.class) || small && (!b.small || move == "GLACIER_IR") {
		return expires, ""
	}
	return expires, move
}

// colder is the order of the classes that the rules of these tests move to.
func colder(class, than string) bool {
	order := []string{"", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"}
	return slices.Index(order, class) > slices.Index(order, than)
}

// expiry is the header that tells when the object expires; empty: it does not.
func (b *bucket) expiry(key string, v *version) string {
	var first time.Time
	id := ""
	for _, r := range b.rules {
		if r.off || r.days < 0 || !r.about(key, v) {
			continue
		}
		if at := midnight(v.written, r.days); first.IsZero() || at.Before(first) {
			first, id = at, r.id
		}
	}
	if first.IsZero() {
		return ""
	}
	return `expiry-date="` + first.Format("Mon, 02 Jan 2006 15:04:05 GMT") + `", rule-id="` + id + `"`
}
