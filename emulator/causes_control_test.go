package emulator_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

// iamCall is a call of IAM by the root user of causesWorld.
func iamCall(t *testing.T, srv *emulatortest.Server, form url.Values) *answer {
	t.Helper()
	form.Set("Version", "2010-05-08")
	return queryCall(t, srv, "iam", "app", form)
}

// queryCall is a call of a service of AWS's query protocol.
func queryCall(t *testing.T, srv *emulatortest.Server, service, as string, form url.Values) *answer {
	t.Helper()
	body := []byte(form.Encode())
	r := request(t, srv, "POST", "/", body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	scope := sigv4.Scope{Region: "us-east-1", Service: service}
	sigv4.Sign(r, credentials(srv, as), scope, sigv4.HashPayload(body), time.Now())
	return do(t, r)
}

// The control APIs tell causes as S3 does.
func TestCausesOfControlAPIs(t *testing.T) {
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + lostReader +
		`"},"Action":"sts:AssumeRole"}]}`
	for name, row := range map[string]struct {
		form url.Values
		code string
		want journal.Cause
		cure string
	}{
		"a role elsewhere": {url.Values{"Action": {"UpdateAssumeRolePolicy"}, "RoleName": {"target"},
			"PolicyDocument": {trust}},
			"MalformedPolicyDocument", journal.Cause{
				Text:     "statement 0: Principal.AWS " + lostReader + " does not exist: there is no such role in the account",
				Document: "the trust policy of the role target", Element: "Principal.AWS", Wanted: placedReader, Seen: lostReader,
			}, "aws iam update-assume-role-policy --role-name target --policy-document"},
		"a policy that is still there": {url.Values{"Action": {"DeleteUser"}, "UserName": {"held"}}, "DeleteConflict",
			journal.Cause{Text: "inline policies", Wanted: "none", Seen: "one, two"}, ""},
		"a policy of a user": {url.Values{"Action": {"PutUserPolicy"}, "UserName": {"held"}, "PolicyName": {"p"},
			"PolicyDocument": {`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*"}]}`}},
			"MalformedPolicyDocument", journal.Cause{Text: "statement 0", Document: "the policy p"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			srv := emulatortest.Start(t, "causes", emulatortest.YAML(causesWorld))
			iamCall(t, srv, row.form)
			e := newest(srv)
			if e.Code != row.code {
				t.Fatalf("got %d %s: %s", e.Status, e.Code, e.Message)
			}
			holdCause(t, e, row.want, row.cure)
		})
	}
}

// A session that is to last too long is told how long it may, and what would let it.
func TestCausesOfLongSessions(t *testing.T) {
	srv := emulatortest.Start(t, "causes", emulatortest.YAML(causesWorld))
	for name, row := range map[string]struct {
		as   string
		want journal.Cause
		or   string // among the text and the commands of the second cure
	}{
		"of a role that has an hour": {"asker", journal.Cause{Text: "the role's sessions last 3600 seconds at most",
			Element: "DurationSeconds", Wanted: "3600", Seen: "7200"},
			"aws iam update-role --role-name hourly --max-session-duration 7200"},
		"made by a session": {"session", journal.Cause{Text: "another session makes lasts an hour at most",
			Element: "DurationSeconds", Wanted: "3600", Seen: "7200"}, "with the keys of a user"},
	} {
		queryCall(t, srv, "sts", row.as, url.Values{"Action": {"AssumeRole"}, "Version": {"2011-06-15"},
			"RoleArn": {"arn:aws:iam::123456789012:role/hourly"}, "RoleSessionName": {"long"},
			"DurationSeconds": {"7200"}})
		e := newest(srv)
		if e.Code != "ValidationError" {
			t.Fatalf("%s: got %d %s: %s", name, e.Status, e.Code, e.Message)
		}
		holdCause(t, e, row.want, "ask for 3600 seconds at most")
		if or := e.Cause.Cures[1]; !strings.Contains(or.Text+strings.Join(or.Commands, ""), row.or) {
			t.Errorf("%s: or else %+v", name, or)
		}
	}
}

// An action that s3fault has not is told in the answer's header, by its service.
func TestActionsThatAreLacking(t *testing.T) {
	srv := emulatortest.Start(t, "causes", emulatortest.YAML(causesWorld))
	a := iamCall(t, srv, url.Values{"Action": {"CreateSAMLProvider"}})
	const lacks = "s3fault has no action CreateSAMLProvider of iam; AWS would have done it, if it has one"
	if e := newest(srv); a.header.Get("x-s3fault-lacks") != "iam:CreateSAMLProvider" || e.Lacks != lacks {
		t.Errorf("%q, %q", a.header.Get("x-s3fault-lacks"), e.Lacks)
	}
}
