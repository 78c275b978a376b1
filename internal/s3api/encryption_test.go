package s3api

import (
	"testing"

	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

func TestEncryptionOfNewObjects(t *testing.T) {
	plain := world.Encryption{}
	kms := world.Encryption{Algorithm: "aws:kms", KMSKey: ownKey, BucketKey: true}
	rows := []struct {
		name    string
		bucket  world.Encryption
		headers []string
		want    store.Encryption
		key     string
	}{
		{"nothing said", plain, nil, store.Encryption{Algorithm: "AES256"}, ""},
		{"the bucket's", kms, nil, store.Encryption{Algorithm: "aws:kms", BucketKey: true}, ownKey},
		{"the header's", kms, []string{wire.SSEHeader, "AES256"}, store.Encryption{Algorithm: "AES256"}, ""},
		{"without a key", kms, []string{wire.SSEHeader, "aws:kms"}, store.Encryption{Algorithm: "aws:kms", BucketKey: true},
			""},
		{"no bucket key", kms, []string{wire.SSEBucketKey, "false"}, store.Encryption{Algorithm: "aws:kms"}, ownKey},
		{"two layers", kms, []string{wire.SSEHeader, "aws:kms:dsse", wire.SSEKeyHeader, "k"},
			store.Encryption{Algorithm: "aws:kms:dsse"}, "k"},
	}
	b := newBench(t)
	for _, row := range rows {
		c := b.call(t, put("/my-bucket/k", "", row.headers...))
		c.Moment = b.live.Now()
		got, key, err := encryptionOfNew(c, &world.Bucket{Encryption: row.bucket})
		if err != nil || got.Algorithm != row.want.Algorithm || got.BucketKey != row.want.BucketKey || key != row.key {
			t.Errorf("%s: %v %q %v", row.name, got, key, err)
		}
	}
	bad := [][]string{{wire.SSEHeader, "KMS"}, {wire.SSEHeader, "AES256", wire.SSEKeyHeader, "k"}, {wire.SSEBucketKey,
		"yes"}}
	for _, headers := range bad {
		c := b.call(t, put("/my-bucket/k", "", headers...))
		c.Moment = b.live.Now()
		if _, _, err := encryptionOfNew(c, &world.Bucket{}); err == nil || s3err.Of(err).Code != s3err.InvalidArgument {
			t.Errorf("%v: %v", headers, err)
		}
	}
}

func TestACLHeadersOfUploads(t *testing.T) {
	b := newBench(t)
	b.do(t, put("/my-bucket/k", "x", "x-amz-acl", "private", "x-amz-grant-read", "id=a")).
		refused(t, s3err.InvalidRequest, "Specifying both Canned ACLs and Header Grants is not allowed")
	a := b.do(t, put("/my-bucket/k", "x", "x-amz-acl", "fake-acl"))
	a.refused(t, s3err.InvalidArgument, "", s3err.E("ArgumentName", "x-amz-acl"), s3err.E("ArgumentValue", "fake-acl"))
	if a.err.Message != "" {
		t.Errorf("S3 says nothing of it, not %q", a.err.Message)
	}
	b.must(t, put("/my-bucket/k", "x", "x-amz-acl", "bucket-owner-full-control"))
}
