package s3api

import (
	"encoding/xml"
	"net/http"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// abacXML says whether a bucket has attribute-based access control (S3 API Reference,
// "AbacStatus").
type abacXML struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ AbacStatus"`
	Status  string
}

const (
	abacEnabled  = "Enabled"
	abacDisabled = "Disabled"
)

func serveGetBucketABAC(c *Call) (*Reply, error) {
	b, err := abacBucket(c)
	if err != nil {
		return nil, err
	}
	body := abacXML{Status: abacDisabled}
	if b.ABAC {
		body.Status = abacEnabled
	}
	return xmlReply(nil, body), nil
}

// abacBucket is the call's bucket, on a day on which it can have ABAC.
func abacBucket(c *Call) (*world.Bucket, error) {
	if !c.State().Answers.Has(world.BucketABAC) {
		return nil, s3err.New(s3err.NotImplemented)
	}
	return c.bucket()
}

func servePutBucketABAC(c *Call) (*Reply, error) {
	if _, err := abacBucket(c); err != nil {
		return nil, err
	}
	var body struct{ Status string }
	if err := readSetting(c, "AbacStatus", &body); err != nil {
		return nil, err
	}
	if body.Status != abacEnabled && body.Status != abacDisabled {
		return nil, s3err.New(s3err.MalformedXML)
	}
	if err := c.changeBucket(func(b *world.Bucket) { b.ABAC = body.Status == abacEnabled }); err != nil {
		return nil, err
	}
	return done(http.StatusOK), nil
}

// What S3 says to who sets tags in the old way on a bucket with ABAC: the answers that
// other people's tests against AWS hold.
const (
	abacHas     = "This S3 general purpose bucket has attribute-based access control (ABAC) enabled. "
	abacToTag   = "To add tags to this bucket, initiate a TagResource request. "
	abacToUntag = "To delete tags from this bucket, initiate an UntagResource request."
)

// taggable refuses to set tags in the old way, with those words, where S3 Control alone
// does.
func taggable(c *Call, instead string) error {
	b, err := c.bucket()
	if err == nil && b.ABAC && c.State().Answers.Has(world.BucketABAC) {
		return s3err.New(s3err.BadRequest).WithMessage(abacHas + instead)
	}
	return err
}
