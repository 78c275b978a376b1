package advice_test

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/journal"
)

const onlyLists = `{Effect: Allow, Action: "s3:ListBucket", Resource: "*"}`

// The permissions boundary must allow too, and its Deny spares the request.
func TestBoundaries(t *testing.T) {
	for name, c := range map[string]struct {
		boundary, managed string
		texts             []string
		patch             string
	}{
		"of its own": {with(onlyLists), "{}", []string{`add to the permissions boundary of the user ann: ` + allowGet}, ""},
		"managed": {`limit`, `{limit: ` + with(onlyLists) + `}`, []string{`add to the permissions boundary limit: ` +
			allowGet},
			`{"accounts":{"123456789012":{"managed_policies":{"limit":{"Version":"2012-10-17","Statement":[{"Action":"s3:ListBucket","Effect":"Allow","Resource":"*"},` + allowGet + `]}}}}}`},
		"managed, a Deny alone": {`limit`, `{limit: ` + with(denyGets) + `}`, []string{`except ` + annARN +
			` from the statement "Never" of the permissions boundary limit: ArnNotEquals aws:PrincipalArn`,
			`add to the permissions boundary limit: ` + allowGet}, ``},
		"a Deny": {with(mayAll, denyGets), "{}",
			[]string{`have the statement "Never" of the permissions boundary of the user ann` + but}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := try(t, `
accounts: {123456789012: {users: {ann: {`+annAll+`, permissions_boundary: `+c.boundary+`}},
	managed_policies: `+c.managed+`}}
callers: {ann: {account: 123456789012, user: ann}}
`+bucket, get("ann")).on()
			says(t, a, c.texts...)
			if c.patch != "" {
				patches(t, a, c.patch)
			}
		})
	}
}

// Nobody can change a policy of AWS's: what names the user herself no boundary limits.
func TestBoundaryOfAWS(t *testing.T) {
	r := try(t, ann(annAll+`, permissions_boundary: IAMFullAccess`, bucket), get("ann"))
	a := r.on()
	says(t, a,
		`write the bucket policy of my-bucket: {"Action":"s3:GetObject","Effect":"Allow","Principal":{"AWS":"`+annARN+`"},"Resource":"arn:aws:s3:::my-bucket/k"}`)
}

// What a session was made with, or was scoped by later, must allow as well.
func TestSessions(t *testing.T) {
	for name, c := range map[string]struct {
		limits string
		texts  []string
	}{
		"its policy":       {`session_policy: ` + with(onlyLists), []string{`add to the session policy of app: ` + allowGet}},
		"a managed policy": {`session_managed_policies: [lists]`, []string{`write the session policy of app: ` + allowGet}},
		"a Deny of the managed policy": {`session_policy: ` + with(mayAll) + `, session_managed_policies: [both]`,
			[]string{`have the statement "Never" of the managed policy both` + but}},
		"a scoped policy": {`scoped_policies: [` + with(mayAll) + `, ` + with(onlyLists) + `]`,
			[]string{`add to the scoped policy scope-2 of app: ` + allowGet}},
		"two layers": {`session_policy: ` + with(onlyLists) + `, scoped_policies: [` + with(denyGets, mayAll) + `]`,
			[]string{`have the statement "Never" of the scoped policy scope-1 of app` + but,
				`add to the session policy of app: ` + allowGet}},
	} {
		t.Run(name, func(t *testing.T) {
			says(t, try(t, `
accounts: {123456789012: {roles: {app: {`+annAll+`}}, managed_policies: {lists: `+with(onlyLists)+`,
	both: `+with(mayAll, denyGets)+`}}}
callers: {app: {account: 123456789012, role: app, `+c.limits+`}}
`+bucket, get("app")).on(), c.texts...)
		})
	}
}

// A role's trust policy is about the role: its statements have no resource.
func TestTrustPolicies(t *testing.T) {
	role := func(trust string) string {
		return `
accounts: {123456789012: {users: {ann: {` + annAll + `}}, roles: {door: {trust: ` + trust + `}}}}
callers: {ann: {account: 123456789012, user: ann}}`
	}
	a := try(t, role(with(`{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}`)),
		assume("ann", "door")).on()
	says(t, a,
		`add to the trust policy of the role door: {"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/ann"}}`)
	a = try(t, role(with(`{Effect: Allow, Principal: {AWS: "123456789012"}, Action: "sts:AssumeRole"}`,
		`{Effect: Deny, Principal: "*", Action: "sts:AssumeRole"}`)), assume("ann", "door")).on()
	says(t, a,
		`except `+annARN+` from the statement 1 of the trust policy of the role door: ArnNotEquals aws:PrincipalArn`)
}

// What lets in a role lets in all its sessions: that is no harm, and it is told.
func TestOtherSessions(t *testing.T) {
	const role = "arn:aws:iam::123456789012:role/app"
	for name, c := range map[string]struct{ identity, policy, text string }{
		"a grant": {onlyLists, "", "of the role app: "},
		"an exception": {mayAll, `, policy: ` + with(`{Sid: Fin, Effect: Deny, Principal: "*", Action: "s3:GetObject",
			Resource: "arn:aws:s3:::my-bucket/*", Condition: {StringNotEquals: {"aws:PrincipalTag/dept": fin}}}`),
			"let the role " + role + " do s3:GetObject"},
	} {
		t.Run(name, func(t *testing.T) {
			a := try(t, `
accounts: {123456789012: {roles: {app: {policies: {p: `+with(c.identity)+`}}}}}
callers: {app: {account: 123456789012, role: app}, eve: {account: 123456789012, role: app, session_name: eve}}
buckets: {my-bucket: {owner: 123456789012`+c.policy+`, objects: {k: {body: x}}}}
`, get("app")).on()
			for _, p := range append([]journal.Proposal{a.Proposal}, a.Others...) {
				if len(p.Changes) == 1 && strings.Contains(p.Changes[0].Text, c.text) {
					if p.Opened != 1 || p.Opens[0].As != "eve" || p.Opens[0].Action != "s3:GetObject" {
						t.Errorf("%s opens %d: %+v", p.Changes[0].Text, p.Opened, p.Opens)
					}
					return
				}
			}
			t.Errorf("nothing says %q: %+v", c.text, a)
		})
	}
}
