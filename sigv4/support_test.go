package sigv4

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsv4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

func formatHex(n int) string { return strconv.FormatInt(int64(n), 16) }

const testRegion = "eu-west-1"

var testScope = Scope{Region: testRegion, Service: "s3"}

// verdict is what the endpoint found out about one request.
type verdict struct {
	method, target, host string
	header               http.Header
	presented            *Presented
	body                 []byte
	trailer              http.Header
	length               int64
	err                  error
}

// endpoint is a real server that proves every request and remembers.
type endpoint struct {
	*httptest.Server
	t        testing.TB
	resource func(*http.Request) string

	mu       sync.Mutex
	verdicts []verdict
}

func newEndpoint(t testing.TB) *endpoint {
	e := &endpoint{t: t}
	e.Server = httptest.NewServer(e)
	t.Cleanup(e.Close)
	return e
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k := Key{Secret: exampleSecret, Now: time.Now()}
	if e.resource != nil {
		k.Resource = e.resource(r)
	}
	v := verdict{method: r.Method, target: r.RequestURI, host: r.Host, header: r.Header}
	if p, refused := Parse(r); refused == nil {
		v.presented = p
	}
	body, b, err := prove(r, k)
	v.body, v.err = body, err
	if b != nil {
		v.trailer, v.length = b.Trailer(), b.Length()
	}
	e.mu.Lock()
	e.verdicts = append(e.verdicts, v)
	e.mu.Unlock()
	status := http.StatusOK
	if err != nil {
		status = http.StatusForbidden
	}
	w.WriteHeader(status)
}

// last is the verdict about the latest request, and the only one since.
func (e *endpoint) last() verdict {
	e.t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.verdicts) == 0 {
		e.t.Fatal("no request arrived")
	}
	v := e.verdicts[len(e.verdicts)-1]
	e.verdicts = nil
	return v
}

// proved fails the test unless the latest request was good.
func (e *endpoint) proved() verdict {
	e.t.Helper()
	v := e.last()
	if v.err != nil {
		var refused *Error
		if errors.As(v.err, &refused) {
			e.t.Fatalf("%s %s: %v\n%s\n%s", v.method, v.target, v.err, refused.CanonicalRequest, refused.StringToSign)
		}
		e.t.Fatalf("%s %s: %v", v.method, v.target, v.err)
	}
	return v
}

// do sends a request and drops the answer.
func do(t testing.TB, r *http.Request) {
	t.Helper()
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
}

var awsCredentials = aws.Credentials{AccessKeyID: exampleKey, SecretAccessKey: exampleSecret}

func awsProvider(token string) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		c := awsCredentials
		c.SessionToken = token
		return c, nil
	})
}

// awsSigner signs as the SDK's S3 client makes it: the path encoded once.
func awsSigner() *awsv4.Signer {
	return awsv4.NewSigner(func(o *awsv4.SignerOptions) { o.DisableURIPathEscaping = true })
}

func newTLSServer(t testing.TB, h http.Handler) *httptest.Server {
	s := httptest.NewTLSServer(h)
	t.Cleanup(s.Close)
	return s
}
