package authz

import "testing"

// trusting is a question whether a user may assume a role of its own account, whose
// trust policy leaves that to the account.
func trusting() *Request {
	r := allowedRequest()
	r.Action, r.Resource = "sts:AssumeRole", roleARN
	r.Trust = named("trust policy", granting(aws(rootARN)))
	return r
}

func trusts(principal string) func(*Request) {
	return func(r *Request) { r.Trust = named("trust policy", granting(principal)) }
}

func TestTrustPolicy(t *testing.T) {
	verify(t, `IAM User Guide, "Roles terms and concepts", and authorization.md 1.2, 1.3`, trusting, []row{
		{name: "the account is trusted, and identity allows", change: all()},
		{name: "the account is trusted, identity silent", change: nobodysIdentity, deniedBy: []Layer{Identity}},
		{name: "the user is trusted", change: all(nobodysIdentity, trusts(aws(userARN)))},
		{name: "the account itself needs the trust policy", change: trusts(aws("arn:aws:iam::111122223333:user/bob")), deniedBy: []Layer{TrustPolicy}},
		{name: "nobody is trusted", change: trusts(`{"Service":"ec2.amazonaws.com"}`), deniedBy: []Layer{TrustPolicy}},
		{name: "explicit deny", change: func(r *Request) {
			r.Trust = named("trust policy", granting(aws(rootARN)), refusing(aws(userARN)))
		}, deniedBy: []Layer{TrustPolicy}, explicit: true},
		{name: "another account's role that trusts the user's", change: ownedByOther},
		{name: "another account's role that trusts its own", change: all(ownedByOther, trusts(aws("arn:aws:iam::444455556666:root"))), deniedBy: []Layer{TrustPolicy}},
		{name: "another account's role that trusts the user", change: all(ownedByOther, trusts(aws(userARN)))},
		{name: "another account's role that trusts the user, identity silent", change: all(ownedByOther, nobodysIdentity, trusts(aws(userARN))), deniedBy: []Layer{Identity}},
		{name: "an SCP stays in the way", change: func(r *Request) {
			r.Trust, r.SCPs = named("trust policy", granting(aws(userARN))), []Level{level("root", allowNothing)}
		}, deniedBy: []Layer{SCP}},
	})
}

func TestTrustPolicyIsNamed(t *testing.T) {
	r := trusting()
	trusts(`{"Service":"ec2.amazonaws.com"}`)(r)
	d := Evaluate(r)
	f, ok := d.Behind()
	if !ok || f.Layer != TrustPolicy || len(f.Misses) == 0 {
		t.Errorf("got %+v", f)
	}
}
