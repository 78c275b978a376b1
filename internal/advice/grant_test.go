package advice_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/journal"
)

// A grant has the conditions that its neighbours have, and of a service what it acts for.
func TestGrantsLikeTheirNeighbours(t *testing.T) {
	my := func(statements ...string) string {
		return `buckets: {my-bucket: {owner: 123456789012, objects: {k: {body: x}}, policy: ` + with(statements...) + `}}`
	}
	const (
		others = `{Effect: Allow, Principal: {AWS: "333333333333"}, Action: "s3:GetObject", `
		guests = others + `Resource: "arn:aws:s3:::my-bucket/*", Condition: {StringNotEquals: {"aws:PrincipalAccount": "123456789012"}}}`
		byIP   = others + `Resource: "arn:aws:s3:::my-bucket/*", Condition: {IpAddress: {"aws:SourceIp": "10.0.0.0/8"}}}`
		remote = `{Effect: Allow, Principal: {AWS: "222222222222"}, Action: "s3:GetObject", ` +
			`Resource: "arn:aws:s3:::my-bucket/*", Condition: {StringEquals: {"aws:PrincipalAccount": "333333333333"}}}`
	)
	service := `callers: {logs: {service: logging.s3.amazonaws.com, source_arn: "arn:aws:s3:::from", ` +
		`source_account: "123456789012"}}` + "\naccounts: {123456789012: {}}\n"
	for name, c := range map[string]struct{ facts, caller, condition string }{
		"a condition that holds": {ann(annAll, my(guests)), "bob",
			`{"StringNotEquals":{"aws:PrincipalAccount":"123456789012"}}`},
		"an address that the request has not": {ann(annAll, my(byIP), `network: {source_ip: 203.0.113.7}`), "bob",
			`{"IpAddress":{"aws:SourceIp":"203.0.113.7"}}`},
		"the condition that keeps it out": {ann(annAll, my(remote)), "bob",
			`{"StringEquals":{"aws:PrincipalAccount":"222222222222"}}`},
		"a service": {service + bucket, "logs",
			`{"ArnEquals":{"aws:SourceArn":"arn:aws:s3:::from"},"StringEquals":{"aws:SourceAccount":"123456789012"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			a := of(t, try(t, c.facts, get(c.caller)).on(), journal.OfGrant)
			if !strings.Contains(a.Changes[0].Text, `"Condition":`+c.condition) {
				t.Errorf("it says %s, want the condition %s", a.Changes[0].Text, c.condition)
			}
		})
	}
}

// What keeps the request out by a header that it does not send is not got round by a grant.
func TestNoGrantAroundACondition(t *testing.T) {
	a := try(t, ann(``, `buckets: {my-bucket: {owner: 123456789012, policy: `+with(`{Effect: Allow, Principal: {AWS: "`+annARN+
		`"}, Action: "s3:PutObject", Resource: "arn:aws:s3:::my-bucket/*", Condition: {"Null": {"s3:if-none-match": "false"}}}`)+`}}`),
		s3("ann", "PUT", "/my-bucket/new")).on()
	for _, p := range slices.Concat([]journal.Proposal{a.Proposal}, a.Others) {
		if p.Class == journal.OfGrant || len(p.Patch) > 0 {
			t.Errorf("it says %+v", p)
		}
	}
	if !a.Proved || !strings.Contains(a.Changes[0].Text, "If-None-Match") {
		t.Errorf("first is %+v", a.Proposal)
	}
}

// An Allow of those who have a condition key is none of those who have not: nothing allows it where it is absent.
func TestNoGrantWhereAKeyIsAbsent(t *testing.T) {
	for name, condition := range map[string]string{
		"by Athena": `{"ForAnyValue:StringEquals": {"aws:CalledVia": ["athena.amazonaws.com"]}}`,
		"a tag":     `{StringEquals: {"aws:ResourceTag/env": prod}}`,
		"Null":      `{"Null": {"aws:SourceVpc": "false"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			a := try(t, when(condition), get("ann")).on()
			for _, p := range slices.Concat([]journal.Proposal{a.Proposal}, a.Others) {
				if p.Class == journal.OfGrant && len(p.Patch) > 0 {
					t.Errorf("it says %s", told(&p))
				}
			}
			if name == "by Athena" && !strings.HasPrefix(a.Changes[0].Text, "make the call through athena.amazonaws.com") {
				t.Errorf("it says %s", told(&a.Proposal))
			}
		})
	}
}

// Of two grants that open the same the one that is pinned to the bucket comes first.
func TestKeyForOneBucketFirst(t *testing.T) {
	facts := strings.Replace(sealedWorld(`{StringEquals: {"kms:CallerAccount": "555555555555"}}`, "true"),
		"main: {account: 123456789012}", "main: {account: 123456789012, policy: "+with(`{Effect: Allow, Principal: `+
			`{AWS: "arn:aws:iam::123456789012:root"}, Action: ["kms:Describe*", "kms:PutKeyPolicy"], Resource: "*"}`)+"}", 1)
	a := of(t, try(t, facts, s3("ann", "GET", "/my-bucket/state.json")).on(), journal.OfGrant)
	if !strings.Contains(a.Changes[0].Text, `"kms:EncryptionContext:aws:s3:arn":"arn:aws:s3:::my-bucket"`) {
		t.Errorf("it says %s", told(&a.Proposal))
	}
}

// The tags of a bucket count for who asks with attribute-based access control alone.
func TestTagsThatNoPolicySees(t *testing.T) {
	facts := strings.Replace(when(`{StringEquals: {"aws:ResourceTag/env": prod}}`),
		"my-bucket: {owner", "my-bucket: {tags: {env: prod}, owner", 1)
	a := try(t, facts, get("ann")).on()
	says(t, a, `turn attribute-based access control on for the bucket my-bucket: until then no policy sees its tags`)
	patches(t, a, `{"buckets":{"my-bucket":{"abac":true}}}`)
}

// A Deny of patterns spares the one action of the one resource, and goes on denying the rest.
func TestExactExceptions(t *testing.T) {
	policy := with(`{Effect: Allow, Principal: "*", Action: "s3:*", Resource: ["arn:aws:s3:::my-bucket", "arn:aws:s3:::my-bucket/*"], `+
		`Condition: {StringEquals: {"aws:PrincipalAccount": "123456789012"}}}`,
		`{Sid: Office, Effect: Deny, Principal: "*", Action: ["s3:Get*", "s3:PutObject"], Resource: "arn:aws:s3:::my-bucket/*", `+
			`Condition: {NotIpAddress: {"aws:SourceIp": "203.0.113.0/24"}}}`)
	a := of(t, try(t, ann(annAll, `buckets: {my-bucket: {owner: 123456789012, objects: {k: {body: x}, other: {body: y}}, policy: `+
		policy+`}}`), get("ann")).on(), journal.OfGuard)
	if a.Opened != 0 || a.Asked == 0 || len(a.Changes) != 1 || !strings.HasSuffix(a.Changes[0].Text, "it is split in 4") {
		t.Errorf("%+v", a.Proposal)
	}
}
