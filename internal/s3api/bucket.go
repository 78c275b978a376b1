package s3api

import (
	"encoding/xml"
	"errors"
	"net/http"
	"strconv"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// notEmpty is the answer to the deletion of a bucket with something in it; a version
// that nobody sees is something, too.
func notEmpty(c *Call) error {
	refused := s3err.New(s3err.BucketNotEmpty, s3err.E("BucketName", c.Bucket))
	if b := c.State().Buckets[c.Bucket]; b != nil && b.Versioning != "" {
		return refused.WithMessage(refused.Message + ". You must delete all versions in the bucket.")
	}
	return refused
}

// changeBucket changes the configuration of the call's bucket.
func (c *Call) changeBucket(edit func(*world.Bucket)) error {
	b, refused := c.bucket()
	if refused != nil {
		return refused
	}
	edited := *b
	edit(&edited)
	return c.Commit(store.World{State: c.State().WithBucket(&edited)})
}

// beginHeadBucket asks for s3:ListBucket, without the keys of a list
// (authorization.md 2).
func beginHeadBucket(c *Call) (doing, []*authz.Request, error) {
	return act(serveHeadBucket), []*authz.Request{c.about(c.Op.action, c.bucketARN(), nil)}, nil
}

func serveHeadBucket(c *Call) (*Reply, error) {
	reply := withARN(c, placed(c, done(http.StatusOK)))
	reply.Header.Set("x-amz-access-point-alias", strconv.FormatBool(c.alias))
	reply.Header.Set("Content-Type", contentXML)
	return reply, nil
}

// locationXML is empty for us-east-1 (S3 API Reference, "GetBucketLocation"), and EU for
// a bucket that was made with that (recorded).
type locationXML struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ LocationConstraint"`
	Region  string   `xml:",chardata"`
}

func serveGetBucketLocation(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	location := locationXML{Region: b.Region}
	switch {
	case b.Region == usEast1:
		location.Region = ""
	case b.Constraint != "":
		location.Region = b.Constraint
	}
	return xmlReply(nil, location), nil
}

func serveDeleteBucket(c *Call) (*Reply, error) {
	if _, err := c.bucket(); err != nil {
		return nil, err
	}
	if len(c.State().AccessPoints.Of(c.Bucket)) > 0 { // before what is in it [unsure]
		return nil, s3err.New(s3err.BucketHasAccessPointsAttached, s3err.E("BucketName", c.Bucket))
	}
	err := c.Commit(store.World{
		State: c.State().WithoutBucket(c.Bucket), Contents: []store.Contents{store.DropBucket{Bucket: c.Bucket}},
	})
	switch {
	case errors.Is(err, store.ErrBucketNotEmpty):
		return nil, notEmpty(c)
	case err != nil:
		return nil, err
	}
	return done(http.StatusNoContent), nil
}
