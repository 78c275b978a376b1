package s3api

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

func copyTo(target, from string, headers ...string) sending {
	return sending{method: "PUT", target: target, headers: append([]string{wire.CopySourceHeader, from}, headers...)}
}

func TestCopyKeepsOrReplaces(t *testing.T) {
	b := newBench(t)
	b.must(t, put("/my-bucket/a%20b", "hello", "Content-Type", "text/plain", "x-amz-meta-a", "1", "x-amz-tagging", "t=1",
		"x-amz-storage-class", "STANDARD_IA", "x-amz-website-redirect-location", "/there"))
	a := b.must(t, copyTo("/my-bucket/kept", "my-bucket/a%20b"))
	if element(a.body, "ETag") != helloMD5 || element(a.body, "LastModified") != "2026-01-02T03:04:05.000Z" {
		t.Errorf("result: %s", a.body)
	}
	kept := b.must(t, get("/my-bucket/kept"))
	h := kept.header
	if h.Get("Content-Type") != "text/plain" || kept.meta("a") != "1" || h.Get("x-amz-tagging-count") != "1" {
		t.Errorf("not copied: %v", h)
	}
	if h.Get("x-amz-storage-class") != "" || h.Get("x-amz-website-redirect-location") != "" {
		t.Errorf("storage class and redirect are not copied: %v", h)
	}
	b.commit(t, store.Put{Bucket: "my-bucket", Object: &store.Object{Facts: store.Facts{Key: "bare"}}})
	b.must(t, copyTo("/my-bucket/sent", "my-bucket/bare", wire.WebsiteRedirect, "/here"))
	if h := b.must(t, get("/my-bucket/sent")).header; h.Get(wire.WebsiteRedirect) != "/here" {
		t.Errorf("the copy of an object without headers is not redirected: %v", h)
	}
	b.must(t, copyTo("/my-bucket/new", "/my-bucket/a%20b", "x-amz-metadata-directive", "REPLACE",
		"x-amz-tagging-directive", "REPLACE", "Content-Type", "image/png"))
	replaced := b.must(t, get("/my-bucket/new"))
	h = replaced.header
	if h.Get("Content-Type") != "image/png" || replaced.meta("a") != "" || h.Get("x-amz-tagging-count") != "" {
		t.Errorf("not replaced: %v", h)
	}
	if n := b.blobs.Len(); n != 1 {
		t.Errorf("%d blobs, want the one that all share", n)
	}
	b.must(t, sending{method: "DELETE", target: "/my-bucket/a%20b"})
	if a := b.must(t, get("/my-bucket/new")); a.body != "hello" {
		t.Errorf("the copy is %q without its source", a.body)
	}
}

func TestCopyOntoItself(t *testing.T) {
	b := newBench(t)
	b.must(t, put("/my-bucket/k", "hello"))
	const illegal = "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes."
	b.do(t, copyTo("/my-bucket/k", "my-bucket/k")).refused(t, s3err.InvalidRequest, illegal)
	for _, change := range [][]string{
		{"x-amz-metadata-directive", "REPLACE"}, {"x-amz-storage-class", "STANDARD"},
		{"x-amz-website-redirect-location", "/a"}, {wire.SSEHeader, "AES256"},
	} {
		b.must(t, copyTo("/my-bucket/k", "my-bucket/k", change...))
	}
	if a := b.must(t, get("/my-bucket/k")); a.body != "hello" {
		t.Errorf("now %q", a.body)
	}
}

func TestCopyFromUnderAKey(t *testing.T) {
	b := newBench(t)
	b.must(t, put("/kms-bucket/k", "hello"))
	a := b.must(t, copyTo("/my-bucket/k", "kms-bucket/k"))
	if element(a.body, "ETag") != helloMD5 {
		t.Errorf("the copy's ETag is no MD5: %s", a.body)
	}
	a = b.must(t, copyTo("/my-bucket/k2", "my-bucket/k", "x-amz-checksum-algorithm", "SHA1"))
	if element(a.body, "ChecksumSHA1") != "qvTGHdzF6KLavt4PO0gs2a6pQ00=" {
		t.Errorf("result: %s", a.body)
	}
}

func TestCopyRefusals(t *testing.T) {
	b := newBench(t)
	b.must(t, put("/my-bucket/k", "hello"))
	b.must(t, put("/my-bucket/cold", "x", "x-amz-storage-class", "DEEP_ARCHIVE"))
	const etag, old = helloMD5, "Thu, 01 Jan 2026 00:00:00 GMT"
	rows := []struct {
		name    string
		from    string
		headers []string
		code    s3err.Code
		key     string
		value   string
	}{
		{"no key", "x-amz-copy-source", nil, s3err.InvalidArgument, "ArgumentName", wire.CopySourceHeader},
		{"no source", "my-bucket/none", nil, s3err.NoSuchKey, "Key", "none"},
		{"no source bucket", "no-bucket/k", nil, s3err.NoSuchBucket, "BucketName", "no-bucket"},
		{"version", "my-bucket/k?versionId=abc", nil, s3err.InvalidArgument, "ArgumentName", "versionId"},
		{"archived", "my-bucket/cold", nil, s3err.InvalidObjectState, "StorageClass", "DEEP_ARCHIVE"},
		{"directive", "my-bucket/k", []string{"x-amz-metadata-directive", "MOVE"}, s3err.InvalidArgument, "ArgumentValue",
			"MOVE"},
		{"algorithm", "my-bucket/k", []string{"x-amz-checksum-algorithm", "MD4"}, s3err.InvalidRequest, "", ""},
		{"match", "my-bucket/k", []string{"x-amz-copy-source-if-match", "no"}, s3err.PreconditionFailed, "Condition",
			"x-amz-copy-source-If-Match"},
		{"none match", "my-bucket/k", []string{"x-amz-copy-source-if-none-match", etag}, s3err.PreconditionFailed,
			"Condition", "x-amz-copy-source-If-None-Match"},
		{"unmodified", "my-bucket/k", []string{"x-amz-copy-source-if-unmodified-since", old}, s3err.PreconditionFailed,
			"Condition", "x-amz-copy-source-If-Unmodified-Since"},
		{"modified", "my-bucket/k", []string{"x-amz-copy-source-if-modified-since", "Fri, 02 Jan 2026 03:04:05 GMT"},
			s3err.PreconditionFailed, "Condition", "x-amz-copy-source-If-Modified-Since"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			a := b.do(t, copyTo("/my-bucket/to", row.from, row.headers...))
			a.refused(t, row.code, "")
			if row.key != "" && extraOf(a.err, row.key) != row.value {
				t.Errorf("%v", a.err.Extras)
			}
		})
	}
	b.do(t, sending{method: "PUT", target: "/my-bucket/to", headers: []string{wire.CopySourceHeader, "my-bucket/k"},
		anonymous: true}).
		refused(t, s3err.AccessDenied, "Anonymous users cannot copy objects.  Please authenticate.")
	b.must(t, copyTo("/my-bucket/to", "my-bucket/k", "x-amz-copy-source-if-match", etag,
		"x-amz-copy-source-if-unmodified-since", old))
}

// Both sides are asked, with the keys of both.
func TestCopyQuestions(t *testing.T) {
	b := newBench(t)
	b.must(t, put("/kms-bucket/k", "hello", "x-amz-tagging", "a=1"))
	rows := []struct{ target, from, want string }{
		{"/kms-bucket/to", "kms-bucket/k",
			"s3:GetObject kms:Decrypt s3:GetObjectTagging s3:PutObject s3:PutObjectTagging kms:GenerateDataKey"},
		{"/my-bucket/to", "kms-bucket/none", "s3:GetObject s3:ListBucket s3:PutObject"},
		{"/my-bucket/to", "kms-bucket/k?versionId=null",
			"s3:GetObjectVersion kms:Decrypt s3:GetObjectVersionTagging s3:PutObject s3:PutObjectTagging"},
		{"/my-bucket/to", "???", "s3:PutObject"},
	}
	for _, row := range rows {
		c := b.call(t, copyTo(row.target, row.from))
		c.Moment = b.live.Now()
		questions, refused := opening(c)
		if refused != nil {
			t.Fatal(refused)
		}
		var got []string
		for _, q := range questions {
			got = append(got, q.Action)
		}
		if text := strings.Join(got, " "); text != row.want {
			t.Errorf("copy of %s: %s, want %s", row.from, text, row.want)
		}
	}
}
