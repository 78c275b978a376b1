package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/store"
)

func serveGetObjectTagging(f found, c *Call) (*Reply, error) {
	o, err := f.unmarked(c)
	if err != nil {
		return nil, err
	}
	return xmlReply(versionTold(c, o), wire.TaggingOf(o.Tags)), nil
}

// tagging is one attempt to put tags on an object.
type tagging struct {
	found
	tags tagSet
}

// beginPutObjectTagging also shows the policies the tags that are to be set. A
// body that cannot be read is told to those who may set any.
func beginPutObjectTagging(c *Call) (doing, []*authz.Request, error) {
	var p tagging
	if c.Unproved == nil {
		p.tags = tagsInBody(c, "s3:RequestObjectTag/", "s3:RequestObjectTagKeys", wire.ParseTagSet)
	}
	f, questions := c.asks("s3:PutObjectTagging", "s3:PutObjectVersionTagging", p.tags.conditions()...)
	p.found = f
	return &p, questions, nil
}

func (p *tagging) serve(c *Call) (*Reply, error) {
	o, err := p.unmarked(c)
	if err != nil {
		return nil, err
	}
	if p.tags.err != nil {
		return nil, p.tags.err
	}
	tags, err := p.tags.of(wire.MaxTags, "Object tags cannot be greater than 10")
	if err != nil {
		return nil, err
	}
	return retag(c, o, tags, http.StatusOK)
}

func serveDeleteObjectTagging(f found, c *Call) (*Reply, error) {
	o, err := f.unmarked(c)
	if err != nil {
		return nil, err
	}
	return retag(c, o, nil, http.StatusNoContent)
}

// retag puts a record with other tags in the place of o.
func retag(c *Call, o *store.Object, tags map[string]string, status int) (*Reply, error) {
	changed := *o
	changed.Tags = tags
	if err := replaceRecord(c, o, &changed); err != nil {
		return nil, err
	}
	reply := done(status)
	reply.Header = versionTold(c, o)
	return reply, nil
}

// versionTold is the header that names the version, where there are versions.
func versionTold(c *Call, o *store.Object) http.Header {
	h := http.Header{}
	versionOf(c, h, o)
	return h
}
