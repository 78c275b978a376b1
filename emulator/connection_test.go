package emulator_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
	"github.com/s3fault/s3fault/scenarios"
	"github.com/s3fault/s3fault/sigv4"
)

// patience is how long a test waits for what must come.
const patience = time.Minute

// wire is one connection to a server, as bytes.
type wire struct {
	net.Conn
	*bufio.Reader
	t *testing.T
}

func dial(t *testing.T, endpoint string) wire {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(endpoint, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return wire{c, bufio.NewReader(c), t}
}

func (w wire) Read(p []byte) (int, error) { return w.Reader.Read(p) }

func (w wire) send(text string) {
	w.t.Helper()
	if _, err := io.WriteString(w.Conn, text); err != nil {
		w.t.Fatal(err)
	}
}

// line is the next line of an answer, without its end.
func (w wire) line() string {
	w.t.Helper()
	line, err := w.ReadString('\n')
	if err != nil {
		w.t.Fatalf("%q, %v", line, err)
	}
	return strings.TrimSuffix(line, "\r\n")
}

// answer reads what a request with that method is answered, and its body.
func (w wire) answer(method string) (*http.Response, string) {
	w.t.Helper()
	r, err := http.ReadResponse(w.Reader, &http.Request{Method: method})
	if err != nil {
		w.t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return r, string(body)
}

// bytesOf is a request as it goes over the wire.
func bytesOf(t *testing.T, r *http.Request) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// signed is a request by a caller as it goes over the wire.
func signed(t *testing.T, srv *emulatortest.Server, method, path, body string, edit ...func(*http.Request)) string {
	t.Helper()
	r := request(t, srv, method, path, []byte(body))
	for _, f := range edit {
		f(r)
	}
	sign(srv, r, "app", []byte(body), time.Now())
	return bytesOf(t, r)
}

// serveConfig serves a scenario of the library as the Config says, and gives the keys of
// its caller.
func serveConfig(t *testing.T, c emulator.Config) (endpoint string, key sigv4.Credentials) {
	t.Helper()
	library, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	c.File, c.Scenario = library, "plain"
	s, err := emulator.New(c)
	if err != nil {
		t.Fatal(err)
	}
	endpoint, stop, err := s.Loopback(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	described, err := s.Describe("plain", endpoint)
	if err != nil {
		t.Fatal(err)
	}
	app := described.Callers["app"]
	return endpoint, sigv4.Credentials{AccessKeyID: app.AccessKeyID, SecretAccessKey: app.SecretAccessKey}
}

// A body that stops coming is RequestTimeout, and the end of the connection
// (s3-errors.md 4).
func TestBodyThatStalls(t *testing.T) {
	endpoint, key := serveConfig(t, emulator.Config{BodyTimeout: 30 * time.Millisecond})
	body := strings.Repeat("x", 1000)
	r, err := http.NewRequest(http.MethodPut, endpoint+"/my-bucket/stalled", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	sigv4.Sign(r, key, sigv4.Scope{Region: "us-east-1", Service: "s3"}, sigv4.HashPayload([]byte(body)), time.Now())
	whole := bytesOf(t, r)
	for name, sent := range map[string]string{
		"in the middle": whole[:len(whole)-500],
		"at once":       whole[:len(whole)-1000],
	} {
		t.Run(name, func(t *testing.T) {
			w := dial(t, endpoint)
			w.send(sent)
			got, text := w.answer(http.MethodPut)
			if got.Status != "400 Bad Request" || !strings.Contains(text, "<Code>RequestTimeout</Code>") || !got.Close {
				t.Errorf("the answer is %s %s, closing: %v", got.Status, text, got.Close)
			}
			if rest, err := io.ReadAll(w); len(rest) > 0 || err != nil {
				t.Errorf("behind the answer comes %q, %v", rest, err)
			}
		})
	}
}

// So it is of the control plane, in its own form, whether the call reads it or not.
func TestControlBodiesThatStall(t *testing.T) {
	endpoint, _ := serveConfig(t, emulator.Config{BodyTimeout: 30 * time.Millisecond})
	const head = " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
	for name, row := range map[string]struct{ sent, status, word string }{
		"in the middle": {"POST /_s3fault/worlds" + head + "Content-Length: 100\r\n\r\n{", "408 Request Timeout", "stalled"},
		"at once":       {"PATCH /_s3fault/worlds/plain" + head + "Content-Length: 100\r\n\r\n", "408 Request Timeout", "stalled"},
		"between chunks": {"POST /_s3fault/worlds" + head + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
			"408 Request Timeout", "stalled"},
		"of nobody who waits for it": {"POST /_s3fault/worlds" + head + "Expect: 100-continue\r\nContent-Length: 100\r\n\r\n",
			"408 Request Timeout", "stalled"},
		"of no call":       {"POST /_s3fault/nothing" + head + "Content-Length: 100\r\n\r\n{", "404 Not Found", "no control call"},
		"that is refused":  {"POST /_s3fault/worlds HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{", "403 Forbidden", "Host"},
		"that is not read": {"GET /_s3fault/health" + head + "Content-Length: 100\r\n\r\n{", "200 OK", `"status":"ok"`},
	} {
		t.Run(name, func(t *testing.T) {
			w := dial(t, endpoint)
			w.send(row.sent)
			if strings.Contains(row.sent, "100-continue") {
				_, _ = w.line(), w.line()
			}
			got, text := w.answer(http.MethodPost)
			if got.Status != row.status || !strings.Contains(text, row.word) || got.Header.Get("Content-Type") != "application/json" {
				t.Errorf("the answer is %s %s, want %s with %s", got.Status, text, row.status, row.word)
			}
			if rest, err := io.ReadAll(w); len(rest) > 0 || err != nil {
				t.Errorf("behind the answer comes %q, %v", rest, err)
			}
		})
	}
}

// So is one of a document without its digest, and of a form.
func TestDocumentsThatStall(t *testing.T) {
	endpoint, key := serveConfig(t, emulator.Config{BodyTimeout: 30 * time.Millisecond})
	cors, err := http.NewRequest(http.MethodPut, endpoint+"/my-bucket?cors", strings.NewReader("<CORSConfiguration/>"))
	if err != nil {
		t.Fatal(err)
	}
	sigv4.Sign(cors, key, sigv4.Scope{Region: "us-east-1", Service: "s3"}, sigv4.UnsignedPayload, time.Now())
	whole := bytesOf(t, cors)
	for name, row := range map[string]struct{ sent, status, word string }{
		"document": {whole[:len(whole)-5], "400 Bad Request", "<Code>RequestTimeout</Code>"},
		"form": {"POST /my-bucket HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n" +
			"Content-Length: 100\r\n\r\n--b\r\n", "400 Bad Request", "<Code>RequestTimeout</Code>"},
	} {
		t.Run(name, func(t *testing.T) {
			w := dial(t, endpoint)
			w.send(row.sent)
			if got, text := w.answer(http.MethodPut); got.Status != row.status || !strings.Contains(text, row.word) {
				t.Errorf("the answer is %s %s, want %s with %s", got.Status, text, row.status, row.word)
			}
		})
	}
}

// A connection without a request is closed after a while, in order.
func TestIdleConnection(t *testing.T) {
	endpoint, _ := serveConfig(t, emulator.Config{IdleTimeout: 10 * time.Millisecond})
	w := dial(t, endpoint)
	w.send("GET /my-bucket HTTP/1.1\r\nHost: x\r\n\r\n")
	if got, _ := w.answer(http.MethodGet); got.Close {
		t.Error("the answer says that the connection is closed")
	}
	if rest, err := io.ReadAll(w); len(rest) > 0 || err != nil {
		t.Errorf("behind the answer comes %q, %v", rest, err)
	}
}

// Who waits for "100 Continue" is told at once, also for a body of no bytes, and reads
// nothing before.
func TestContinueAtOnce(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	w := dial(t, srv.Endpoint)
	for _, size := range []int{0, 1 << 10, 3 << 20} {
		text := signed(t, srv, http.MethodPut, "/my-bucket/expected", strings.Repeat("x", size), func(r *http.Request) {
			r.Header.Set("Expect", "100-continue")
			if size == 0 {
				r.Body, r.TransferEncoding = http.NoBody, nil
			}
		})
		head, body, _ := strings.Cut(text, "\r\n\r\n")
		w.send(head + "\r\n\r\n")
		if got := w.line() + w.line(); got != "HTTP/1.1 100 Continue" {
			t.Errorf("%d bytes: told %q", size, got)
		}
		w.send(body)
		if got, text := w.answer(http.MethodPut); got.StatusCode != http.StatusOK {
			t.Errorf("%d bytes: %s %s", size, got.Status, text)
		}
	}
}

// The phrases are S3's, and what a HEAD is refused with has its headers and no body.
func TestReasonPhrases(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	w := dial(t, srv.Endpoint)
	ranged := with("Range", "bytes=100-")
	for _, row := range []struct {
		method, path, want string
		edit               func(*http.Request)
	}{
		{"GET", "/my-bucket/file.txt", "416 Requested Range Not Satisfiable", ranged},
		{"HEAD", "/my-bucket/file.txt", "416 Requested Range Not Satisfiable", ranged},
		{"GET", "/my-bucket/file.txt", "206 Partial Content", with("Range", "bytes=1-")},
		{"GET", "/my-bucket/absent", "404 Not Found", nil},
		{"HEAD", "/my-bucket/absent", "404 Not Found", nil},
		{"GET", "/my-bucket/file.txt", "412 Precondition Failed", with("If-Match", "x")},
		{"GET", "/my-bucket/file.txt", "200 OK", nil},
	} {
		edit := row.edit
		if edit == nil {
			edit = func(*http.Request) {}
		}
		w.send(signed(t, srv, row.method, row.path, "", edit))
		got, body := w.answer(row.method)
		if got.Status != row.want {
			t.Errorf("%s: the answer is %s, want %s", row.method, got.Status, row.want)
		}
		if row.method == "HEAD" && (body != "" || got.Header.Get("x-amz-request-id") == "") {
			t.Errorf("HEAD: %q, %v", body, got.Header)
		}
	}
}

// with sets a header.
func with(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// What an upload is begun with is the object's, also after a second attempt to complete it.
func TestUploadKeepsItsMetadata(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	client := sdkv2.S3(t, srv, "app")
	bucket, key := aws.String("my-bucket"), aws.String("large")
	begun, err := client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{
		Bucket: bucket, Key: key, Metadata: map[string]string{"md5chksum": "x", "b": "ü"},
		ContentType: aws.String("text/x"), CacheControl: aws.String("no-cache"),
	})
	if err != nil {
		t.Fatal(err)
	}
	part, err := client.UploadPart(t.Context(), &s3.UploadPartInput{
		Bucket: bucket, Key: key, UploadId: begun.UploadId, PartNumber: aws.Int32(1), Body: strings.NewReader("x"),
	})
	if err != nil {
		t.Fatal(err)
	}
	parts := []types.CompletedPart{{PartNumber: aws.Int32(1), ETag: part.ETag}}
	_, err = client.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{
		Bucket: bucket, Key: key, UploadId: begun.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	})
	if err != nil {
		t.Fatal(err)
	}
	head, err := client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: bucket, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	if head.Metadata["md5chksum"] != "x" || len(head.Metadata) != 2 ||
		*head.ContentType != "text/x" || *head.CacheControl != "no-cache" {
		t.Errorf("the object has %v, %s, %s", head.Metadata, *head.ContentType, *head.CacheControl)
	}
}

// A client that sends an upload first and reads then sees why it was refused, however
// large the upload is.
func TestRefusalOfALargeUpload(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	const size = 80 << 20
	w := dial(t, srv.Endpoint)
	w.send("PUT /my-bucket/large HTTP/1.1\r\nHost: x\r\nContent-Length: 83886080\r\n\r\n")
	if n, err := io.CopyN(w.Conn, endless{}, size); n != size || err != nil {
		t.Fatalf("the server took %d bytes: %v", n, err)
	}
	r, body := w.answer(http.MethodPut)
	if r.StatusCode != http.StatusForbidden || !strings.Contains(body, "<Code>AccessDenied</Code>") {
		t.Errorf("%s %s", r.Status, body)
	}
}

// endless is a body that ends when nobody reads on.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// Every name below localhost is that of a bucket, and all of its keys are, those included
// that look like the control plane.
func TestBucketsBelowLocalhost(t *testing.T) {
	srv := emulatortest.Start(t, "plain")
	port := srv.Endpoint[strings.LastIndexByte(srv.Endpoint, ':'):]
	host := func(r *http.Request) { r.Host = "my-bucket.localhost" + port }
	w := dial(t, srv.Endpoint)
	w.send(signed(t, srv, http.MethodPut, "/_s3fault/health", "mine", host))
	if r, body := w.answer(http.MethodPut); r.StatusCode != http.StatusOK {
		t.Fatalf("%s %s", r.Status, body)
	}
	w.send(signed(t, srv, http.MethodGet, "/_s3fault/health", "", host))
	if r, body := w.answer(http.MethodGet); r.StatusCode != http.StatusOK || body != "mine" {
		t.Errorf("%s %s", r.Status, body)
	}
}
