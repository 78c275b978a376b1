package s3api

import (
	"crypto/md5"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// withKey are the three headers of SSE-C, of a key of 256 bits that are all c.
func withKey(c byte) []string { return keyHeaders(wire.CustomerKey, c) }

func keyHeaders(in wire.CustomerHeaders, c byte) []string {
	key := []byte(strings.Repeat(string(rune(c)), 32))
	sum := md5.Sum(key)
	return []string{in.Algorithm, "AES256", in.Key, base64.StdEncoding.EncodeToString(key), in.Sum,
		base64.StdEncoding.EncodeToString(sum[:])}
}

// changed is headers with one of them set to another value; empty: left out.
func changed(headers []string, name, value string) []string {
	var all []string
	for i := 0; i+1 < len(headers); i += 2 {
		switch {
		case headers[i] != name:
			all = append(all, headers[i], headers[i+1])
		case value != "":
			all = append(all, name, value)
		}
	}
	return all
}

func sent(method, target, body string, headers ...string) sending {
	return sending{method: method, target: target, body: body, headers: headers}
}

// The rows of s3-errors.md 2.4.
func TestCustomerKeysThatAreRefused(t *testing.T) {
	const needs = "Requests specifying Server Side Encryption with Customer provided keys must provide "
	key := withKey('a')
	short := base64.StdEncoding.EncodeToString([]byte("short"))
	for _, row := range []struct {
		name    string
		headers []string
		code    s3err.Code
		message string
	}{
		{"no algorithm", changed(key, wire.CustomerKey.Algorithm, ""), s3err.InvalidArgument, needs +
			"a valid encryption algorithm."},
		{"no key", changed(key, wire.CustomerKey.Key, ""), s3err.InvalidArgument, needs + "an appropriate secret key."},
		{"another algorithm", changed(key, wire.CustomerKey.Algorithm, "AES128"), s3err.InvalidEncryptionAlgorithmError,
			"The Encryption request you specified is not valid. Supported value: AES256."},
		{"a short key", changed(key, wire.CustomerKey.Key, short), s3err.InvalidArgument,
			"The secret key was invalid for the specified algorithm."},
		{"a key that is no base64", changed(key, wire.CustomerKey.Key, "#"), s3err.InvalidArgument,
			"The secret key was invalid for the specified algorithm."},
		{"another digest", changed(key, wire.CustomerKey.Sum, short), s3err.InvalidArgument,
			"The calculated MD5 hash of the key did not match the hash that was provided."},
		{"no digest", changed(key, wire.CustomerKey.Sum, ""), s3err.InvalidArgument,
			"The calculated MD5 hash of the key did not match the hash that was provided."},
		{"two kinds of encryption", append([]string{wire.SSEHeader, "AES256"}, key...), s3err.InvalidArgument,
			"Server Side Encryption with Customer provided key is incompatible with the encryption method specified"},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t)
			name := s3err.E("ArgumentName", wire.SSEHeader)
			b.do(t, put("/my-bucket/k", "hello", row.headers...)).refused(t, row.code, row.message, name)
			b.do(t, sent("POST", "/my-bucket/k?uploads", "", row.headers...)).refused(t, row.code, row.message, name)
			if n := b.blobs.Len(); n != 0 {
				t.Errorf("%d blobs are left", n)
			}
		})
	}
}

// What was written with a key is read with the same, and with nothing else.
func TestReadingWithACustomerKey(t *testing.T) {
	b := newBench(t)
	a := b.must(t, put("/kms-bucket/k", "hello", withKey('a')...))
	if etag := a.header.Get("Etag"); etag == wire.Quoted(goldenETag) {
		t.Error("the ETag is the MD5 of the content")
	}
	for _, h := range []string{wire.SSEHeader, wire.SSEKeyHeader} {
		if v := a.header.Get(h); v != "" {
			t.Errorf("%s is %q: the customer's key takes the place of the bucket's", h, v)
		}
	}
	if a.header.Get(wire.CustomerKey.Algorithm) != "AES256" || a.header.Get(wire.CustomerKey.Sum) != withKey('a')[5] {
		t.Errorf("the reply does not tell of the key: %v", a.header)
	}
	for _, method := range []string{"GET", "HEAD"} {
		if got := b.must(t, sent(method, "/kms-bucket/k", "",
			withKey('a')...)); got.header.Get(wire.CustomerKey.Sum) != withKey('a')[5] {
			t.Errorf("%s does not tell of the key", method)
		}
		b.do(t, sent(method, "/kms-bucket/k", "")).refused(t, s3err.InvalidRequest,
			"The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.")
		b.do(t, sent(method, "/kms-bucket/k", "", withKey('b')...)).refused(t, s3err.AccessDenied,
			"Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.")
	}
	b.must(t, put("/my-bucket/plain", "hello"))
	b.do(t, sent("GET", "/my-bucket/plain", "", withKey('a')...)).refused(t, s3err.InvalidRequest,
		"The encryption parameters are not applicable to this object.")
}

func TestCopiesUnderCustomerKeys(t *testing.T) {
	b := newBench(t)
	b.must(t, put("/my-bucket/k", "hello", withKey('a')...))
	from := []string{"x-amz-copy-source", "/my-bucket/k"}
	opened := append(keyHeaders(wire.SourceCustomerKey, 'a'), from...)
	b.do(t, put("/my-bucket/copy", "", from...)).refused(t, s3err.InvalidRequest, "")
	b.do(t, put("/my-bucket/copy", "", append(keyHeaders(wire.SourceCustomerKey, 'b'), from...)...)).refused(t,
		s3err.AccessDenied, "")
	plain := b.must(t, put("/my-bucket/copy", "", opened...))
	if got := element(plain.body, "ETag"); got != wire.Quoted(goldenETag) {
		t.Errorf("the ETag of a copy without a key is %s", got)
	}
	b.must(t, put("/my-bucket/other", "", append(opened, withKey('b')...)...))
	if a := b.must(t, sent("GET", "/my-bucket/other", "", withKey('b')...)); a.body != "hello" {
		t.Errorf("the copy is %q", a.body)
	}
	// Another key is a change of the object that is copied onto itself.
	b.must(t, put("/my-bucket/k", "", append(opened, withKey('c')...)...))
	b.must(t, sent("GET", "/my-bucket/k", "", withKey('c')...))
}

func TestPartsUnderACustomerKey(t *testing.T) {
	b := newBench(t)
	part := func(id string, headers ...string) sending {
		return sent("PUT", "/my-bucket/k?partNumber=1&uploadId="+id, "hello", headers...)
	}
	id := element(b.must(t, sent("POST", "/my-bucket/k?uploads", "", withKey('a')...)).body, "UploadId")
	b.do(t, part(id)).refused(t, s3err.InvalidRequest,
		"The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.")
	b.do(t, part(id, withKey('b')...)).refused(t, s3err.InvalidRequest,
		"The provided encryption parameters did not match the ones used originally.")
	etag := b.must(t, part(id, withKey('a')...)).header.Get("Etag")
	if etag == wire.Quoted(goldenETag) {
		t.Error("the part's ETag is the MD5 of its bytes")
	}
	b.must(t, put("/my-bucket/source", "hello", withKey('s')...))
	copied := append([]string{"x-amz-copy-source", "/my-bucket/source"}, keyHeaders(wire.SourceCustomerKey, 's')...)
	q := sent("PUT", "/my-bucket/k?partNumber=1&uploadId="+id, "", copied...)
	b.do(t, q).refused(t, s3err.InvalidRequest, "")
	q.headers = append(copied, withKey('a')...)
	etag = element(b.must(t, q).body, "ETag")
	complete := sent("POST", "/my-bucket/k?uploadId="+id,
		`<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>`+etag+`</ETag></Part></CompleteMultipartUpload>`)
	complete.headers = withKey('b')
	b.do(t, complete).refused(t, s3err.InvalidRequest, "")
	complete.headers = nil
	b.must(t, complete)
	if a := b.must(t, sent("GET", "/my-bucket/k", "", withKey('a')...)); a.body != "hello" {
		t.Errorf("the object is %q", a.body)
	}
	b.do(t, sent("GET", "/my-bucket/k", "")).refused(t, s3err.InvalidRequest, "")
}

// A bucket that blocks SSE-C says so to those of its account, and still gives out
// what it has.
func TestBlockedCustomerKeys(t *testing.T) {
	b := newBench(t)
	b.must(t, put("/my-bucket/k", "hello", withKey('a')...))
	rule := `<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>{blocked}</Rule>`
	set := func(kind string) sending {
		blocked := ""
		if kind != "" {
			blocked = "<BlockedEncryptionTypes><EncryptionType>" + kind + "</EncryptionType></BlockedEncryptionTypes>"
		}
		return sent("PUT", "/my-bucket?encryption", "<ServerSideEncryptionConfiguration>"+strings.ReplaceAll(rule,
			"{blocked}", blocked)+"</ServerSideEncryptionConfiguration>")
	}
	b.must(t, set("SSE-C"))
	for _, q := range []sending{set(""), {method: "DELETE", target: "/my-bucket?encryption"}} {
		b.must(t, q)
		if got := element(b.must(t, sent("GET", "/my-bucket?encryption", "")).body, "EncryptionType"); got != "SSE-C" {
			t.Errorf("after %s the bucket blocks %q", q.method, got)
		}
	}
	const sentence = `because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type`
	user := "User: arn:aws:iam::" + ownAccount + ":root is not authorized to perform: "
	b.do(t, put("/my-bucket/new", "hello", withKey('a')...)).refused(t, s3err.AccessDenied,
		user+`s3:PutObject on resource: "arn:aws:s3:::my-bucket/new" `+sentence)
	b.do(t, sent("POST", "/my-bucket/new?uploads", "", withKey('a')...)).refused(t, s3err.AccessDenied,
		user+`s3:PutObject on resource: "arn:aws:s3:::my-bucket/new" `+sentence)
	copied := append(append(withKey('a'), keyHeaders(wire.SourceCustomerKey, 'a')...), "x-amz-copy-source",
		"/my-bucket/k")
	b.do(t, put("/my-bucket/new", "", copied...)).refused(t, s3err.AccessDenied,
		user+`s3:CopyObject on resource: "arn:aws:s3:::my-bucket/new" `+sentence)
	b.must(t, sent("GET", "/my-bucket/k", "", withKey('a')...))
	b.do(t, set("SSE-S3")).refused(t, s3err.MalformedXML, "")
	b.must(t, set("NONE"))
	b.must(t, put("/my-bucket/new", "hello", withKey('a')...))
}

// Outsiders read no more than Access Denied, and S3 takes no key over a connection
// that the world says is not secure.
func TestCustomerKeysOfOutsidersAndOnPlainHTTP(t *testing.T) {
	open := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::my-bucket/*"}}`
	x := trial{answers: awsAnswers(), foreign: true, bucket: open, ownership: world.BucketOwnerEnforced,
		identity: []authz.Named{allowing(t, `"s3:*"`)}, sending: put("/my-bucket/k", "hello", withKey('a')...)}
	c := x.court(t)
	defer c.Close()
	state := *c.State()
	bucket := *state.Buckets["my-bucket"]
	bucket.Encryption.BlockSSEC = true
	secure := false
	for _, row := range []struct {
		state *world.State
		want  string
	}{
		{state.WithBucket(&bucket), "Access Denied"},
		{func() *world.State { s := state; s.Network.SecureTransport = &secure; return &s }(),
			"Requests specifying Server Side Encryption with Customer provided keys must be made over a secure connection."},
	} {
		b := bench{blobs: newBench(t).blobs}
		c.Live = b.newLive(t, row.state)
		c.Moment = c.Live.Now()
		if _, err := c.Checks(); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Serve(); err == nil || s3err.Of(err).Message != row.want {
			t.Errorf("%v, want %s", err, row.want)
		}
	}
}
