package threads

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

// program is who asks: with the AWS SDK where that can ask so, and by hand where not.
type program struct {
	t   testing.TB
	srv *emulatortest.Server
	as  string // a caller of the world
}

// s3 is a client that asks once.
func (p *program) s3(opts ...func(*s3.Options)) *s3.Client {
	once := func(o *s3.Options) { o.Retryer = aws.NopRetryer{} }
	return sdkv2.S3(p.t, p.srv, p.as, append([]func(*s3.Options){once}, opts...)...)
}

// through is an S3 client behind a proxy, which edits what passes.
func (p *program) through(edit func(*http.Request)) *s3.Client {
	return p.s3(func(o *s3.Options) { o.HTTPClient = &http.Client{Transport: proxy(edit)} })
}

// proxy edits requests on their way.
type proxy func(*http.Request)

func (edit proxy) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	edit(r)
	return transport.RoundTrip(r)
}

// transport adds no header of its own.
var transport = &http.Transport{DisableCompression: true}

// wherever leads to the server, whatever host a client asks for.
func (p *program) wherever() *http.Client {
	address := strings.TrimPrefix(p.srv.Endpoint, "http://")
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	return &http.Client{Transport: &http.Transport{DialContext: dial}}
}

// rawError is the refusal of a request that was made by hand.
type rawError struct {
	answer
	id string
}

func (e *rawError) Error() string { return fmt.Sprintf("%d %s: %s", e.status, e.code, e.message) }

// use sends what somebody sends who was given a URL.
func use(method, url, body string, header http.Header) error {
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	for name, values := range header {
		r.Header[name] = values
	}
	return send(r)
}

// send sends a request as it is; its error is a *rawError.
func send(r *http.Request) error {
	reply, err := transport.RoundTrip(r)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err != nil || reply.StatusCode < 300 {
		return err
	}
	var told struct{ Code, Message string }
	_ = xml.Unmarshal(body, &told) // an answer to HEAD has no body
	return &rawError{answer{reply.StatusCode, told.Code, told.Message}, reply.Header.Get("x-amz-request-id")}
}

var background = context.Background()
