package controls

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/controls/plan"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/sigv4"
)

func rawTo(t *testing.T, service string) *raw {
	t.Helper()
	return &raw{t: t, service: serviceNamed(service),
		srv: emulatortest.Start(t, "world", emulatortest.YAML(plan.World), emulatortest.Alone())}
}

// serviceNamed is the service with that client; nil: there is none.
func serviceNamed(client string) *awsapi.Service {
	for _, s := range plan.Services {
		if plan.Client(s) == client {
			return s
		}
	}
	return nil
}

// first is a message of the service's first action that succeeds for admin.
func (w *raw) first() (*awsapi.Action, *plan.Message) {
	w.t.Helper()
	calls, err := plan.Calls(w.service)
	if err != nil {
		w.t.Fatal(err)
	}
	a := w.service.Actions[0]
	return a, w.message(a, w.prepare(calls[a.Name]))
}

// A world's own address works with and without a slash.
func TestEveryServiceIsAtEveryAddressOfItsWorld(t *testing.T) {
	t.Parallel()
	for _, s := range plan.Services {
		w := rawTo(t, plan.Client(s))
		for _, front := range []string{"", "/~world"} {
			for _, end := range []string{"", "/"} {
				if err := w.srv.Reset(); err != nil {
					t.Fatal(err)
				}
				a, at := w.first()
				if at.Path = front + strings.TrimSuffix(at.Path, "/") + end; at.Path == "" {
					continue
				}
				if reply := w.send(at, w.credentials("admin"), time.Now()); reply.Status != http.StatusOK {
					t.Errorf("%s at %s: %d %s", a.Name, at.Path, reply.Status, reply.Body)
				}
			}
		}
	}
}

// s3Code is the code in an error of S3's.
func s3Code(t *testing.T, r *plan.Reply) string {
	t.Helper()
	var body struct {
		XMLName xml.Name `xml:"Error"`
		Code    string
	}
	if err := xml.Unmarshal([]byte(r.Body), &body); err != nil {
		t.Errorf("%d %q: %v", r.Status, r.Body, err)
	}
	return body.Code
}

// A request for a bucket is S3's, whatever it is signed for.
func TestRequestsForBucketsAreS3s(t *testing.T) {
	t.Parallel()
	w := rawTo(t, "sts")
	for _, s := range plan.Services {
		_, m := w.to(s).first()
		if m.Scope == "s3" {
			continue
		}
		for _, path := range []string{"/my-bucket/file.txt", "/~world/my-bucket/file.txt", "/v20180820/configuration/publicAccessBlock", "/"} {
			r := w.send(&plan.Message{Method: http.MethodGet, Path: path, Header: http.Header{}, Scope: m.Scope}, w.credentials("admin"), time.Now())
			if code := s3Code(t, r); r.Status != http.StatusBadRequest || code != "AuthorizationHeaderMalformed" {
				t.Errorf("GET %s signed for %s: %d %s", path, m.Scope, r.Status, code)
			}
		}
	}
}

func (w *raw) to(s *awsapi.Service) *raw {
	other := *w
	other.service = s
	return &other
}

// Buckets and keys may have the names that stand in the paths of control APIs.
func TestBucketsNamedLikePaths(t *testing.T) {
	t.Parallel()
	w := rawTo(t, "s3control")
	for _, path := range []string{"/policy/v20180820", "/v20180820/configuration/publicAccessBlock", "/~world/policy/v20180820"} {
		r := w.send(&plan.Message{Method: http.MethodGet, Path: path, Header: http.Header{}, Scope: "s3"}, w.credentials("admin"), time.Now())
		if r.Status != http.StatusOK || r.Body != "hello\n" {
			t.Errorf("%s: %d %s", path, r.Status, r.Body)
		}
	}
	for _, path := range []string{"/policy/validation", "/policy/new"} {
		r := w.send(&plan.Message{Method: http.MethodPut, Path: path, Header: http.Header{}, Body: "new\n", Scope: "s3"}, w.credentials("admin"), time.Now())
		if r.Status != http.StatusOK {
			t.Errorf("PUT %s: %d %s", path, r.Status, r.Body)
		}
	}
}

// A request is read up to a mebibyte; what is larger is refused whoever signed it.
func TestRequestsThatAreTooLarge(t *testing.T) {
	t.Parallel()
	for _, s := range plan.Services {
		w := rawTo(t, plan.Client(s))
		a, m := w.first()
		if m.Method == http.MethodGet {
			continue
		}
		m.Body += strings.Repeat(" ", awsapi.MaxBody)
		for _, caller := range []string{"admin", "nobody"} {
			w.refuses("too large, by "+caller, a.Name, w.send(m, w.credentials(caller), time.Now()), refused{http.StatusRequestEntityTooLarge, "RequestEntityTooLarge"})
		}
	}
}

// A query API also takes a GET, which can be presigned: it proves who one is without
// a secret.
func TestPresignedQuery(t *testing.T) {
	t.Parallel()
	w := rawTo(t, "sts")
	get := func(edit func(*http.Request)) *plan.Reply {
		query := url.Values{"Action": {"GetCallerIdentity"}, "Version": {w.service.Version}}
		r, err := (&plan.Message{Method: http.MethodGet, Path: "/?" + query.Encode(), Header: http.Header{}}).Request(w.srv.Endpoint)
		if err != nil {
			t.Fatal(err)
		}
		sigv4.Presign(r, w.credentials("nobody"), sigv4.Scope{Region: w.srv.Region, Service: "sts"}, time.Minute, time.Now())
		edit(r)
		return w.do(r)
	}
	if r := get(func(*http.Request) {}); r.Status != http.StatusOK || !strings.Contains(r.Body, "user/nobody") {
		t.Errorf("got %d %s", r.Status, r.Body)
	}
	w.refuses("changed", "GetSessionToken", get(func(r *http.Request) {
		r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "GetCallerIdentity", "GetSessionToken", 1)
	}), inQuery.wrongSecret)
}
