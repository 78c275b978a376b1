package finding

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
)

// loss is a call that changed nothing, though the program wanted it to, and that nothing made
// good.
type loss struct {
	call *Call
	keys []string // as BUCKET/KEY
}

func lostWrite(v *view) []Finding {
	var all []Finding
	for _, of := range together(v.lost, func(l loss) string { return name(l.call.Last()) + " " + told(l.call.Last()) }) {
		f := Finding{}
		for _, l := range of {
			f.Keys = append(f.Keys, l.keys...)
			f.Requests = append(f.Requests, ids(l.call.Attempts)...)
		}
		f.Keys, f.Requests = tidy(f.Keys), few(f.Requests)
		f.Text = lostText(of) + ", nothing made that good, and " + v.Ending.claim()
		all = append(all, f)
	}
	return all
}

func lostText(of []loss) string {
	last := of[0].call.Last()
	if n := len(last.Refused); n > 0 && !refused(last) {
		return fmt.Sprintf("%s refused %s behind its status 200", name(last), counted(n, "key"))
	}
	return fmt.Sprintf("%s ended with %s", counted(len(of), name(last)), told(last))
}

// together groups things by a name, in the order in which the names come.
func together[T any](all []T, by func(T) string) [][]T {
	var groups [][]T
	at := map[string]int{}
	for _, one := range all {
		i, ok := at[by(one)]
		if !ok {
			i = len(groups)
			at[by(one)] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], one)
	}
	return groups
}

// losses are the writes and deletes of a run that were lost; of one that claims success: others
// have told of it.
func (v *view) losses() (all []loss) {
	if !v.Ending.Well() {
		return nil
	}
	for _, c := range v.calls {
		if missed := v.missed(c); len(missed) > 0 && !v.cutShort(missed, c.Last()) {
			all = append(all, loss{c, missed})
		}
	}
	return all
}

// missed are the keys of a call to which nothing was done, and nothing made that good.
func (v *view) missed(c *Call) []string {
	last, done := c.Last(), c.committed()
	switch r := roleOf(last); {
	case r == reads, r == aborts:
		return nil
	case r == deletesAll:
		return v.kept(c)
	case done != nil, v.known.usual(last), conditional(last) && answers(last):
		return nil
	case r == deletes && v.gone(last), v.again(last):
		return nil
	case r != configures && (v.madeGood(on(last), last) || v.elsewhere(last)):
		return nil
	}
	return []string{on(last)}
}

// conditional says that the request was to do nothing unless a condition held.
func conditional(e *journal.Entry) bool {
	for header := range e.Carries {
		if strings.HasPrefix(header, "if-") {
			return true
		}
	}
	return false
}

// madeGood says that a write which was not done does no harm: somebody wrote or deleted the
// same object later, or it is what the request carried, or what it is when nothing goes wrong.
func (v *view) madeGood(key string, e *journal.Entry) bool {
	if v.later(key, e, func(by *journal.Entry) bool { return roleOf(e) == stages && by.UploadID == e.UploadID }) {
		return true
	}
	is := v.after[key]
	if is == nil || roleOf(e) == deletes {
		return false
	}
	if usual := v.known.object(key); usual != nil && usual.same(is) {
		return true
	}
	equal, _ := is.holds(claims(e))
	return equal && roleOf(e) == writes
}

// elsewhere says that a write to a key with a time or a nonce in its name was made good under
// another such key: somebody wrote one later, and there are as many at the end as when nothing
// goes wrong.
func (v *view) elsewhere(e *journal.Entry) bool {
	if !v.known.there || roleOf(e) == deletes || v.known.has(on(e)) {
		return false
	}
	newer := func(by *journal.Entry) bool {
		return by.Time.After(e.Time) && by.Bucket == e.Bucket && settles(by) && roleOf(by) != deletes && committed(by) &&
			!v.known.has(on(by)) && v.after[on(by)] != nil
	}
	usual := v.known.most(func(one *baseline) int { return v.known.changing(one.before, one.objects, e.Bucket) })
	return slices.ContainsFunc(v.arrived, newer) && v.known.changing(v.before, v.after, e.Bucket) >= usual
}

// again says that a later request did to the same target what this one did not.
func (v *view) again(e *journal.Entry) bool {
	done := v.newest[targetOf(e)]
	return done != nil && done.Time.After(e.Time)
}

// gone says that a delete which was refused left nothing: the object is not there.
func (v *view) gone(e *journal.Entry) bool {
	return !ofOneVersion(e) && v.after[on(e)] == nil
}

// kept are the keys that a DeleteObjects was to delete, and that are there at the end as if it
// had not been.
func (v *view) kept(c *Call) (keys []string) {
	last := c.Last()
	if v.known.usual(last) {
		return nil
	}
	for _, key := range v.refusedKeys(c) {
		if (v.after[key] != nil || ofVersion(last, key)) && !v.later(key, last, none) {
			keys = append(keys, key)
		}
	}
	return keys
}

// ofVersion says that a DeleteObjects was about a version of the key, not about the object.
func ofVersion(e *journal.Entry, key string) bool {
	return slices.ContainsFunc(e.Decisions, func(d authz.Decision) bool {
		return d.Action == "s3:DeleteObjectVersion" && strings.HasSuffix(d.Resource, ":::"+key)
	})
}

// refusedKeys are those that the last attempt of a DeleteObjects did not delete.
func (v *view) refusedKeys(c *Call) (keys []string) {
	last := c.Last()
	if last.Status == http.StatusOK && last.Code == "" {
		for key, code := range last.Refused {
			if !v.known.usualEntry(last, key, code) {
				keys = append(keys, object(last.Bucket, key))
			}
		}
		return keys
	}
	if c.committed() != nil {
		return nil
	}
	for _, e := range c.Attempts {
		if keys = deleted(e); len(keys) > 0 {
			return keys
		}
	}
	v.doubt(nil, c.Attempts, "a DeleteObjects was answered %s before anybody had read which keys it names", told(last))
	return nil
}
