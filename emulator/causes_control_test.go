package emulator_test

import (
	"net/url"
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
	body := []byte(form.Encode())
	r := request(t, srv, "POST", "/", body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	iam := sigv4.Scope{Region: "us-east-1", Service: "iam"}
	sigv4.Sign(r, credentials(srv, "app"), iam, sigv4.HashPayload(body), time.Now())
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

// An action that s3fault has not is told in the answer's header, by its service.
func TestActionsThatAreLacking(t *testing.T) {
	srv := emulatortest.Start(t, "causes", emulatortest.YAML(causesWorld))
	a := iamCall(t, srv, url.Values{"Action": {"CreateSAMLProvider"}})
	const lacks = "s3fault has no action CreateSAMLProvider of iam; AWS would have done it, if it has one"
	if e := newest(srv); a.header.Get("x-s3fault-lacks") != "iam:CreateSAMLProvider" || e.Lacks != lacks {
		t.Errorf("%q, %q", a.header.Get("x-s3fault-lacks"), e.Lacks)
	}
}
