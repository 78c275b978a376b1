package s3api

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/store/blob"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
	"github.com/s3fault/s3fault/sigv4"
)

const (
	ownAccount = "123456789012"
	ownKey     = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
)

// bench serves the handlers of one world, with the bucket my-bucket, to the root
// of its account: everything is allowed, so that only the handlers speak.
type bench struct {
	live  *store.Live
	blobs *blob.Store
	now   time.Time
}

func newBench(t testing.TB) *bench {
	t.Helper()
	keyPolicy, err := world.DefaultKeyPolicy(ownAccount)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 600e6, time.UTC)
	state := &world.State{
		Name: "test", Region: "us-east-1", Answers: world.NewAnswers(world.ResponsesAWS, time.Time{}, now),
		Accounts: map[string]*world.Account{ownAccount: {ID: ownAccount}},
		Buckets: map[string]*world.Bucket{
			"my-bucket": {Name: "my-bucket", Owner: ownAccount, Region: "us-east-1", Ownership: world.BucketOwnerEnforced},
			"kms-bucket": {Name: "kms-bucket", Owner: ownAccount, Region: "us-east-1",
				Encryption: world.Encryption{Algorithm: "aws:kms", KMSKey: ownKey}},
			"managed-key": {Name: "managed-key", Owner: ownAccount, Region: "us-east-1",
				Encryption: world.Encryption{Algorithm: "aws:kms"}},
		},
		Keys: map[string]*world.Key{ownKey: {
			ID: "1234abcd-12ab-34cd-56ef-1234567890ab", ARN: ownKey, Account: ownAccount, Region: "us-east-1",
			KeyKind: world.SymmetricKey, State: "Enabled", Policy: keyPolicy,
		}},
	}
	state, err = state.Seal()
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{blobs: blob.NewStore(), now: now}
	b.live = b.newLive(t, state)
	return b
}

// newLive serves a world whose buckets are empty.
func (b *bench) newLive(t testing.TB, state *world.State) *store.Live {
	t.Helper()
	return store.NewLive(&store.Moment{State: state, Index: b.empty(t, state)})
}

func (b *bench) empty(t testing.TB, state *world.State) *store.Index {
	t.Helper()
	index := store.NewIndex(b.blobs)
	for name := range state.Buckets {
		if err := index.Apply(store.CreateBucket{Bucket: name}); err != nil {
			t.Fatal(err)
		}
	}
	return index
}

// commit changes the bench's world, as no request need be able to.
func (b *bench) commit(t testing.TB, c store.Change) {
	t.Helper()
	if err := b.live.Commit(t.Context(), b.live.Now(), c); err != nil {
		t.Fatal(err)
	}
}

// sending is a call as a client sends it. Without a body it is a HEAD's, GET's or
// DELETE's.
type sending struct {
	method, target string
	body           string
	headers        []string // name, value, name, value
	anonymous      bool
}

func (b *bench) call(t testing.TB, q sending) *Call {
	t.Helper()
	r := httptest.NewRequest(q.method, "http://s3.localhost"+q.target, strings.NewReader(q.body))
	for i := 0; i+1 < len(q.headers); i += 2 {
		r.Header.Add(q.headers[i], q.headers[i+1])
	}
	c, refused := Route(exchange.Frame{Request: r}, Address{Path: r.URL.EscapedPath()})
	if refused != nil {
		t.Fatalf("%s %s: %v", q.method, q.target, refused)
	}
	c.Live, c.Now = b.live, b.now
	c.RequestID, c.HostID = "REQUESTID0000000", "host"
	c.Principal = &policy.Principal{Kind: policy.Anonymous, CanonicalID: world.AnonymousID}
	if !q.anonymous {
		c.Presented = &sigv4.Presented{Scheme: sigv4.V4, Location: sigv4.Header, Algorithm: sigv4.AlgorithmV4}
		c.Principal = &policy.Principal{Kind: policy.Root, Account: ownAccount, ARN: "arn:aws:iam::" + ownAccount + ":root"}
	}
	if c.Op.form {
		if refused := readForm(c); refused != nil {
			t.Fatal(refused)
		}
		return c
	}
	body, unproved := sigv4.OpenBody(r)
	if unproved != nil {
		t.Fatal(unproved)
	}
	c.Body = body
	return c
}

// answered is an answer of a handler.
type answered struct {
	status int
	header http.Header
	body   string
	err    *s3err.Error
	moved  bool // decided on what is no longer so
}

func (b *bench) do(t testing.TB, q sending) answered {
	t.Helper()
	c := b.call(t, q)
	defer c.Close()
	for range 3 {
		a := b.attempt(t, c)
		if !a.moved {
			return a
		}
	}
	t.Fatal("the world moves for ever")
	return answered{}
}

func (b *bench) attempt(t testing.TB, c *Call) answered {
	t.Helper()
	c.Moment = b.live.Now()
	if _, refused := opening(c); refused != nil {
		return refusal(refused)
	}
	reply, refused := c.doing.serve(c)
	if refused != nil {
		return refusal(refused)
	}
	a := answered{status: reply.Status, header: reply.Header}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	a.body = bodyOf(t, reply)
	return a
}

func refusal(err error) answered {
	refused := s3err.Of(err)
	return answered{status: refused.Status, err: refused, header: refused.Header, moved: errors.Is(err, store.ErrMoved)}
}

// bodyOf reads a reply's body to its end.
func bodyOf(t testing.TB, reply *Reply) string {
	t.Helper()
	if reply.Body == nil {
		return ""
	}
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := reply.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// opening begins an attempt, whatever bucket is missing.
func opening(c *Call) (questions []*authz.Request, err error) {
	c.doing, questions, err = c.Op.begin(c)
	return questions, err
}

// must is do for a request that is to succeed.
func (b *bench) must(t testing.TB, q sending) answered {
	t.Helper()
	a := b.do(t, q)
	if a.err != nil {
		t.Fatalf("%s %s: %v %v", q.method, q.target, a.err, a.err.Extras)
	}
	return a
}

// refused checks code, message and extras of a refusal. An empty message is not
// looked at.
func (a answered) refused(t testing.TB, code s3err.Code, message string, extras ...s3err.Extra) {
	t.Helper()
	if a.err == nil {
		t.Fatalf("not refused, want %v", code)
	}
	if a.err.Code != code || message != "" && a.err.Message != message {
		t.Fatalf("refused with %v, want %v: %s", a.err, code, message)
	}
	for _, want := range extras {
		if got := extraOf(a.err, want.Key); got != want.Value {
			t.Errorf("%s is %q, want %q", want.Key, got, want.Value)
		}
	}
}

func extraOf(e *s3err.Error, key string) string {
	for _, x := range e.Extras {
		if x.Key == key {
			return x.Value
		}
	}
	return "(none)"
}

// meta is user metadata of an answer. S3 writes the names in lower case, which
// some clients hand on as they are.
func (a answered) meta(name string) string { return strings.Join(a.header["x-amz-meta-"+name], "|") }

// element is the text of the first element of that name.
func element(body, name string) string {
	_, rest, _ := strings.Cut(body, "<"+name+">")
	text, _, _ := strings.Cut(rest, "</"+name+">")
	return strings.NewReplacer("&#34;", `"`, "&quot;", `"`).Replace(text)
}
