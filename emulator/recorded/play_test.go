package recorded

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/xml"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/sigv4"
)

// row is a case: of is its number in the list of differences, or where it was found.
type row struct {
	of, name string
	play     func(*play)
}

// run plays each row in a world of its own, on the day of the recordings.
func run(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.of+" "+r.name, func(t *testing.T) { r.play(newPlay(t, recordedOn)) })
	}
}

// recordedOn is the day whose S3 most rows are of.
var recordedOn = time.Date(2026, time.March, 20, 0, 0, 0, 0, time.UTC)

const world = `
version: 1
responses: aws
scenarios:
  recorded:
    title: Buckets of each kind, for what S3 was recorded to answer
    region: us-east-1
    accounts:
      "123456789012":
        users:
          app: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}
          lister:
            policies:
              some:
                Version: 2012-10-17
                Statement:
                - {Effect: Allow, Action: ["s3:GetObject", "s3:GetObjectVersion"], Resource: "*"}
                - {Effect: Allow, Action: "s3:ListBucket", Resource: "*", Condition: {StringLike: {"s3:prefix": "public/*"}}}
          sealed: {policies: {some: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "*"}]}}}
    callers: {app: {user: app}, lister: {user: lister}, sealed: {user: sealed}}
    kms_keys: {key-1: {account: "123456789012", region: us-east-1}}
    buckets:
      my-bucket: {}
      versions: {versioning: Enabled}
      paused: {versioning: Suspended}
      locked: {versioning: Enabled, object_lock: {}}
      acls: {object_ownership: ObjectWriter, public_access_block: none}
      kms: {encryption: {algorithm: "aws:kms", kms_key: key-1}}
      europe: {region: eu-west-1}
`

// play is one world, and the test that plays in it.
type play struct {
	*testing.T
	srv *emulatortest.Server
}

func newPlay(t *testing.T, day time.Time) *play {
	return &play{t, emulatortest.Start(t, "recorded", emulatortest.YAML(world), emulatortest.AsOf(day))}
}

// asked is a request before it is signed, and how it is to be.
type asked struct {
	*http.Request
	body   []byte
	caller string // empty: anonymous
	region string
	hash   string // x-amz-content-sha256; empty: that of the body
}

type option func(*asked)

func header(name, value string) option {
	return func(a *asked) { a.Header[http.CanonicalHeaderKey(name)] = []string{value} }
}

func text(body string) option { return func(a *asked) { a.body = []byte(body) } }

// digested gives a document with its digest, as the recording's client did.
func digested(body string) option {
	return func(a *asked) {
		sum := md5.Sum([]byte(body))
		a.body = []byte(body)
		a.Header.Set("Content-MD5", base64.StdEncoding.EncodeToString(sum[:]))
	}
}

func as(caller string) option { return func(a *asked) { a.caller = caller } }

func signedFor(region string) option { return func(a *asked) { a.region = region } }

func hashed(how string) option { return func(a *asked) { a.hash = how } }

// do sends a request that the caller signed in its headers, app unless told otherwise.
func (p *play) do(method, path string, options ...option) *answer {
	p.Helper()
	a := p.ask(method, path, options)
	if a.caller != "" {
		if a.hash == "" {
			a.hash = sigv4.HashPayload(a.body)
		}
		scope := sigv4.Scope{Region: a.region, Service: "s3"}
		sigv4.Sign(a.Request, p.srv.Credentials(a.caller), scope, a.hash, time.Now())
	}
	return p.send(a)
}

// presigned sends a request by a presigned URL, whose headers are all signed.
func (p *play) presigned(method, path string, options ...option) *answer {
	p.Helper()
	a := p.ask(method, path, options)
	scope := sigv4.Scope{Region: a.region, Service: "s3"}
	sigv4.Presign(a.Request, p.srv.Credentials(a.caller), scope, time.Hour, time.Now())
	return p.send(a)
}

func (p *play) ask(method, path string, options []option) *asked {
	p.Helper()
	r, err := http.NewRequest(method, p.srv.Endpoint+path, nil)
	if err != nil {
		p.Fatal(err)
	}
	a := &asked{Request: r, caller: "app", region: p.srv.Region}
	for _, o := range options {
		o(a)
	}
	if len(a.body) > 0 {
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(a.body)), int64(len(a.body))
	}
	return a
}

// transport follows nothing.
var transport = &http.Transport{DisableCompression: true}

func (p *play) send(a *asked) *answer {
	p.Helper()
	resp, err := transport.RoundTrip(a.Request)
	if err != nil {
		p.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		p.Fatal(err)
	}
	got := &answer{T: p.T, what: a.Method + " " + a.URL.Path, status: resp.StatusCode, header: resp.Header}
	got.body = string(body)
	if strings.Contains(got.body, "<Error>") {
		told := got.body[strings.Index(got.body, "<Error>"):] // S3 Control has it one deeper
		_ = xml.NewDecoder(strings.NewReader(told)).Decode(&got.refusal)
	}
	return got
}

// answer is what came back.
type answer struct {
	*testing.T
	what    string
	status  int
	header  http.Header
	body    string
	refusal struct{ Code, Message, ArgumentName string }
}

// want holds the answer against a status and, for a refusal, its code and its message
// where one is given.
func (a *answer) want(status int, refusal ...string) *answer {
	a.Helper()
	var code, message string
	if len(refusal) > 0 {
		code = refusal[0]
	}
	if len(refusal) > 1 {
		message = refusal[1]
	}
	if a.status != status || a.refusal.Code != code || message != "" && a.refusal.Message != message {
		a.Errorf("%s: %d %s\nwant %d %s %q", a.what, a.status, a.body, status, code, message)
	}
	return a
}

// has wants texts in the body.
func (a *answer) has(texts ...string) *answer {
	a.Helper()
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			a.Errorf("%s: no %s in %s", a.what, text, a.body)
		}
	}
	return a
}

// lacks wants none of the texts in the body.
func (a *answer) lacks(texts ...string) *answer {
	a.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			a.Errorf("%s: %s in %s", a.what, text, a.body)
		}
	}
	return a
}

// told wants a header; an empty value: it must not be there.
func (a *answer) told(name, value string) *answer {
	a.Helper()
	if got := a.header.Get(name); got != value {
		a.Errorf("%s: %s is %q, want %q", a.what, name, got, value)
	}
	return a
}

// element is the text of the first element of that name.
func (a *answer) element(name string) string {
	a.Helper()
	found := regexp.MustCompile("<" + name + ">([^<]*)</" + name + ">").FindStringSubmatch(a.body)
	if found == nil {
		a.Fatalf("%s: no %s in %d %s", a.what, name, a.status, a.body)
	}
	return found[1]
}
