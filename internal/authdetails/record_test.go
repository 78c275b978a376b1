package authdetails

import (
	"slices"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

const account, theirs = "123456789012", "444455556666"

func named(t *testing.T, name, arn, statement string) authz.Named {
	t.Helper()
	p, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":[` + statement + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	return authz.Named{Name: name, ARN: arn, Policy: p}
}

// recorded is the record of two questions of one user, the second about another
// account's resource, whose policy denies.
func recorded(t *testing.T) *Record {
	t.Helper()
	const allow = `{"Effect":"Allow","Action":"*","Resource":"*"}`
	own := []authz.Named{named(t, "own", "", allow), named(t, "own", "", allow)}
	managed := named(t, "all", "arn:aws:iam::123456789012:policy/all", allow)
	user := &policy.Principal{Kind: policy.User, Account: account, ARN: "arn:aws:iam::123456789012:user/ann"}
	question := func(action, owner, tag string) *authz.Request {
		c := policy.NewContext()
		for name, value := range map[string]string{
			"aws:SourceIp": "192.0.2.1", "aws:PrincipalArn": user.ARN, "aws:ResourceAccount": owner, "aws:ResourceTag/team": tag, "iam:PassedToService": "x",
		} {
			c.Set(name, value)
		}
		by := authz.Requester{Principal: user, Identity: append(slices.Clip(own), managed), Boundaries: []authz.Named{managed}}
		q := authz.NewRequest(action, "arn:aws:iam::"+owner+":role/r", by, authz.Target{ResourceAccount: owner})
		q.Context = c
		return q
	}
	questions := []*authz.Request{question("iam:GetRole", account, "red"), question("iam:PassRole", theirs, "red")}
	trust := named(t, "trust", "", `{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}`)
	questions[1].Trust = &trust
	decisions := []authz.Decision{authz.Evaluate(questions[0]), authz.Evaluate(questions[1])}
	a := &asker.Asker{State: &world.State{}, Principal: user}
	return Of("id", "us-east-1", a, questions, decisions)
}

func seen(v *View, e *Evaluation) (shared, own []string) {
	v.RequestKeys(func(name string, _ []string) { shared = append(shared, name) })
	v.OwnKeys(e, func(name string, _ []string) { own = append(own, name) })
	return shared, own
}

// A policy is listed once for each layer, and matches once; two of one name differ.
func TestPoliciesOfARecord(t *testing.T) {
	r := recorded(t)
	var uris []string
	for _, p := range r.Policies {
		if slices.Contains(uris, p.URI) && p.Layer != authz.PermissionsBoundary {
			t.Errorf("%s stands twice", p.URI)
		}
		uris = append(uris, p.URI)
	}
	again := recorded(t)
	for i, p := range again.Policies {
		if p.URI != uris[i] {
			t.Errorf("%s is %s another time", uris[i], p.URI)
		}
	}
	if len(uris) != 5 {
		t.Errorf("got the policies %q", uris)
	}
	allowed, denied := r.Evaluations[0], r.Evaluations[1]
	if allowed.Verdict != authz.Allowed || len(allowed.Matched) != 3 || denied.Verdict != authz.ExplicitlyDenied || len(denied.Matched) != 4 {
		t.Errorf("got %+v", r.Evaluations)
	}
}

// The request has the global keys that all questions share; a question the rest. Each
// side sees its own.
func TestKeysOfARecord(t *testing.T) {
	r := recorded(t)
	asks := func(account string) *asker.Asker {
		return &asker.Asker{State: &world.State{}, Principal: &policy.Principal{Kind: policy.User, Account: account}}
	}
	ours, other := r.For(asks(account)), r.For(asks(theirs))
	if r.For(asks("111122223333")) != nil || !ours.OfCaller() || other.OfCaller() {
		t.Fatal("the sides are not told apart")
	}
	shared, own := seen(ours, &r.Evaluations[0])
	if !slices.Equal(shared, []string{"aws:PrincipalArn", "aws:SourceIp"}) || !slices.Equal(own, []string{"aws:ResourceAccount", "aws:ResourceTag/team", "iam:PassedToService"}) {
		t.Errorf("the caller sees %q and %q", shared, own)
	}
	if _, own = seen(ours, &r.Evaluations[1]); !slices.Equal(own, []string{"iam:PassedToService"}) {
		t.Errorf("the caller sees %q of another's resource", own)
	}
	shared, own = seen(other, &r.Evaluations[1])
	if !slices.Equal(shared, []string{"aws:SourceIp"}) || len(own) != 3 {
		t.Errorf("the resource's side sees %q and %q", shared, own)
	}
	if p := other.Considered(); len(p) != 1 || p[0].Layer != authz.TrustPolicy || len(other.Evaluated()) != 1 || len(ours.Considered()) != 4 {
		t.Errorf("the resource's side sees %d policies", len(p))
	}
}
