package emulator

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/scenarios"
	"github.com/s3fault/s3fault/sigv4"
)

// serveOn is a server with these settings that listens on a free port of the host.
func serveOn(t *testing.T, c Config, host string) (s *Server, port string) {
	t.Helper()
	f, err := scenarios.Parse("familiar.yaml", []byte(familiar))
	if err != nil {
		t.Fatal(err)
	}
	c.File = f
	if s, err = New(c); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(s)
	if host != "" {
		server.Listener.Close()
		if server.Listener, err = net.Listen("tcp", net.JoinHostPort(host, "0")); err != nil {
			t.Skipf("this machine has no %s: %v", host, err)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	_, port, _ = net.SplitHostPort(server.Listener.Addr().String())
	return s, port
}

// spoken sends a request as it is written, so that nothing is added to it, and reads the
// status and the body of the answer.
func spoken(t *testing.T, port, text string) (*http.Response, string) {
	t.Helper()
	c, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, strings.ReplaceAll(text, "\n", "\r\n")+"\r\n"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// What a page of another site, or one whose name was bound to our address, can make a
// browser send is refused, and says why; what our commands and our own pages send is not
// (authorization.md, "The server itself" 1).
func TestWhoMayControl(t *testing.T) {
	s, port := serveOn(t, Config{Domains: []string{"S3.test"}, Host: "my-machine"}, "")
	own := "localhost:" + port
	for _, c := range []struct {
		head, host, more string
		status           int
		says             string
	}{
		{"GET /_s3fault/health", own, "", 200, `"ok"`},
		{"GET /_s3fault/health", "LOCALHOST.:" + port, "", 200, `"ok"`},
		{"GET /_s3fault/health", "127.0.0.1:" + port, "", 200, `"ok"`},
		{"GET /_s3fault/health", "127.8.8.8", "", 200, `"ok"`},
		{"GET /_s3fault/health", "[::1]:" + port, "", 200, `"ok"`},
		{"GET /_s3fault/health", "[::1]", "", 200, `"ok"`},
		{"GET /_s3fault/health", "plain.scenario.localhost:" + port, "", 200, `"ok"`},
		{"GET /_s3fault/health", "s3.test", "", 200, `"ok"`},
		{"GET /_s3fault/health", "s3.us-east-1.s3.test", "", 200, `"ok"`},
		{"GET /_s3fault/health", "my-machine:" + port, "", 200, `"ok"`},
		{"GET /_s3fault/health", "evil.example", "", 403, `not to the Host \"evil.example\"`},
		{"GET /_s3fault/health", "evil-s3.test", "", 403, "Host"},
		{"GET /_s3fault/health", "localhost.evil.example:" + port, "", 403, "Host"},
		{"GET /_s3fault/health", "127.0.0.1.evil.example", "", 403, "Host"},
		{"GET /_s3fault/health", "203.0.113.9", "", 403, "Host"},
		{"GET /_s3fault/health", "", "", 403, "Host"},
		{"GET /_s3fault", "evil.example", "", 403, "Host"},
		{"GET /%5fs3fault/health", "evil.example", "", 403, "Host"},
		{"PATCH /_s3fault/worlds/plain", "evil.example", "\n\n{}", 403, "Host"},
		{"POST /_s3fault/worlds", "evil.example", "", 403, "Host"},
		{"POST /_s3fault/worlds/plain/reset", own, "Origin: http://evil.example\nContent-Type: text/plain", 403, "Origin: http://evil.example"},
		{"POST /_s3fault/worlds/plain/reset", own, "Origin: null", 403, "Origin: null"},
		{"POST /_s3fault/worlds/plain/reset", own, "Origin: http://localhost:1", 403, "Origin: http://localhost:1"},
		{"POST /_s3fault/worlds/plain/reset", own, "Origin: http://" + own + ".evil.example\nContent-Type: application/json", 403, "Origin"},
		{"POST /_s3fault/worlds/plain/reset", own, "Origin: http://" + own + "\nOrigin: http://evil.example", 403, "Origin"},
		{"POST /_s3fault/worlds/plain/fix", own, "Sec-Fetch-Site: cross-site", 403, "Sec-Fetch-Site: cross-site"},
		{"GET /_s3fault/health", own, "Sec-Fetch-Site: cross-site", 403, "Sec-Fetch-Site: cross-site"},
		{"OPTIONS /_s3fault/worlds/plain", own, "Origin: http://evil.example\nAccess-Control-Request-Method: PATCH", 403, "Origin"},
		{"POST /_s3fault/worlds/plain/reset", own, "Origin: http://" + own, 415, "Content-Type: application/json"},
		{"POST /_s3fault/worlds/plain/reset", own, "Origin: http://" + own + "\nContent-Type: text/plain", 415, `not \"text/plain\"`},
		{"POST /_s3fault/worlds/plain/reset", own, "Sec-Fetch-Site: same-origin\nContent-Type: application/jsonp", 415, "Content-Type"},
		{"DELETE /_s3fault/worlds/w", own, "Sec-Fetch-Site: same-site", 415, "Content-Type"},
		{"POST /_s3fault/worlds", own, "Sec-Fetch-Mode: cors\nContent-Length: 2\nContent-Type: text/plain;charset=UTF-8\n\n{}", 415, "Content-Type"},
		{"POST /_s3fault/worlds/plain/reset", own, "Sec-Fetch-Mode: cors", 200, "{}"},
		{"POST /_s3fault/worlds/plain/reset", own, "Origin: http://" + own + "\nContent-Type: application/json", 200, "{}"},
		{"POST /_s3fault/worlds", own, "Sec-Fetch-Site: same-origin\nContent-Type: Application/JSON; charset=utf-8\nContent-Length: 2\n\n{}", 201, `"id"`},
		{"GET /_s3fault/health", own, "Origin: http://" + own + "\nSec-Fetch-Site: same-origin", 200, `"ok"`},
		{"POST /_s3fault/worlds/plain/reset", own, "Content-Type: text/plain", 200, "{}"},
	} {
		worlds := len(s.worlds.names())
		resp, body := spoken(t, port, fmt.Sprintf("%s HTTP/1.1\nHost: %s\nConnection: close\n%s\n", c.head, c.host, c.more))
		if resp.StatusCode != c.status || !strings.Contains(body, c.says) ||
			resp.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s, Host %s, %q: %s %s, want %d %s", c.head, c.host, c.more, resp.Status, body, c.status, c.says)
		}
		if c.status >= 400 && len(s.worlds.names()) != worlds {
			t.Errorf("%s, Host %s, %q: is refused, and made a world", c.head, c.host, c.more)
		}
		if resp.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %v invites other origins", c.head, resp.Header)
		}
	}
}

// The address that the client connected to may be named, whatever the server was told.
func TestControlByAddress(t *testing.T) {
	_, port := serveOn(t, Config{}, "0.0.0.0")
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		ip, ok := a.(*net.IPNet)
		if !ok || ip.IP.IsLoopback() || ip.IP.To4() == nil {
			continue
		}
		r, err := http.NewRequest("GET", "http://"+net.JoinHostPort(ip.IP.String(), port)+"/_s3fault/health", nil)
		if err != nil {
			t.Fatal(err)
		}
		if status, body := sent(t, r); status != 200 {
			t.Errorf("%s: %d %s", ip.IP, status, body)
		}
		r.Host = "203.0.113.9"
		if status, body := sent(t, r); status != 403 {
			t.Errorf("%s under another address: %d %s", ip.IP, status, body)
		}
	}
}

// Keys that begin with _s3fault/ are reached by the bucket's own host name, and all that
// comes under one of AWS's is S3's (authorization.md, "The server itself" 2).
func TestControlHidesNoObject(t *testing.T) {
	s, port := serveOn(t, Config{Domains: []string{"s3.test"}}, "")
	if err := s.Patch("plain", []byte(`{"buckets":{"my-bucket":{"acl":"public-read","object_ownership":"ObjectWriter","public_access_block":"none",
		"objects":{"_s3fault/health":{"body":"an object","acl":"public-read"}}}}}`)); err != nil {
		t.Fatal(err)
	}
	for host, holds := range map[string]string{
		"my-bucket.s3.amazonaws.com": "an object", "my-bucket.s3.us-east-1.amazonaws.com:443": "an object",
		"my-bucket.s3.localhost:" + port: "an object", "my-bucket.s3.s3.test": "an object",
		"my-bucket.plain.scenario.localhost": "an object",
		"s3.amazonaws.com":                   "<Code>", "plain.scenario.localhost": `"status":"ok"`, "localhost": `"status":"ok"`,
	} {
		if _, body := spoken(t, port, "GET /_s3fault/health HTTP/1.1\nHost: "+host+"\nConnection: close\n"); !strings.Contains(body, holds) {
			t.Errorf("%s: %s, want %s", host, body, holds)
		}
	}
}

// With a token every call must bring it, and S3's requests need none.
func TestAdminToken(t *testing.T) {
	s, port := serveOn(t, Config{AdminToken: "s3cret token"}, "")
	for authorization, status := range map[string]int{
		"": 401, "Bearer": 401, "Bearer ": 401, "Bearer s3cret": 401, "Bearer s3cret token ": 200, "Bearer S3cret token": 401,
		"Basic s3cret token": 401, "s3cret token": 401, "Bearer s3cret token": 200, "bearer s3cret token": 200,
	} {
		for _, call := range []string{"GET /_s3fault/health", "POST /_s3fault/worlds", "GET /_s3fault/nothing"} {
			want := status
			switch {
			case status == 200 && call == "POST /_s3fault/worlds":
				want = 201
			case status == 200 && call == "GET /_s3fault/nothing":
				want = 404
			}
			worlds := s.worlds.privates()
			resp, body := spoken(t, port, call+" HTTP/1.1\nHost: localhost\nConnection: close\nAuthorization: "+authorization+"\n")
			if resp.StatusCode != want || (want == 401) != (resp.Header.Get("WWW-Authenticate") == `Bearer realm="s3fault"`) {
				t.Errorf("%s with %q: %s %v %s, want %d", call, authorization, resp.Status, resp.Header, body, want)
			}
			if want != 201 && s.worlds.privates() != worlds {
				t.Errorf("%s with %q made a world", call, authorization)
			}
			if strings.Contains(body, "s3cret") {
				t.Errorf("%s with %q tells the token: %s", call, authorization, body)
			}
		}
	}
	key := keyOf(t, s, "plain", "admin")
	want(t, ask(s, key, "s3", "GET", "/my-bucket/file.txt", ""), 200, "hello")
}

// Where the control plane has an address of its own, the other has none of it, and what it
// tells are the addresses of the worlds.
func TestSeparateControl(t *testing.T) {
	f, err := scenarios.Parse("familiar.yaml", []byte(familiar))
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{File: f, SeparateControl: true})
	if err != nil {
		t.Fatal(err)
	}
	base, stop, err := s.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	}()
	defer s.Close()
	admin := httptest.NewServer(s.Control())
	defer admin.Close()
	asked := func(method, at, path string) string {
		r, err := http.NewRequest(method, at+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, body := sent(t, r)
		return body
	}
	if body := asked("GET", base, "/_s3fault/health"); !strings.Contains(body, "<Error>") {
		t.Errorf("at S3's address: %s", body)
	}
	body := asked("GET", admin.URL, "/_s3fault/scenarios/plain")
	if !strings.Contains(body, `"endpoint":"`+base+`/~plain"`) {
		t.Errorf("the scenario, for who is at %s, of a server at %s: %s", admin.URL, base, body)
	}
	w := create(t, s, NewWorld{Name: "one", Listen: true})
	if body := asked("GET", w.endpoint(""), "/_s3fault/health"); !strings.Contains(body, "<Error>") {
		t.Errorf("at a world's own port: %s", body)
	}
}

// test/test is the pair of the caller for whom it was asked, in the default world alone, also
// after a reset; who cannot have it is told so.
func TestTestCredentials(t *testing.T) {
	f, err := scenarios.Parse("familiar.yaml", []byte(familiar+`
  temporary:
    title: A session
    callers: {app: null, session: {role: r}}
    accounts: {123456789012: {roles: {r: {trust: {Version: 2012-10-17,
	Statement: [{Effect: Allow, Principal: "*", Action: "sts:AssumeRole"}]}}}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{File: f, Scenario: "other", TestCredentials: "app"})
	if err != nil {
		t.Fatal(err)
	}
	want(t, askTest(s, "/my-bucket/file.txt"), 200, "hello")
	if err := s.Reset("other"); err != nil {
		t.Fatal(err)
	}
	want(t, askTest(s, "/my-bucket/file.txt"), 200, "hello")
	if err := s.Patch("other", []byte(`{"region":"us-west-2"}`)); err != nil {
		t.Fatal(err)
	}
	if got := keyOf(t, s, "other", "app").AccessKeyID; got != "test" {
		t.Errorf("after a patch of something else the key is %s", got)
	}
	for _, id := range []string{"t", "minio-admin", "a.b@c+d=e", strings.Repeat("k", 128)} {
		patch := `{"callers":{"app":{"access_key_id":"` + id + `","secret_access_key":" any ü "}}}`
		if err := s.Patch("plain", []byte(patch)); err != nil {
			t.Fatal(err)
		}
		key := sigv4.Credentials{AccessKeyID: id, SecretAccessKey: " any ü "}
		want(t, ask(s, key, "s3", "GET", "/my-bucket/file.txt", ""), 200, "hello")
	}
	want(t, askTest(s, "/~plain/my-bucket/file.txt"), 403, "InvalidAccessKeyId")
	create(t, s, NewWorld{Name: "copy"})
	want(t, askTest(s, "/~copy/my-bucket/file.txt"), 403, "InvalidAccessKeyId")
	for scenario, wrong := range map[string][2]string{
		"plain": {"admni", `no caller "admni" (did you mean "admin"?)`}, "temporary": {"session",
			"has temporary credentials"},
	} {
		if _, err := New(Config{File: f, Scenario: scenario, TestCredentials: wrong[0]}); err == nil ||
			!strings.Contains(err.Error(), wrong[1]) {
			t.Errorf("%s for %s: %v", scenario, wrong[0], err)
		}
	}
}

func askTest(s *Server, path string) *httptest.ResponseRecorder {
	return ask(s, sigv4.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, "s3", "GET", path, "")
}
