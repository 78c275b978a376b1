package s3api

import (
	"encoding/xml"
	"net/http"
	"strings"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// Who pays for what is done with a bucket (S3 API Reference,
// "PutBucketRequestPayment").
const (
	ownerPays     = "BucketOwner"
	requesterPays = "Requester"
)

type paymentXML struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ RequestPaymentConfiguration"`
	Payer   string
}

func serveGetBucketRequestPayment(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	payer := ownerPays
	if b.RequesterPays {
		payer = requesterPays
	}
	return xmlReply(nil, paymentXML{Payer: payer}), nil
}

func servePutBucketRequestPayment(c *Call) (*Reply, error) {
	var body struct{ Payer string }
	if err := readSetting(c, "RequestPaymentConfiguration", &body); err != nil {
		return nil, err
	}
	if body.Payer != ownerPays && body.Payer != requesterPays {
		return nil, s3err.New(s3err.MalformedXML)
	}
	err := c.changeBucket(func(b *world.Bucket) { b.RequesterPays = body.Payer == requesterPays })
	if err != nil {
		return nil, err
	}
	return done(http.StatusOK), nil
}

// offersToPay says whether the requester takes the costs of a Requester Pays
// bucket, in a header or a parameter of the same name (authorization.md 12).
func offersToPay(c *Call) bool {
	const name = "X-Amz-Request-Payer"
	return strings.EqualFold(c.header(name), "requester") || strings.EqualFold(c.Query.Amz(name), "requester")
}

// charge tells a requester that the request is on its account (S3 User Guide,
// "Downloading objects from Requester Pays buckets"). The owner pays for itself.
func charge(c *Call, reply *Reply) {
	b := c.State().Buckets[c.Bucket]
	nobody := c.Principal == nil || c.Principal.Kind == policy.Anonymous
	if b == nil || !b.RequesterPays || nobody || b.Owner == c.account() || !offersToPay(c) {
		return
	}
	if reply.Header == nil {
		reply.Header = http.Header{}
	}
	reply.Header.Set("x-amz-request-charged", "requester")
}
