package authz

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/policy"
)

// closedKey is a question about a key whose policy trusts another account only,
// by somebody without identity policies: only a grant can allow it.
func closedKey() *Request {
	r := keyRequest()
	keyGrants(aws(thirdAccount))(r)
	nobodysIdentity(r)
	encryptedWith(r.Context, map[string]string{"aws:s3:arn": objectARN, "department": "Finance"})
	return r
}

// encryptedWith puts an encryption context into the request's keys, as s3api does.
func encryptedWith(ctx *policy.Context, pairs map[string]string) {
	var names []string
	for name, value := range pairs {
		ctx.Set("kms:EncryptionContext:"+name, value)
		names = append(names, name)
	}
	ctx.Set("kms:EncryptionContextKeys", names...)
}

// with gives the key a grant of Decrypt to the user, changed.
func withGrant(change func(*KeyGrant)) func(*Request) {
	return func(r *Request) {
		g := KeyGrant{ID: "grant-1", Grantee: userARN, Operations: []string{"Decrypt", "GenerateDataKey"}}
		change(&g)
		r.Key.Grants = append(r.Key.Grants, g)
	}
}

func to(grantee string) func(*KeyGrant) { return func(g *KeyGrant) { g.Grantee = grantee } }

func TestKeyGrant(t *testing.T) {
	plain := withGrant(func(*KeyGrant) {})
	byKMS := []Layer{KMS}
	verify(t, "authorization.md 4, grants", closedKey, []row{
		{name: "no grant", change: all(), deniedBy: byKMS},
		{name: "a grant is enough", change: plain},
		{name: "of another account's key too", change: all(keyOfOther, plain)},
		{name: "of a key without a policy", change: func(r *Request) {
			plain(r)
			r.Key.Policy = nil
		}},
		{name: "the second grant is the one", change: all(withGrant(to(rootARN)), plain)},
		{name: "to another user", change: withGrant(to("arn:aws:iam::111122223333:user/bob")), deniedBy: byKMS},
		{name: "to nobody", change: withGrant(to("")), deniedBy: byKMS},
		{name: "to nobody, anonymous asks", change: all(as(anonymous()), withGrant(to(""))), deniedBy: byKMS},
		{name: "to the role, in a session", change: all(asRole, withGrant(to(roleARN)))},
		{name: "to the session", change: all(asRole, withGrant(to(sessionARN)))},
		{name: "to another session of the role", change: all(asRole, withGrant(to(strings.Replace(sessionARN, "today", "yesterday", 1)))), deniedBy: byKMS},
		{name: "to a service", change: all(as(service()), withGrant(to("logging.s3.amazonaws.com")))},
		{name: "of another operation", change: withGrant(func(g *KeyGrant) { g.Operations = []string{"Encrypt", "DescribeKey"} }), deniedBy: byKMS},
		{name: "of no operation", change: withGrant(func(g *KeyGrant) { g.Operations = nil }), deniedBy: byKMS},
		{name: "of the other operation that S3 needs", change: func(r *Request) {
			plain(r)
			r.Action = "kms:GenerateDataKey"
		}},
		{name: "an identity policy's Deny beats it", change: func(r *Request) {
			plain(r)
			r.Identity = list("identity", denyEverything)
		}, deniedBy: byKMS, explicit: true},
		{name: "the key policy's Deny beats it", change: func(r *Request) {
			plain(r)
			r.Key.Policy = named("default", refusing(aws(userARN)))
		}, deniedBy: byKMS, explicit: true},
		{name: "an SCP limits it", change: func(r *Request) {
			plain(r)
			r.SCPs = []Level{level("root", allowNothing)}
		}, deniedBy: []Layer{SCP}},
		{name: "an RCP limits it", change: func(r *Request) {
			plain(r)
			r.RCPs = []Level{level("root", refusing(`"*"`))}
		}, deniedBy: []Layer{RCP}, explicit: true},
		{name: "a boundary limits it", change: all(plain, boundaryIsSilent), deniedBy: []Layer{PermissionsBoundary}},
		{name: "a session policy limits it", change: all(asRole, withGrant(to(roleARN)), sessionIsSilent), deniedBy: []Layer{Session}},
		{name: "a disabled key serves nobody", change: func(r *Request) {
			plain(r)
			r.Key.State = "Disabled"
		}, deniedBy: byKMS, explicit: true},
	})
}

func TestKeyPolicyAllows(t *testing.T) {
	for _, row := range []struct {
		name   string
		policy *Named
		want   bool
	}{
		{"names the user", named("default", granting(aws(userARN))), true},
		{"leaves it to the account", named("default", granting(aws(rootARN))), true},
		{"names another account", named("default", granting(aws(otherAccount))), false},
		{"denies too", named("default", granting(aws(userARN)), refusing(`"*"`)), false},
		{"none", nil, false},
	} {
		r := keyRequest()
		nobodysIdentity(r) // the account's own policies do not count
		r.Key.Policy = row.policy
		if got := KeyPolicyAllows(r); got != row.want {
			t.Errorf("%s: %v", row.name, got)
		}
	}
}

func TestKeyGrantConstraints(t *testing.T) {
	equals := func(pairs map[string]string) func(*Request) {
		return withGrant(func(g *KeyGrant) { g.ContextEquals = pairs })
	}
	subset := func(pairs map[string]string) func(*Request) {
		return withGrant(func(g *KeyGrant) { g.ContextSubset = pairs })
	}
	whole := map[string]string{"aws:s3:arn": objectARN, "department": "Finance"}
	part := map[string]string{"department": "Finance"}
	byKMS := []Layer{KMS}
	verify(t, "authorization.md 4; KMS API Reference, GrantConstraints", closedKey, []row{
		{name: "equals the whole context", change: equals(whole)},
		{name: "equals a part of it", change: equals(part), deniedBy: byKMS},
		{name: "equals more than it has", change: equals(map[string]string{"aws:s3:arn": objectARN, "department": "Finance", "year": "2026"}), deniedBy: byKMS},
		{name: "equals another value", change: equals(map[string]string{"aws:s3:arn": objectARN, "department": "IT"}), deniedBy: byKMS},
		{name: "holds the whole context", change: subset(whole)},
		{name: "holds a part of it", change: subset(part)},
		{name: "holds a pair that is not there", change: subset(map[string]string{"year": "2026"}), deniedBy: byKMS},
		{name: "holds an empty value that is not there", change: subset(map[string]string{"year": ""}), deniedBy: byKMS},
		{name: "the case of a key does not count", change: subset(map[string]string{"Department": "Finance"})},
		{name: "the case of a value does", change: subset(map[string]string{"department": "finance"}), deniedBy: byKMS},
		{name: "empty constraints are none", change: all(equals(map[string]string{}), subset(map[string]string{}))},
		{name: "no encryption context", change: func(r *Request) {
			subset(part)(r)
			r.Context = policy.NewContext()
		}, deniedBy: byKMS},
		{name: "no context at all", change: func(r *Request) {
			equals(part)(r)
			r.Context = nil
		}, deniedBy: byKMS},
		{name: "both constraints", change: withGrant(func(g *KeyGrant) { g.ContextEquals, g.ContextSubset = whole, part })},
		{name: "both constraints, one not met", change: withGrant(func(g *KeyGrant) {
			g.ContextEquals, g.ContextSubset = whole, map[string]string{"year": "2026"}
		}), deniedBy: byKMS},
		{name: "an operation that has no context", change: func(r *Request) {
			withGrant(func(g *KeyGrant) { g.ContextEquals, g.Operations = part, []string{"DescribeKey"} })(r)
			r.Action = "kms:DescribeKey"
		}},
		{name: "across accounts, met", change: all(keyOfOther, subset(part))},
		{name: "across accounts, not met", change: all(keyOfOther, equals(part)), deniedBy: byKMS},
		{name: "the constrained grant fails, a free one allows", change: all(equals(part), withGrant(func(*KeyGrant) {}))},
	})
}

func TestKeyGrantIsNamed(t *testing.T) {
	r := closedKey()
	withGrant(func(*KeyGrant) {})(r)
	d := Evaluate(r)
	f := finding(t, &d, KMS, PartGrant)
	if f.Effect != Allow || f.Detail != "the grant grant-1 gives "+userARN+" the operation Decrypt" {
		t.Errorf("got %+v", f)
	}
}
