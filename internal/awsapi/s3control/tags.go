package s3control

import (
	"encoding/xml"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// resource is what a tagging call is about. Here that is a bucket: there are no access
// points, Storage Lens groups nor Access Grants.
type resource struct {
	ResourceArn string `aws:",required" xml:"-"`
}

func (r *resource) arn() string { return r.ResourceArn }

type tagInput struct {
	resource
	Tags []awsapi.KeyValue `aws:",required" xml:"Tags>Tag"`
}

// UnmarshalXML reads the tags, each of which has a key and a value (recorded).
func (in *tagInput) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	var body struct {
		Tags []awsapi.KeyValue `xml:"Tags>Tag"`
	}
	if err := d.DecodeElement(&body, &start); err != nil {
		return err
	}
	in.Tags = body.Tags
	if slices.ContainsFunc(in.Tags, func(t awsapi.KeyValue) bool { return t.Key == "" || t.Value == nil }) {
		return errors.New("s3control: a tag lacks its key or its value")
	}
	return nil
}

func (in *tagInput) keys() []awsapi.Key { return awsapi.RequestTags(in.Tags) }

type untagInput struct {
	resource
	TagKeys []string `aws:"tagKeys,required"`
}

func (in *untagInput) keys() []awsapi.Key {
	return []awsapi.Key{{Name: "aws:TagKeys", Values: in.TagKeys}}
}

type listTagsInput struct{ resource }

func (in *listTagsInput) keys() []awsapi.Key { return nil }

// tagging is the parameters of one of the three calls: what they are about, and the
// condition keys that they have besides.
type tagging[In any] interface {
	*In
	arn() string
	keys() []awsapi.Key
}

const bucketARN = "arn:aws:s3:::"

// checkTagging asks for the call's permission on the bucket, whose policy counts as it
// does in S3.
func checkTagging[In any, P tagging[In]](c *awsapi.Call, in *In) ([]*authz.Request, error) {
	arn := P(in).arn()
	b, err := bucketAt(c, arn)
	if err != nil {
		return nil, err
	}
	q := c.QuestionOf(b.Owner, c.Permission(), arn, append(signatureKeys(c), P(in).keys()...)...)
	c.Asker().SetBucketTags(q.Context, b)
	q.Context.Set("s3:ResourceAccount", b.Owner)
	q.BucketPolicy, q.RCPs = b.Policy, c.State().RCPs(b.Owner)
	q.RestrictPublicBuckets = c.State().PublicAccess(b).RestrictPublicBuckets
	return []*authz.Request{q}, nil
}

// bucketAt is the bucket of that ARN, of the account that the request names. One that is
// not there is no resource (recorded); what S3 Control says of other ARNs is [unsure].
func bucketAt(c *awsapi.Call, arn string) (*world.Bucket, error) {
	name, ours := strings.CutPrefix(arn, bucketARN)
	switch b := c.State().Bucket(name); {
	case !world.IsAccountID(c.Account):
		return nil, awsapi.Refuse("InvalidRequest", "Invalid account id")
	case ours && b != nil && c.Account != b.Owner && c.Account != c.CallerAccount():
		return nil, plainRefusal()
	case ours && b != nil:
		return b, nil
	case ours && name != "" && !strings.Contains(name, "/"), strings.HasPrefix(arn, "arn:aws:s3:") && !ours:
		return nil, awsapi.RefuseWith(http.StatusNotFound, "NoSuchResource", "The specified resource doesn't exist.")
	}
	return nil, awsapi.Refuse("InvalidRequest", "The resource ARN %s is not valid", arn)
}

type listTagsOutput struct {
	Tags []awsapi.KeyValue
}

// MarshalXML writes the tags as S3 Control does.
func (out listTagsOutput) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	return e.Encode(struct {
		XMLName xml.Name          `xml:"http://awss3control.amazonaws.com/doc/2018-08-20/ ListTagsForResourceResult"`
		Tags    []awsapi.KeyValue `xml:"Tags>Tag"`
	}{Tags: out.Tags})
}

func listTagsForResource(c *awsapi.Call, in *listTagsInput) (*listTagsOutput, error) {
	b, err := bucketAt(c, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	out := &listTagsOutput{}
	for _, k := range slices.Sorted(maps.Keys(b.Tags)) {
		v := b.Tags[k]
		out.Tags = append(out.Tags, awsapi.KeyValue{Key: k, Value: &v})
	}
	return out, nil
}

// tagResource adds to the bucket's tags, and changes those that it has.
func tagResource(c *awsapi.Call, in *tagInput) (*awsapi.Nothing, error) {
	return edit(c, in.ResourceArn, func(tags map[string]string) error {
		if err := goodTags(in.Tags); err != nil {
			return err
		}
		for _, t := range in.Tags {
			k, v := t.Pair()
			tags[k] = v
		}
		if len(tags) > world.MaxBucketTags {
			return awsapi.Refuse("BadRequest", world.TooManyBucketTags)
		}
		return nil
	})
}

// What S3 Control says of tags that it does not take (recorded).
const (
	tagTwice = "There are duplicate tag keys in your request. Remove the duplicate tag keys and try again."
	tagOfAWS = `User-defined tag keys can't start with "aws:". This prefix is reserved for system tags. ` +
		`Remove "aws:" from your tag keys and try again.`
	tagMalformed = "This request contains a tag key or value that isn't valid. Valid characters include the following: " +
		"[a-zA-Z+-=._:/]. Tag keys can contain up to 128 characters. Tag values can contain up to 256 characters."
)

// checkTag refuses a tag that S3 Control does not take. One of AWS's own it does not name.
func checkTag(key, value string) error {
	switch {
	case world.SystemTag(key):
		return awsapi.Refuse("InvalidTag", tagOfAWS)
	case world.BadTag(key, value) != "":
		return invalidTag(key, tagMalformed)
	}
	return nil
}

func invalidTag(key, message string) error {
	e := awsapi.Refuse("InvalidTag", "%s", message)
	e.Fields = map[string]any{"TagKey": key}
	return e
}

// untagResource takes tags away; one that is not there is no error.
func untagResource(c *awsapi.Call, in *untagInput) (*awsapi.Nothing, error) {
	return edit(c, in.ResourceArn, func(tags map[string]string) error {
		for _, k := range in.TagKeys {
			if err := checkTag(k, ""); err != nil {
				return err
			}
			delete(tags, k)
		}
		return nil
	})
}

// edit changes a copy of the bucket's tags.
func edit(c *awsapi.Call, arn string, change func(tags map[string]string) error) (*awsapi.Nothing, error) {
	b, err := bucketAt(c, arn)
	if err != nil {
		return nil, err
	}
	edited := *b
	edited.Tags = map[string]string{}
	maps.Copy(edited.Tags, b.Tags)
	if err := change(edited.Tags); err != nil {
		return nil, err
	}
	return &awsapi.Nothing{}, c.Change(func(s *world.State) (*world.State, error) { return s.WithBucket(&edited), nil })
}
