package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// deletion is a key, or a version of it that is named, that is to go.
type deletion struct {
	overwriting        // its version is empty where a delete marker goes on top
	named       string // the version that the request names; empty: none
}

// deletes asks for the deletion of a key, or of a version of it that is named, and for the
// right to bypass its retention.
func deletes(c *Call, key, version string) (deletion, []*authz.Request) {
	over, q := overwrites(c, deleteAction(version), key, deleted(c, version))
	ofVersion(q, version)
	return deletion{over, version}, append([]*authz.Request{q}, bypassQuestion(c, key)...)
}

// deleteAction is the permission to delete an object or one version of it.
func deleteAction(version string) string {
	if version != "" {
		return "s3:DeleteObjectVersion"
	}
	return "s3:DeleteObject"
}

// deleted is the version that gives way to a deletion: the one that is named, or the
// only one that there is; empty: none, because a delete marker goes on top.
func deleted(c *Call, version string) string {
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

// deleting is one attempt to delete an object.
type deleting struct{ deletion }

func beginDeleteObject(c *Call) (doing, []*authz.Request, error) {
	d, questions := deletes(c, c.Key, c.Query.Get("versionId"))
	return deleting{d}, questions, nil
}

// serve removes the object, or puts a delete marker on top of it where the bucket has
// versions. A key or version that is not there is as good as deleted.
func (d deleting) serve(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	if err := versionDeletable(c, b); err != nil {
		return nil, err
	}
	if err := refuseDeleteHeaders(c.header); err != nil {
		return nil, err
	}
	if err := refuseBypass(c, b); err != nil {
		return nil, err
	}
	e := store.Any
	if m := c.header("If-Match"); m != "" {
		e.IfMatch = wire.BareETag(m)
	}
	r, err := d.remove(c, b, e)
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
func versionDeletable(c *Call, b *world.Bucket) error {
	v, named := c.versionNamed()
	if err := versionReadable(c); err != nil {
		return err
	}
	if named && v != store.NullVersion && b.Versioning == "" {
		return s3err.Argument("Invalid version id specified", "versionId", v)
	}
	if named && b.MFADelete {
		return mfaRequired(c, "delete-object", "--bucket", c.Bucket, "--key", c.Key, "--version-id", v)
	}
	return nil
}

// removal is what a deletion came to.
type removal struct {
	version string // that is gone, or of the marker that was made; empty: the bucket has no versions
	marker  bool   // it is a delete marker
}

// remove deletes the key, or the version of it that is named.
func (d deletion) remove(c *Call, b *world.Bucket, e store.Expect) (removal, error) {
	if !settled(c) {
		return removal{}, store.ErrMoved
	}
	e = d.stillThere(c, e)
	if d.version == "" {
		m := store.Make(b, store.Facts{Key: d.key, Owner: ownerOfNew(c, b)}, store.Body{}, c.Now)
		m.Marker = true
		err := c.Commit(store.Put{Bucket: c.Bucket, Object: m, Expect: e})
		return removal{version: m.Version, marker: true}, writeRefused(err, d.key)
	}
	found, err := c.objects().Version(c.Request.Context(), c.Bucket, d.key, d.version)
	if err != nil {
		return removal{}, err
	}
	r := removal{marker: found != nil && found.Marker}
	if b.Versioning != "" {
		r.version = d.named
	}
	err = c.Commit(store.Remove{Bucket: c.Bucket, Key: d.key, Version: d.version, Expect: e.Found(found)})
	return r, writeRefused(err, d.key)
}

// refuseDeleteHeaders refuses the conditions that only directory buckets have
// (recorded).
func refuseDeleteHeaders(header wire.Header) error {
	for _, name := range []string{"x-amz-if-match-last-modified-time", "x-amz-if-match-size"} {
		if header(name) != "" {
			return s3err.New(s3err.NotImplemented, s3err.E("Header", name))
		}
	}
	return nil
}
