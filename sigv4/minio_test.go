package sigv4

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7/pkg/signer"
)

// plainHasher gives minio-go's chunk signer the standard library's hash.
type plainHasher struct{ hash.Hash }

func (plainHasher) Close() {}

func newSHA256() plainHasher { return plainHasher{sha256.New()} }

func request(t testing.TB, method, url string, body []byte) *http.Request {
	t.Helper()
	var source io.Reader
	if body != nil {
		source = bytes.NewReader(body)
	}
	r, err := http.NewRequest(method, url, source)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestMinioV4(t *testing.T) {
	e := newEndpoint(t)
	body := []byte("some bytes")
	r := request(t, "PUT", e.URL+"/bucket/a%20b%2Bc?uploadId=x%2Fy&partNumber=1", body)
	r.Header.Set(contentSHA256Header, HashPayload(body))
	do(t, signer.SignV4(*r, exampleKey, exampleSecret, "", testRegion))
	e.proved()

	do(t, signer.PreSignV4(*request(t, "GET", e.URL+"/bucket/a%20b?response-content-type=text%2Fplain+x", nil),
		exampleKey, exampleSecret, "a+token", testRegion, 60))
	if v := e.proved(); v.presented.SessionToken != "a+token" {
		t.Errorf("token %q", v.presented.SessionToken)
	}
}

func TestMinioV2(t *testing.T) {
	e := newEndpoint(t)
	r := request(t, "PUT", e.URL+"/bucket/a%20b%2Bc?uploadId=x%2Fy&partNumber=1&other=2", []byte("some bytes"))
	r.Header.Set("Content-Type", "text/plain")
	r.Header.Set("Content-Md5", "4gJE4saaMU4BqNR0kLY+lw==")
	r.Header["X-Amz-Meta-A"] = []string{"one", "two"}
	do(t, signer.SignV2(*r, exampleKey, exampleSecret, false))
	e.proved()

	for _, target := range []string{"/bucket/key", "/bucket/a%20b?versionId=1%2B2&response-content-type=text%2Fplain"} {
		do(t, signer.PreSignV2(*request(t, "GET", e.URL+target, nil), exampleKey, exampleSecret, 60, false))
		if v := e.proved(); v.presented.Scheme != V2 || v.presented.ExpiresAt.IsZero() {
			t.Errorf("%+v", v.presented)
		}
	}
}

func TestMinioV2VirtualHost(t *testing.T) {
	e := newEndpoint(t)
	e.resource = func(r *http.Request) string { return "/bucket" + r.URL.EscapedPath() }
	r := request(t, "GET", e.URL+"/key?acl", nil)
	r.Host = "bucket.s3.amazonaws.com"
	r.Header.Set("Host", r.Host)
	do(t, signer.SignV2(*r, exampleKey, exampleSecret, true))
	e.proved()
}

func TestMinioStreaming(t *testing.T) {
	e := newEndpoint(t)
	for _, size := range []int{1, 65535, 65536, 65537, 300_000} {
		body := bytes.Repeat([]byte("m"), size)
		r := request(t, "PUT", e.URL+"/bucket/key", body)
		do(t, signer.StreamingSignV4(r, exampleKey, exampleSecret, "", testRegion, int64(size), time.Now().UTC(),
			newSHA256()))
		if v := e.proved(); !bytes.Equal(v.body, body) || v.length != int64(size) {
			t.Errorf("%d bytes, length %d, want %d", len(v.body), v.length, size)
		}

		r = request(t, "PUT", e.URL+"/bucket/key", body)
		r.Trailer = http.Header{"X-Amz-Checksum-Crc32": {"AAAAAA=="}}
		do(t, signer.StreamingSignV4(r, exampleKey, exampleSecret, "", testRegion, int64(size), time.Now().UTC(),
			newSHA256()))
		v := e.proved()
		if !bytes.Equal(v.body, body) || v.trailer.Get("X-Amz-Checksum-Crc32") != "AAAAAA==" {
			t.Errorf("%d bytes, trailer %v", len(v.body), v.trailer)
		}
	}
}

func TestMinioUnsignedTrailer(t *testing.T) {
	e := newEndpoint(t)
	body := bytes.Repeat([]byte("m"), 70_000)
	r := request(t, "PUT", e.URL+"/bucket/key", body)
	r.Header.Set(contentSHA256Header, StreamingUnsignedTrailer)
	r = signer.SignV4Trailer(*r, exampleKey, exampleSecret, "", testRegion,
		http.Header{"X-Amz-Checksum-Crc32": {"AAAAAA=="}})
	do(t, r)
	v := e.proved()
	if !bytes.Equal(v.body, body) || v.trailer.Get("X-Amz-Checksum-Crc32") != "AAAAAA==" {
		t.Errorf("%d bytes, trailer %v, payload %v", len(v.body), v.trailer, v.presented.Payload)
	}
}

func TestMinioForms(t *testing.T) {
	now := time.Now().UTC()
	policy := base64.StdEncoding.EncodeToString([]byte(`{"expiration":"2030-01-01T00:00:00.000Z","conditions":[]}`))
	credential := signer.GetCredential(exampleKey, testRegion, now, "s3")
	v4 := Form{
		{"policy", policy}, {"x-amz-algorithm", AlgorithmV4}, {"x-amz-credential", credential},
		{"x-amz-date", now.Format(basicTime)},
		{"x-amz-signature", signer.PostPresignSignatureV4(policy, now, exampleSecret, testRegion)},
	}
	v2 := Form{
		{"policy", policy}, {"AWSAccessKeyId", exampleKey},
		{"signature", signer.PostPresignSignatureV2(policy, exampleSecret)},
	}
	for _, f := range []Form{v4, v2} {
		p, e := ParseForm(f)
		if e != nil {
			t.Fatal(e)
		}
		if _, e := p.Verify(nil, Key{Secret: exampleSecret, Now: now}); e != nil {
			t.Errorf("%v: %v", p.Scheme, e)
		}
		_, err := p.Verify(nil, Key{Secret: exampleSecret + "x", Now: now})
		if e := refusal(t, err); e.Reason != SignatureDoesNotMatch || e.StringToSign != policy || e.CanonicalRequest != "" {
			t.Errorf("%v with another secret: %+v", p.Scheme, e)
		}
	}
	if ours, _ := SignForm(Form{{"policy", policy}}, exampleCredentials, testScope,
		now).Get("x-amz-signature"); ours != v4[4].Value {
		t.Errorf("V4 form signature %s, want %s", ours, v4[4].Value)
	}
	if ours, _ := SignFormV2(Form{{"policy", policy}}, exampleCredentials).Get("signature"); ours != v2[2].Value {
		t.Errorf("V2 form signature %s, want %s", ours, v2[2].Value)
	}
}

// What SignChunks writes is proved by the reader, over a real connection.
func TestSignChunks(t *testing.T) {
	e := newEndpoint(t)
	for _, size := range []int{0, 1, ChunkSize, ChunkSize + 1, 3*ChunkSize + 7} {
		for _, trailer := range []http.Header{nil, {"X-Amz-Checksum-Crc32": {"AAAAAA=="}}} {
			body := bytes.Repeat([]byte("s"), size)
			r := request(t, "PUT", e.URL+"/bucket/key", nil)
			if err := SignChunks(r, exampleCredentials, testScope, bytes.NewReader(body), int64(size), trailer,
				time.Now()); err != nil {
				t.Fatal(err)
			}
			do(t, r)
			v := e.proved()
			if !bytes.Equal(v.body, body) || v.trailer.Get("X-Amz-Checksum-Crc32") != trailer.Get("X-Amz-Checksum-Crc32") {
				t.Errorf("%d bytes, trailer %v; want %d, %v", len(v.body), v.trailer, size, trailer)
			}
		}
	}
	if err := SignChunks(request(t, "PUT", e.URL, nil), exampleCredentials, testScope, nil, -1, nil,
		time.Now()); err == nil {
		t.Error("a size below zero was signed")
	}
	r := request(t, "PUT", e.URL+"/bucket/key", nil)
	if err := SignChunks(r, exampleCredentials, testScope, strings.NewReader("short"), 10, nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(r.Body); err != io.ErrUnexpectedEOF {
		t.Errorf("a body shorter than its size: %v", err)
	}
}

func TestSignV2RoundTrip(t *testing.T) {
	e := newEndpoint(t)
	c := Credentials{exampleKey, exampleSecret, "a+token/="}
	r := request(t, "PUT", e.URL+"/bucket/key?acl&versionId=a%2Bb", []byte("body"))
	r.Header.Set("Content-Type", "text/plain")
	SignV2(r, c, "", time.Now())
	do(t, r)
	if v := e.proved(); v.presented.SessionToken != c.SessionToken {
		t.Errorf("token %q", v.presented.SessionToken)
	}
	r = request(t, "GET", e.URL+"/bucket/key?versionId=a%2Bb&response-expires=a%20b", nil)
	PresignV2(r, c, "", time.Now().Add(time.Minute))
	do(t, r)
	if v := e.proved(); v.presented.SessionToken != c.SessionToken {
		t.Errorf("token %q", v.presented.SessionToken)
	}
}

// Clients disagree about SigV2's resource of a bucket, and about the parameters
// that came after its documentation; each is proved.
func TestV2Dialects(t *testing.T) {
	for _, row := range []struct{ name, target, resource, signed string }{
		{"botocore signs a bucket with a slash", "/bucket?acl", "/bucket", "/bucket/?acl"},
		{"as sent", "/bucket?acl", "/bucket", "/bucket?acl"},
		{"botocore leaves encryption out", "/bucket?encryption", "/bucket", "/bucket/"},
		{"minio-go signs encryption", "/bucket?encryption", "/bucket", "/bucket?encryption"},
		{"world in the path", "/~world/bucket/key?uploads", "/bucket/key", "/bucket/key?uploads"},
	} {
		r := wire(t,
			"GET "+row.target+" HTTP/1.1\nHost: localhost\nDate: Fri, 24 May 2013 00:00:00 GMT\nAuthorization: AWS "+exampleKey+":"+
				signV2(exampleSecret, "GET\n\n\nFri, 24 May 2013 00:00:00 GMT\n"+row.signed), "")
		if _, _, err := prove(r, Key{Secret: exampleSecret, Now: exampleDay, Resource: row.resource}); err != nil {
			t.Errorf("%s: %v", row.name, err)
		}
	}
	r := wire(t,
		"GET /bucket/key HTTP/1.1\nHost: localhost\nDate: Fri, 24 May 2013 00:00:00 GMT\nAuthorization: AWS "+exampleKey+":"+
			signV2(exampleSecret, "GET\n\n\nFri, 24 May 2013 00:00:00 GMT\n/bucket/key/"), "")
	if _, _, err := prove(r, Key{Secret: exampleSecret, Now: exampleDay}); refusal(t,
		err).Reason != SignatureDoesNotMatch {
		t.Errorf("a key with a slash after it is another key: %v", err)
	}
}
