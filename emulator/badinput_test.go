package emulator_test

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/sigv4"
)

const original = "the object before it"

// Each request is refused with S3's error, and leaves the object that was there
// as it was and the server alive.
func TestBadInput(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	put := send(t, srv, "app", "PUT", "/my-bucket/k", []byte(original))
	put.want(t, 200, "")
	for _, row := range []struct {
		name, method, path, body string
		edit                     func(*http.Request)
		status                   int
		code                     string
	}{
		{"digest of another body", "PUT", "/my-bucket/k", "x", header("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="), 400, "BadDigest"},
		{"unreadable digest", "PUT", "/my-bucket/k", "x", header("Content-MD5", "nonsense"), 400, "InvalidDigest"},
		{"checksum of another body", "PUT", "/my-bucket/k", "x", header("x-amz-checksum-crc32", "AAAAAA=="), 400, "BadDigest"},
		{"unreadable checksum", "PUT", "/my-bucket/k", "x", header("x-amz-checksum-sha256", "AAAA"), 400, "InvalidRequest"},
		{"metadata too large", "PUT", "/my-bucket/k", "x", header("x-amz-meta-a", strings.Repeat("a", 3000)), 400, "MetadataTooLarge"},
		{"unknown storage class", "PUT", "/my-bucket/k", "x", header("x-amz-storage-class", "ATTIC"), 400, "InvalidStorageClass"},
		{"unknown encryption", "PUT", "/my-bucket/k", "x", header("x-amz-server-side-encryption", "ROT13"), 400, "InvalidArgument"},
		{"unknown KMS key", "PUT", "/my-bucket/k", "x", headers("x-amz-server-side-encryption", "aws:kms", "x-amz-server-side-encryption-aws-kms-key-id", "arn:aws:kms:us-east-1:123456789012:key/none"), 400, "KMS.NotFoundException"},
		{"condition that does not hold", "PUT", "/my-bucket/k", "x", header("If-None-Match", "*"), 412, "PreconditionFailed"},
		{"key too long", "PUT", "/my-bucket/" + strings.Repeat("k", 1025), "x", nil, 400, "KeyTooLongError"},
		{"copy source without a slash", "PUT", "/my-bucket/k", "", header("x-amz-copy-source", "nothing"), 400, "InvalidArgument"},
		{"copy onto itself", "PUT", "/my-bucket/k", "", header("x-amz-copy-source", "/my-bucket/k"), 400, "InvalidRequest"},
		{"no such upload", "PUT", "/my-bucket/k?partNumber=1&uploadId=none", "x", nil, 404, "NoSuchUpload"},
		{"completion of no upload", "POST", "/my-bucket/k?uploadId=none", "<a", nil, 404, "NoSuchUpload"},
		{"deletion that is no XML", "POST", "/my-bucket?delete=", "<Delete><Object>", digest, 400, "MalformedXML"},
		{"deletion without a digest", "POST", "/my-bucket?delete=", "<Delete><Object><Key>k</Key></Object></Delete>", nil, 400, "InvalidRequest"},
		{"entities in XML", "POST", "/my-bucket?delete=", `<!DOCTYPE d [<!ENTITY a "k">]><Delete><Object><Key>&a;</Key></Object></Delete>`, digest, 400, "MalformedXML"},
		{"policy that is no JSON", "PUT", "/my-bucket?policy=", "{", nil, 400, "MalformedPolicy"},
		{"policy for another bucket", "PUT", "/my-bucket?policy=", `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::other/*"}]}`, nil, 400, "MalformedPolicy"},
		{"ownership that does not exist", "PUT", "/my-bucket?ownershipControls=", `<OwnershipControls><Rule><ObjectOwnership>Everybody</ObjectOwnership></Rule></OwnershipControls>`, nil, 400, "MalformedXML"},
		{"encryption that does not exist", "PUT", "/my-bucket?encryption=", `<ServerSideEncryptionConfiguration/>`, nil, 400, "MalformedXML"},
		{"bucket name", "PUT", "/My_Bucket", "", nil, 400, "InvalidBucketName"},
		{"location that does not exist", "PUT", "/new-bucket", `<CreateBucketConfiguration><LocationConstraint>moon-1</LocationConstraint></CreateBucketConfiguration>`, nil, 400, "InvalidLocationConstraint"},
		{"max-keys", "GET", "/my-bucket?list-type=2&max-keys=many", "", nil, 400, "InvalidArgument"},
		{"encoding-type", "GET", "/my-bucket?list-type=2&encoding-type=rot13", "", nil, 400, "InvalidArgument"},
		{"continuation token", "GET", "/my-bucket?list-type=2&continuation-token=x", "", nil, 400, "InvalidArgument"},
		{"method", "PATCH", "/my-bucket/k", "", nil, 405, "MethodNotAllowed"},
		{"no such bucket", "GET", "/no-such-bucket/k", "", nil, 404, "NoSuchBucket"},
		{"no such key", "GET", "/my-bucket/none", "", nil, 404, "NoSuchKey"},
		{"no such version", "GET", "/my-bucket/k?versionId=nonsense", "", nil, 400, "InvalidArgument"},
		{"range behind the end", "GET", "/my-bucket/k", "", header("Range", "bytes=1000-"), 416, "InvalidRange"},
		{"a bucket with objects", "DELETE", "/my-bucket", "", nil, 409, "BucketNotEmpty"},
		{"something S3 has and we have not", "GET", "/my-bucket?session=", "", nil, 501, "NotImplemented"},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := request(t, srv, row.method, row.path, []byte(row.body))
			if row.edit != nil {
				row.edit(r)
			}
			sign(srv, r, "app", []byte(row.body), time.Now())
			do(t, r).want(t, row.status, row.code)
			unharmed(t, srv)
		})
	}
}

// Bodies that break off, or are not framed as they say, change nothing.
func TestBrokenBodies(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	send(t, srv, "app", "PUT", "/my-bucket/k", []byte(original)).want(t, 200, "")
	for _, row := range []struct {
		name   string
		make   func(t *testing.T) *http.Request
		status int
		code   string
	}{
		{"another body than was signed", func(t *testing.T) *http.Request {
			r := request(t, srv, "PUT", "/my-bucket/k", []byte("other"))
			sign(srv, r, "app", []byte("those"), time.Now())
			return r
		}, 400, "XAmzContentSHA256Mismatch"},
		{"a chunk with a changed byte", func(t *testing.T) *http.Request {
			return chunked(t, srv, func(b []byte) []byte { b[len(b)/2] ^= 1; return b })
		}, 403, "SignatureDoesNotMatch"},
		{"chunks that break off", func(t *testing.T) *http.Request {
			return chunked(t, srv, func(b []byte) []byte { return b[:len(b)-40] })
		}, 400, "IncompleteBody"},
		{"no frames at all", func(t *testing.T) *http.Request {
			return chunked(t, srv, func(b []byte) []byte { return bytes.Repeat([]byte("x"), len(b)) })
		}, 400, "IncompleteBody"},
		{"no length", func(t *testing.T) *http.Request {
			r := request(t, srv, "PUT", "/my-bucket/k", nil)
			sigv4.Sign(r, credentials(srv, "app"), scope(srv), sigv4.UnsignedPayload, time.Now())
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader("x")), -1
			return r
		}, 501, "NotImplemented"},
	} {
		t.Run(row.name, func(t *testing.T) {
			do(t, row.make(t)).want(t, row.status, row.code)
			unharmed(t, srv)
		})
	}
}

// More than S3 takes is refused before a byte of it is read.
func TestOversized(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	r := request(t, srv, "PUT", "/my-bucket/k", nil)
	sigv4.Sign(r, credentials(srv, "app"), scope(srv), sigv4.UnsignedPayload, time.Now())
	var b strings.Builder
	fmt.Fprintf(&b, "PUT /my-bucket/k HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n", r.URL.Host, int64(6)<<30)
	if err := r.Header.Write(&b); err != nil {
		t.Fatal(err)
	}
	resp, body := raw(t, srv.Endpoint, b.String()+"\r\n")
	if resp.StatusCode != 400 || !bytes.Contains(body, []byte("<Code>EntityTooLarge</Code>")) {
		t.Errorf("got %s %s", resp.Status, body)
	}
}

// chunked is a signed streaming upload whose bytes are changed on their way.
func chunked(t *testing.T, srv *emulatortest.Server, change func([]byte) []byte) *http.Request {
	t.Helper()
	body := bytes.Repeat([]byte("0123456789abcdef"), 10_000)
	r := request(t, srv, "PUT", "/my-bucket/k", nil)
	if err := sigv4.SignChunks(r, credentials(srv, "app"), scope(srv), bytes.NewReader(body), int64(len(body)), nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	framed, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	framed = change(framed)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(framed)), int64(len(framed))
	return r
}

// unharmed holds the object that was there before.
func unharmed(t *testing.T, srv *emulatortest.Server) {
	t.Helper()
	got := send(t, srv, "app", "GET", "/my-bucket/k", nil)
	if got.status != 200 || string(got.body) != original {
		t.Errorf("the object before is now %d %q", got.status, got.body)
	}
}

func header(name, value string) func(*http.Request) { return headers(name, value) }

func headers(pairs ...string) func(*http.Request) {
	return func(r *http.Request) {
		for i := 0; i < len(pairs); i += 2 {
			r.Header.Set(pairs[i], pairs[i+1])
		}
	}
}

// digest adds the digest of the body that DeleteObjects wants.
func digest(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	sum := md5.Sum(body)
	r.Header.Set("Content-MD5", base64.StdEncoding.EncodeToString(sum[:]))
}
