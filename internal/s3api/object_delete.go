package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// deleteAction is the permission to delete an object or one version of it.
func deleteAction(versioned bool) string {
	if versioned {
		return "s3:DeleteObjectVersion"
	}
	return "s3:DeleteObject"
}

func checksDeleteObject(c *Call) ([]*authz.Request, *s3err.Error) {
	c.begin()
	return []*authz.Request{c.overwriteQuestion(deleteAction(c.Query.Has("versionId")), c.Key, store.NullVersion)}, nil
}

// serveDeleteObject removes an object. A key that is not there is as good as
// deleted.
func serveDeleteObject(c *Call) (*Reply, *s3err.Error) {
	if _, err := c.bucket(); err != nil {
		return nil, err
	}
	if err := c.versionReadable(); err != nil {
		return nil, err
	}
	if err := c.refuseDeleteHeaders(); err != nil {
		return nil, err
	}
	e := store.Any
	if m := c.header("If-Match"); m != "" {
		e.IfMatch = bareETag(m)
	}
	if err := c.remove(c.Key, e); err != nil {
		return nil, err
	}
	return &Reply{Status: http.StatusNoContent}, nil
}

func (c *Call) remove(key string, e store.Expect) *s3err.Error {
	contents := c.contents()
	if contents == nil {
		return moved
	}
	_, err := contents.Delete(key, store.NullVersion, c.stillThere(key, e))
	return writeRefused(err, key)
}

// refuseDeleteHeaders refuses the conditions that only directory buckets have,
// and the right to override a lock where there is none (recorded).
func (c *Call) refuseDeleteHeaders() *s3err.Error {
	for _, name := range []string{"x-amz-if-match-last-modified-time", "x-amz-if-match-size"} {
		if c.header(name) != "" {
			return s3err.New(s3err.NotImplemented, s3err.E("Header", name))
		}
	}
	return c.refuseBypass()
}

func (c *Call) refuseBypass() *s3err.Error {
	const bypass = "x-amz-bypass-governance-retention"
	if c.header(bypass) == "" {
		return nil
	}
	return s3err.New(s3err.InvalidArgument, s3err.E("ArgumentName", bypass)).
		WithMessage(bypass + " is only applicable to Object Lock enabled buckets.")
}
