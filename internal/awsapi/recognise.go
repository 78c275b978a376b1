package awsapi

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/s3fault/s3fault/internal/exchange"
)

// MaxBody is the most bytes of a control API's request.
const MaxBody = 1 << 20

// Recognise is the service that a request is for; nil: S3. path is the escaped
// path after /~NAME. Services are told apart by the service in the signature's
// scope; an unsigned request by its target or its API version. A request for a
// bucket stays S3's, whatever it is signed for (interface.md "Endpoints").
func Recognise(services []*Service, r *http.Request, path string) *Service {
	for i, s := range services {
		if s.Protocol.speaks(s, r, path) { // which few requests for objects can be
			return signedFor(services[i:], r, path)
		}
	}
	return nil
}

func signedFor(services []*Service, r *http.Request, path string) *Service {
	name := scopeOf(r)
	for _, s := range services {
		if s.Protocol.speaks(s, r, path) && (name == s.scope() || name == "" && s.Protocol.unsigned(s, r)) {
			return s
		}
	}
	return nil
}

// scopeOf is the service in the scope that the request is signed for, as far as it
// can be read; empty: none.
func scopeOf(r *http.Request) string {
	_, credential, ok := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	if !ok && strings.Contains(r.URL.RawQuery, "X-Amz-Credential=") {
		credential = r.URL.Query().Get("X-Amz-Credential")
	}
	credential, _, _ = strings.Cut(credential, ",")
	if strings.Count(credential, "/") < 4 {
		return ""
	}
	// The access key may have slashes, the scope behind it has four.
	credential = credential[:strings.LastIndexByte(credential, '/')]
	return credential[strings.LastIndexByte(credential, '/')+1:]
}

// BearerToken is the token of an identity provider that an unsigned request brings in the
// place of a signature; empty: it brings none.
func BearerToken(r *http.Request) string {
	if scopeOf(r) != "" || r.Method != http.MethodPost && r.Method != http.MethodGet {
		return ""
	}
	form := r.URL.Query()
	if r.Method == http.MethodPost && isForm(r) {
		form = peekForm(r)
	}
	return form.Get("WebIdentityToken")
}

// isRoot says whether the path is that of an API without paths.
func isRoot(path string) bool { return path == "" || path == "/" }

// isForm says whether the request has a form as its body.
func isForm(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/x-www-form-urlencoded"
}

// peekForm reads the form of an unsigned request and puts the body back.
func peekForm(r *http.Request) url.Values {
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
	if err != nil {
		return nil
	}
	form, _ := url.ParseQuery(string(body))
	return form
}

// Read takes in a request to the service: the whole body, the action and its
// parameters. What cannot be read is kept, for after the signature.
func Read(s *Service, f exchange.Frame, path string) *Call {
	r := f.Request
	c := &Call{Frame: f, Service: s, Path: path, Account: r.Header.Get("x-amz-account-id")}
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	c.Body = body
	r.Body = io.NopCloser(bytes.NewReader(body)) // for who checks its signature
	switch {
	case err != nil:
		c.unread = Refuse("IncompleteBody", "The request body terminated unexpectedly")
	case len(body) > MaxBody:
		c.unread = RefuseWith(http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "Request is larger than %d bytes", MaxBody)
	}
	c.Name = s.Protocol.name(c)
	if of := s.Protocol.words().version; of != nil && c.Name != "" {
		if err := of(c); err != nil {
			c.malformed = err
			return c
		}
	}
	c.Action = s.action(c.Name)
	if c.Action != nil && c.Action.since != nil && !c.State().Answers.Has(*c.Action.since) {
		c.Action, c.early = nil, true
	}
	c.ReadOnly = c.Action != nil && c.Action.ReadOnly
	if c.Action == nil || c.unread != nil {
		return c
	}
	c.readIn()
	return c
}
