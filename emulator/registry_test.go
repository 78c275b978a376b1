package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"weak"

	"github.com/s3fault/s3fault/scenarios"
	"github.com/s3fault/s3fault/sigv4"
)

// familiar is a file whose scenarios share the documented example pair.
const familiar = `
version: 1
defaults:
  accounts:
    123456789012:
      users: {my-user: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}}
  callers:
    app:
      user: my-user
      access_key_id: AKIAIOSFODNN7EXAMPLE
      secret_access_key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
    admin: {root: true}
  buckets:
    my-bucket: {objects: {file.txt: {body: "hello\n"}, other.txt: {body: "bye\n"}}}
scenarios:
  plain: {title: All is well}
  other: {title: All is well here too}
  broken: {title: The policy is gone, fix_patch: {callers: {late: {root: true}}}}
`

// clock is a real clock that tests move.
type clock struct{ seconds atomic.Int64 }

func (c *clock) now() time.Time           { return time.Unix(c.seconds.Load(), 0) }
func (c *clock) advance(by time.Duration) { c.seconds.Add(int64(by / time.Second)) }

func serveFamiliar(t testing.TB) (*Server, *clock) {
	t.Helper()
	f, err := scenarios.Parse("familiar.yaml", []byte(familiar))
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{}
	c.advance(time.Duration(1_800_000_000) * time.Second)
	s, err := New(Config{File: f, Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	return s, c
}

func create(t testing.TB, s *Server, n NewWorld) *World {
	t.Helper()
	w, err := s.CreateWorld(n)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// keyOf is the key of a caller, as a client has it.
func keyOf(t testing.TB, s *Server, world, caller string) sigv4.Credentials {
	t.Helper()
	sc, err := s.Describe(world, "")
	if err != nil {
		t.Fatal(err)
	}
	c := sc.Callers[caller]
	return sigv4.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}
}

// ask sends a signed request; the id of its entry is in the answer.
func ask(s *Server, key sigv4.Credentials, service, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
	if service != "s3" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	sigv4.Sign(r, key, sigv4.Scope{Region: "us-east-1", Service: service}, sigv4.HashPayload([]byte(body)), s.config.Now())
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// idOf is the request's id; S3 spells the header's name in its own way.
func idOf(a *httptest.ResponseRecorder) string {
	for name, values := range a.Header() {
		if strings.EqualFold(name, "x-amz-request-id") {
			return values[0]
		}
	}
	return ""
}

func want(t testing.TB, a *httptest.ResponseRecorder, status int, text string) {
	t.Helper()
	if a.Code != status || !strings.Contains(a.Body.String(), text) {
		t.Errorf("got %d %s, want %d %s", a.Code, a.Body, status, text)
	}
}

// The key of a private world leads to it from the bare address, and its name does; what
// is done there is seen nowhere else.
func TestPrivateWorld(t *testing.T) {
	s, _ := serveFamiliar(t)
	one, two := create(t, s, NewWorld{Scenario: "other", Name: "one"}), create(t, s, NewWorld{})
	want(t, ask(s, keyOf(t, s, "one", "app"), "s3", "PUT", "/my-bucket/mine", "mine"), 200, "")
	want(t, ask(s, keyOf(t, s, "one", "app"), "s3", "GET", "/my-bucket/mine", ""), 200, "mine")
	want(t, ask(s, keyOf(t, s, "one", "app"), "s3", "GET", "/~one/my-bucket/mine", ""), 200, "mine")
	want(t, ask(s, keyOf(t, s, two.Name(), "app"), "s3", "GET", "/my-bucket/mine", ""), 404, "NoSuchKey")
	want(t, ask(s, keyOf(t, s, "plain", "app"), "s3", "GET", "/my-bucket/mine", ""), 404, "NoSuchKey")
	want(t, ask(s, keyOf(t, s, "one", "app"), "s3", "GET", "/~plain/my-bucket/mine", ""), 403, "InvalidAccessKeyId")
	want(t, ask(s, keyOf(t, s, "plain", "app"), "s3", "GET", "/~one/my-bucket/mine", ""), 403, "InvalidAccessKeyId")
	if n := len(s.Requests("one")); n != 4 || len(s.Requests(two.Name())) != 1 || len(s.Requests("plain")) != 2 {
		t.Errorf("%d requests in one: %v", n, s.Requests("one"))
	}
	if keyOf(t, s, one.Name(), "app") == keyOf(t, s, "other", "app") {
		t.Error("the copy has the file's key")
	}
}

// The bare address is that of the world that a key is of alone, private or not, and the
// default scenario's for all other keys and for who has none.
func TestBareAddress(t *testing.T) {
	s, _ := serveFamiliar(t)
	create(t, s, NewWorld{Name: "one"})
	want(t, ask(s, keyOf(t, s, "other", "app"), "s3", "PUT", "/my-bucket/mine", "mine"), 200, "")
	want(t, ask(s, sigv4.Credentials{AccessKeyID: "x", SecretAccessKey: "x"}, "s3", "GET", "/my-bucket/mine", ""), 403,
		"InvalidAccessKeyId")
	anonymous := httptest.NewRecorder()
	s.ServeHTTP(anonymous, httptest.NewRequest("GET", "http://localhost/my-bucket/mine", nil))
	want(t, anonymous, 403, "AccessDenied")
	if n := len(s.Requests("plain")); n != 3 {
		t.Errorf("%d of 3 requests came to the default scenario", n)
	}
	want(t, ask(s, keyOf(t, s, "other", "admin"), "s3", "GET", "/my-bucket/mine", ""), 404, "NoSuchKey")
	want(t, ask(s, keyOf(t, s, "broken", "admin"), "s3", "GET", "/my-bucket/file.txt", ""), 200, "hello")
	if n := len(s.Requests("plain")); n != 3 || len(s.Requests("other")) != 1 || len(s.Requests("broken")) != 1 {
		t.Errorf("keys that are one scenario's alone came to %d, %d and %d", n-3, len(s.Requests("other")),
			len(s.Requests("broken")))
	}
}

// Keys that calls and patches give a private world lead to it as well, and no longer
// than it has them.
func TestKeysComeAndGo(t *testing.T) {
	s, _ := serveFamiliar(t)
	create(t, s, NewWorld{Name: "one"})
	admin := keyOf(t, s, "one", "admin")
	made := ask(s, admin, "iam", "POST", "/", "Action=CreateAccessKey&Version=2010-05-08&UserName=my-user")
	id, secret := inside(made, "AccessKeyId"), inside(made, "SecretAccessKey")
	if made.Code != 200 || id == "" || secret == "" {
		t.Fatalf("CreateAccessKey: %d %s", made.Code, made.Body)
	}
	minted := sigv4.Credentials{AccessKeyID: id, SecretAccessKey: secret}
	want(t, ask(s, minted, "s3", "GET", "/my-bucket/file.txt", ""), 200, "hello")
	away := "Action=DeleteAccessKey&Version=2010-05-08&UserName=my-user&AccessKeyId=" + id
	want(t, ask(s, admin, "iam", "POST", "/", away), 200, "")
	want(t, ask(s, minted, "s3", "GET", "/my-bucket/file.txt", ""), 403, "InvalidAccessKeyId")
	if e := s.Requests("plain"); len(e) != 1 {
		t.Errorf("a key that is nobody's came to the default scenario %d times", len(e))
	}
	test := sigv4.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}
	patch := `{"callers":{"app":{"access_key_id":"test","secret_access_key":"test"}}}`
	if err := s.Patch("one", []byte(patch)); err != nil {
		t.Fatal(err)
	}
	want(t, ask(s, test, "s3", "GET", "/my-bucket/file.txt", ""), 200, "hello")
	if err := s.Reset("one"); err != nil {
		t.Fatal(err)
	}
	want(t, ask(s, test, "s3", "GET", "/my-bucket/file.txt", ""), 403, "InvalidAccessKeyId")
	if keyOf(t, s, "one", "admin") != admin {
		t.Error("a reset gave the world other keys")
	}
	create(t, s, NewWorld{Name: "two", Patch: []byte(patch)})
	want(t, ask(s, test, "s3", "PUT", "/my-bucket/theirs", "theirs"), 200, "")
	want(t, ask(s, admin, "s3", "GET", "/my-bucket/theirs", ""), 404, "NoSuchKey")
}

func inside(a *httptest.ResponseRecorder, element string) string {
	m := regexp.MustCompile("<" + element + ">([^<]+)</").FindStringSubmatch(a.Body.String())
	if m == nil {
		return ""
	}
	return m[1]
}

// What is wrong with a world that is to be made is said, and nothing is left of it.
func TestNoWorld(t *testing.T) {
	s, _ := serveFamiliar(t)
	create(t, s, NewWorld{Name: "one", Patch: []byte(`{"callers":{"app":{"access_key_id":"test"}}}`)})
	held, names := s.blobs.Len(), len(s.worlds.names())
	for name, c := range map[string]struct {
		n     NewWorld
		taken bool
		text  string
	}{
		"a name that a world has":    {NewWorld{Name: "one"}, true, `the name "one" is taken`},
		"a name that a scenario has": {NewWorld{Name: "plain"}, true, `the name "plain" is taken`},
		"no name":                    {NewWorld{Name: "One"}, false, `"One" is none`},
		"no scenario":                {NewWorld{Scenario: "plian"}, false, `no scenario "plian" (did you mean "plain"?)`},
		"no responses":               {NewWorld{Responses: "gcs"}, false, `not "gcs"`},
		"no patch":                   {NewWorld{Patch: []byte(`{"bucket":{}}`)}, false, "buckets"},
		"a key of a private world":   {NewWorld{Patch: []byte(`{"callers":{"app":{"access_key_id":"test"}}}`)}, true, "test"},
		"a key of a scenario": {
			NewWorld{Patch: []byte(`{"callers":{"app":{"access_key_id":"AKIAIOSFODNN7EXAMPLE"}}}`)},
			true, "AKIAIOSFODNN7EXAMPLE",
		},
	} {
		w, err := s.CreateWorld(c.n)
		if err == nil || errors.Is(err, ErrTaken) != c.taken || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v, %v", name, w, err)
		}
	}
	if s.blobs.Len() != held || len(s.worlds.names()) != names {
		t.Errorf("there are %d blobs of %d, and the worlds %v", s.blobs.Len(), held, s.worlds.names())
	}
	for _, world := range []string{"one", "plain"} {
		err := s.Patch(world, []byte(`{"callers":{"late":{"root":true,"access_key_id":"late"}}}`))
		if (err == nil) != (world == "one") || err != nil && !errors.Is(err, ErrTaken) {
			t.Errorf("a patch of %s: %v", world, err)
		}
	}
	if sc, _ := s.Describe("plain", ""); len(sc.Callers) != 2 {
		t.Errorf("a refused patch changed the world: %v", sc.Callers)
	}
}

// A scenario's own world stays; a private one goes, and its name and keys are free.
func TestDeleteWorld(t *testing.T) {
	s, _ := serveFamiliar(t)
	if err := s.DeleteWorld("plain"); !errors.Is(err, ErrScenarioWorld) || !strings.Contains(err.Error(), "plain") {
		t.Errorf("of a scenario: %v", err)
	}
	var missing *NotFound
	if err := s.DeleteWorld("one"); !errors.As(err, &missing) || missing.Expired {
		t.Errorf("of none: %v", err)
	}
	patch := []byte(`{"callers":{"app":{"access_key_id":"test","secret_access_key":"test"}}}`)
	for range 2 {
		create(t, s, NewWorld{Name: "one", Patch: patch})
		test := sigv4.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}
		want(t, ask(s, test, "s3", "GET", "/my-bucket/file.txt", ""), 200, "hello")
		if err := s.DeleteWorld("one"); err != nil {
			t.Fatal(err)
		}
		want(t, ask(s, test, "s3", "GET", "/my-bucket/file.txt", ""), 403, "InvalidAccessKeyId")
		want(t, ask(s, test, "s3", "GET", "/~one/my-bucket/file.txt", ""), 400, `no scenario or world`)
	}
}

// A world that is gone leaves nothing behind: no blob, no entry, no memory.
func TestNothingIsLeft(t *testing.T) {
	s, clock := serveFamiliar(t)
	blobs, owners := s.blobs.Len(), len(s.worlds.owners)
	var gone []weak.Pointer[World]
	var ids []string
	for _, n := range []NewWorld{{Name: "one"}, {Name: "two", Expires: time.Minute}} {
		gone = append(gone, weak.Make(create(t, s, n)))
		want(t, ask(s, keyOf(t, s, n.Name, "app"), "s3", "PUT", "/my-bucket/mine", "mine"), 200, "")
		nobody := sigv4.Credentials{AccessKeyID: "x", SecretAccessKey: "x"}
		denied := ask(s, nobody, "s3", "GET", "/~"+n.Name+"/my-bucket/mine", "")
		ids = append(ids, idOf(denied))
		if s.Why(ids[len(ids)-1]) == nil {
			t.Fatalf("nothing is known of %s", ids[len(ids)-1])
		}
	}
	if s.blobs.Len() != blobs+2 { // the file's objects are those of all worlds
		t.Fatalf("two worlds, each with an object of its own, hold %d blobs", s.blobs.Len()-blobs)
	}
	clock.advance(time.Minute)
	if err := s.DeleteWorld("one"); err != nil {
		t.Fatal(err)
	}
	s.worlds.collect()
	if s.blobs.Len() != blobs || len(s.worlds.owners) != owners || s.worlds.privates() != 0 || s.worlds.due.Len() != 0 {
		t.Errorf("left: %d blobs, %v, %d worlds", s.blobs.Len()-blobs, s.worlds.owners, s.worlds.privates())
	}
	for _, id := range ids {
		if s.Why(id) != nil {
			t.Errorf("the request %s is still known", id)
		}
	}
	runtime.GC()
	for i, w := range gone {
		if w.Value() != nil {
			t.Errorf("world %d is still in memory", i)
		}
	}
}

// A world whose time is over answers as gone, says so, and is collected when somebody
// asks for it or makes another.
func TestExpiry(t *testing.T) {
	s, clock := serveFamiliar(t)
	blobs := s.blobs.Len()
	for name, expires := range map[string]time.Duration{"one": 2 * time.Minute, "two": time.Minute, "three": 0} {
		create(t, s, NewWorld{Name: name, Expires: expires})
		want(t, ask(s, keyOf(t, s, name, "app"), "s3", "PUT", "/my-bucket/mine", "mine"), 200, "")
	}
	one, two := keyOf(t, s, "one", "app"), keyOf(t, s, "two", "app")
	clock.advance(59 * time.Second)
	want(t, ask(s, two, "s3", "GET", "/my-bucket/file.txt", ""), 200, "hello")
	clock.advance(time.Second)
	want(t, ask(s, two, "s3", "GET", "/my-bucket/file.txt", ""), 403, "InvalidAccessKeyId")
	want(t, ask(s, two, "s3", "GET", "/~two/my-bucket/file.txt", ""), 400, `the world "two" has expired`)
	want(t, ask(s, one, "s3", "GET", "/my-bucket/file.txt", ""), 200, "hello")
	var missing *NotFound
	if _, err := s.Facts("two"); !errors.As(err, &missing) || !missing.Expired {
		t.Errorf("its facts: %v", err)
	}
	clock.advance(time.Hour)
	if s.blobs.Len() != blobs+2 {
		t.Errorf("%d blobs, before anybody looked for the other", s.blobs.Len())
	}
	create(t, s, NewWorld{Name: "two"})
	if s.blobs.Len() != blobs+1 { // of the object in three
		t.Errorf("%d blobs", s.blobs.Len())
	}
	if err := s.Reset("two"); err != nil {
		t.Errorf("the name of an expired world is free again: %v", err)
	}
	if err := s.DeleteWorld("one"); !errors.As(err, &missing) || !missing.Expired {
		t.Errorf("deleting it: %v", err)
	}
	if names := strings.Join(s.worlds.names(), " "); names != "broken other plain three two" {
		t.Errorf("there are %s", names)
	}
}

// A fix works on a copy as on the scenario's own world, and names callers who then have
// keys of the copy's own.
func TestFixOfPrivateWorld(t *testing.T) {
	s, _ := serveFamiliar(t)
	create(t, s, NewWorld{Scenario: "broken", Name: "one"})
	create(t, s, NewWorld{Scenario: "broken", Name: "two"})
	for _, name := range []string{"one", "two", "broken"} {
		if err := s.Fix(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if keyOf(t, s, "one", "late") == keyOf(t, s, "two", "late") {
		t.Error("two copies gave a caller the same key")
	}
	want(t, ask(s, keyOf(t, s, "one", "late"), "s3", "GET", "/my-bucket/file.txt", ""), 200, "hello")
}

// Worlds come, are used and go from all sides at once.
func TestWorldsUnderLoad(t *testing.T) {
	s, clock := serveFamiliar(t)
	blobs := s.blobs.Len()
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 250 {
				live(t, s, clock, fmt.Sprintf("w-%d-%d", g, i), i)
			}
		})
	}
	wg.Wait()
	clock.advance(time.Hour)
	if names := s.worlds.names(); len(names) != 3 {
		t.Errorf("left: %v", names)
	}
	if s.blobs.Len() != blobs || len(s.worlds.owners) == 0 || s.worlds.privates() != 0 {
		t.Errorf("left: %d blobs, %d private worlds", s.blobs.Len()-blobs, s.worlds.privates())
	}
}

// live is the life of one world of many.
func live(t *testing.T, s *Server, clock *clock, name string, i int) {
	n := NewWorld{Name: name}
	if i%2 == 0 {
		n.Expires = time.Minute
	}
	if _, err := s.CreateWorld(n); err != nil {
		t.Error(err)
		return
	}
	if _, err := s.CreateWorld(n); !errors.Is(err, ErrTaken) && n.Expires == 0 {
		t.Errorf("again: %v", err)
	}
	if sc, err := s.Describe(name, ""); err == nil { // else it has expired
		c := sc.Callers["app"]
		key := sigv4.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey}
		got := ask(s, key, "s3", "GET", "/my-bucket/file.txt", "")
		if got.Code != 200 && n.Expires == 0 {
			t.Errorf("%s: %d %s", name, got.Code, got.Body)
		}
		s.Why(idOf(got))
	}
	switch {
	case n.Expires == 0:
		if err := s.DeleteWorld(name); err != nil {
			t.Error(err)
		}
	case i%10 == 0:
		clock.advance(20 * time.Second)
	}
}

// The control plane finds a request whichever world it was sent to, and one that was
// sent to none.
func TestRequestsOfAllWorlds(t *testing.T) {
	s, _ := serveFamiliar(t)
	create(t, s, NewWorld{Name: "one"})
	for path, world := range map[string]string{
		"/my-bucket/no": "plain", "/~one/my-bucket/no": "one", "/~nowhere/my-bucket/no": "",
	} {
		got := ask(s, keyOf(t, s, "plain", "app"), "s3", "GET", path, "")
		found := httptest.NewRecorder()
		s.ServeHTTP(found, httptest.NewRequest("GET", "http://localhost/_s3fault/requests/"+idOf(got), nil))
		var e Entry
		err := json.Unmarshal(found.Body.Bytes(), &e)
		if err != nil || found.Code != http.StatusOK || e.World != world || e.Path != path {
			t.Errorf("%s: %d %s %v", path, found.Code, found.Body, err)
		}
	}
}

// BenchmarkCreateWorld makes a private world and deletes it again: of a scenario of the
// library, one after the other, beside many others, and with a port of its own.
func BenchmarkCreateWorld(b *testing.B) {
	s := serveLibrary(b)
	defer s.Close()
	names := s.config.File.Names()
	for _, others := range []int{0, 10_000} {
		for len(s.worlds.byName) < others {
			create(b, s, NewWorld{Scenario: names[len(s.worlds.byName)%len(names)]})
		}
		for _, listen := range []bool{false, true} {
			b.Run(fmt.Sprintf("beside %d, listen %t", others, listen), func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					n := NewWorld{Scenario: names[i%len(names)], Listen: listen}
					if err := s.DeleteWorld(create(b, s, n).Name()); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// In the library each key leads to one world, so that it does so at the bare address too; the
// documented example pair is plain's, and that of the unknown key nobody's.
func TestKeysOfTheLibrary(t *testing.T) {
	s := serveLibrary(t)
	openAll(t, s)
	for id, owners := range s.worlds.owners {
		if len(owners) != 1 {
			t.Errorf("%s is of %d worlds, %s among them", id, len(owners), owners[0].name)
		}
	}
	if w := s.worlds.ofKey("AKIAIOSFODNN7EXAMPLE"); w == nil || w.name != "plain" {
		t.Errorf("the example pair is of %v", w)
	}
	if w := s.worlds.ofKey("AKIAI44QH8DHBEXAMPLE"); w != nil {
		t.Errorf("the unknown key is that of %s", w.name)
	}
}

// serveLibrary is a server of the built-in library.
func serveLibrary(t testing.TB) *Server {
	t.Helper()
	f, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{File: f})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// BenchmarkFindRequest looks for a request in the journals of many worlds.
func BenchmarkFindRequest(b *testing.B) {
	s, _ := serveFamiliar(b)
	for range 10_000 {
		create(b, s, NewWorld{})
	}
	got := ask(s, keyOf(b, s, "plain", "app"), "s3", "GET", "/my-bucket/file.txt", "")
	if !bytes.Contains(got.Body.Bytes(), []byte("hello")) {
		b.Fatal(got.Body)
	}
	b.ReportAllocs()
	for b.Loop() {
		if s.Why(idOf(got)) == nil {
			b.Fatal("it is not known")
		}
	}
}

// privates is how many private worlds there are.
func (r *worlds) privates() (n int) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, w := range r.byName {
		if w.private != nil {
			n++
		}
	}
	return n
}

// names are those of all worlds, in order.
func (r *worlds) names() []string {
	r.collect()
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Sorted(maps.Keys(r.byName))
}
