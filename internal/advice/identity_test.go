package advice_test

import (
	"testing"

	"github.com/s3fault/s3fault/journal"
)

const (
	denyGets = `{Sid: Never, Effect: Deny, Action: "s3:GetObject", Resource: "*"}`
	allowGet = `{"Action":"s3:GetObject","Effect":"Allow","Resource":"arn:aws:s3:::my-bucket/k"}`
	annARN   = `arn:aws:iam::123456789012:user/ann`
	// onlyAnn is what a policy that binds others too says of who is meant.
	onlyAnn      = `"Condition":{"ArnEquals":{"aws:PrincipalArn":"` + annARN + `"}}`
	notAnn       = `"Condition":{"ArnNotEquals":{"aws:PrincipalArn":"` + annARN + `"}}`
	scpAllowsGet = `{"Action":"s3:GetObject",` + onlyAnn + `,"Effect":"Allow","Resource":"arn:aws:s3:::my-bucket/k"}`
	// but is how a Deny of all objects goes on where it is to spare this one.
	but = ` deny it on everything but arn:aws:s3:::my-bucket/k`
)

// What is in the requester's own policies: a missing Allow is written for exactly what
// was asked for, into a list where that is enough, and a Deny of all objects is one of all
// but this.
func TestIdentityPolicies(t *testing.T) {
	for name, c := range map[string]struct {
		user  string
		texts []string
		patch string
	}{
		"nothing allows": {``, []string{`write the inline policy allow-s3-GetObject of the user ann: ` + allowGet},
			`{"accounts":{"123456789012":{"users":{"ann":{"policies":{"allow-s3-GetObject":{"Version":"2012-10-17","Statement":[` + allowGet + `]}}}}}}}`},
		"the policy is there, for another object": {`policies: {allow-s3-GetObject: {Version: 2012-10-17, ` +
			`Statement: {Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/other"}}}`,
			[]string{`add arn:aws:s3:::my-bucket/k to the Resource of the statement 0 in the inline policy allow-s3-GetObject of the user ann`},
			`{"accounts":{"123456789012":{"users":{"ann":{"policies":{"allow-s3-GetObject":{"Version":"2012-10-17","Statement":[{"Action":"s3:GetObject","Effect":"Allow","Resource":["arn:aws:s3:::my-bucket/other","arn:aws:s3:::my-bucket/k"]}]}}}}}}}`},
		"a Deny": {`policies: {both: ` + with(mayAll, denyGets) + `}`,
			[]string{`have the statement "Never" of the inline policy both of the user ann` + but},
			`{"accounts":{"123456789012":{"users":{"ann":{"policies":{"both":{"Version":"2012-10-17","Statement":[{"Action":"*","Effect":"Allow","Resource":"*"},{"Sid":"Never","Action":"s3:GetObject","Effect":"Deny","NotResource":"arn:aws:s3:::my-bucket/k"}]}}}}}}}`},
		"a Deny alone in its policy": {`policies: {all: ` + with(mayAll) + `, no: ` +
			with(`{Effect: Deny, Action: "s3:GetObject", Resource: "*"}`) + `}`,
			[]string{`have the statement 0 of the inline policy no of the user ann` + but},
			`{"accounts":{"123456789012":{"users":{"ann":{"policies":{"no":{"Version":"2012-10-17","Statement":[{"Action":"s3:GetObject","Effect":"Deny","NotResource":"arn:aws:s3:::my-bucket/k"}]}}}}}}}`},
		// The first Deny hides the second, and both the missing Allow.
		"one behind the other": {`policies: {no: ` + with(denyGets,
			`{Sid: Nor, Effect: Deny, Action: "s3:Get*", Resource: "*"}`) + `}`,
			[]string{`have the statement "Never" of the inline policy no of the user ann` + but,
				`have the statement "Nor" of the inline policy no of the user ann` + but,
				`write the inline policy allow-s3-GetObject of the user ann: ` + allowGet}, ``},
	} {
		t.Run(name, func(t *testing.T) {
			a := try(t, ann(c.user, bucket), get("ann")).on()
			says(t, a, c.texts...)
			if c.patch != "" {
				patches(t, a, c.patch)
			}
			if !a.Proved || a.Changes[0].Layer != "identity" {
				t.Errorf("proved: %v, by %s", a.Proved, a.Changes[0].Layer)
			}
		})
	}
}

// A role's session is let in by a policy of the role.
func TestPoliciesOfARole(t *testing.T) {
	a := try(t, `
accounts: {123456789012: {roles: {app: {}}}}
callers: {app: {account: 123456789012, role: app}}
`+bucket, get("app")).on()
	says(t, a, `write the inline policy allow-s3-GetObject of the role app: `+allowGet)
}

// A managed policy of which the last statement is dropped is detached, from the user or
// from the group, and stays attached where else it is.
func TestManagedPolicies(t *testing.T) {
	facts := func(managed string) string {
		return `
accounts:
  123456789012:
    users: {ann: {policies: {all: ` + with(mayAll) + `}, ` + managed + `}, eve: {managed_policies: [no]}}
    groups: {staff: {managed_policies: [also, no], policies: {mine: ` + with(denyGets) + `}},
	mere: {managed_policies: [no]}}
    managed_policies: {no: ` + with(denyGets) + `, also: ` + with(mayAll) + `, both: ` + with(mayAll, denyGets) + `}
callers: {ann: {account: 123456789012, user: ann}}
` + bucket
	}
	const account = `{"accounts":{"123456789012":`
	for name, c := range map[string]struct {
		managed string
		texts   []string
		patch   string
	}{
		"one of several statements": {`managed_policies: [both]`,
			[]string{`removes a guardrail: drop the statement "Never" from the managed policy both`},
			account +
				`{"managed_policies":{"both":{"Version":"2012-10-17","Statement":[{"Action":"*","Effect":"Allow","Resource":"*"}]}}}}}`},
		"detached": {`managed_policies: [also, no]`,
			[]string{`removes a guardrail: drop the statement "Never" from the managed policy no`},
			account + `{"users":{"ann":{"managed_policies":["also"]}}}}}`},
		"detached from a group": {`groups: [mere]`,
			[]string{`removes a guardrail: drop the statement "Never" from the managed policy no`},
			account + `{"groups":{"mere":{"managed_policies":[]}}}}}`},
		"and a group's own": {`groups: [staff]`, []string{`except ` + annARN +
			` from the statement "Never" of the policy mine of the group staff: ArnNotEquals aws:PrincipalArn`,
			`removes a guardrail: drop the statement "Never" from the managed policy no`},
			account +
				`{"groups":{"staff":{"managed_policies":["also"],"policies":{"mine":{"Version":"2012-10-17","Statement":[{"Action":"s3:GetObject",` + notAnn + `,"Effect":"Deny","Resource":"*","Sid":"Never"}]}}}}}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			a := try(t, facts(c.managed), get("ann")).on()
			if a.Class != journal.OfGuard || a.Opened > 0 {
				t.Errorf("first is %+v", a.Proposal)
			}
			says(t, last(t, a), c.texts...)
			patches(t, last(t, a), c.patch)
		})
	}
}

// A key stands in the text as it is, whatever JSON makes of it elsewhere.
func TestTextOfAKey(t *testing.T) {
	a := try(t, ann(``, `buckets: {my-bucket: {owner: 123456789012, objects: {"<a>&b": {body: x}}}}`), s3("ann",
		"GET", "/my-bucket/%3Ca%3E%26b")).on()
	says(t, a,
		`write the inline policy allow-s3-GetObject of the user ann: {"Action":"s3:GetObject","Effect":"Allow","Resource":"arn:aws:s3:::my-bucket/<a>&b"}`)
}

// Of several policies with one name it is the one with the Deny that is changed.
func TestPoliciesOfOneName(t *testing.T) {
	deny := with(denyGets)
	const (
		puts   = `{Sid: Never, Effect: Deny, Action: "s3:PutObject", Resource: "*"}`
		hidden = denyGets + `, {Sid: Nor, Effect: Deny, Action: "s3:Get*", Resource: "*"}`
		groups = `removes a guardrail: drop the statement "Never" from the policy same of the group staff`
		both   = `except ` + annARN +
			` from the statement "Never" of the policy same of the group staff: ArnNotEquals aws:PrincipalArn` + "\n" +
			`removes a guardrail: drop the statement "Nor" from the policy same of the group staff`
	)
	for name, c := range map[string]struct{ user, group, managed, text string }{
		// Each has a second Deny behind the first, so that trying does not tell.
		"an Allow of that Sid": {`{Sid: Never, Effect: Allow, Action: "*", Resource: "*"}`, hidden, "", both},
		"a Deny of another Sid": {`{Sid: Other, Effect: Deny, Action: "s3:PutObject", Resource: "*"}`, hidden,
			"", both},
		"a managed one, the twin":     {mayAll, hidden, with(puts), both},
		"a user's and a group's":      {mayAll, denyGets, "", groups},
		"twins":                       {puts, denyGets, "", groups},
		"a user's Deny and a group's": {`{Effect: Deny, Action: "s3:PutObject", Resource: "*"}`, denyGets, "", groups},
		"an inline and a managed policy": {mayAll, mayAll, deny,
			`removes a guardrail: drop the statement "Never" from the managed policy same`},
	} {
		t.Run(name, func(t *testing.T) {
			managed, attached := "", ""
			if c.managed != "" {
				managed, attached = "managed_policies: {same: "+c.managed+"}", "managed_policies: [same], "
			}
			a := try(t, `
accounts:
  123456789012:
    users: {ann: {policies: {same: `+with(c.user)+`, all: `+with(mayAll)+`}, `+attached+`groups: [staff]}}
    groups: {staff: {policies: {same: `+with(c.group)+`}}}
    `+managed+`
callers: {ann: {account: 123456789012, user: ann}}
`+bucket, get("ann")).on()
			says(t, last(t, a), c.text)
		})
	}
}
