package s3api

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awshost"
	"github.com/s3fault/s3fault/internal/s3api/authentication"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

const (
	bucketRegionHeader = "x-amz-bucket-region"
	usEast1            = "us-east-1"
)

// endpointRegion is the region of the endpoint that the request came to: the one
// in the host name, else the one that the client signed for, else the bucket's,
// else the world's.
func endpointRegion(c *Call) string {
	if c.Address.Region != "" {
		return c.Address.Region
	}
	if c.Presented != nil && c.Presented.Region != "" {
		return c.Presented.Region
	}
	if b := c.State().Buckets[c.Bucket]; b != nil {
		return b.Region
	}
	return c.State().Region
}

// bucketRegion is the region of the call's bucket, or of the endpoint when there
// is no such bucket.
func bucketRegion(c *Call) string {
	if b := c.State().Buckets[c.Bucket]; b != nil {
		return b.Region
	}
	return endpointRegion(c)
}

// elsewhere is a request that belongs to another region: what is said of it, and
// the answer.
type elsewhere struct {
	detail string
	err    *s3err.Error
}

func (e *elsewhere) refusal() *authz.Refusal {
	if e == nil {
		return nil
	}
	return &authz.Refusal{Detail: e.detail}
}

// regionRefused compares the regions of host name, bucket and signature
// (interface.md "Regions"; s3-errors.md 3); nil when they agree.
func regionRefused(c *Call) *elsewhere {
	b := c.State().Buckets[c.Bucket]
	if c.Op.anywhere {
		b = nil
	}
	host := c.Address.Region
	if b != nil && host != "" && host != b.Region {
		away := &elsewhere{
			detail: "the bucket is in " + b.Region + ", the request was sent to the endpoint of " + host,
			err:    permanentRedirect(b),
		}
		if c.Address.Website {
			away.err = s3err.New(s3err.IncorrectEndpoint, s3err.E("Endpoint", awshost.WebsiteOf(b.Name, b.Region)))
		}
		return away
	}
	expected := host
	if b != nil {
		expected = b.Region
	}
	p := c.Presented
	if b == nil && host == "" && p != nil && p.Region != "" && !world.KnownRegion(c.State(), p.Region) {
		expected = c.State().Region // where such a name leads (recorded of aws-global)
	}
	if p == nil || p.Scheme != sigv4.V4 || expected == "" || p.Region == expected {
		return nil
	}
	return &elsewhere{
		detail: "the request is signed for " + p.Region + ", and has reached " + expected,
		err:    wrongScope(c, b, expected),
	}
}

// wrongScope is the answer to a signature for another region (s3-errors.md A16 and Q10,
// or what the article says). b may be nil.
func wrongScope(c *Call, b *world.Bucket, expected string) *s3err.Error {
	answers := c.State().Answers
	switch {
	case c.Presented.Location == sigv4.Query && answers.Has(world.PresignedRegionAccessDenied):
		return s3err.New(s3err.AccessDenied)
	case c.Presented.Location == sigv4.Header && b != nil && answers.Has(world.HeaderRegionRedirect):
		return permanentRedirect(b)
	}
	err := authentication.Refusal(c.Presented.WrongRegion(expected), answers)
	if b != nil {
		err = err.WithHeader(bucketRegionHeader, b.Region)
	}
	return err
}

// permanentRedirect sends the client to the bucket's own endpoint (s3-errors.md R1). It
// has no Location: SDKs read the region and sign again.
func permanentRedirect(b *world.Bucket) *s3err.Error {
	endpoint := b.Name + ".s3-" + b.Region + ".amazonaws.com"
	if b.Region == usEast1 {
		endpoint = b.Name + ".s3.amazonaws.com"
	}
	return s3err.New(s3err.PermanentRedirect, s3err.E("Endpoint", endpoint), s3err.E("Bucket", b.Name)).
		WithHeader(bucketRegionHeader, b.Region)
}
