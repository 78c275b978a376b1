package advice_test

import "testing"

const onlyLists = `{Effect: Allow, Action: "s3:ListBucket", Resource: "*"}`

// The permissions boundary must allow too, and its Deny goes; a managed policy that has
// nothing else to say is no boundary any more.
func TestBoundaries(t *testing.T) {
	for name, c := range map[string]struct {
		boundary, managed string
		texts             []string
		patch             string
	}{
		"of its own": {with(onlyLists), "{}", []string{`add to the permissions boundary of the user ann: ` + allowGet}, ""},
		"managed": {`limit`, `{limit: ` + with(onlyLists) + `}`, []string{`add to the permissions boundary limit: ` + allowGet},
			`{"accounts":{"123456789012":{"managed_policies":{"limit":{"Version":"2012-10-17","Statement":[{"Action":"s3:ListBucket","Effect":"Allow","Resource":"*"},` + allowGet + `]}}}}}`},
		"managed, a Deny alone": {`limit`, `{limit: ` + with(denyGets) + `}`, []string{`drop the statement "Never" from the permissions boundary limit`},
			`{"accounts":{"123456789012":{"users":{"ann":{"permissions_boundary":null}}}}}`},
		"a Deny": {with(mayAll, denyGets), "{}", []string{`drop the statement "Never" from the permissions boundary of the user ann`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := try(t, `
accounts: {123456789012: {users: {ann: {`+annAll+`, permissions_boundary: `+c.boundary+`}}, managed_policies: `+c.managed+`}}
callers: {ann: {account: 123456789012, user: ann}}
`+bucket, get("ann")).on()
			says(t, a, c.texts...)
			if c.patch != "" {
				patches(t, a, c.patch)
			}
		})
	}
}

// Nobody can change a policy of AWS's: another boundary must be chosen.
func TestBoundaryOfAWS(t *testing.T) {
	r := try(t, ann(annAll+`, permissions_boundary: IAMFullAccess`, bucket), get("ann"))
	a := r.on()
	says(t, a, `allow s3:GetObject on arn:aws:s3:::my-bucket/k in the caller's permissions boundary too.`)
	if a.Proved || len(a.Patch) > 0 {
		t.Errorf("proved: %v, patch %v", a.Proved, a.Patch)
	}
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
			[]string{`drop the statement "Never" from the managed policy both`}},
		"a scoped policy": {`scoped_policies: [` + with(mayAll) + `, ` + with(onlyLists) + `]`, []string{`add to the scoped policy scope-2 of app: ` + allowGet}},
		"two layers": {`session_policy: ` + with(onlyLists) + `, scoped_policies: [` + with(denyGets, mayAll) + `]`,
			[]string{`drop the statement "Never" from the scoped policy scope-1 of app`, `add to the session policy of app: ` + allowGet}},
	} {
		t.Run(name, func(t *testing.T) {
			says(t, try(t, `
accounts: {123456789012: {roles: {app: {`+annAll+`}}, managed_policies: {lists: `+with(onlyLists)+`, both: `+with(mayAll, denyGets)+`}}}
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
	a := try(t, role(with(`{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}`)), assume("ann", "door")).on()
	says(t, a, `add to the trust policy of the role door: {"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/ann"}}`)
	a = try(t, role(with(`{Effect: Allow, Principal: {AWS: "123456789012"}, Action: "sts:AssumeRole"}`, `{Effect: Deny, Principal: "*", Action: "sts:AssumeRole"}`)), assume("ann", "door")).on()
	says(t, a, `drop the statement 1 from the trust policy of the role door`)
}
