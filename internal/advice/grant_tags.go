package advice

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
)

// tagged turns the attribute-based access control of a bucket on, without which policies do not see its
// tags, where an Allow asks for one that it has (S3 User Guide, "Enabling ABAC in general purpose buckets").
func tagged(s *search, d *authz.Decision, q *authz.Request, f *authz.Finding) []candidate {
	b := s.bucketOf(d)
	if b == nil || b.ABAC || !s.state().Answers.Has(world.BucketABAC) || !readsPolicies[f.Layer] {
		return nil
	}
	for _, keeps := range missing(q) {
		for _, c := range keeps.conditions() {
			if tag, ok := bucketTag(c.key); !ok || b.Tags[tag] == "" {
				continue
			}
			return []candidate{{Change: journal.Change{
				Text:  "turn attribute-based access control on for the bucket " + b.Name + ": until then no policy sees its tags",
				Patch: at(true, build.BucketAt(b.Name).At(build.BucketABAC)),
			}}}
		}
	}
	return nil
}

// bucketTag is the tag of a bucket that a condition key is about.
func bucketTag(key string) (string, bool) {
	for _, family := range []string{"aws:ResourceTag/", "s3:BucketTag/"} {
		if tag, ok := cutFold(key, family); ok {
			return tag, true
		}
	}
	return "", false
}
