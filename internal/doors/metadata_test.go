package doors_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/journal"
)

const (
	token = "X-aws-ec2-metadata-token"
	ttl   = "X-aws-ec2-metadata-token-ttl-seconds"
	role  = "/latest/meta-data/iam/security-credentials/"
)

// session is a session token of the instance metadata service.
func session(t *testing.T, srv *emulatortest.Server, seconds int) string {
	t.Helper()
	resp, body := ask(t, "PUT", srv.Endpoint+"/latest/api/token", ttl, strconv.Itoa(seconds))
	if resp.StatusCode != http.StatusOK || resp.Header.Get(ttl) != strconv.Itoa(seconds) {
		t.Fatalf("no session token: %d %s %v", resp.StatusCode, body, resp.Header)
	}
	return body
}

// The instance metadata service answers as EC2's.
func TestMetadata(t *testing.T) {
	t.Parallel()
	srv := start(t)
	good, short := session(t, srv, 21600), session(t, srv, 60)
	srv.Advance(2 * time.Minute)
	foreign := session(t, emulatortest.Start(t, "plain"), 60)
	for _, c := range []struct {
		name, method, path string
		headers            []string
		status             int
		body, cause        string
	}{
		{"the role", "GET", role, []string{token, good}, 200, "web", ""},
		{"IMDSv1", "GET", role, nil, 200, "web", ""},
		{"a folder", "GET", "/latest/meta-data/placement", []string{token, good}, 200, "availability-zone\nregion", ""},
		{"the region", "GET", "/latest/meta-data/placement/region", []string{token, good}, 200, "us-east-1", ""},
		{"the zone, as botocore asks", "GET", "/latest/meta-data/placement/availability-zone/", []string{token, good}, 200, "us-east-1a", ""},
		{"the document", "GET", "/latest/dynamic/instance-identity/document", []string{token, good}, 200, `"accountId": "123456789012"`, ""},
		{"the profile", "GET", "/latest/meta-data/iam/info", []string{token, good}, 200, "arn:aws:iam::123456789012:instance-profile/web", ""},
		{"the keys", "GET", role + "web", []string{token, good}, 200, `"Code": "Success"`, ""},
		{"the keys with the account", "GET", strings.TrimSuffix(role, "/") + "-extended/web", []string{token, good}, 200, `"AccountId": "123456789012"`, ""},
		{"a HEAD", "HEAD", role + "web", []string{token, good}, 200, "", ""},
		{"another role", "GET", role + "lambda", []string{token, good}, 404, "404 - Not Found", "the instance's role is web, not lambda"},
		{"nothing", "GET", "/latest/meta-data/instance-ID", []string{token, good}, 404, "404 - Not Found", "/latest/meta-data/instance-id is there"},
		{"an odd token", "GET", role, []string{token, "x"}, 401, "401 - Unauthorized", "none that this world's instance gave"},
		{"another world's token", "GET", role, []string{token, foreign}, 401, "401 - Unauthorized", "none that this world's instance gave"},
		{"an old token", "GET", role, []string{token, short}, 401, "401 - Unauthorized", "has expired"},
		{"another method", "POST", role, []string{token, good}, 405, "405 - Method Not Allowed", ""},
		{"a token for no time", "PUT", "/latest/api/token", []string{ttl, "0"}, 400, "400 - Bad Request", "from 1 to 21600"},
		{"a token for too long", "PUT", "/latest/api/token", []string{ttl, "21601"}, 400, "400 - Bad Request", "from 1 to 21600"},
		{"a token for some time", "PUT", "/latest/api/token", []string{ttl, "a while"}, 400, "400 - Bad Request", `not "a while"`},
		{"a token for no said time", "PUT", "/latest/api/token", nil, 400, "400 - Bad Request", `not ""`},
		{"a token through a proxy", "PUT", "/latest/api/token", []string{ttl, "60", "X-Forwarded-For", "10.0.0.1"}, 403, "403 - Forbidden", "came through a proxy"},
	} {
		resp, body := ask(t, c.method, srv.Endpoint+c.path, c.headers...)
		if resp.StatusCode != c.status || !strings.Contains(body, c.body) || resp.Header.Get("Server") != "EC2ws" {
			t.Errorf("%s: %d %s %v", c.name, resp.StatusCode, body, resp.Header)
		}
		all := srv.Requests()
		e := all[len(all)-1]
		if e.Caller != "box" || e.Service != "credentials" || c.cause != "" && (e.Cause == nil || !strings.Contains(e.Cause.Text, c.cause)) {
			t.Errorf("%s: the journal has %+v, %+v", c.name, e, e.Cause)
		}
	}
	if n := len(srv.Requests(journal.Filter{Operation: []string{"credentials:InstanceCredentials"}, Status: 200})); n != 5 {
		t.Errorf("the journal has %d requests for the role and its keys", n)
	}
	_, body := ask(t, "GET", srv.Endpoint+role+"web")
	if status := use(t, srv, read(t, body)); status != 200 {
		t.Errorf("a request with the instance's keys is answered with %d", status)
	}
	e := srv.Requests(journal.Filter{Operation: []string{"GetObject"}})[0]
	if arn := srv.Caller("box").ARN; e.Principal != arn || !strings.Contains(arn, "/web/i-") || e.Caller != "box" {
		t.Errorf("it is by %s, %s", e.Principal, e.Caller)
	}
}

// A world can do without IMDSv1; one whose instance has no role tells of none, one whose
// role trusts others says so.
func TestMetadataOfOtherWorlds(t *testing.T) {
	t.Parallel()
	srv := start(t)
	if err := srv.Patch(`{"metadata": {"tokens": "required"}}`); err != nil {
		t.Fatal(err)
	}
	if resp, _ := ask(t, "GET", srv.Endpoint+role); resp.StatusCode != 401 {
		t.Errorf("IMDSv1 is answered with %d", resp.StatusCode)
	}
	if resp, body := ask(t, "GET", srv.Endpoint+role, token, session(t, srv, 60)); resp.StatusCode != 200 || body != "web" {
		t.Errorf("IMDSv2: %d %s", resp.StatusCode, body)
	}
	if err := srv.Patch(`{"callers": {"box": {"role": "lambda"}}}`); err != nil {
		t.Fatal(err)
	}
	resp, body := ask(t, "GET", srv.Endpoint+role+"lambda", token, session(t, srv, 60))
	if k := read(t, body); resp.StatusCode != 200 || k.Code != "AssumeRoleUnauthorizedAccess" {
		t.Errorf("a role that trusts others: %d %s", resp.StatusCode, body)
	}
	if err := srv.Patch(`{"callers": {"box": null}}`); err != nil {
		t.Fatal(err)
	}
	resp, body = ask(t, "GET", srv.Endpoint+role, token, session(t, srv, 60))
	if resp.StatusCode != 404 {
		t.Errorf("no role: %d %s", resp.StatusCode, body)
	}
	if resp, body := ask(t, "GET", srv.Endpoint+role); resp.StatusCode != 404 || !strings.Contains(body, "NoSuchBucket") {
		t.Errorf("IMDSv1 of a world without an instance is S3's: %d %s", resp.StatusCode, body)
	}
}

// A bucket may be called latest.
func TestBucketCalledLatest(t *testing.T) {
	t.Parallel()
	srv := start(t)
	const key = "/latest/meta-data/iam/security-credentials/"
	admin := srv.Credentials("admin")
	k := keys{AccessKeyId: admin.AccessKeyID, SecretAccessKey: admin.SecretAccessKey}
	if err := srv.Patch(`{"buckets": {"latest": {"public_access_block": "none", "policy":
		{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::latest/*"}]},
		"objects": {"meta-data/iam/security-credentials/": {"body": "an object"}}}}}`); err != nil {
		t.Fatal(err)
	}
	if resp, body := ask(t, "GET", srv.Endpoint+key); body != "an object" {
		t.Errorf("anonymously: %d %s", resp.StatusCode, body)
	}
	if resp, body := ask(t, "GET", srv.Endpoint+key, token, session(t, srv, 60)); body != "web" {
		t.Errorf("with a session token: %d %s", resp.StatusCode, body)
	}
	if status, body := signed(t, srv, k, key); body != "an object" {
		t.Errorf("signed: %d %s", status, body)
	}
}
