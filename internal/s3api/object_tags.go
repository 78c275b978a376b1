package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/store"
)

func checksGetObjectTagging(c *Call) ([]*authz.Request, error) {
	return c.aboutObject("s3:GetObjectTagging", "s3:GetObjectVersionTagging"), nil
}

func checksDeleteObjectTagging(c *Call) ([]*authz.Request, error) {
	return c.aboutObject("s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"), nil
}

// checksPutObjectTagging also shows the policies the tags that are to be set. A
// body that cannot be read is told to those who may set any.
func checksPutObjectTagging(c *Call) ([]*authz.Request, error) {
	if c.Unproved == nil {
		c.tags = c.tagsInBody("s3:RequestObjectTag/", "s3:RequestObjectTagKeys")
	}
	return c.aboutObject("s3:PutObjectTagging", "s3:PutObjectVersionTagging"), nil
}

func serveGetObjectTagging(c *Call) (*Reply, error) {
	o, err := c.tagged()
	if err != nil {
		return nil, err
	}
	return xmlReply(c.versionTold(o), wire.TaggingOf(o.Tags)), nil
}

func servePutObjectTagging(c *Call) (*Reply, error) {
	o, err := c.tagged()
	if err != nil {
		return nil, err
	}
	if c.tags.err != nil {
		return nil, c.tags.err
	}
	tags, err := c.tags.of(wire.MaxTags, "Object tags cannot be greater than 10")
	if err != nil {
		return nil, err
	}
	return c.retag(o, tags, http.StatusOK)
}

func serveDeleteObjectTagging(c *Call) (*Reply, error) {
	o, err := c.tagged()
	if err != nil {
		return nil, err
	}
	return c.retag(o, nil, http.StatusNoContent)
}

// tagged is the object whose tags the call is about. A delete marker has none,
// whether it is named or not (recorded).
func (c *Call) tagged() (*store.Object, error) {
	if c.marker != nil {
		return nil, c.markerNamed(c.marker)
	}
	return c.existing(c)
}

// retag puts a record with other tags in the place of o.
func (c *Call) retag(o *store.Object, tags map[string]string, status int) (*Reply, error) {
	changed := *o
	changed.Tags = tags
	if err := c.replace(o, &changed); err != nil {
		return nil, err
	}
	reply := done(status)
	reply.Header = c.versionTold(o)
	return reply, nil
}

// versionTold is the header that names the version, where there are versions.
func (c *Call) versionTold(o *store.Object) http.Header {
	h := http.Header{}
	c.versionOf(h, o)
	return h
}

// countTags tells how many tags an object has those who may read them (S3 API
// Reference, "GetObject").
func (c *Call) countTags(h http.Header, o *store.Object) {
	if len(o.Tags) == 0 {
		return
	}
	if permits(c.objectQuestion(c.versioned("s3:GetObjectTagging", "s3:GetObjectVersionTagging"), c.objectARN(), o)) {
		h.Set("x-amz-tagging-count", wire.Decimal(int64(len(o.Tags))))
	}
}
