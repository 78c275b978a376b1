package s3api

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/sigv4"
)

const helloMD5 = `"5d41402abc4b2a76b9719d911017c592"`

func put(target, body string, headers ...string) sending {
	return sending{method: "PUT", target: target, body: body, headers: headers}
}

func get(target string, headers ...string) sending {
	return sending{method: "GET", target: target, headers: headers}
}

func TestPutThenGet(t *testing.T) {
	b := newBench(t)
	a := b.must(t, put("/my-bucket/a%2Fb//c+d%20%F0%9F%98%80", "hello",
		"Content-Type", "text/plain", "Content-Encoding", "aws-chunked,gzip", "X-Amz-Meta-Colour", "blue",
		"X-Amz-Meta-Word", "=?UTF-8?Q?=C3=84_b?=", "X-Amz-Storage-Class", "STANDARD_IA", "X-Amz-Date", "20260102T030405Z"))
	if a.header.Get("ETag") != helloMD5 || a.header.Get("x-amz-checksum-crc64nvme") != "M3eFcAZSQlc=" {
		t.Errorf("answer to the PUT: %v", a.header)
	}
	a = b.must(t, get("/my-bucket/a/b//c+d%20%F0%9F%98%80", "x-amz-checksum-mode", "ENABLED"))
	if a.body != "hello" || a.status != 200 {
		t.Fatalf("got %d %q", a.status, a.body)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/plain", "Content-Encoding": "gzip", "ETag": helloMD5, "Accept-Ranges": "bytes",
		"Last-Modified": "Fri, 02 Jan 2026 03:04:05 GMT", "x-amz-storage-class": "STANDARD_IA",
		"x-amz-server-side-encryption": "AES256", "x-amz-checksum-type": "FULL_OBJECT", "X-Amz-Date": "",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if a.meta("colour") != "blue" {
		t.Errorf("user metadata: %v", a.header)
	}
	if v := a.meta("word"); v != "=?UTF-8?Q?=C3=84_b?=" {
		t.Errorf("user metadata that is not ASCII: %v", v)
	}
}

// A presigned URL carries x-amz- headers as parameters; a checksum among them
// counts only if it is signed.
func TestPresignedParameters(t *testing.T) {
	b := newBench(t)
	c := b.call(t, put("/my-bucket/k?x-amz-meta-a=1&x-amz-storage-class=STANDARD_IA&x-amz-checksum-crc32=AAAAAA%3D%3D",
		"hello"))
	c.Presented.Location = sigv4.Query
	if a := b.attempt(t, c); a.err != nil {
		t.Fatal(a.err)
	}
	if got := b.must(t, get("/my-bucket/k")); got.meta("a") != "1" ||
		got.header.Get("x-amz-storage-class") != "STANDARD_IA" {
		t.Errorf("%v", got.header)
	}
	b.must(t, put("/my-bucket/k?x-amz-meta-a=1", "hello"))
	if got := b.must(t, get("/my-bucket/k")); got.meta("a") != "" {
		t.Errorf("parameters of a request that is not presigned: %v", got.header)
	}
}

func TestOverwriteKeepsNothing(t *testing.T) {
	b := newBench(t)
	b.must(t, put("/my-bucket/k", "one", "X-Amz-Meta-Old", "1", "Cache-Control", "no-store"))
	b.must(t, put("/my-bucket/k", "two"))
	a := b.must(t, get("/my-bucket/k"))
	if a.body != "two" || a.meta("old") != "" || a.header.Get("Cache-Control") != "" {
		t.Errorf("%q %v", a.body, a.header)
	}
	if n := b.blobs.Len(); n != 1 {
		t.Errorf("%d blobs are left, want 1", n)
	}
}

// A refused upload leaves the object before it as it was, and no bytes behind.
func TestRefusedUploads(t *testing.T) {
	rows := []struct {
		name    string
		headers []string
		code    s3err.Code
		message string
		extras  []s3err.Extra
	}{
		{"wrong MD5", []string{"Content-MD5", "CYketZBSTjX8czcs3cXVlg=="}, s3err.BadDigest,
			"The Content-MD5 you specified did not match what we received.",
			[]s3err.Extra{s3err.E("ExpectedDigest", "09891eb590524e35fc73372cddc5d596"), s3err.E("CalculatedDigest",
				"XUFAKrxLKna5cZ2REBfFkg==")}},
		{"no MD5", []string{"Content-MD5", "dGVzdC1zdHJpbmc="}, s3err.InvalidDigest,
			"The Content-MD5 you specified was invalid.",
			[]s3err.Extra{s3err.E("Content-MD5", "dGVzdC1zdHJpbmc=")}},
		{"wrong CRC32", []string{"x-amz-checksum-crc32", "AAAAAA=="}, s3err.BadDigest,
			"The CRC32 you specified did not match the calculated checksum.", nil},
		{"no SHA256", []string{"x-amz-checksum-sha256", "AAAAAA=="}, s3err.InvalidRequest,
			"Value for x-amz-checksum-sha256 header is invalid.", nil},
		{"two checksums", []string{"x-amz-checksum-crc32", "NhCmhg==", "x-amz-checksum-crc32c", "AAAAAA=="},
			s3err.InvalidRequest,
			"Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.", nil},
		{"storage class", []string{"x-amz-storage-class", "OUTPOSTS"}, s3err.InvalidStorageClass, "",
			[]s3err.Extra{s3err.E("StorageClassRequested", "OUTPOSTS")}},
		{"metadata", []string{"x-amz-meta-a", strings.Repeat("x", 2048)}, s3err.MetadataTooLarge, "",
			[]s3err.Extra{s3err.E("Size", "2049")}},
		{"lock", []string{"x-amz-object-lock-mode", "GOVERNANCE", "x-amz-object-lock-retain-until-date",
			"2027-01-01T00:00:00Z"}, s3err.InvalidRequest, "Bucket is missing Object Lock Configuration", nil},
		{"tags twice", []string{"x-amz-tagging", "a=1&a=2"}, s3err.InvalidArgument, "",
			[]s3err.Extra{s3err.E("ArgumentValue", "a=1&a=2")}},
		{"tags form", []string{"x-amz-tagging", "key1=val1,key2=val2"}, s3err.InvalidArgument, "",
			[]s3err.Extra{s3err.E("ArgumentName", "x-amz-tagging")}},
		{"key without aws:kms", []string{wire.SSEKeyHeader, "k"}, s3err.InvalidArgument,
			"Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms", nil},
		{"unknown key", []string{wire.SSEHeader, "aws:kms", wire.SSEKeyHeader, "fake-key-id"}, s3err.KMSNotFoundException,
			"Invalid keyId 'fake-key-id'", nil},
		{"context", []string{wire.SSEHeader, "aws:kms", wire.SSEContextHeader, "bm8="}, s3err.InvalidArgument, "", nil},
		{"If-Match", []string{"If-Match", `"abc"`}, s3err.PreconditionFailed, "", []s3err.Extra{s3err.E("Condition",
			"If-Match")}},
		{"If-None-Match", []string{"If-None-Match", "*"}, s3err.PreconditionFailed, "", []s3err.Extra{s3err.E("Condition",
			"If-None-Match")}},
		{"If-None-Match ETag", []string{"If-None-Match", `"abc"`}, s3err.NotImplemented, "", []s3err.Extra{s3err.E("Header",
			"If-None-Match")}},
		{"If-Match any", []string{"If-Match", "*"}, s3err.NotImplemented, "", []s3err.Extra{s3err.E("Header", "If-Match")}},
		{"both", []string{"If-Match", "a", "If-None-Match", "*"}, s3err.NotImplemented, "", []s3err.Extra{s3err.E("Header",
			"If-Match,If-None-Match")}},
		{"hash", []string{"x-amz-content-sha256", strings.Repeat("0", 64)}, s3err.XAmzContentSHA256Mismatch, "", nil},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t)
			b.must(t, put("/my-bucket/k", "before"))
			b.do(t, put("/my-bucket/k", "hello", row.headers...)).refused(t, row.code, row.message, row.extras...)
			if a := b.must(t, get("/my-bucket/k")); a.body != "before" {
				t.Errorf("the object is now %q", a.body)
			}
			if n := b.blobs.Len(); n != 1 {
				t.Errorf("%d blobs are left, want 1", n)
			}
		})
	}
}

func TestConditionalWriteOfMissingKey(t *testing.T) {
	b := newBench(t)
	b.do(t, put("/my-bucket/k", "x", "If-Match", `"abc"`)).refused(t, s3err.NoSuchKey, "", s3err.E("Key", "k"))
	b.must(t, put("/my-bucket/k", "x", "If-None-Match", "*"))
}

func TestUploadWithoutLength(t *testing.T) {
	b := newBench(t)
	c := b.call(t, put("/my-bucket/k", "hello"))
	c.Request.ContentLength = -1
	c.Request.TransferEncoding = []string{"chunked"}
	refusal(lengthTold(c)).refused(t, s3err.NotImplemented, "", s3err.E("Header", "Transfer-Encoding"))
	c.Request.Header.Set("x-amz-decoded-content-length", "5")
	c.Body = mustOpen(t, c.Request)
	if err := lengthTold(c); err != nil {
		t.Errorf("with a decoded length: %v", err)
	}
	b.attempt(t, c)
	if got := b.must(t, get("/my-bucket/k")); got.body != "hello" {
		t.Errorf("stored %q", got.body)
	}
}

func TestShortBody(t *testing.T) {
	b := newBench(t)
	c := b.call(t, put("/my-bucket/k", "hello"))
	c.Request.ContentLength = 9
	c.Body = mustOpen(t, c.Request)
	b.attempt(t, c).refused(t, s3err.IncompleteBody, "")
	if n := b.blobs.Len(); n != 0 {
		t.Errorf("%d blobs are left", n)
	}
}

func TestTooLargeBody(t *testing.T) {
	b := newBench(t)
	c := b.call(t, put("/my-bucket/k", "hello"))
	c.Request.ContentLength = wire.MaxUpload + 1
	c.Body = mustOpen(t, c.Request)
	b.attempt(t, c).refused(t, s3err.EntityTooLarge, "", s3err.E("MaxSizeAllowed", "5368709120"))
}

// An attempt that finds the world replaced writes the body, which is gone from
// the connection, into the new one.
func TestWriteIntoReplacedWorld(t *testing.T) {
	b := newBench(t)
	c := b.call(t, put("/my-bucket/k", "hello"))
	defer c.Close()
	c.Moment = b.live.Now()
	b.replaceWorld(t)
	if _, refused := opening(c); refused != nil {
		t.Fatal(refused)
	}
	if _, refused := c.doing.serve(c); !errors.Is(refused, store.ErrMoved) {
		t.Fatalf("got %v, want a moved world", refused)
	}
	if a := b.attempt(t, c); a.err != nil {
		t.Fatal(a.err)
	}
	if a := b.must(t, get("/my-bucket/k")); a.body != "hello" {
		t.Errorf("got %q", a.body)
	}
}

func TestGetRefusals(t *testing.T) {
	b := newBench(t)
	b.must(t, put("/my-bucket/k", "0123456789"))
	b.must(t, put("/my-bucket/cold", "x", "x-amz-storage-class", "GLACIER"))
	b.do(t, get("/my-bucket/none")).refused(t, s3err.NoSuchKey, "The specified key does not exist.", s3err.E("Key",
		"none"))
	b.do(t, get("/my-bucket/k", "Range", "bytes=10-")).refused(t, s3err.InvalidRange, "", s3err.E("RangeRequested",
		"bytes=10-"), s3err.E("ActualObjectSize", "10"))
	b.do(t, get("/my-bucket/k?partNumber=1", "Range", "bytes=1-")).refused(t, s3err.InvalidRequest,
		"Cannot specify both Range header and partNumber query parameter")
	b.do(t, get("/my-bucket/k?partNumber=2")).refused(t, s3err.InvalidPartNumber, "", s3err.E("ActualPartCount", "1"))
	b.do(t, get("/my-bucket/k?partNumber=0")).refused(t, s3err.InvalidArgument, "", s3err.E("ArgumentName", "partNumber"))
	b.do(t, get("/my-bucket/k?versionId=x")).refused(t, s3err.InvalidArgument, "Invalid version id specified")
	b.do(t, get("/my-bucket/k", wire.SSEHeader, "AES256")).refused(t, s3err.InvalidArgument, "")
	b.do(t, get("/my-bucket/cold")).refused(t, s3err.InvalidObjectState, "", s3err.E("StorageClass", "GLACIER"))
	b.must(t, sending{method: "HEAD", target: "/my-bucket/cold"})
	b.do(t, sending{method: "GET", target: "/my-bucket/k?response-content-type=a", anonymous: true}).
		refused(t, s3err.InvalidRequest, "Request specific response headers cannot be used for anonymous GET requests.")
	b.do(t, get("/my-bucket/k?response-cache-control=%E2%80%94")).refused(t, s3err.InvalidArgument,
		"Header value cannot be represented using ISO-8859-1.")
	if a := b.must(t,
		get("/my-bucket/k?response-content-type=a%2Fb&versionId=null")); a.header.Get("Content-Type") != "a/b" {
		t.Errorf("%v", a.header)
	}
}

func TestPartialContent(t *testing.T) {
	b := newBench(t)
	b.must(t, put("/my-bucket/k", "0123456789"))
	a := b.must(t, get("/my-bucket/k", "Range", "bytes=2-4", "x-amz-checksum-mode", "ENABLED"))
	if a.status != http.StatusPartialContent || a.body != "234" || a.header.Get("Content-Range") != "bytes 2-4/10" {
		t.Errorf("%d %q %v", a.status, a.body, a.header)
	}
	if a.header.Get("x-amz-checksum-crc64nvme") != "" {
		t.Error("the whole object's checksum on a part of it")
	}
	a = b.must(t, get("/my-bucket/k", "Range", "bytes=-15", "x-amz-checksum-mode", "ENABLED"))
	if a.status != http.StatusPartialContent || a.body != "0123456789" || a.header.Get("x-amz-checksum-crc64nvme") == "" {
		t.Errorf("%d %q %v", a.status, a.body, a.header)
	}
	if a = b.must(t, get("/my-bucket/k")); a.header.Get("x-amz-checksum-crc64nvme") != "" {
		t.Error("a checksum that nobody asked for")
	}
	if a = b.must(t, get("/my-bucket/k?partNumber=1")); a.status != http.StatusPartialContent ||
		a.header.Get("Content-Range") != "bytes 0-9/10" {
		t.Errorf("part 1 of an object in one piece: %d %v", a.status, a.header)
	}
}

func TestKMSObjects(t *testing.T) {
	b := newBench(t)
	a := b.must(t, put("/kms-bucket/k", "hello"))
	if a.header.Get(wire.SSEKeyHeader) != ownKey || a.header.Get("ETag") == helloMD5 {
		t.Errorf("%v", a.header)
	}
	a = b.must(t, put("/managed-key/k", "hello", wire.SSEContextHeader, "eyJhIjoiYiJ9"))
	if key := a.header.Get(wire.SSEKeyHeader); key == "" || key == ownKey {
		t.Errorf("aws/s3 is %q", key)
	}
	b.do(t, sending{method: "GET", target: "/kms-bucket/k", anonymous: true}).
		refused(t, s3err.InvalidArgument,
			"Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.")
	c := b.call(t, get("/kms-bucket/k"))
	c.Moment = b.live.Now()
	questions, refused := opening(c)
	if refused != nil || len(questions) != 2 || questions[1].Action != "kms:Decrypt" || questions[1].Resource != ownKey {
		t.Errorf("questions of a read: %v %v", questions, refused)
	}
}

func TestDeleteObject(t *testing.T) {
	b := newBench(t)
	b.must(t, put("/my-bucket/k", "x"))
	del := sending{method: "DELETE", target: "/my-bucket/k"}
	b.do(t, sending{method: "DELETE", target: "/my-bucket/k", headers: []string{"If-Match", `"no"`}}).refused(t,
		s3err.PreconditionFailed, "")
	b.do(t, sending{method: "DELETE", target: "/my-bucket/k", headers: []string{"x-amz-if-match-size", "1"}}).
		refused(t, s3err.NotImplemented, "", s3err.E("Header", "x-amz-if-match-size"))
	b.do(t, sending{method: "DELETE", target: "/my-bucket/k?versionId=abc"}).refused(t, s3err.InvalidArgument,
		"Invalid version id specified")
	for range 2 {
		if a := b.must(t, del); a.status != http.StatusNoContent {
			t.Errorf("status %d", a.status)
		}
	}
	if n := b.blobs.Len(); n != 0 {
		t.Errorf("%d blobs are left", n)
	}
}
