package controls

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator/controls/plan"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/advice"
)

// callersWorld has credentials of every kind, each of which may do everything.
const callersWorld = `version: 1
responses: aws
scenarios:
  world:
    title: credentials of every kind
    accounts:
      123456789012:
        users:
          u: {policies: {all: &all {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}
          few: {}
        roles:
          R: {policies: {all: *all}, trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "123456789012"}, Action: "sts:*"}]}}
          Few: {}
    callers:
      user: {user: u}
      root: {root: true}
      role: {role: R, expires: 2h}
      session: {user: u, expires: 2h}
      mfa: {user: u, mfa: true}
      root-session: {root: true, expires: 1h}
      federated: {user: u, federated: dora, session_policy: *all}
      root-federated: {root: true, federated: rita, session_policy: *all}
      few: {role: Few}
`

// Who may call what, whatever the policies say: IAM User Guide, "Compare AWS STS
// credentials" and "Request temporary security credentials".
func TestWhoMayCallSTSAndIAM(t *testing.T) {
	t.Parallel()
	const (
		yes      = ""
		noRoot   = "AccessDenied Roles may not be assumed by root accounts. identity caller"
		sessions = "AccessDenied Cannot call $ with session credentials session caller"
		denied   = "AccessDenied User: ARN is not authorized to perform: sts:$ session caller"
		token    = "InvalidClientTokenId The security token included in the request is invalid session credentials"
		subject  = "InvalidSubjectCredentials $ can only be called with the temporary security credentials of a user or role identity caller"
	)
	rows := []struct {
		service, action, parameters                                                string
		user, root, role, session, mfa, rootSession, federated, rootFederated, few string
	}{
		{"sts", "GetCallerIdentity", "", yes, yes, yes, yes, yes, yes, yes, yes, yes},
		{"sts", "AssumeRole", "RoleArn=arn:aws:iam::123456789012:role/R RoleSessionName=me", yes, noRoot, yes, yes, yes, noRoot, denied, denied, "AccessDenied User: ARN is not authorized to perform: sts:$ on resource: arn:aws:iam::123456789012:role/R because no identity-based policy allows the sts:$ action identity"},
		{"sts", "GetSessionToken", "", yes, yes, sessions, sessions, sessions, sessions, sessions, sessions, sessions},
		{"sts", "GetFederationToken", "Name=dora", yes, yes, sessions, sessions, sessions, sessions, sessions, sessions, "AccessDenied User: ARN is not authorized to perform: sts:$ on resource: arn:aws:sts::123456789012:federated-user/dora because no identity-based policy allows the sts:$ action identity"},
		{"sts", "GetAccessKeyInfo", "AccessKeyId=KEY", yes, yes, yes, denied, denied, denied, denied, denied, "AccessDenied User: ARN is not authorized to perform: sts:$ because no identity-based policy allows the sts:$ action identity"},
		{"sts", "GetScopedCredentials", "DurationSeconds=900", subject, subject, yes, yes, yes, subject, yes, yes, "AccessDenied User: ARN is not authorized to perform: sts:$ because no identity-based policy allows the sts:$ action identity"},
		{"iam", "ListUsers", "", yes, yes, yes, token, yes, token, token, token, "AccessDenied User: ARN is not authorized to perform: iam:$ on resource: arn:aws:iam::123456789012:user/ because no identity-based policy allows the iam:$ action identity"},
	}
	for _, row := range rows {
		for caller, want := range map[string]string{
			"user": row.user, "root": row.root, "role": row.role, "session": row.session, "mfa": row.mfa, "root-session": row.rootSession,
			"federated": row.federated, "root-federated": row.rootFederated, "few": row.few,
		} {
			w := &raw{t: t, service: serviceNamed(row.service), srv: emulatortest.Start(t, "world", emulatortest.YAML(callersWorld))}
			as := w.srv.Caller(caller)
			p := plan.Parameters{}
			for _, given := range strings.Fields(strings.Replace(row.parameters, "KEY", as.AccessKeyID, 1)) {
				name, value, _ := strings.Cut(given, "=")
				p[name] = value
			}
			w.send(w.message(plan.Action(w.service, row.action), p), w.credentials(caller), time.Now())
			entry := w.last()
			got := strings.TrimSpace(entry.Code + " " + strings.Replace(entry.Message, as.ARN, "ARN", 1))
			if no := saysNo(entry); len(no) > 0 {
				got += " " + no[0]
			}
			if want = strings.ReplaceAll(want, "$", row.action); got != want {
				t.Errorf("%s by %s:\n got %q\nwant %q", row.action, caller, got, want)
			}
			if d := entry.Denied(); want != yes && (d == nil || d.Cause != d.DeniedBy[0]) {
				t.Errorf("%s by %s: the journal has %+v", row.action, caller, d)
			}
		}
	}
}

// A call that needs no permission is refused by what bars it alone; of another every
// layer says what it would.
func TestBarsAmongOtherRefusals(t *testing.T) {
	t.Parallel()
	w := &raw{t: t, service: serviceNamed("sts"), srv: emulatortest.Start(t, "world", emulatortest.YAML(callersWorld))}
	denied := func(action string, p plan.Parameters) []authz.Layer {
		w.send(w.message(plan.Action(w.service, action), p), w.credentials("few"), time.Now())
		entry := w.last()
		return entry.Denied().DeniedBy
	}
	if by := denied("GetSessionToken", nil); !slices.Equal(by, []authz.Layer{authz.Session}) {
		t.Errorf("GetSessionToken is denied by %q", by)
	}
	entry := w.last()
	found, _ := entry.Denied().Behind()
	if text := advice.Remedy(entry.Denied(), &found); !strings.HasPrefix(text, "make the call with credentials of another kind: a role's session cannot call GetSessionToken") {
		t.Errorf("the remedy is %q", text)
	}
	if by := denied("GetFederationToken", plan.Parameters{"Name": "dora"}); !slices.Equal(by, []authz.Layer{authz.Identity, authz.Session}) {
		t.Errorf("GetFederationToken is denied by %q", by)
	}
}
