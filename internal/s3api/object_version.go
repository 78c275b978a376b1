package s3api

import (
	"cmp"
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// What must be allowed for a missing object to be told from a forbidden one.
// listVersions is the permission that tells a missing version from one that is
// not to be known of; AWS's pages name s3:ListBucket as well [unsure]
// (authorization.md 6).
const (
	listObjects  = "s3:ListBucket"
	listVersions = "s3:ListBucketVersions"
)

// found is the record that a call is about: the version that it names, else the newest
// of the key.
type found struct {
	object *store.Object // nil: there is none
	marker *store.Object // the delete marker in its place; nil: none
}

// findRecord looks for the record that the call is about.
func findRecord(c *Call) (f found) {
	var o *store.Object
	if v, named := c.versionNamed(); named {
		o = c.version(c.Bucket, c.Key, v)
	} else {
		o = c.latest(c.Bucket, c.Key)
	}
	if o != nil && o.Marker {
		f.marker = o
	} else {
		f.object = o
	}
	return f
}

// versionNamed is the version id of the request, and whether it has one.
func (c *Call) versionNamed() (string, bool) { return c.Query.Lookup("versionId") }

// versioned chooses between an action and its form for a version that is named.
func (c *Call) versioned(action, ofVersion string) string {
	if c.Query.Has("versionId") {
		return ofVersion
	}
	return action
}

// asks finds the object that the call is about and asks for action (for ofVersion where
// the call names a version) and, where there is no such object, whether the caller may
// know that. extra are the keys that the call's body adds.
func (c *Call) asks(action, ofVersion string, extra ...condition) (found, []*authz.Request) {
	f := findRecord(c)
	questions := []*authz.Request{c.objectQuestion(c.versioned(action, ofVersion), c.objectARN(), f.object, extra...)}
	if f.object == nil && c.State().Buckets[c.Bucket] != nil {
		questions = append(questions, c.maskedQuestion())
	}
	return f, questions
}

// ofObject begins an operation that asks for its own permission (for ofVersion where the
// call names a version; empty: versions have none of their own) on the object that it is
// about, and needs to know no more.
func ofObject(ofVersion string, serve func(found, *Call) (*Reply, error)) begin {
	return func(c *Call) (doing, []*authz.Request, error) {
		f, questions := c.asks(c.Op.action, cmp.Or(ofVersion, c.Op.action))
		return act(func(c *Call) (*Reply, error) { return serve(f, c) }), questions, nil
	}
}

// existing is the object that was found, or why there is none: 404 for what does not
// exist, 405 for a delete marker that is named (authorization.md 6).
func (f found) existing(c *Call) (*store.Object, error) {
	if _, err := c.bucket(); err != nil {
		return nil, err
	}
	if err := versionReadable(c); err != nil {
		return nil, err
	}
	_, named := c.versionNamed()
	switch {
	case f.object != nil:
		return f.object, nil
	case f.marker != nil && named:
		return nil, markerNamed(c, f.marker)
	case f.marker != nil:
		return nil, wire.NoSuchKey(c.Key).
			WithHeader(wire.DeleteMarker, "true").
			WithHeader(wire.VersionHeader, f.marker.Version)
	case named:
		return nil, noSuchVersion(c)
	}
	return nil, wire.NoSuchKey(c.Key)
}

// unmarked is existing for what a delete marker has none of, whether it is named or not
// (recorded): tags, an ACL to set, a lock.
func (f found) unmarked(c *Call) (*store.Object, error) {
	if f.marker != nil {
		return nil, markerNamed(c, f.marker)
	}
	return f.existing(c)
}

// markerNamed is the answer to a request for the content or the facts of a delete
// marker by its version id (s3-errors.md 2.2).
func markerNamed(c *Call, marker *store.Object) error {
	return s3err.New(s3err.MethodNotAllowed, s3err.E("Method", c.Request.Method), s3err.E("ResourceType", "DeleteMarker")).
		WithHeader(wire.DeleteMarker, "true").
		WithHeader(wire.VersionHeader, marker.Version).
		WithHeader("Allow", http.MethodDelete).
		WithHeader("Last-Modified", wire.HTTPTime(marker.Modified))
}

func noSuchVersion(c *Call) error {
	v, _ := c.versionNamed()
	return s3err.New(s3err.NoSuchVersion, s3err.E("Key", c.Key), s3err.E("VersionId", v))
}

// versionReadable refuses a version id that no version can have (recorded).
func versionReadable(c *Call) error {
	v, named := c.versionNamed()
	switch {
	case !named || v == store.NullVersion || store.IsVersionID(v):
		return nil
	case v == "":
		return s3err.Argument("Version id cannot be the empty string", "versionId", "")
	default:
		return s3err.Argument("Invalid version id specified", "versionId", v)
	}
}
