package sigv4

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsv4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func awsClient(e *endpoint, prefix, token string) *s3.Client {
	return s3.New(s3.Options{
		Region: testRegion, Credentials: awsProvider(token), BaseEndpoint: aws.String(e.URL + prefix),
		UsePathStyle: true, Retryer: aws.NopRetryer{},
	})
}

// oddKeys are keys of every shape.
var oddKeys = []string{
	"plain.txt", "a b+c&d=e", "dir//double", "../up/./here", "100%", "50%2Fhalf", "ünïcode/日本", "semi;colon,comma!'()*",
	"~tilde", "q?m#h", "trailing/", "\"quotes\"", strings.Repeat("k", 1024),
}

func TestAWSClientKeys(t *testing.T) {
	e := newEndpoint(t)
	for _, prefix := range []string{"", "/~world"} {
		client := awsClient(e, prefix, "")
		for _, key := range oddKeys {
			t.Run(prefix+key[:min(len(key), 20)], func(t *testing.T) {
				body := "body of " + key
				client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("bucket"), Key: &key,
					Body: strings.NewReader(body)})
				if v := e.proved(); string(v.body) != body {
					t.Errorf("body %q, want %q", v.body, body)
				}
				client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String("bucket"), Key: &key})
				e.proved()
				client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("bucket"), Key: &key,
					Range: aws.String("bytes=1-2"), VersionId: aws.String("v 1/+=")})
				e.proved()
				client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("bucket"), Prefix: &key,
					Delimiter: aws.String("/")})
				e.proved()
			})
		}
	}
}

func TestAWSClientSessionToken(t *testing.T) {
	const token = "AQoDYXdzEPT//////////wEXAMPLE+token/with=signs=="
	e := newEndpoint(t)
	client := awsClient(e, "", token)
	client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("bucket"), Key: aws.String("key")})
	if got := e.proved().presented.SessionToken; got != token {
		t.Errorf("token %q in the header, want %q", got, token)
	}
	signed, err := s3.NewPresignClient(client).PresignGetObject(t.Context(),
		&s3.GetObjectInput{Bucket: aws.String("bucket"), Key: aws.String("key")})
	if err != nil {
		t.Fatal(err)
	}
	sendPresigned(t, signed.Method, signed.URL, signed.SignedHeader, nil)
	if got := e.proved().presented.SessionToken; got != token {
		t.Errorf("token %q in the query, want %q", got, token)
	}
}

func sendPresigned(t testing.TB, method, url string, header http.Header, body io.Reader) {
	t.Helper()
	r, err := http.NewRequest(method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		if !strings.EqualFold(k, "host") {
			r.Header[k] = v
		}
	}
	do(t, r)
}

func TestAWSPresignClient(t *testing.T) {
	e := newEndpoint(t)
	client := s3.NewPresignClient(awsClient(e, "/~world", ""), s3.WithPresignExpires(time.Hour))
	for _, key := range oddKeys {
		get, err := client.PresignGetObject(t.Context(), &s3.GetObjectInput{
			Bucket: aws.String("bucket"), Key: &key, ResponseContentDisposition: aws.String(`attachment; filename="a b+c.txt"`),
		})
		if err != nil {
			t.Fatal(err)
		}
		sendPresigned(t, get.Method, get.URL, get.SignedHeader, nil)
		if v := e.proved(); v.presented.Expires != time.Hour || v.presented.Location != Query {
			t.Errorf("expires %v at %v", v.presented.Expires, v.presented.Location)
		}
	}
	put, err := client.PresignPutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String("bucket"), Key: aws.String("key"), ACL: types.ObjectCannedACLPrivate,
		Metadata: map[string]string{"color": "blue  and   green"}, RequestPayer: types.RequestPayerRequester,
	})
	if err != nil {
		t.Fatal(err)
	}
	sendPresigned(t, put.Method, put.URL, put.SignedHeader, strings.NewReader("any body"))
	v := e.proved()
	if string(v.body) != "any body" || v.presented.Payload != PayloadUnsigned &&
		v.presented.Payload != PayloadUndeclared {
		t.Errorf("body %q, payload %v", v.body, v.presented.Payload)
	}
}

// unseekable makes the SDK send a trailing checksum where it can.
type unseekable struct{ io.Reader }

func TestAWSClientPayloads(t *testing.T) {
	e := newEndpoint(t)
	client := awsClient(e, "", "")
	for _, size := range []int{0, 1, 8191, 8192, 65536, 200_000} {
		body := bytes.Repeat([]byte("x"), size)
		for _, algorithm := range []types.ChecksumAlgorithm{types.ChecksumAlgorithmCrc32, types.ChecksumAlgorithmCrc64nvme,
			types.ChecksumAlgorithmSha256} {
			client.PutObject(t.Context(), &s3.PutObjectInput{
				Bucket: aws.String("bucket"), Key: aws.String("key"), Body: bytes.NewReader(body), ChecksumAlgorithm: algorithm,
			})
			if v := e.proved(); !bytes.Equal(v.body, body) {
				t.Errorf("%d bytes arrived, want %d", len(v.body), size)
			}
			client.PutObject(t.Context(), &s3.PutObjectInput{
				Bucket: aws.String("bucket"), Key: aws.String("key"), Body: bytes.NewReader(body),
			}, s3.WithAPIOptions(awsv4.SwapComputePayloadSHA256ForUnsignedPayloadMiddleware))
			if v := e.proved(); v.presented.Payload != PayloadUnsigned || len(v.body) != size {
				t.Errorf("payload %v, %d bytes", v.presented.Payload, len(v.body))
			}
		}
	}
}

// The SDK writes STREAMING-UNSIGNED-PAYLOAD-TRAILER over TLS only.
func TestAWSClientTrailer(t *testing.T) {
	e := &endpoint{t: t}
	e.Server = newTLSServer(t, e)
	client := s3.New(s3.Options{
		Region: testRegion, Credentials: awsProvider(""), BaseEndpoint: aws.String(e.URL),
		UsePathStyle: true, Retryer: aws.NopRetryer{}, HTTPClient: e.Client(),
	})
	for _, size := range []int{1, 65536, 200_000} {
		body := bytes.Repeat([]byte("x"), size)
		_, err := client.PutObject(t.Context(), &s3.PutObjectInput{
			Bucket: aws.String("bucket"), Key: aws.String("key"), Body: unseekable{bytes.NewReader(body)},
			ContentLength: aws.Int64(int64(size)), ChecksumAlgorithm: types.ChecksumAlgorithmCrc32c,
		})
		v := e.proved()
		if err != nil || v.presented.Payload != PayloadUnsignedTrailer || !bytes.Equal(v.body, body) ||
			v.length != int64(size) {
			t.Errorf("%v: payload %v, %d bytes of %d, want %d", err, v.presented.Payload, len(v.body), v.length, size)
		}
		if len(v.trailer.Get("x-amz-checksum-crc32c")) != 8 {
			t.Errorf("trailer %v", v.trailer)
		}
	}
}

func TestAWSSignerHeaders(t *testing.T) {
	e := newEndpoint(t)
	for i, set := range []func(*http.Request){
		func(r *http.Request) { r.Header.Set("X-Amz-Meta-A", "  spaced   out  ") },
		func(r *http.Request) { r.Header["X-Amz-Meta-B"] = []string{"one", "two  three"} },
		func(r *http.Request) { r.Header.Set("Content-Type", "text/plain; charset=utf-8") },
		func(r *http.Request) { r.URL.RawQuery = "b=2&a=1&a=0&policy&empty=&sp=a%20b&plus=a%2Bb&enc=%7e" },
		func(r *http.Request) { r.Host = "bucket.s3.eu-west-1.amazonaws.com" },
		func(r *http.Request) { r.Host = "example.org:9000" },
		func(r *http.Request) { r.Method = "HEAD" },
	} {
		r, err := http.NewRequest("GET", e.URL+"/bucket/key", nil)
		if err != nil {
			t.Fatal(err)
		}
		set(r)
		r.Header.Set(contentSHA256Header, emptySHA256)
		if err := awsSigner().SignHTTP(context.Background(), awsCredentials, r, emptySHA256, "s3", testRegion,
			time.Now()); err != nil {
			t.Fatal(err)
		}
		do(t, r)
		if v := e.last(); v.err != nil {
			t.Errorf("row %d: %v", i, v.err)
		}
	}
}

// Other services sign the hash of the body without sending it, and encode the
// path twice.
func TestAWSSignerOtherServices(t *testing.T) {
	const body = "Action=GetCallerIdentity&Version=2011-06-15"
	for _, row := range []struct{ method, target, body string }{
		{"POST", "/", body}, {"POST", "/~world", body}, {"POST", "/~world/", body},
		{"GET", "/analyzer/arn%3Aaws%3Aaccess-analyzer%3A%2Fx", ""}, {"GET", "/", ""},
	} {
		t.Run(row.method+row.target, func(t *testing.T) {
			sent, err := http.NewRequest(row.method, "http://127.0.0.1:9403"+row.target, strings.NewReader(row.body))
			if err != nil {
				t.Fatal(err)
			}
			now := time.Now()
			if err := awsv4.NewSigner().SignHTTP(t.Context(), awsCredentials, sent, HashPayload([]byte(row.body)), "sts",
				testRegion, now); err != nil {
				t.Fatal(err)
			}
			k := Key{Secret: exampleSecret, Now: now, PayloadHash: HashPayload([]byte(row.body))}
			if _, _, err := prove(arrive(t, sent), k); err != nil {
				t.Fatal(err)
			}
			p, _ := Parse(arrive(t, sent))
			if e := refusal(t, p.WrongService("s3")); e.Reason != ServiceWrong || e.Value != "sts" || e.Expected != "s3" {
				t.Errorf("wrong service: %+v", e)
			}
			k.PayloadHash = HashPayload([]byte(row.body + "&"))
			if _, _, err := prove(arrive(t, sent), k); refusal(t, err).Reason != SignatureDoesNotMatch {
				t.Errorf("another body: %v", err)
			}
		})
	}
}

// arrive writes a request to the wire and reads it as a server does.
func arrive(t testing.TB, r *http.Request) *http.Request {
	t.Helper()
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	if r.GetBody != nil {
		r.Body, _ = r.GetBody()
	}
	head, body, _ := strings.Cut(b.String(), "\r\n\r\n")
	return wire(t, strings.ReplaceAll(head, "\r\n", "\n"), body)
}

// What this package signs is what the SDK signs.
func TestSignAsTheSDK(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for i, target := range []string{"/bucket/key", "/bucket/a%20b/%C3%BC//x/..?b=1&a=2&a=1&acl",
		"/?list-type=2&prefix=a%2Bb%20c"} {
		make := func() *http.Request {
			r, err := http.NewRequest("PUT", "http://localhost:9403"+target, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("X-Amz-Meta-A", "x   y")
			r.Header.Set("Content-Type", "text/plain")
			return r
		}
		theirs, ours := make(), make()
		theirs.Header.Set(contentSHA256Header, UnsignedPayload)
		c := awsCredentials
		c.SessionToken = "a-token"
		if err := awsSigner().SignHTTP(t.Context(), c, theirs, UnsignedPayload, "s3", testRegion, now); err != nil {
			t.Fatal(err)
		}
		Sign(ours, Credentials{exampleKey, exampleSecret, "a-token"}, testScope, UnsignedPayload, now)
		if a, b := theirs.Header.Get("Authorization"), ours.Header.Get("Authorization"); a != b {
			t.Errorf("row %d:\nSDK  %s\nours %s", i, a, b)
		}
	}
}

func TestPresignAsTheSDK(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, target := range []string{"/bucket/key",
		"/bucket/a%20b?versionId=1%2B2&response-content-type=text%2Fplain%20x"} {
		ours, err := http.NewRequest("GET", "http://localhost:9403"+target, nil)
		if err != nil {
			t.Fatal(err)
		}
		theirs := ours.Clone(t.Context())
		q := theirs.URL.Query()
		q.Set("X-Amz-Expires", "900")
		theirs.URL.RawQuery = q.Encode()
		c := awsCredentials
		c.SessionToken = "a+token"
		signed, _, err := awsSigner().PresignHTTP(t.Context(), c, theirs, UnsignedPayload, "s3", testRegion, now)
		if err != nil {
			t.Fatal(err)
		}
		Presign(ours, Credentials{exampleKey, exampleSecret, "a+token"}, testScope, 15*time.Minute, now)
		if got := ours.URL.String(); got != signed {
			t.Errorf("\nSDK  %s\nours %s", signed, got)
		}
	}
}
