package emulator_test

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
	"github.com/s3fault/s3fault/journal"
)

// Advice is made in the world of the request, and says how that has moved since where it
// matters.
func TestAdviceInTheWorldOfTheRequest(t *testing.T) {
	for name, c := range map[string]struct {
		patch, moved string
	}{
		"as it was":                {`{}`, ""},
		"something else":           {`{"buckets":{"another":{"owner":"111111111111"}}}`, ""},
		"let in":                   {`{"accounts":{"111111111111":{"users":{"my-user":{"policies":{"s3":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}}}}}}}`, "no layer would refuse the same request now"},
		"what would be written":    {`{"accounts":{"111111111111":{"users":{"my-user":{"policies":{"allow-s3-GetObject":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}}}}}}}`, "accounts.111111111111.users.my-user.policies.allow-s3-GetObject.Statement is not what it was"},
		"the bucket is not there":  {`{"buckets":{"my-bucket":null}}`, "is gone"},
		"a Deny beside the lack":   {`{"buckets":{"my-bucket":{"policy":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::my-bucket/*"}]}}}}`, ""},
		"an object that went away": {`{"buckets":{"my-bucket":{"objects":{"file.txt":null}}}}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			srv := emulatortest.Start(t, "case", emulatortest.YAML(advisedWorld))
			id := refusedID(t, get(sdkv2.S3(t, srv, "app")))
			if err := srv.Patch(c.patch); err != nil {
				t.Fatal(err)
			}
			a, err := srv.Advice(id)
			if err != nil {
				t.Fatal(err)
			}
			if !a.Proved || len(a.Changes) != 1 || !strings.HasPrefix(a.Changes[0].Text,
				"write the inline policy allow-s3-GetObject") {
				t.Errorf("proved %v, changes %+v", a.Proved, a.Changes)
			}
			if (c.moved == "") != (a.Moved == "") || !strings.Contains(a.Moved, c.moved) {
				t.Errorf("it says %q, want %q", a.Moved, c.moved)
			}
		})
	}
}

// What a patch would put back in an object is told of as well, though no bucket or account
// is other than it was.
func TestAdviceOnAnObjectThatMoved(t *testing.T) {
	srv := emulatortest.Start(t, "case", emulatortest.YAML(advisedWorld+`    accounts: {333333333333: {}}
    callers: {app: {account: 222222222222, user: null, role: reader}, holder: {account: 333333333333, root: true}}
    buckets: {my-bucket: {object_ownership: ObjectWriter, objects: {file.txt: {owner: 333333333333}}}}
`))
	id := refusedID(t, get(sdkv2.S3(t, srv, "app")))
	for _, moved := range []bool{false, true} {
		if moved {
			if _, err := sdkv2.S3(t, srv, "holder").PutObjectAcl(context.Background(), &s3.PutObjectAclInput{
				Bucket: aws.String("my-bucket"), Key: aws.String("file.txt"), ACL: types.ObjectCannedACLBucketOwnerRead,
			}); err != nil {
				t.Fatal(err)
			}
		}
		a, err := srv.Advice(id)
		if err != nil {
			t.Fatal(err)
		}
		if a.Moved != "" != moved || moved && !strings.Contains(a.Moved, "objects.file.txt.acl is not what it was") {
			t.Errorf("moved %v: it says %q", moved, a.Moved)
		}
	}
}

// A part of an upload that the client gave up after the refusal has its advice all the same.
func TestAdviceOnAnUploadThatIsGone(t *testing.T) {
	srv := emulatortest.Start(t, "kms-no-decrypt")
	client, ctx := sdkv2.S3(t, srv, "app"), context.Background()
	upload, err := client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: aws.String("my-bucket"),
		Key: aws.String("big")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.UploadPart(ctx, &s3.UploadPartInput{Bucket: aws.String("my-bucket"), Key: aws.String("big"),
		UploadId: upload.UploadId, PartNumber: aws.Int32(1), Body: strings.NewReader("part")})
	id := refusedID(t, err)
	if _, err := client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: aws.String("my-bucket"),
		Key:      aws.String("big"),
		UploadId: upload.UploadId}); err != nil {
		t.Fatal(err)
	}
	a, err := srv.Advice(id)
	if err != nil {
		t.Fatal(err)
	}
	if !a.Proved || len(a.Changes) == 0 || a.Class != journal.OfGrant || !strings.Contains(a.Changes[0].Text,
		"kms:Decrypt") {
		t.Errorf("%+v", a.Proposal)
	}
	if !strings.Contains(a.Moved, "is gone") {
		t.Errorf("it says %q", a.Moved)
	}
}

// The worlds of old refusals make room: advice on them is for the world as it is.
func TestAdviceOnAnOldRefusal(t *testing.T) {
	srv := emulatortest.Start(t, "case", emulatortest.YAML(advisedWorld))
	app := sdkv2.S3(t, srv, "app")
	id := refusedID(t, get(app))
	for range 64 {
		refusedID(t, get(app))
	}
	for patch, want := range map[string]string{`{}`: "is not kept any more",
		"{\"accounts\":{\"111111111111\":{\"users\":{\"my-user\":{\"policies\":{\"s3\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}}}}}}}": "no layer would refuse"} {
		if err := srv.Patch(patch); err != nil {
			t.Fatal(err)
		}
		if a, err := srv.Advice(id); err != nil || !strings.Contains(a.Moved, want) {
			t.Errorf("%+v, %v; want %q", a, err, want)
		}
		if err := srv.Reset(); err != nil {
			t.Fatal(err)
		}
	}
}
