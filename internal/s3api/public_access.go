package s3api

import (
	"encoding/xml"
	"net/http"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// publicAccessXML is S3 Block Public Access of a bucket. What a body leaves out is
// off (S3 API Reference, "PublicAccessBlockConfiguration").
type publicAccessXML struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ PublicAccessBlockConfiguration"`
	world.PublicAccessBlock
}

func serveGetPublicAccessBlock(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	if b.PublicAccessBlock == nil {
		return nil, s3err.New(s3err.NoSuchPublicAccessBlockConfiguration, s3err.E("BucketName", b.Name))
	}
	return xmlReply(nil, publicAccessXML{PublicAccessBlock: *b.PublicAccessBlock}), nil
}

func servePutPublicAccessBlock(c *Call) (*Reply, error) {
	var body struct{ world.PublicAccessBlock }
	if err := readSetting(c, "PublicAccessBlockConfiguration", &body); err != nil {
		return nil, err
	}
	if err := c.changeBucket(func(b *world.Bucket) { b.PublicAccessBlock = &body.PublicAccessBlock }); err != nil {
		return nil, err
	}
	return done(http.StatusOK), nil
}

func serveDeletePublicAccessBlock(c *Call) (*Reply, error) {
	if err := c.changeBucket(func(b *world.Bucket) { b.PublicAccessBlock = nil }); err != nil {
		return nil, err
	}
	return done(http.StatusNoContent), nil
}

type policyStatusXML struct {
	XMLName  xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ PolicyStatus"`
	IsPublic bool
}

// serveGetBucketPolicyStatus says whether the bucket's policy is public. Its ACL
// does not count.
func serveGetBucketPolicyStatus(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	if b.Policy == nil {
		return nil, noSuchBucketPolicy(b.Name)
	}
	return xmlReply(nil, policyStatusXML{IsPublic: b.Policy.Policy.IsPublic()}), nil
}
