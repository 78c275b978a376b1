package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// deleteAction is the permission to delete an object or one version of it.
func deleteAction(version string) string {
	if version != "" {
		return "s3:DeleteObjectVersion"
	}
	return "s3:DeleteObject"
}

func checksDeleteObject(c *Call) ([]*authz.Request, error) {
	c.begin()
	return c.deleteQuestions(c.Key, c.Query.Get("versionId")), nil
}

// deleteQuestions are those about deleting a key, or a version of it that is named,
// and about the right to bypass its retention.
func (c *Call) deleteQuestions(key, version string) []*authz.Request {
	q := c.overwriteQuestion(deleteAction(version), key, c.deleted(version))
	ofVersion(q, version)
	return append([]*authz.Request{q}, bypassQuestion(c, key)...)
}

// deleted is the version that gives way to a deletion: the one that is named, or the
// only one that there is; empty: none, because a delete marker goes on top.
func (c *Call) deleted(version string) string {
	if b := c.State().Buckets[c.Bucket]; version == "" && b != nil && b.Versioning == "" {
		return store.NullVersion
	}
	return version
}

// ofVersion shows the policies the version that a question is about.
func ofVersion(q *authz.Request, version string) {
	const key = "s3:versionid"
	if version == "" || !keyApplies(q.Action, key) {
		return
	}
	q.Context = q.Context.Clone()
	q.Context.Set(key, version)
}

// serveDeleteObject removes an object, or puts a delete marker on top of it where
// the bucket has versions. A key or version that is not there is as good as deleted.
func serveDeleteObject(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	if err := c.versionDeletable(b); err != nil {
		return nil, err
	}
	if err := c.refuseDeleteHeaders(); err != nil {
		return nil, err
	}
	if err := refuseBypass(c, b); err != nil {
		return nil, err
	}
	e := store.Any
	if m := c.header("If-Match"); m != "" {
		e.IfMatch = wire.BareETag(m)
	}
	r, err := c.remove(b, c.Key, c.Query.Get("versionId"), e)
	if err != nil {
		return nil, err
	}
	reply := done(http.StatusNoContent)
	if r.marker {
		reply.Header.Set(wire.DeleteMarker, "true")
	}
	if r.version != "" {
		reply.Header.Set(wire.VersionHeader, r.version)
	}
	return reply, nil
}

// versionDeletable refuses a version that the bucket cannot have: without versioning
// there is the null version alone (recorded).
func (c *Call) versionDeletable(b *world.Bucket) error {
	v, named := c.versionNamed()
	if err := c.versionReadable(); err != nil {
		return err
	}
	if named && v != store.NullVersion && b.Versioning == "" {
		return s3err.Argument("Invalid version id specified", "versionId", v)
	}
	if named && b.MFADelete {
		return c.mfaRequired()
	}
	return nil
}

// removal is what a deletion came to.
type removal struct {
	version string // that is gone, or of the marker that was made; empty: the bucket has no versions
	marker  bool   // it is a delete marker
}

// remove deletes a key, or the version of it that is named.
func (c *Call) remove(b *world.Bucket, key, version string, e store.Expect) (removal, error) {
	if !c.settled() {
		return removal{}, store.ErrMoved
	}
	place := c.deleted(version)
	e = c.stillThere(key, place, e)
	if place == "" {
		m := store.Make(b, store.Facts{Key: key, Owner: c.ownerOfNew(b)}, store.Body{}, c.Now)
		m.Marker = true
		err := c.Commit(store.Put{Bucket: c.Bucket, Object: m, Expect: e})
		return removal{version: m.Version, marker: true}, writeRefused(err, key)
	}
	found, err := c.objects().Version(c.Request.Context(), c.Bucket, key, place)
	if err != nil {
		return removal{}, err
	}
	r := removal{marker: found != nil && found.Marker}
	if b.Versioning != "" {
		r.version = version
	}
	err = c.Commit(store.Remove{Bucket: c.Bucket, Key: key, Version: place, Expect: e.Found(found)})
	return r, writeRefused(err, key)
}

// refuseDeleteHeaders refuses the conditions that only directory buckets have
// (recorded).
func (c *Call) refuseDeleteHeaders() error {
	for _, name := range []string{"x-amz-if-match-last-modified-time", "x-amz-if-match-size"} {
		if c.header(name) != "" {
			return s3err.New(s3err.NotImplemented, s3err.E("Header", name))
		}
	}
	return nil
}
