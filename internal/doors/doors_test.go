package doors_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

const world = `version: 1
scenarios:
  doors:
    title: Doors
    accounts:
      123456789012:
        users: {my-user: {}}
        roles:
          web:
            policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}
            trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {Service: [ec2.amazonaws.com, ecs-tasks.amazonaws.com]}, Action: "sts:AssumeRole"}]}
          pod:
            trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {Service: pods.eks.amazonaws.com}, Action: ["sts:AssumeRole", "sts:TagSession"]}]}
          tagless:
            trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {Service: pods.eks.amazonaws.com}, Action: "sts:AssumeRole"}]}
          lambda:
            trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]}
    callers:
      app: {role: web, from: container, ttl: 20m, refresh_in: 5m}
      box: {role: web, from: instance, ttl: 20m}
      tool: {user: my-user, from: process, ttl: 20m}
      untrusted: {role: lambda, from: container}
      pod: {role: pod, from: container}
      tagless: {role: tagless, from: container}
      admin: {root: true}
    buckets: {my-bucket: {objects: {file.txt: {body: hello}}}}
`

func start(t *testing.T) *emulatortest.Server {
	t.Helper()
	return emulatortest.Start(t, "doors", emulatortest.YAML(world))
}

// ask makes a request and reads the answer. headers are pairs.
func ask(t *testing.T, method, url string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i+1] != "" {
			req.Header.Set(headers[i], headers[i+1])
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// keys are what a door hands out.
type keys struct {
	Code, AccessKeyId, SecretAccessKey, Token, SessionToken, RoleArn, AccountId string
	Expiration                                                                  time.Time
	Version                                                                     int
}

func read(t *testing.T, body string) (k keys) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &k); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return k
}

// handed is what the endpoint of a container, or of a process, hands out.
func handed(t *testing.T, srv *emulatortest.Server, caller string) keys {
	t.Helper()
	c := srv.Caller(caller)
	resp, body := ask(t, "GET", c.CredentialsURI, "Authorization", c.AuthorizationToken)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s is answered with %d: %s", caller, resp.StatusCode, body)
	}
	return read(t, body)
}

// use signs a request with the keys, and is its status.
func use(t *testing.T, srv *emulatortest.Server, k keys) int {
	t.Helper()
	status, _ := signed(t, srv, k, "/my-bucket/file.txt")
	return status
}

// signed asks for an object with the keys.
func signed(t *testing.T, srv *emulatortest.Server, k keys, path string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), "GET", srv.Endpoint+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := sigv4.Credentials{
		AccessKeyID: k.AccessKeyId, SecretAccessKey: k.SecretAccessKey, SessionToken: k.Token + k.SessionToken,
	}
	sigv4.Sign(req, c, sigv4.Scope{Region: srv.Region, Service: "s3"}, sigv4.HashPayload(nil), time.Now())
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// The container's endpoint answers as those of ECS and EKS do, and refuses as EKS's.
func TestContainer(t *testing.T) {
	t.Parallel()
	srv := start(t)
	token, untrusted := srv.Caller("app").AuthorizationToken, srv.Caller("untrusted").AuthorizationToken
	for _, c := range []struct {
		name, method, caller, token string
		status                      int
		body, cause                 string
	}{
		{"no token", "GET", "app", "", 400, "Service account token cannot be empty\n", "no Authorization header"},
		{"another token", "GET", "app", "x", 400, "(InvalidTokenException): The token included in the request is invalid, fault: client\n",
			"is not the authorization_token of app"},
		{"another caller's token", "GET", "app", untrusted, 400, "(InvalidTokenException)", "is not the authorization_token of app"},
		{"no such caller", "GET", "untrsted", token, 400, "(InvalidTokenException)", `no caller "untrsted" of this world says from: container (did you mean untrusted?)`},
		{"a caller with keys", "GET", "admin", token, 400, "(InvalidTokenException)", `no caller "admin"`},
		{"an instance's", "GET", "box", token, 400, "(InvalidTokenException)", `no caller "box"`},
		{"another method", "PUT", "app", token, 405, "Method Not Allowed\n", ""},
		{"a role that trusts others", "GET", "untrusted", untrusted, 400, "(AccessDeniedException): Unauthorized Exception! EKS does not have permissions to assume the associated role., fault: client\n", ""},
	} {
		resp, body := ask(t, c.method, srv.Endpoint+"/_credentials/container/"+c.caller, "Authorization", c.token)
		if resp.StatusCode != c.status || !strings.Contains(body, c.body) || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/plain") {
			t.Errorf("%s: %d %s %v", c.name, resp.StatusCode, body, resp.Header)
		}
		all := srv.Requests(journal.Filter{Operation: []string{"credentials:ContainerCredentials"}})
		e := all[len(all)-1]
		if c.cause != "" && (e.Cause == nil || !strings.Contains(e.Cause.Text, c.cause)) {
			t.Errorf("%s: its cause is %+v", c.name, e.Cause)
		}
		if e.Service != "credentials" || e.Caller != c.caller || e.Status != c.status {
			t.Errorf("%s: the journal has %+v", c.name, e)
		}
	}
	all := srv.Requests()
	if d := all[len(all)-1].Denied(); d == nil || d.Cause != "trust-policy" {
		t.Errorf("the trust policy: %+v", d)
	}
	k := handed(t, srv, "app")
	if k.RoleArn != "arn:aws:iam::123456789012:role/web" || k.AccountId != "123456789012" || k.Expiration.IsZero() {
		t.Errorf("handed out: %+v", k)
	}
	if status := use(t, srv, k); status != 200 {
		t.Errorf("its request is answered with %d", status)
	}
	last := srv.Requests(journal.Filter{Operation: []string{"GetObject"}})
	if e := last[0]; e.Caller != "app" || e.Principal != "arn:aws:sts::123456789012:assumed-role/web/app" {
		t.Errorf("the journal has %s, %s", e.Caller, e.Principal)
	}
}

// EKS Pod Identity tags its sessions, and a role has to let it.
func TestPodIdentityTags(t *testing.T) {
	t.Parallel()
	srv := start(t)
	handed(t, srv, "pod")
	c := srv.Caller("tagless")
	if resp, body := ask(t, "GET", c.CredentialsURI, "Authorization", c.AuthorizationToken); resp.StatusCode != 400 ||
		!strings.Contains(body, "AccessDeniedException") {
		t.Errorf("a role without sts:TagSession: %d %s", resp.StatusCode, body)
	}
	all := srv.Requests()
	if d := all[len(all)-1].Denied(); d == nil || d.Action != "sts:TagSession" {
		t.Errorf("it is refused for %+v", d)
	}
}

// A kind of door that there is not is nobody's.
func TestNoSuchDoor(t *testing.T) {
	t.Parallel()
	srv := start(t)
	for path, told := range map[string]string{
		"contaner/app": "no \"contaner\": container is there",
		"process":      "Service account token cannot be empty",
		"x/app":        "no \"x\": container and process are there",
		"":             "no \"\": container and process are there",
	} {
		want := http.StatusNotFound
		if path == "process" {
			want = http.StatusBadRequest
		}
		if resp, body := ask(t, "GET", srv.Endpoint+"/_credentials/"+path); resp.StatusCode != want || !strings.Contains(body, told) {
			t.Errorf("%s: %d %s", path, resp.StatusCode, body)
		}
	}
}

// A session is handed out until its refresh_in is over, and stays good until its end; it
// can be rotated, ended by a fault rule, and ended with its rotation.
func TestSessionsComeAndGo(t *testing.T) {
	t.Parallel()
	srv := start(t)
	first := handed(t, srv, "app")
	if again := handed(t, srv, "app"); again.AccessKeyId != first.AccessKeyId {
		t.Errorf("another session is handed out: %s, %s", first.AccessKeyId, again.AccessKeyId)
	}
	if left := time.Until(first.Expiration); left < 19*time.Minute || left > 20*time.Minute {
		t.Errorf("it lasts %s", left)
	}
	srv.Advance(6 * time.Minute)
	second := handed(t, srv, "app")
	if second.AccessKeyId == first.AccessKeyId {
		t.Error("the same session is handed out after refresh_in")
	}
	if left := time.Until(second.Expiration); left < 19*time.Minute || left > 20*time.Minute {
		t.Errorf("a client is told that the second lasts %s", left)
	}
	if one, two := use(t, srv, first), use(t, srv, second); one != 200 || two != 200 {
		t.Errorf("both are good: %d, %d", one, two)
	}
	srv.Advance(15 * time.Minute)
	if one, two := use(t, srv, first), use(t, srv, second); one != 400 || two != 200 {
		t.Errorf("the first has ended: %d, %d", one, two)
	}
	third := handed(t, srv, "app")
	rotate(t, srv, "app", `{"expire": true}`, 200, "")
	fourth := handed(t, srv, "app")
	if three, four := use(t, srv, third), use(t, srv, fourth); fourth.AccessKeyId == third.AccessKeyId || three != 400 || four != 200 {
		t.Errorf("rotated: %d, %d", three, four)
	}
	rotate(t, srv, "app", "", 200, "")
	fifth := handed(t, srv, "app")
	if four, five := use(t, srv, fourth), use(t, srv, fifth); fifth.AccessKeyId == fourth.AccessKeyId || four != 200 || five != 200 {
		t.Errorf("rotated once more: %d, %d", four, five)
	}
	srv.AddFault(`{"match": {"caller": "app"}, "when": {"first": 1}, "effect": {"expire": "session"}}`)
	if status := use(t, srv, fifth); status != 400 {
		t.Errorf("a session that a rule has ended is answered with %d", status)
	}
	sixth := handed(t, srv, "app")
	if status := use(t, srv, sixth); sixth.AccessKeyId == fifth.AccessKeyId || status != 200 {
		t.Errorf("the next one is answered with %d", status)
	}
	rotate(t, srv, "untrsted", "", 404, `no caller \"untrsted\" (did you mean \"untrusted\"?)`)
	rotate(t, srv, "admin", "", 400, "the caller admin has no from")
	rotate(t, srv, "app", `{"expires": true}`, 400, `unknown key \"expires\" in a rotation (did you mean \"expire\"?)`)
	if err := srv.Patch(`{"buckets": {"other": {}}}`); err != nil {
		t.Fatal(err)
	}
	if again := handed(t, srv, "app"); again.AccessKeyId != sixth.AccessKeyId {
		t.Error("a patch of something else has another session be handed out")
	}
	if err := srv.Reset(); err != nil {
		t.Fatal(err)
	}
	if status := use(t, srv, sixth); status != 403 {
		t.Errorf("after a reset its request is answered with %d", status)
	}
}

func rotate(t *testing.T, srv *emulatortest.Server, caller, body string, status int, text string) {
	t.Helper()
	url := srv.Endpoint + "/_s3fault/worlds/" + srv.World + "/credentials/" + caller + "/rotate"
	req, err := http.NewRequestWithContext(t.Context(), "POST", url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status || !strings.Contains(string(answer), text) {
		t.Errorf("rotate %s %s: %d %s", caller, body, resp.StatusCode, answer)
	}
}

// A process gets a session of its own each time.
func TestProcess(t *testing.T) {
	t.Parallel()
	srv := start(t)
	one, two := handed(t, srv, "tool"), handed(t, srv, "tool")
	if one.Version != 1 || one.AccessKeyId == two.AccessKeyId || one.SessionToken == "" || one.Expiration.IsZero() {
		t.Errorf("%+v, %+v", one, two)
	}
	if status := use(t, srv, one); status != 403 { // the user may do nothing
		t.Errorf("its request is answered with %d", status)
	}
	e := srv.Requests(journal.Filter{Operation: []string{"GetObject"}})[0]
	if e.Caller != "tool" || e.Principal != "arn:aws:iam::123456789012:user/my-user" {
		t.Errorf("the journal has %s, %s", e.Caller, e.Principal)
	}
	resp, body := ask(t, "GET", srv.Endpoint+"/_credentials/process/tool", "Authorization", "x")
	if resp.StatusCode != 400 || body != `{"error":"InvalidTokenException: The token included in the request is invalid"}` {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}

// Fault rules of the class credentials strike here, and those without an operation do not.
func TestFaults(t *testing.T) {
	t.Parallel()
	for rule, want := range map[string]struct {
		status int
		body   string
	}{
		`{"match": {"operation": "credentials"}, "effect": {"error": {"code": "ThrottlingException"}}}`:                                       {429, "(ThrottlingException): Rate exceeded, fault: client\n"},
		`{"match": {"operation": "credentials", "caller": "app"}, "effect": {"error": {"code": "InternalServerException", "message": "no"}}}`: {500, "(InternalServerException): no, fault: server\n"},
		`{"match": {"operation": "credentials:Container*"}, "effect": {"error": {"status": 502, "body": "html"}}}`:                            {502, "<html>"},
		`{"match": {"operation": "credentials:ContainerCredentials"}, "effect": {"error": {"status": 503, "body": "none"}}}`:                  {503, ""},
		`{"match": {"operation": "credentials", "key": "_credentials/**"}, "effect": {"set_headers": {"x-note": "hello"}}}`:                   {200, "AccessKeyId"},
		`{"match": {"operation": "credentials", "caller": "box"}, "effect": {"error": {"code": "ThrottlingException"}}}`:                      {200, "AccessKeyId"},
		`{"effect": {"error": {"code": "SlowDown"}}}`:                                                                                         {200, "AccessKeyId"},
		`{"match": {"operation": "*:*"}, "effect": {"reset": true}}`:                                                                          {200, "AccessKeyId"},
	} {
		srv := start(t)
		srv.AddFault(rule)
		c := srv.Caller("app")
		resp, body := ask(t, "GET", c.CredentialsURI, "Authorization", c.AuthorizationToken)
		if resp.StatusCode != want.status || !strings.Contains(body, want.body) {
			t.Errorf("%s: %d %s", rule, resp.StatusCode, body)
		}
	}
	srv := start(t)
	srv.AddFault(`{"match": {"operation": "credentials"}, "stage": "after_commit", "effect": {"reset": true}}`)
	c := srv.Caller("app")
	req, err := http.NewRequestWithContext(t.Context(), "GET", c.CredentialsURI, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", c.AuthorizationToken)
	if resp, err := http.DefaultClient.Do(req); err == nil {
		resp.Body.Close()
		t.Errorf("a reset is answered with %d", resp.StatusCode)
	}
}
