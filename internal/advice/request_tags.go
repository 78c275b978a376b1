package advice

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/journal"
)

// What a policy compares with tags of things that are there is no matter of the request: to tag them
// is to grant.

// tagObject is the object with the tag that an Allow wants.
func (s *program) tagObject(q *authz.Request, w wish) (journal.Change, bool) {
	tag := w.key[len("s3:ExistingObjectTag/"):]
	bucket, key := bucketAndKey(q.Resource)
	o, path := s.objectOf(&authz.Decision{Resource: q.Resource})
	if o == nil || w.absent {
		return journal.Change{}, false
	}
	return journal.Change{
		Class: journal.OfGrant, Text: "tag the object " + key + " of " + bucket + " with " + tag + "=" + w.value,
		Patch: at(w.value, path.At(build.Tags, tag)),
	}, true
}

// tagRequester is the user or the role with the tag that an Allow wants.
func (s *program) tagRequester(_ *authz.Request, w wish) (journal.Change, bool) {
	tag := w.key[len("aws:PrincipalTag/"):]
	who, ok := s.identity()
	if !ok || w.absent {
		return journal.Change{}, false
	}
	return journal.Change{
		Class: journal.OfGrant, Text: "tag " + who.what + " with " + tag + "=" + w.value, Patch: at(w.value,
			who.path.At(build.Tags, tag)),
	}, true
}
