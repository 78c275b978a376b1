package controls

import (
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator/controls/plan"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
	"github.com/s3fault/s3fault/sigv4"
)

const scopedWorld = `version: 1
responses: aws
as_of: 2026-11-19
scenarios:
  world:
    title: sessions that are scoped down
    accounts:
      123456789012:
        users: {u: {policies: {all: &all {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}}
        roles: {R: {policies: {all: *all}}}
    callers:
      user: {user: u}
      session: {role: R, expires: 2h, source_identity: sid, session_tags: {team: red}, session_name: mine}
    buckets:
      my-bucket: {tags: {team: red}, objects: {a.txt: {body: a}, b.txt: {body: b}, file.txt: {body: f}}}
`

// made is what the calls that make a session answer.
type made struct {
	Credentials struct {
		AccessKeyId, SecretAccessKey, SessionToken string
		Expiration                                 time.Time
	}
	SessionInfo                                                                      struct{ ScopedSessionId, Arn string }
	SessionTokenSize, SessionTokenUtilization, PackedPolicySize, ScopedPoliciesCount int
	SourceIdentity                                                                   string
}

func (m *made) keys() sigv4.Credentials {
	return sigv4.Credentials{AccessKeyID: m.Credentials.AccessKeyId, SecretAccessKey: m.Credentials.SecretAccessKey, SessionToken: m.Credentials.SessionToken}
}

// asks makes a call of STS's by its name on the wire.
func (w *raw) asks(action string, p plan.Parameters, as sigv4.Credentials) (*made, *plan.Failure) {
	w.t.Helper()
	return w.answered(w.send(w.message(plan.Action(w.service, action), p), as, w.now()))
}

func (w *raw) answered(reply *plan.Reply) (*made, *plan.Failure) {
	w.t.Helper()
	if reply.Status != http.StatusOK {
		failure, err := plan.ReadFailure(w.service, reply)
		if err != nil {
			w.t.Fatal(err)
		}
		return nil, failure
	}
	var body struct {
		Result made `xml:",any"`
	}
	if err := xml.Unmarshal([]byte(reply.Body), &body); err != nil {
		w.t.Fatalf("%v in %s", err, reply.Body)
	}
	return &body.Result, nil
}

// now is the time of a world whose clock stands still.
func (w *raw) now() time.Time { return time.Date(2026, time.November, 29, 12, 0, 0, 0, time.UTC) }

func scopedTo(t *testing.T, world string) *raw {
	t.Helper()
	w := &raw{t: t, service: serviceNamed("sts")}
	w.srv = emulatortest.Start(t, "world", emulatortest.YAML(world), emulatortest.Now(w.now))
	return w
}

func allowing(actions, resource string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[` + actions + `],"Resource":"` + resource + `"}]}`
}

// reads says which object a session may read, and which layer, by its part, refuses it.
func (w *raw) reads(m *made, key string) string {
	w.t.Helper()
	r, err := http.NewRequest(http.MethodGet, w.srv.Endpoint+"/my-bucket/"+key, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	sigv4.Sign(r, m.keys(), sigv4.Scope{Region: w.srv.Region, Service: "s3"}, sigv4.HashPayload(nil), w.now())
	w.do(r)
	for _, no := range saysNo(w.last()) {
		return no
	}
	return w.last().Code
}

const scopeOn = `"s3:GetObject","sts:GetScopedCredentials"`

// Each call takes away from what is left, three times at most; who the session is,
// its tags and its source identity stay.
func TestScopedCredentials(t *testing.T) {
	t.Parallel()
	w := scopedTo(t, scopedWorld)
	first, failed := w.asks("GetScopedCredentials", plan.Parameters{"Policy": allowing(scopeOn, "*"), "ScopedSessionDescription": "first"}, w.credentials("session"))
	if failed != nil {
		t.Fatal(failed)
	}
	if !strings.HasSuffix(first.SessionInfo.ScopedSessionId, ":mine") || first.SessionInfo.Arn != "arn:aws:sts::123456789012:assumed-role/R/mine" ||
		first.ScopedPoliciesCount != 1 || first.SourceIdentity != "sid" || !first.Credentials.Expiration.Equal(w.now().Add(2*time.Hour)) ||
		first.SessionTokenSize != len(first.Credentials.SessionToken) || first.SessionTokenUtilization == 0 {
		t.Errorf("got %+v", first)
	}
	second, failed := w.asks("GetScopedCredentials", plan.Parameters{
		"Policy":          `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::my-bucket/b.txt"}]}`,
		"DurationSeconds": 600}, first.keys())
	if failed != nil {
		t.Fatal(failed)
	}
	if !second.Credentials.Expiration.Equal(w.now().Add(10*time.Minute)) || second.ScopedPoliciesCount != 2 {
		t.Errorf("got %+v", second)
	}
	third, failed := w.asks("GetScopedCredentials", plan.Parameters{"Policy": allowing(scopeOn, "arn:aws:s3:::my-bucket/${aws:PrincipalTag/team}*")}, second.keys())
	if failed != nil {
		t.Fatal(failed)
	}
	for _, c := range []struct {
		name string
		as   *made
		key  string
		want string
	}{
		{"the first allows", first, "b.txt", ""},
		{"the second denies", second, "b.txt", "session scope-2"},
		{"the second allows", second, "a.txt", ""},
		{"the third does not allow", third, "a.txt", "session scope-3"},
		{"the second still denies", third, "b.txt", "session scope-2"},
	} {
		if got := w.reads(c.as, c.key); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	// Not even by a name in the bucket's own policy does the session get more, unless the
	// policy names the session.
	if err := w.srv.Patch(`{"buckets":{"my-bucket":{"policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/R"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::my-bucket/*"}]}}}}`); err != nil {
		t.Fatal(err)
	}
	if got := w.reads(third, "a.txt"); got != "session scope-3" {
		t.Errorf("after a patch, which it outlives: %q", got)
	}
}

func TestScopedCredentialsRefused(t *testing.T) {
	t.Parallel()
	w := scopedTo(t, scopedWorld)
	all := allowing(`"*"`, "*")
	session := w.credentials("session")
	as := session
	for n := range 3 {
		next, failed := w.asks("GetScopedCredentials", plan.Parameters{"Policy": all}, as)
		if failed != nil || next.ScopedPoliciesCount != n+1 {
			t.Fatalf("%d: %+v %+v", n, next, failed)
		}
		as = next.keys()
	}
	if _, failed := w.asks("GetScopedCredentials", plan.Parameters{"Policy": all}, as); failed == nil || failed.Code != "AccessDenied" {
		t.Errorf("a fourth policy: %+v", failed)
	}
	entry := w.last()
	if d := entry.Denied(); d == nil || d.Cause != authz.Session {
		t.Errorf("the journal has %+v", d)
	}
	shorter, failed := w.asks("GetScopedCredentials", plan.Parameters{"DurationSeconds": 60}, as)
	if failed != nil || shorter.ScopedPoliciesCount != 3 {
		t.Errorf("only shorter: %+v %+v", shorter, failed)
	}
	for _, c := range []struct {
		name, code, text string
		p                plan.Parameters
	}{
		{"nothing", "ValidationError", "Policy and DurationSeconds", nil},
		{"too long", "InsufficientSessionLifetime", "7200", plan.Parameters{"DurationSeconds": 7201}},
		{"no time", "ValidationError", "greater than or equal to 1", plan.Parameters{"DurationSeconds": 0}},
		{"too much", "ValidationError", "less than or equal to 129600", plan.Parameters{"DurationSeconds": 129601}},
		{"no policy", "MalformedPolicyDocument", "", plan.Parameters{"Policy": "{"}},
		{"a principal", "MalformedPolicyDocument", "", plan.Parameters{"Policy": strings.Replace(all, `"Action"`, `"Principal":"*","Action"`, 1)}},
		{"a long policy", "ValidationError", "less than or equal to 2048", plan.Parameters{"Policy": all + strings.Repeat(" ", 2048)}},
		{"a long description", "ValidationError", "less than or equal to 256", plan.Parameters{"DurationSeconds": 60, "ScopedSessionDescription": strings.Repeat("x", 257)}},
		{"a large token", "ValidationError", "less than or equal to 4096", plan.Parameters{"DurationSeconds": 60, "MinimumSessionTokenSize": 4097}},
	} {
		if _, failed := w.asks("GetScopedCredentials", c.p, session); failed == nil || failed.Code != c.code || !strings.Contains(failed.Message, c.text) {
			t.Errorf("%s: %+v", c.name, failed)
		}
	}
	m := w.message(plan.Action(w.service, "GetScopedCredentials"), plan.Parameters{"DurationSeconds": 60})
	r, err := m.Request(w.srv.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "sts.amazonaws.com"
	sigv4.Sign(r, session, sigv4.Scope{Region: w.srv.Region, Service: "sts"}, sigv4.HashPayload([]byte(m.Body)), w.now())
	if reply := w.do(r); !strings.Contains(reply.Body, "<Code>InvalidAction</Code>") {
		t.Errorf("at the global endpoint: %d %s", reply.Status, reply.Body)
	}
	before := scopedTo(t, strings.Replace(scopedWorld, "as_of: 2026-11-19", "as_of: 2026-11-18", 1))
	if _, failed := before.asks("GetScopedCredentials", plan.Parameters{"DurationSeconds": 60}, before.credentials("session")); failed == nil ||
		failed.Code != "InvalidAction" || failed.Message != "Could not find operation GetScopedCredentials for version 2011-06-15" {
		t.Errorf("the day before: %+v", failed)
	}
}

// A scenario's callers can be scoped, by a list or by names; a patch changes one.
func TestScopedCallers(t *testing.T) {
	t.Parallel()
	world := strings.Replace(scopedWorld, "    buckets:", `      listed: {role: R, scoped_policies: [*all, {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/a.txt"}]}]}
      named: {user: u, scoped_policies: {agent: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/a.txt"}]}}}
    buckets:`, 1)
	srv := emulatortest.Start(t, "world", emulatortest.YAML(world))
	for _, caller := range []string{"listed", "named"} {
		if err := get(sdkv2.S3(t, srv, caller), "a.txt"); err != nil {
			t.Errorf("%s: %v", caller, err)
		}
		refusedWith(t, get(sdkv2.S3(t, srv, caller), "file.txt"), "AccessDenied")
	}
	if err := srv.Patch(`{"callers":{"named":{"scoped_policies":{"agent":` + allowing(`"s3:*"`, "*") + `,"sub":` + allowing(`"s3:Get*"`, "*") + `}}}}`); err != nil {
		t.Fatal(err)
	}
	if err := get(sdkv2.S3(t, srv, "named"), "file.txt"); err != nil {
		t.Errorf("after the patch: %v", err)
	}
	refusedWith(t, get(sdkv2.S3(t, srv, "listed"), "file.txt"), "AccessDenied")
	advice, err := srv.Advice(srv.Requests()[len(srv.Requests())-1].RequestID)
	if err != nil || !advice.Proved {
		t.Errorf("%+v %v", advice, err)
	}
}

// The size that is told is the token's; it grows with what the session carries, and as
// asked for. A month before nothing of it was there.
func TestSessionTokenSizes(t *testing.T) {
	t.Parallel()
	srv := stsOn(t, "as_of: 2026-09-14")
	w := &raw{t: t, service: serviceNamed("sts"), srv: srv}
	role := plan.Parameters{"RoleArn": readerARN, "RoleSessionName": "me"}
	with := func(more plan.Parameters) plan.Parameters {
		p := role.With(nil)
		for name, value := range more {
			p[name] = value
		}
		return p
	}
	call := func(action string, p plan.Parameters) (*made, *plan.Failure) {
		reply := w.send(w.message(plan.Action(w.service, action), p), w.credentials("alice"), time.Now())
		return w.answered(reply)
	}
	bare, failed := call("AssumeRole", role)
	if failed != nil || bare.SessionTokenSize != len(bare.Credentials.SessionToken) || bare.SessionTokenUtilization != bare.PackedPolicySize || bare.PackedPolicySize != 8 {
		t.Errorf("got %+v %+v", bare, failed)
	}
	for _, c := range []struct {
		action string
		p      plan.Parameters
		least  int
	}{
		{"AssumeRole", with(plan.Parameters{"Policy": allowing(`"s3:GetObject"`, "arn:aws:s3:::my-bucket/*")}), bare.SessionTokenSize + 1},
		{"AssumeRole", with(plan.Parameters{"Tags": []any{map[string]any{"Key": "own", "Value": "mine"}}}), bare.SessionTokenSize + 1},
		{"AssumeRole", with(plan.Parameters{"MinimumSessionTokenSize": 3000}), 3000},
		{"AssumeRole", with(plan.Parameters{"MinimumSessionTokenSize": 4096}), 4096},
		{"AssumeRole", with(plan.Parameters{"MinimumSessionTokenSize": 0}), bare.SessionTokenSize},
		{"GetSessionToken", plan.Parameters{"MinimumSessionTokenSize": 1001}, 1001},
		{"GetFederationToken", plan.Parameters{"Name": "dora", "MinimumSessionTokenSize": 1001}, 1001},
	} {
		got, failed := call(c.action, c.p)
		if failed != nil || got.SessionTokenSize < c.least || got.SessionTokenSize > c.least+400 || got.SessionTokenSize != len(got.Credentials.SessionToken) ||
			got.SessionTokenUtilization != (got.SessionTokenSize*100+4095)/4096 {
			t.Errorf("%s %v: %+v %+v", c.action, c.p, got, failed)
		}
		if err := get(asSession(srv, got.types()), "mine.txt"); err != nil && c.action == "AssumeRole" {
			t.Errorf("%s %v: S3 does not take the token: %v", c.action, c.p, err)
		}
	}
	var tags []any
	for _, r := range "abcdefghijklmnopqrstuvwxyz0123456789" {
		key := string(r)
		tags = append(tags, map[string]any{"Key": key + bare.Credentials.SecretAccessKey, "Value": bare.Credentials.SessionToken[:200] + key})
		bare, _ = call("AssumeRole", role)
	}
	_, failed = call("AssumeRole", with(plan.Parameters{"Tags": tags}))
	if failed == nil || failed.Code != "PackedPolicyTooLarge" || !strings.Contains(failed.Message, "4096 bytes") {
		t.Errorf("too many tags: %+v", failed)
	}
	if _, failed = call("AssumeRole", with(plan.Parameters{"MinimumSessionTokenSize": -1})); failed == nil || failed.Code != "ValidationError" {
		t.Errorf("a negative size: %+v", failed)
	}
	w.srv = stsOn(t, "as_of: 2026-09-13")
	got, failed := call("AssumeRole", with(plan.Parameters{"MinimumSessionTokenSize": 3000, "Policy": allowing(`"s3:*"`, "*")}))
	if failed != nil || got.SessionTokenSize != 0 || got.SessionTokenUtilization != 0 || got.PackedPolicySize != 5 || len(got.Credentials.SessionToken) != 296 {
		t.Errorf("the day before: %+v %+v", got, failed)
	}
}

// stsOn is stsWorld on a day, which is a line of the file.
func stsOn(t *testing.T, day string) *emulatortest.Server {
	t.Helper()
	return emulatortest.Start(t, "world", emulatortest.YAML("version: 1\nresponses: aws\n"+day+"\nscenarios:\n  world:\n    title: sessions\n"+stsWorld))
}

func (m *made) types() *types.Credentials {
	return &types.Credentials{AccessKeyId: aws.String(m.Credentials.AccessKeyId), SecretAccessKey: aws.String(m.Credentials.SecretAccessKey), SessionToken: aws.String(m.Credentials.SessionToken)}
}
