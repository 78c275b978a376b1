package emulator_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/s3fault/s3fault/emulator/emulatortest"
)

// The bodies of the benchmarks.
var benchmarkSizes = []struct {
	name  string
	bytes int
}{
	{"1KiB", 1 << 10},
	{"1MiB", 1 << 20},
}

// BenchmarkGet reads an object over loopback, beside the least that net/http
// could do. The allocations are those of client and server together: the
// difference between the two is the server's.
func BenchmarkGet(b *testing.B) {
	for _, size := range benchmarkSizes {
		body := bytes.Repeat([]byte{'s'}, size.bytes)
		b.Run(size.name+"/s3fault", func(b *testing.B) {
			c := connect(b)
			c.send(b, c.sign(b, http.MethodPut, body), body)
			c.repeat(b, c.sign(b, http.MethodGet, nil), nil, size.bytes)
		})
		b.Run(size.name+"/bare", func(b *testing.B) {
			c := bare(b, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", strconv.Itoa(len(body)))
				_, _ = w.Write(body)
			})
			c.repeat(b, c.sign(b, http.MethodGet, nil), nil, size.bytes)
		})
	}
}

// BenchmarkPut writes an object over loopback, its SHA-256 signed, beside a
// handler that reads the body and forgets it.
func BenchmarkPut(b *testing.B) {
	for _, size := range benchmarkSizes {
		body := bytes.Repeat([]byte{'s'}, size.bytes)
		b.Run(size.name+"/s3fault", func(b *testing.B) {
			c := connect(b)
			c.repeat(b, c.sign(b, http.MethodPut, body), body, size.bytes)
		})
		b.Run(size.name+"/bare", func(b *testing.B) {
			c := bare(b, func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
			c.repeat(b, c.sign(b, http.MethodPut, body), body, size.bytes)
		})
	}
}

// BenchmarkOperations asks for every operation in every way in which the matrix does, again
// and again for the same: what was deleted is not there the second time. The allocations are
// those of client and server together, and "bare-allocs/op" of them is what the same request
// costs where a handler of net/http reads it and answers nothing.
func BenchmarkOperations(b *testing.B) {
	w := serve(b, "", "aws")
	nothing := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	b.Cleanup(nothing.Close)
	for _, a := range everyOperation() {
		b.Run(strings.ReplaceAll(a.String(), " ", "-"), func(b *testing.B) {
			r, body := w.signed(b, w.fresh(b, a, "app", ""))
			b.ReportAllocs()
			for b.Loop() {
				roundTrip(b, r, body)
			}
			elsewhere := r.Clone(context.Background())
			elsewhere.URL.Host = strings.TrimPrefix(nothing.URL, "http://")
			b.ReportMetric(testing.AllocsPerRun(100, func() { roundTrip(b, elsewhere, body) }), "bare-allocs/op")
			w.untouched = false
		})
	}
}

// roundTrip sends a request and reads whatever is answered.
func roundTrip(b testing.TB, signed *http.Request, body []byte) {
	request := *signed
	request.Body = io.NopCloser(bytes.NewReader(body))
	answer, err := http.DefaultTransport.RoundTrip(&request)
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		b.Fatal(err)
	}
}

// connection is a keep-alive client of one server.
type connection struct {
	endpoint    string
	credentials aws.Credentials
	client      *http.Client
}

// connect starts s3fault with the plain world at the bare address.
func connect(b testing.TB) *connection {
	srv := emulatortest.Start(b, "plain")
	app := srv.Caller("app")
	return newConnection(b, srv.Endpoint, aws.Credentials{
		AccessKeyID: app.AccessKeyID, SecretAccessKey: app.SecretAccessKey,
	})
}

// bare starts net/http with a handler and nothing else. Requests to it are signed
// too, so that both servers are sent the same.
func bare(b testing.TB, handler http.HandlerFunc) *connection {
	server := httptest.NewServer(handler)
	b.Cleanup(server.Close)
	return newConnection(b, server.URL, aws.Credentials{
		AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
	})
}

func newConnection(b testing.TB, endpoint string, credentials aws.Credentials) *connection {
	transport := &http.Transport{Proxy: nil}
	b.Cleanup(transport.CloseIdleConnections)
	return &connection{endpoint: endpoint, credentials: credentials, client: &http.Client{Transport: transport}}
}

// sign makes a request that may be sent again and again: a signature is good for
// fifteen minutes, so that signing costs nothing of what is measured.
func (c *connection) sign(b testing.TB, method string, body []byte) *http.Request {
	b.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, c.endpoint+"/my-bucket/benchmark", bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	request.Header.Set("X-Amz-Content-Sha256", hash)
	err = v4.NewSigner().SignHTTP(context.Background(), c.credentials, request, hash, "s3", "us-east-1", time.Now(),
		func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	if err != nil {
		b.Fatal(err)
	}
	return request
}

func (c *connection) repeat(b *testing.B, signed *http.Request, body []byte, size int) {
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		c.send(b, signed, body)
	}
}

// send sends the request with a new reader for its body and reads the answer to
// its end.
func (c *connection) send(b testing.TB, signed *http.Request, body []byte) {
	request := *signed
	if body != nil {
		request.Body = io.NopCloser(bytes.NewReader(body))
	}
	answer, err := c.client.Do(&request)
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(answer.Body)
		b.Fatalf("%s: %s\n%s", signed.Method, answer.Status, text)
	}
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		b.Fatal(err)
	}
}
