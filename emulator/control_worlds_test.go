package emulator

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/sigv4"
)

// controls sends a call of the control plane, and reads its answer into one, if any.
func controls(t testing.TB, s *Server, method, path, body string, into any) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(method, "http://localhost:9403/_s3fault"+path, strings.NewReader(body)))
	if got := w.Header().Get("Content-Type"); got != "application/json" || !json.Valid(w.Body.Bytes()) {
		t.Errorf("%s %s is answered with %q: %s", method, path, got, w.Body)
	}
	if into != nil {
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			t.Errorf("%s %s: %v in %s", method, path, err, w.Body)
		}
	}
	return w
}

// A world that is made over the control plane has the shape that is promised, is found by
// its key and its name, is listed, and is gone when it is deleted.
func TestWorldsOverControl(t *testing.T) {
	s, clock := serveFamiliar(t)
	var w born
	made := controls(t, s, "POST", "/worlds", `{"scenario":"other","name":"t-17","expires":"10m","responses":"article",
		"patch":{"buckets":{"extra":{}},"callers":{"late":{"root":true,"access_key_id":"late","secret_access_key":"s"}}}}`, &w)
	want(t, made, http.StatusCreated, `"id":"t-17","endpoint":"http://localhost:9403/~t-17","region":"us-east-1","callers":{`)
	app := w.Callers["app"]
	if len(w.Callers) != 3 || app.ARN != "arn:aws:iam::123456789012:user/my-user" ||
		app.AccessKeyID == "AKIAIOSFODNN7EXAMPLE" {
		t.Errorf("its callers are %+v", w.Callers)
	}
	want(t, ask(s, keyOf(t, s, "t-17", "app"), "s3", "PUT", "/extra/k", "x"), 200, "")
	want(t, ask(s, sigv4.Credentials{AccessKeyID: "late", SecretAccessKey: "s"}, "s3", "GET", "/extra/k", ""), 200, "x")
	clock.advance(61 * time.Second)
	var list struct{ Worlds []WorldSummary }
	controls(t, s, "GET", "/worlds", "", &list)
	if n := len(list.Worlds); n != 4 || list.Worlds[0].ID != "plain" || list.Worlds[0].Expiry != nil {
		t.Fatalf("there are %+v", list.Worlds)
	}
	got := list.Worlds[3]
	if got.Expiry == nil || got.Expiry.Sub(clock.now()) != 9*time.Minute-time.Second {
		t.Errorf("it expires at %v, now is %v", got.Expiry, clock.now())
	}
	got.Expiry = nil
	if got != (WorldSummary{ID: "t-17", Scenario: "other", Requests: 2, Age: "1m1s",
		Endpoint: "http://localhost:9403/~t-17"}) {
		t.Errorf("it is listed as %+v", got)
	}
	want(t, controls(t, s, "DELETE", "/worlds/t-17", "", nil), 200, "{}")
	want(t, controls(t, s, "GET", "/worlds/t-17", "", nil), 404, `no world \"t-17\"`)
	want(t, controls(t, s, "DELETE", "/worlds/t-17", "", nil), 404, `no world \"t-17\"`)
	want(t, controls(t, s, "POST", "/worlds", "", &w), 201, `"id":"w-`)
	if w.Callers["app"] == app || !strings.HasPrefix(w.Endpoint, "http://localhost:9403/~w-") {
		t.Errorf("a world of nothing that was asked for is %+v", w)
	}
}

// A body that is not good is refused with the place and the nearest name, and what is taken
// or cannot be done with its own status; no world comes of it.
func TestBadWorlds(t *testing.T) {
	s, clock := serveFamiliar(t)
	create(t, s, NewWorld{Name: "one", Patch: []byte(`{"callers":{"app":{"access_key_id":"test"}}}`)})
	create(t, s, NewWorld{Name: "brief", Expires: time.Minute})
	clock.advance(time.Minute)
	names := fmt.Sprint(s.worlds.names()) // without the one whose time is over
	blobs := s.blobs.Len()
	for _, c := range []struct {
		method, path, body string
		status             int
		holds              string
	}{
		{"POST", "/worlds", `{"scenarioo":"plain"}`, 400, `body:1:2: unknown key \"scenarioo\" in a new world (did you mean \"scenario\"?)`},
		{"POST", "/worlds", "{\n  \"name\": \"One\"}", 400, `body:2:11: a world's name has a-z, 0-9 and hyphens, and begins with a letter: \"One\" is none`},
		{"POST", "/worlds", `{"name":""}`, 400, `body:1:9: a world's name`},
		{"POST", "/worlds", `{"expires":"10"}`, 400, `body:1:12: a duration like 90s, 2h or 7d is wanted here, not \"10\"`},
		{"POST", "/worlds", `{"expires":"-1m"}`, 400, `body:1:12: a world expires after a duration`},
		{"POST", "/worlds", `{"expires":"0s"}`, 400, `body:1:12: a world expires after a duration`},
		{"POST", "/worlds", `{"responses":"awss"}`, 400, `body:1:14: unknown value \"awss\" (did you mean \"aws\"?)`},
		{"POST", "/worlds", `{"listen":"yes"}`, 400, `body:1:11: true or false is wanted here`},
		{"POST", "/worlds", `{"listen":1}`, 400, `body:1:11: true or false is wanted here`},
		{"POST", "/worlds", `{"name":["a"]}`, 400, `body:1:9: a text is wanted here`},
		{"POST", "/worlds", `["plain"]`, 400, `body:1:1: a mapping is wanted here`},
		{"POST", "/worlds", `{"name":"a"`, 400, `body:1:`},
		{"POST", "/worlds", `{"name":"a"} {}`, 400, `body:1:14: there is more after the end of the JSON text`},
		{"POST", "/worlds", `{"name":"a","name":"b"}`, 400, `the key \"name\" is there twice`},
		{"POST", "/worlds", `name: a`, 400, `body:1:`},
		{"POST", "/worlds", "{\"patch\":\n{\"bucket\":{}}}", 400, `body:2:2: unknown key \"bucket\" in a world (did you mean \"buckets\"?)`},
		{"POST", "/worlds", `{"patch":{"callers":{"app":{"user":"my-usr"}}}}`, 400, `body:1:36: unknown user \"my-usr\"`},
		{"POST", "/worlds", `{"patch":{"buckets":{"my-bucket":{"policy":{"file":"/etc/hostname"}}}}}`, 400, `a patch reads no files`},
		{"POST", "/worlds", `{"patch":"all"}`, 400, `body:1:10: a mapping is wanted here`},
		{"POST", "/worlds", `{"scenario":"plian"}`, 404, `no scenario \"plian\" (did you mean \"plain\"?)`},
		{"POST", "/worlds", `{"patch":{"buckets":{"my-bucket":{"website":{"indx":"a"}}}}}`, 400, `unknown key \"indx\" in a website (did you mean \"index_document\"?)`},
		{"POST", "/worlds", `{"name":"one"}`, 409, `the name \"one\" is taken by another world`},
		{"POST", "/worlds", `{"name":"plain","listen":true}`, 409, `the name \"plain\" is taken by another world`},
		{"POST", "/worlds", `{"patch":{"callers":{"app":{"access_key_id":"test"}}}}`, 409, `the access key test is taken by another world`},
		{"PATCH", "/worlds/plain", `{"callers":{"app":{"access_key_id":"test"}}}`, 409, `the access key test is taken by another world`},
		{"POST", "/worlds", strings.Repeat(" ", maxBody) + "{}", 413, "too large"},
		{"PUT", "/worlds", `{}`, 405, `/_s3fault/worlds does not take PUT`},
		{"DELETE", "/worlds/plain", "", 405, `plain: a scenario's own world cannot be deleted`},
		{"DELETE", "/worlds/nobody", "", 404, `no world \"nobody\"`},
		{"DELETE", "/worlds/brief", "", 404, `the world \"brief\" has expired`},
		{"GET", "/worlds/brief", "", 404, `the world \"brief\" has expired`},
		{"POST", "/worlds/brief/reset", "", 404, `the world \"brief\" has expired`},
		{"GET", "//health", "", 404, `no control call`},
	} {
		got := controls(t, s, c.method, c.path, c.body, nil)
		if got.Code != c.status || !strings.Contains(got.Body.String(), c.holds) {
			t.Errorf("%s %s %.80s: %d %s, want %d %s", c.method, c.path, c.body, got.Code, got.Body, c.status, c.holds)
		}
		if allow := got.Header().Get("Allow"); (c.status == 405) != (allow != "") || strings.Contains(allow, c.method) {
			t.Errorf("%s %s: %d, and Allow is %q", c.method, c.path, got.Code, allow)
		}
	}
	if s.blobs.Len() != blobs || fmt.Sprint(s.worlds.names()) != names {
		t.Errorf("left: %d blobs, worlds %v", s.blobs.Len()-blobs, s.worlds.names())
	}
	s.ports.Wait()
}

// A port of its own leads to its world whatever is asked: signed, anonymously, with a
// form, with another world's key. It closes with the world.
func TestPortOfItsOwn(t *testing.T) {
	s, clock := serveFamiliar(t)
	defer s.Close()
	var w born
	patch := `{"buckets":{"open":{"acl":"public-read-write","object_ownership":"ObjectWriter","public_access_block":"none"}}}`
	controls(t, s, "POST", "/worlds", `{"scenario":"other","name":"one","expires":"1m","listen":true,"patch":`+patch+`}`,
		&w)
	u, err := url.Parse(w.Endpoint)
	if err != nil || u.Hostname() != "localhost" || u.Port() == "" || u.Port() == "9403" || u.Path != "" {
		t.Fatalf("its endpoint is %q", w.Endpoint)
	}
	at := "http://127.0.0.1:" + u.Port()
	send := func(method, path, contentType, body string) (int, string) {
		r, err := http.NewRequest(method, at+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", contentType)
		return sent(t, r)
	}
	if status, body := send("PUT", "/open/k", "", "mine"); status != 200 {
		t.Errorf("an anonymous PUT: %d %s", status, body)
	}
	form := "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nposted\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nhello\r\n--b--\r\n"
	if status, body := send("POST", "/open", "multipart/form-data; boundary=b", form); status != 204 {
		t.Errorf("a form: %d %s", status, body)
	}
	status, body := send("GET", "/_s3fault/worlds/one/requests", "", "")
	if status != 200 || strings.Count(body, `"request_id"`) != 2 {
		t.Errorf("its journal, asked for at its own port: %d %s", status, body)
	}
	foreign, _ := http.NewRequest("GET", at+"/open/k", nil)
	sigv4.Sign(foreign, keyOf(t, s, "plain", "admin"), sigv4.Scope{Region: "us-east-1", Service: "s3"},
		sigv4.HashPayload(nil), clock.now())
	if status, body := sent(t, foreign); status != 403 || !strings.Contains(body, "InvalidAccessKeyId") {
		t.Errorf("another world's key: %d %s", status, body)
	}
	if n := len(s.Requests("one")); n != 3 || len(s.Requests("plain")) != 0 {
		t.Errorf("%d of 3 requests came to the world", n)
	}
	clock.advance(time.Minute)
	if status, body := send("GET", "/open/k", "", ""); status != 400 || !strings.Contains(body, "has expired") {
		t.Errorf("after its time: %d %s", status, body)
	}
	s.ports.Wait()
	if c, err := net.Dial("tcp", "127.0.0.1:"+u.Port()); err == nil {
		c.Close()
		t.Error("the port of an expired world still listens")
	}
}

func sent(t testing.TB, r *http.Request) (int, string) {
	t.Helper()
	transport := &http.Transport{Proxy: nil, DisableKeepAlives: true}
	resp, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// A world can be deleted at its own port: the answer comes, and the port is closed.
func TestDeletedAtItsOwnPort(t *testing.T) {
	s, _ := serveFamiliar(t)
	w := create(t, s, NewWorld{Name: "one", Listen: true})
	r, _ := http.NewRequest("DELETE", w.endpoint("")+"/_s3fault/worlds/one", nil)
	if status, body := sent(t, r); status != 200 || body != "{}\n" {
		t.Errorf("%d %s", status, body)
	}
	s.ports.Wait()
	if c, err := net.Dial("tcp", w.port.listener.Addr().String()); err == nil {
		c.Close()
		t.Error("its port still listens")
	}
}

// Close leaves no port open, and the scenarios' own worlds as they are.
func TestClose(t *testing.T) {
	s, _ := serveFamiliar(t)
	w := create(t, s, NewWorld{Listen: true})
	create(t, s, NewWorld{})
	s.Close()
	if c, err := net.Dial("tcp", w.port.listener.Addr().String()); err == nil {
		c.Close()
		t.Error("its port still listens")
	}
	if names := s.worlds.names(); len(names) != 3 {
		t.Errorf("left: %v", names)
	}
}
