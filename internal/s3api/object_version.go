package s3api

import (
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

// findObject looks for the record that the call is about: the version that it
// names, else the newest of the key. c.object is it, unless it is a delete marker;
// c.marker then is.
func (c *Call) findObject() {
	c.object, c.marker = nil, nil
	contents := c.contents()
	if contents == nil {
		return
	}
	found := contents.Latest(c.Key)
	if v, named := c.versionNamed(); named {
		found = contents.Version(c.Key, v)
	}
	switch {
	case found == nil:
	case found.Marker:
		c.marker = found
	default:
		c.object = found
	}
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

// aboutObject finds the object that the call is about and asks for action (for
// ofVersion where the call names a version) and, where there is no such object,
// whether the caller may know that.
func (c *Call) aboutObject(action, ofVersion string) []*authz.Request {
	c.begin()
	c.findObject()
	questions := []*authz.Request{c.objectQuestion(c.versioned(action, ofVersion), c.objectARN(), c.object)}
	if c.object == nil && c.State().Buckets[c.Bucket] != nil {
		questions = append(questions, c.maskedQuestion())
	}
	return questions
}

// existing is the object that aboutObject found, or why there is none: 404 for what
// does not exist, 405 for a delete marker that is named (authorization.md 6).
func (c *Call) existing() (*store.Object, error) {
	if _, err := c.bucket(); err != nil {
		return nil, err
	}
	if err := c.versionReadable(); err != nil {
		return nil, err
	}
	_, named := c.versionNamed()
	switch {
	case c.object != nil:
		return c.object, nil
	case c.marker != nil && named:
		return nil, c.markerNamed()
	case c.marker != nil:
		return nil, wire.NoSuchKey(c.Key).WithHeader(wire.DeleteMarker, "true").WithHeader(wire.VersionHeader, c.marker.Version)
	case named:
		return nil, c.noSuchVersion()
	}
	return nil, wire.NoSuchKey(c.Key)
}

// markerNamed is the answer to a request for the content or the facts of a delete
// marker by its version id (s3-errors.md 2.2).
func (c *Call) markerNamed() error {
	return s3err.New(s3err.MethodNotAllowed, s3err.E("Method", c.Request.Method), s3err.E("ResourceType", "DeleteMarker")).
		WithHeader(wire.DeleteMarker, "true").
		WithHeader(wire.VersionHeader, c.marker.Version).
		WithHeader("Allow", http.MethodDelete).
		WithHeader("Last-Modified", wire.HTTPTime(c.marker.Modified))
}

func (c *Call) noSuchVersion() error {
	v, _ := c.versionNamed()
	return s3err.New(s3err.NoSuchVersion, s3err.E("Key", c.Key), s3err.E("VersionId", v))
}

// versionReadable refuses a version id that no version can have (recorded).
func (c *Call) versionReadable() error {
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
