package authz

import (
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/policy"
)

const (
	ownAccount   = "111122223333"
	otherAccount = "444455556666"

	userARN      = "arn:aws:iam::111122223333:user/alice"
	roleARN      = "arn:aws:iam::111122223333:role/app/reader"
	sessionARN   = "arn:aws:sts::111122223333:assumed-role/reader/today"
	federatedARN = "arn:aws:sts::111122223333:federated-user/alice"
	rootARN      = "arn:aws:iam::111122223333:root"

	objectARN = "arn:aws:s3:::my-bucket/file.txt"
	keyARN    = "arn:aws:kms:us-east-1:111122223333:key/1"
)

const (
	allowEverything = `{"Sid":"AllowEverything","Effect":"Allow","Action":"*","Resource":"*"}`
	denyEverything  = `{"Sid":"DenyEverything","Effect":"Deny","Action":"*","Resource":"*"}`
	allowNothing    = `{"Sid":"AllowOther","Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}`
)

// granting is a statement of a resource's policy with the given Principal (JSON).
func granting(principal string) string {
	return `{"Sid":"Granting","Effect":"Allow","Principal":` + principal + `,"Action":"*","Resource":"*"}`
}

// refusing is granting's opposite.
func refusing(principal string) string {
	return `{"Sid":"Refusing","Effect":"Deny","Principal":` + principal + `,"Action":"*","Resource":"*"}`
}

func aws(arn string) string { return `{"AWS":"` + arn + `"}` }

// document compiles a policy of the given statements.
func document(statements ...string) *policy.Policy {
	p, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`))
	if err != nil {
		panic(err)
	}
	return p
}

func named(name string, statements ...string) *Named {
	return &Named{Name: name, Policy: document(statements...)}
}

func list(name string, statements ...string) []Named { return []Named{*named(name, statements...)} }

func level(name string, statements ...string) Level {
	return Level{Name: name, Policies: list(name+"-policy", statements...)}
}

// limited is what a session is limited by that one call made.
func limited(statements ...string) []Level {
	return []Level{{Policies: list("session", statements...)}}
}

func user() *policy.Principal {
	return &policy.Principal{Kind: policy.User, Account: ownAccount, ARN: userARN}
}

func roleSession() *policy.Principal {
	return &policy.Principal{Kind: policy.RoleSession, Account: ownAccount, ARN: sessionARN, RoleARN: roleARN}
}

func federated() *policy.Principal {
	return &policy.Principal{Kind: policy.FederatedUser, Account: ownAccount, ARN: federatedARN, IssuerARN: userARN}
}

func root() *policy.Principal {
	return &policy.Principal{Kind: policy.Root, Account: ownAccount, ARN: rootARN}
}

func service() *policy.Principal {
	return &policy.Principal{Kind: policy.Service, Service: "logging.s3.amazonaws.com"}
}

func anonymous() *policy.Principal { return &policy.Principal{} }

func serviceLinked() *policy.Principal {
	p := roleSession()
	p.RoleARN = "arn:aws:iam::111122223333:role/aws-service-role/replication.ecr.amazonaws.com/reader"
	return p
}

// allowedRequest is a question that nothing stands in the way of: a user whose
// identity policy allows everything, in the bucket owner's account.
func allowedRequest() *Request {
	by := Requester{Principal: user(), Identity: list("identity", allowEverything)}
	r := NewRequest("s3:GetObject", objectARN, by, Target{ResourceAccount: ownAccount})
	r.Context = policy.NewContext()
	return r
}

// keyRequest is allowedRequest's question to KMS, with the key policy that leaves
// the decision to the account.
func keyRequest() *Request {
	r := allowedRequest()
	r.Action, r.Resource = "kms:Decrypt", keyARN
	r.Key = &Key{Account: ownAccount, State: "Enabled", Policy: named("default", granting(aws(rootARN)))}
	return r
}

// row is one fact: what is changed about an allowed question and what must come
// of it.
type row struct {
	name   string
	change func(*Request)
	// deniedBy is empty when the request stays allowed.
	deniedBy []Layer
	explicit bool
}

// verify runs rows that all come from one place of the facts.
func verify(t *testing.T, source string, base func() *Request, rows []row) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			r := base()
			row.change(r)
			d := Evaluate(r)
			want := Allowed
			switch {
			case row.explicit:
				want = ExplicitlyDenied
			case len(row.deniedBy) > 0:
				want = ImplicitlyDenied
			}
			if d.Verdict != want || !slices.Equal(d.DeniedBy, row.deniedBy) {
				t.Errorf("%s: got %s by %q, want %s by %q\n%+v", source, d.Verdict, d.DeniedBy, want, row.deniedBy, d.Findings)
			}
			consistent(t, &d)
		})
	}
}

// consistent checks what holds of every Decision.
func consistent(t *testing.T, d *Decision) {
	t.Helper()
	behind, ok := d.Behind()
	switch {
	case d.Denied() != (len(d.DeniedBy) > 0) || d.Denied() != ok || d.Denied() != (d.Cause != ""):
		t.Errorf("verdict %s, cause %q, denied by %q and Behind %v disagree", d.Verdict, d.Cause, d.DeniedBy, ok)
	case ok && (d.Cause != d.DeniedBy[0] || behind.Effect == Allow || behind.Effect == NotApplicable):
		t.Errorf("cause %s of %q has the words of %+v", d.Cause, d.DeniedBy, behind)
	}
	place := 0
	for _, f := range d.Findings {
		for place < len(layers) && layers[place].name != f.Layer {
			place++
		}
		if f.Effect == "" || place == len(layers) {
			t.Fatalf("finding %+v has no effect, or is out of the layers' order", f)
		}
		if f.Effect != ImplicitDeny && len(f.Misses) > 0 || f.Effect != ExplicitDeny && len(f.Compared) > 0 || !d.Denied() && len(f.Misses) > 0 {
			t.Errorf("finding %+v explains what needs no explanation", f)
		}
	}
}

// finding is the Decision's finding of a layer and part.
func finding(t *testing.T, d *Decision, l Layer, part string) Finding {
	t.Helper()
	for _, f := range d.Findings {
		if f.Layer == l && f.Part == part {
			return f
		}
	}
	t.Fatalf("no finding of %s %s", l, part)
	return Finding{}
}
