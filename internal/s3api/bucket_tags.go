package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

func serveGetBucketTagging(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	if len(b.Tags) == 0 {
		return nil, s3err.New(s3err.NoSuchTagSet, s3err.E("BucketName", b.Name))
	}
	return xmlReply(nil, wire.TaggingOf(b.Tags)), nil
}

// servePutBucketTagging puts the tags in the place of those that were there. IAM
// gives s3:PutBucketTagging no condition keys of tags (policy/actions/s3.tsv).
func servePutBucketTagging(c *Call) (*Reply, error) {
	set := tagsInBody(c, "aws:RequestTag/", "aws:TagKeys", wire.ParseBucketTags)
	if set.err != nil {
		return nil, set.err
	}
	set.system = systemTagAdded
	tags, err := set.of(world.MaxBucketTags, world.TooManyBucketTags)
	if err != nil {
		return nil, err
	}
	return tagBucket(c, tags, abacToTag+abacToUntag)
}

// systemTagAdded refuses a tag of AWS's own for a bucket that is there (recorded).
func systemTagAdded(key string) error {
	return s3err.New(s3err.InvalidTag, s3err.E("TagKey", key)).
		WithMessage("System tags cannot be added/updated by requester")
}

func serveDeleteBucketTagging(c *Call) (*Reply, error) { return tagBucket(c, nil, abacToUntag) }

// tagBucket sets the bucket's tags; both ways S3 answers 204. With ABAC it says what is
// to be done instead.
func tagBucket(c *Call, tags map[string]string, instead string) (*Reply, error) {
	if err := taggable(c, instead); err != nil {
		return nil, err
	}
	if err := c.changeBucket(func(b *world.Bucket) { b.Tags = tags }); err != nil {
		return nil, err
	}
	return done(http.StatusNoContent), nil
}
