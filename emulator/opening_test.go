package emulator

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/s3fault/s3fault/scenarios"
	"github.com/s3fault/s3fault/sigv4"
)

// openAll opens the worlds of all scenarios.
func openAll(t testing.TB, s *Server) {
	t.Helper()
	if err := s.worlds.openAll(); err != nil {
		t.Fatal(err)
	}
}

// holdOpened holds how many worlds of scenarios are open.
func holdOpened(t testing.TB, s *Server, after string, want int) {
	t.Helper()
	if s.worlds.opened != want || len(s.worlds.unopened()) != len(s.worlds.scenarios)-want {
		t.Errorf("after %s %d worlds are open, want %d", after, s.worlds.opened, want)
	}
}

// Of the library a world is built when somebody asks for it: by its address, or, of a key that
// the one at the bare address does not have, all of them.
func TestOpenedWhenAskedFor(t *testing.T) {
	s := serveLibrary(t)
	all := len(s.worlds.scenarios)
	holdOpened(t, s, "the start", 1)
	app := keyOf(t, s, "plain", "app")
	for range 2 {
		if got := ask(s, app, "s3", "GET", "/my-bucket/file.txt", ""); got.Code != http.StatusOK {
			t.Fatalf("%d %s", got.Code, got.Body)
		}
	}
	holdOpened(t, s, "requests at the bare address", 1)
	ask(s, sigv4.Credentials{}, "s3", "GET", "/my-bucket/file.txt", "")
	create(t, s, NewWorld{Name: "mine", Scenario: "ip-deny"})
	create(t, s, NewWorld{Scenario: "plain", Patch: []byte(`{"buckets": {"other-bucket": {}}}`)})
	if got := ask(s, keyOf(t, s, "mine", "app"), "s3", "GET", "/my-bucket/file.txt", ""); got.Code == http.StatusOK {
		t.Error("the private world lets in")
	}
	if _, private := s.worlds.census(); private != 2 || len(s.Worlds("")) != all+2 {
		t.Errorf("%d private worlds, %d in all", private, len(s.Worlds("")))
	}
	s.summaries()
	s.Requests("plain")
	holdOpened(t, s, "private worlds, lists and what nobody signed", 1)

	other := keyOf(t, s, "iam-no-permission", "app")
	holdOpened(t, s, "a look at another", 2)
	if got := ask(s, other, "s3", "GET", "/my-bucket/file.txt", ""); got.Code != http.StatusForbidden {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	holdOpened(t, s, "its key at the bare address", all)
}

// A key that nobody has leads nowhere, and is looked for in all worlds once.
func TestUnknownKeyOpensAll(t *testing.T) {
	s := serveLibrary(t)
	for range 2 {
		got := ask(s, sigv4.Credentials{AccessKeyID: "AKIAI44QH8DHBEXAMPLE", SecretAccessKey: "x"}, "s3", "GET", "/", "")
		if got.Code != http.StatusForbidden {
			t.Errorf("%d %s", got.Code, got.Body)
		}
		holdOpened(t, s, "a key that nobody has", len(s.worlds.scenarios))
	}
}

// A file of the user's is built whole: what is wrong in it is told at the start.
func TestFilesAreBuiltWhole(t *testing.T) {
	s, _ := serveFamiliar(t)
	holdOpened(t, s, "the start", 3)
}

// No private world gets a key of a scenario's world, nor its name, whether that is open or not.
func TestUnopenedWorldsKeepTheirOwn(t *testing.T) {
	s := serveLibrary(t)
	var key string
	for _, c := range describe(t, serveLibrary(t), "ip-deny").Callers {
		key = c.AccessKeyID
	}
	patch := `{"callers": {"admin": {"access_key_id": "` + key + `", "secret_access_key": "x"}}}`
	if _, err := s.CreateWorld(NewWorld{Patch: []byte(patch)}); !errors.Is(err, ErrTaken) {
		t.Errorf("with a key of ip-deny: %v", err)
	}
	if _, err := serveLibrary(t).CreateWorld(NewWorld{Name: "ip-deny"}); !errors.Is(err, ErrTaken) {
		t.Errorf("with the name ip-deny: %v", err)
	}
	if err := s.DeleteWorld("ip-deny"); !errors.Is(err, ErrScenarioWorld) {
		t.Errorf("ip-deny is deleted: %v", err)
	}
}

// A world that is opened late is in nothing another than one that was there from the start:
// its dates are of then, and what has become due since has been done.
func TestOpenedLateAsAtTheStart(t *testing.T) {
	file, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	facts := func(late bool) map[string]string {
		c := &clock{}
		c.seconds.Store(time.Date(2026, 11, 30, 23, 59, 0, 0, time.UTC).Unix())
		s, err := New(Config{File: file, Now: c.now})
		if err != nil {
			t.Fatal(err)
		}
		if !late {
			openAll(t, s)
		}
		c.advance(400 * 24 * time.Hour)
		all := map[string]string{}
		for _, name := range file.Names() {
			all[name] = shown(t, s, name)
		}
		return all
	}
	early, late := facts(false), facts(true)
	if len(early) == 0 || !reflect.DeepEqual(early, late) {
		for name := range early {
			if early[name] != late[name] {
				t.Errorf("%s is\n%s\nwhere it was\n%s", name, late[name], early[name])
			}
		}
	}
}

// shown is what a world's facts, its clock and its age in the list are.
func shown(t *testing.T, s *Server, name string) string {
	t.Helper()
	for _, path := range []string{"/worlds/" + name, "/worlds/" + name + "/clock"} {
		r := httptest.NewRequest(http.MethodGet, ControlPrefix+path, nil)
		r.Host = "127.0.0.1"
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", path, w.Code, w.Body)
		}
		name += "\n" + w.Body.String()
	}
	list, err := json.Marshal(s.Worlds(""))
	if err != nil {
		t.Fatal(err)
	}
	return name + string(list)
}

func describe(t testing.TB, s *Server, name string) *Scenario {
	t.Helper()
	sc, err := s.Describe(name, "")
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

// Whoever comes first, each world is built once, and nobody waits for ever: also not who looks
// at other worlds from Warn.
func TestOpenedOnce(t *testing.T) {
	file, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	var s *Server
	var mu sync.Mutex
	seen := map[string]*World{}
	note := func(name string) {
		w, err := s.worlds.find("world", name)
		mu.Lock()
		defer mu.Unlock()
		if err != nil || seen[name] != nil && seen[name] != w {
			t.Errorf("%s: another world, %v", name, err)
		}
		seen[name] = w
	}
	if s, err = New(Config{File: file, Warn: func(string, string) { note("ip-deny") }}); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for k := range 12 {
				switch names := file.Names(); {
				case i == 7 && k == 6:
					s.worlds.ofKey("AKIAI44QH8DHBEXAMPLE")
				case i == 6:
					s.Worlds("")
				default:
					note(names[(k*7+i)%len(names)])
				}
			}
		})
	}
	all.Wait()
	holdOpened(t, s, "all of that", len(file.Names()))
	if names := s.worlds.names(); !slices.Equal(names, slices.Sorted(slices.Values(file.Names()))) {
		t.Errorf("the worlds are %q", names)
	}
}

// BenchmarkStart is a server of the library from nothing to its first answer.
func BenchmarkStart(b *testing.B) {
	app := keyOf(b, serveLibrary(b), "plain", "app")
	b.ReportAllocs()
	for b.Loop() {
		if got := ask(serveLibrary(b), app, "s3", "GET", "/", ""); got.Code != http.StatusOK {
			b.Fatal(got.Body)
		}
	}
}
