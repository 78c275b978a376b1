package controls

import (
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/s3control/types"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

const bucketTagsWorld = `
    accounts:
      123456789012:
        users:
          all: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}
          reader: {policies: {one: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:ListTagsForResource", Resource: "arn:aws:s3:::my-bucket"}]}}}
          red: {policies: {red: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}, {Effect: Deny, Action: "s3:TagResource", Resource: "*", Condition: {StringEquals: {"aws:RequestTag/team": blue}}}, {Effect: Deny, Action: "s3:UntagResource", Resource: "*", Condition: {"ForAnyValue:StringEquals": {"aws:TagKeys": team}}}, {Effect: Deny, Action: "s3:*", Resource: "*", Condition: {StringEquals: {"aws:ResourceTag/level": secret}}}]}}}
      111111111111: {}
    callers:
      all: {account: 123456789012, user: all}
      reader: {account: 123456789012, user: reader}
      red: {account: 123456789012, user: red}
      stranger: {account: 111111111111, root: true}
    buckets:
      my-bucket: {owner: 123456789012, abac: true, tags: {team: red}}
`

const taggedARN = "arn:aws:s3:::my-bucket"

func pairs(list []types.Tag) string {
	var b strings.Builder
	for _, t := range list {
		b.WriteString(aws.ToString(t.Key) + "=" + aws.ToString(t.Value) + " ")
	}
	return b.String()
}

// The tags of a bucket with ABAC are S3 Control's, whatever the address: the ARN in the
// path is percent-encoded, and signed so.
func TestBucketTagsByS3Control(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"", "http://127.0.0.1/~world", "http://world.scenario.localhost", "http://s3-control.us-east-1.amazonaws.com"} {
		t.Run(endpoint, func(t *testing.T) {
			t.Parallel()
			srv := start(t, bucketTagsWorld)
			ctx, c := t.Context(), s3controlAs(t, srv, "all", endpoint, throughTo(srv))
			account, arn := aws.String(s3controlAccount), aws.String(taggedARN)
			if _, err := c.TagResource(ctx, &s3control.TagResourceInput{AccountId: account, ResourceArn: arn, Tags: []types.Tag{
				{Key: aws.String("team"), Value: aws.String("blue")}, {Key: aws.String("a b/c"), Value: aws.String("")},
			}}); err != nil {
				t.Fatal(err)
			}
			if _, err := c.UntagResource(ctx, &s3control.UntagResourceInput{AccountId: account, ResourceArn: arn, TagKeys: []string{"none", "team"}}); err != nil {
				t.Fatal(err)
			}
			out, err := c.ListTagsForResource(ctx, &s3control.ListTagsForResourceInput{AccountId: account, ResourceArn: arn})
			if err != nil || pairs(out.Tags) != "a b/c= " {
				t.Errorf("%v %+v", err, out)
			}
		})
	}
}

func tag(t *testing.T, srv *emulatortest.Server, caller, account, arn string, keysAndValues ...string) error {
	t.Helper()
	var tags []types.Tag
	for i := 0; i < len(keysAndValues); i += 2 {
		tags = append(tags, types.Tag{Key: &keysAndValues[i], Value: &keysAndValues[i+1]})
	}
	_, err := s3controlAs(t, srv, caller, "", throughTo(srv)).TagResource(t.Context(), &s3control.TagResourceInput{AccountId: &account, ResourceArn: &arn, Tags: tags})
	return err
}

func TestWhoMayTagByS3Control(t *testing.T) {
	t.Parallel()
	srv := start(t, bucketTagsWorld)
	list := func(caller, arn string) error {
		_, err := s3controlAs(t, srv, caller, "", throughTo(srv)).ListTagsForResource(t.Context(), &s3control.ListTagsForResourceInput{AccountId: aws.String(s3controlAccount), ResourceArn: &arn})
		return err
	}
	if err := list("reader", taggedARN); err != nil {
		t.Error(err)
	}
	refused := refusedWith(t, tag(t, srv, "reader", s3controlAccount, taggedARN, "team", "red"), "AccessDenied")
	if want := "User: arn:aws:iam::123456789012:user/reader is not authorized to perform: s3:TagResource on resource: \"" + taggedARN + "\" because no identity-based policy allows the s3:TagResource action"; !strings.Contains(refused.ErrorMessage(), want) {
		t.Errorf("%q", refused.ErrorMessage())
	}
	refusedWith(t, list("stranger", taggedARN), "AccessDenied")
	refusedWith(t, tag(t, srv, "all", "111111111111", taggedARN, "a", "b"), "AccessDenied")
	// The tags of the request, and those of the bucket, are condition keys.
	refusedWith(t, tag(t, srv, "red", s3controlAccount, taggedARN, "team", "blue"), "AccessDenied")
	if err := tag(t, srv, "red", s3controlAccount, taggedARN, "level", "secret"); err != nil {
		t.Error(err)
	}
	refusedWith(t, list("red", taggedARN), "AccessDenied")
	_, err := s3controlAs(t, srv, "red", "", throughTo(srv)).UntagResource(t.Context(), &s3control.UntagResourceInput{AccountId: aws.String(s3controlAccount), ResourceArn: aws.String(taggedARN), TagKeys: []string{"team"}})
	refusedWith(t, err, "AccessDenied")
}

// What one of the two APIs sets, the other shows.
func TestTagsAreTheSameInS3AndS3Control(t *testing.T) {
	t.Parallel()
	srv := start(t, bucketTagsWorld)
	if err := tag(t, srv, "all", s3controlAccount, taggedARN, "x", "y"); err != nil {
		t.Fatal(err)
	}
	client := s3.NewFromConfig(sdkv2.Config(t, srv, "all"), func(o *s3.Options) { o.UsePathStyle = true })
	out, err := client.GetBucketTagging(t.Context(), &s3.GetBucketTaggingInput{Bucket: aws.String("my-bucket")})
	if err != nil || len(out.TagSet) != 2 {
		t.Errorf("%v %+v", err, out)
	}
}

func TestTagsThatS3ControlRefuses(t *testing.T) {
	t.Parallel()
	srv := start(t, bucketTagsWorld)
	for _, row := range []struct{ name, arn, key, code string }{
		{"no bucket", "arn:aws:s3:::none", "a", "NoSuchResource"},
		{"another resource", "arn:aws:s3:us-east-1:123456789012:storage-lens-group/g", "a", "NoSuchResource"},
		{"an object", taggedARN + "/key", "a", "InvalidRequest"},
		{"another service's", "arn:aws:iam::123456789012:user/all", "a", "InvalidRequest"},
		{"AWS's prefix", taggedARN, "AWS:a", "InvalidTag"},
		{"a character", taggedARN, "a*", "InvalidTag"},
		{"a long key", taggedARN, strings.Repeat("k", 129), "InvalidTag"},
	} {
		t.Run(row.name, func(t *testing.T) {
			refusedWith(t, tag(t, srv, "all", s3controlAccount, row.arn, row.key, "v"), row.code)
		})
	}
	client := s3controlAs(t, srv, "all", "", throughTo(srv))
	for _, row := range []struct{ keys, says string }{
		{"a*", "This request contains a tag key or value that isn't valid."},
		{"aws:a", `User-defined tag keys can't start with "aws:".`},
		{"a a", "There are duplicate tag keys in your request."},
	} {
		var tags []types.Tag
		for _, key := range strings.Fields(row.keys) {
			tags = append(tags, types.Tag{Key: aws.String(key), Value: aws.String("v")})
		}
		_, err := client.CreateAccessPoint(t.Context(), &s3control.CreateAccessPointInput{
			AccountId: aws.String(s3controlAccount), Bucket: aws.String("my-bucket"), Name: aws.String("tagged"), Tags: tags,
		})
		if refused := refusedWith(t, err, "InvalidTag"); !strings.HasPrefix(refused.ErrorMessage(), row.says) {
			t.Errorf("CreateAccessPoint with %s: %s", row.keys, refused.ErrorMessage())
		}
	}
	_, err := client.CreateAccessPoint(t.Context(), &s3control.CreateAccessPointInput{
		AccountId: aws.String(s3controlAccount), Bucket: aws.String("my-bucket"), Name: aws.String("blocked"),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.PutAccessPointPolicy(t.Context(), &s3control.PutAccessPointPolicyInput{
		AccountId: aws.String(s3controlAccount), Name: aws.String("blocked"),
		Policy: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",` +
			`"Resource":"arn:aws:s3:us-east-1:123456789012:accesspoint/blocked/object/*"}]}`),
	})
	const blocked = "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."
	if refused := refusedWith(t, err, "AccessDenied"); !strings.HasSuffix(refused.ErrorMessage(), blocked) {
		t.Errorf("a public policy under the access point's own block: %s", refused.ErrorMessage())
	}
	many := make([]string, 0, 100)
	for i := range 50 {
		many = append(many, "key"+strconv.Itoa(i), "v")
	}
	refusedWith(t, tag(t, srv, "all", s3controlAccount, taggedARN, many...), "BadRequest") // and the one it has
}

// Before buckets could be tagged so, S3 Control had no such calls for them.
func TestS3ControlTagsBefore(t *testing.T) {
	t.Parallel()
	srv := start(t, "    as_of: 2025-11-19\n"+bucketTagsWorld)
	refusedWith(t, tag(t, srv, "all", s3controlAccount, taggedARN, "a", "b"), "MethodNotAllowed")
}
