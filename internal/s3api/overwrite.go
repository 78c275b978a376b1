package s3api

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/store"
)

// overwriting is what gives way to a write or a deletion: what is on top of a key, or a
// version of it.
type overwriting struct {
	key, version string
	object       *store.Object // nil: nothing is there
	// mattered: the decision rests on what is there, which must still be there when the
	// call acts.
	mattered bool
}

// overwrites asks whether the caller may put something on top of a key, or in the place
// of the version named. Where ACLs are in force it matters to other accounts than the
// bucket's owner whose the object is that is there: the WRITE of a bucket's ACL gives new
// objects, and the writer's own (authorization.md 1.7). So may a lock of what is there.
func (c *Call) overwrites(action, key, version string) (overwriting, *authz.Request) {
	r := c.question(action, c.bucketARN()+"/"+key)
	w := overwriting{key: key, version: version}
	if c.State().Buckets[c.Bucket] == nil {
		return w, r
	}
	if version == "" {
		w.object = c.latest(c.Bucket, key)
	} else {
		w.object = c.version(c.Bucket, key, version)
	}
	foreign := r.ACLs != nil && c.account() != r.ResourceAccount
	guarded := w.guarded(c, r)
	w.mattered = foreign || guarded
	if foreign && w.object != nil && !w.object.Marker {
		r.Object = objectFacts(c.State(), w.object)
	}
	return w, r
}

// stillThere adds to the conditions of a write that what it was decided on is there, and
// that no lock has come since.
func (w overwriting) stillThere(c *Call, e store.Expect) store.Expect {
	e.Unlocked = c.Now
	if !w.mattered {
		return e
	}
	seen := store.Seen(w.object)
	seen.Unlocked = c.Now
	seen.IfMatch, seen.IfNoneMatch = e.IfMatch, e.IfNoneMatch
	return seen
}

// place is where an operation that keeps on the call what it found writes or deletes.
type place struct{ key, version string }

// overwriteQuestion is overwrites for such an operation.
func (c *Call) overwriteQuestion(action, key, version string) *authz.Request {
	w, r := c.overwrites(action, key, version)
	if c.over == nil {
		c.over = map[place]overwriting{}
	}
	c.over[place{key, version}] = w
	return r
}

// stillThere is overwriting.stillThere for such an operation.
func (c *Call) stillThere(key, version string, e store.Expect) store.Expect {
	return c.over[place{key, version}].stillThere(c, e)
}
