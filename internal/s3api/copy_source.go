package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// copySource is the source of a copy, as an attempt found it.
type copySource struct {
	wire.CopySource
	err    error         // the header cannot be read
	object *store.Object // nil: there is none
	marker bool          // a delete marker is in its place
}

// findSource finds the source of a copy, and asks for it. What is wrong with the header is
// told once the call may write. tagged: the condition keys of the source's tags are seen
// (authorization.md 3.1b).
func findSource(c *Call, tagged bool) (s copySource, questions []*authz.Request) {
	if s.CopySource, s.err = wire.ParseCopySource(c.header(wire.CopySourceHeader)); s.err != nil {
		return s, nil
	}
	if s.Absent != "" {
		s.err = lacking(c, s.Absent, "", s3err.New(s3err.NotImplemented))
		return s, nil
	}
	s.takePoint(c)
	action := s.action("s3:GetObject", "s3:GetObjectVersion")
	if c.State().Buckets[s.Bucket] == nil {
		return s, []*authz.Request{s.question(c, action)}
	}
	s.find(c)
	if s.object == nil {
		masked := c.maskedQuestionOn(s.BucketARN(), s.Key, s.action(listObjects, listVersions))
		return s, []*authz.Request{s.question(c, action), masked}
	}
	read := s.question(c, action)
	read.Object = objectFacts(c.State(), s.object)
	if tagged {
		read = c.objectQuestion(action, s.ARN(), s.object)
		ofVersion(read, s.Version)
	}
	return s, append([]*authz.Request{read}, openQuestion(c, s.object.Encryption, s.Bucket, s.Key)...)
}

// takePoint finds the bucket behind the access point that the header names, by ARN or alias.
func (s *copySource) takePoint(c *Call) {
	all := c.State().AccessPoints
	p := all[s.Point]
	if s.Point == "" && len(all) > 0 && c.State().Buckets[s.Bucket] == nil {
		p = all.Aliased(s.Bucket)
	}
	if p != nil {
		s.Point, s.Bucket = p.ARN(), p.Bucket
	}
}

// question asks about the source, as the header names it.
func (s *copySource) question(c *Call, action string) *authz.Request {
	q := c.about(action, s.ARN(), nil)
	ofVersion(q, s.Version)
	return q
}

// find looks for the version that the header names, else the newest.
func (s *copySource) find(c *Call) {
	var found *store.Object
	if s.Version == "" {
		found = c.latest(s.Bucket, s.Key)
	} else {
		found = c.version(s.Bucket, s.Key, s.Version)
	}
	if s.marker = found != nil && found.Marker; !s.marker {
		s.object = found
	}
}

func (s *copySource) action(current, version string) string {
	if s.Version != "" {
		return version
	}
	return current
}

// ready is the object to copy, if it can be read and the conditions about it hold.
func (s *copySource) ready(c *Call) (*store.Object, error) {
	if s.err != nil {
		return nil, s.err
	}
	if c.State().Buckets[s.Bucket] == nil {
		if s.Point != "" {
			return nil, noSuchPoint(s.Point)
		}
		return nil, wire.NoSuchBucket(s.Bucket)
	}
	o := s.object
	if o == nil {
		return nil, s.missing()
	}
	if err := unsealable(c, o.Encryption); err != nil {
		return nil, err
	}
	if err := opens(c, o.Encryption, wire.SourceCustomerKey); err != nil {
		return nil, err
	}
	if err := wire.Archived(o, c.Now); err != nil {
		return nil, err
	}
	return o, wire.ConditionsOf(c.header, "X-Amz-Copy-Source-", c.Now).CheckSource(o)
}

// missing says why there is nothing to copy (s3-errors.md 2.2).
func (s *copySource) missing() error {
	switch v := s.Version; {
	case v == "":
		return wire.NoSuchKey(s.Key)
	case v != store.NullVersion && !store.IsVersionID(v):
		return s3err.Argument("Invalid version id specified", "versionId", v)
	case s.marker:
		return s3err.New(s3err.InvalidRequest).WithMessage(
			"The source of a copy request may not specifically refer to a delete marker by version id.")
	default:
		return s3err.New(s3err.NoSuchVersion, s3err.E("Key", s.Key), s3err.E("VersionId", v))
	}
}

// told puts into a reply which version was copied, where the source's bucket has, or
// had, versions, and had them when the source was written (recorded).
func (s *copySource) told(c *Call, h http.Header, o *store.Object) {
	if b := c.State().Buckets[s.Bucket]; b != nil && b.Versioning != "" && !o.Unversioned {
		h.Set("x-amz-copy-source-version-id", o.Version)
	}
}
