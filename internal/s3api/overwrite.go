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
// of the version named.
func overwrites(c *Call, action, key, version string) (overwriting, *authz.Request) {
	r := c.question(action, c.keyARN(key))
	return overwrittenBy(c, r, key, version), r
}

// overwrittenBy finds what gives way to what a question is about. Where ACLs are in force
// it matters to other accounts than the bucket's owner whose the object is that is there:
// the WRITE of a bucket's ACL gives new objects, and the writer's own (authorization.md
// 1.7). So may a lock of what is there.
func overwrittenBy(c *Call, r *authz.Request, key, version string) overwriting {
	w := overwriting{key: key, version: version}
	if c.State().Buckets[c.Bucket] == nil {
		return w
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
	return w
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
