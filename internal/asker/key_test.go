package asker_test

import (
	"testing"

	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/internal/worldtest"
	"github.com/s3fault/s3fault/policy"
)

const (
	plainID = "1234abcd-12ab-34cd-56ef-1234567890ab"
	multiID = "mrk-1234abcd12ab34cd56ef1234567890ab"
	keyed   = facts + `
kms_keys:
  1234abcd-12ab-34cd-56ef-1234567890ab:
    account: 123456789012
    aliases: [alias/b, alias/a]
    tags: {env: prod}
    grants: [{grantee: "arn:aws:iam::222222222222:user/bob", operations: [Decrypt]}]
    created: 2026-11-01T00:00:00Z
    last_used: 2026-11-20T12:00:00Z
  mrk-1234abcd12ab34cd56ef1234567890ab: {account: 222222222222, region: eu-west-1, spec: RSA_2048, usage: SIGN_VERIFY, multi_region: replica, state: Disabled}
`
)

// keyNamed is a key of the world, by its id.
func keyNamed(t *testing.T, s *world.State, id string) *world.Key {
	t.Helper()
	for _, k := range s.Keys {
		if k.ID == id {
			return k
		}
	}
	t.Fatalf("the world has no key %s", id)
	return nil
}

// What S3 asks KMS on the requester's behalf has the keys of the requester, of the
// way from S3 to KMS, and of the key (authorization.md 4; KMS Developer Guide, "AWS
// KMS condition keys").
func TestForwardedKeyQuestion(t *testing.T) {
	s := worldtest.Build(t, keyed).State
	a := asks(t, s, "ann")
	a.Region, a.SourceIP = "us-west-2", "203.0.113.9"
	key := keyNamed(t, s, plainID)
	q := a.Forwarded("s3", "us-east-1").KeyQuestion("kms:Decrypt", key)
	if q.Action != "kms:Decrypt" || q.Resource != key.ARN || q.ResourceAccount != own || len(q.Identity) != 0 || q.Principal != a.Principal {
		t.Errorf("it is %+v", q)
	}
	if k := q.Key; k == nil || k.Account != own || k.State != world.KeyEnabled || k.Policy != key.Policy || len(k.Grants) != 1 || k.AWSManaged {
		t.Errorf("of the key it has %+v", q.Key)
	}
	keysOf(q.Context).without(keysOf(a.Keys())).are(t, keys{
		"aws:CalledVia": "s3.amazonaws.com", "aws:CalledViaFirst": "s3.amazonaws.com", "aws:CalledViaLast": "s3.amazonaws.com",
		"kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": own,
		"aws:ResourceAccount": own, "aws:ResourceOrgID": "o-exampleorgid", "aws:ResourceOrgPaths": orgPath(), "aws:ResourceTag/env": "prod",
		"kms:ResourceAliases": "alias/a,alias/b", "kms:KeySpec": "SYMMETRIC_DEFAULT", "kms:KeyUsage": "ENCRYPT_DECRYPT", "kms:KeyOrigin": "AWS_KMS",
		"kms:CustomerMasterKeySpec": "SYMMETRIC_DEFAULT", "kms:CustomerMasterKeyUsage": "ENCRYPT_DECRYPT", "kms:MultiRegion": "false",
	})
}

// Asked directly, by nobody of an account, about another kind of key.
func TestDirectKeyQuestion(t *testing.T) {
	s := worldtest.Build(t, keyed).State
	a := asks(t, s, "")
	q := a.KeyQuestion("kms:Sign", keyNamed(t, s, multiID))
	if q.ResourceAccount != other || q.Key.Account != other || q.Key.State != world.KeyDisabled || len(q.Key.Grants) != 0 {
		t.Errorf("of the key it has %+v", q.Key)
	}
	keysOf(q.Context).without(keysOf(a.Keys())).are(t, keys{
		"aws:ResourceAccount": other, "kms:KeySpec": "RSA_2048", "kms:KeyUsage": "SIGN_VERIFY", "kms:KeyOrigin": "AWS_KMS",
		"kms:CustomerMasterKeySpec": "RSA_2048", "kms:CustomerMasterKeyUsage": "SIGN_VERIFY",
		"kms:MultiRegion": "true", "kms:MultiRegionKeyType": "REPLICA",
	})
}

// RCPs of the key's organization bind whoever asks for the key, AWS's own keys too.
func TestKeyQuestionUnderRCPs(t *testing.T) {
	s := worldtest.Build(t, keyed).State
	q := asks(t, s, "bob").KeyQuestion("kms:Decrypt", keyNamed(t, s, plainID))
	if len(q.RCPs) != 3 {
		t.Errorf("%d levels of RCPs bind the question, want those of the key's account", len(q.RCPs))
	}
	managed := s.ManagedKey(own, "us-east-1")
	if managed == nil {
		t.Fatal("the account has no aws/s3")
	}
	if q := asks(t, s, "bob").KeyQuestion("kms:Decrypt", managed); !q.Key.AWSManaged {
		t.Error("the key of AWS is asked for as if it were one of the account's")
	}
}

// How long a key has not been used is a key only of the actions that end its use, and
// since KMS tracks that.
func TestUnusedDays(t *testing.T) {
	for name, c := range map[string]struct{ facts, action, want string }{
		"DisableKey":            {keyed, "kms:DisableKey", "2"},
		"ScheduleKeyDeletion":   {keyed, "kms:ScheduleKeyDeletion", "2"},
		"another action":        {keyed, "kms:Decrypt", ""},
		"the day that it began": {keyed + "\nas_of: 2026-04-27", "kms:DisableKey", "2"},
		"the day before":        {keyed + "\nas_of: 2026-04-26", "kms:DisableKey", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := worldtest.Build(t, c.facts).State
			q := asks(t, s, "ann").KeyQuestion(c.action, keyNamed(t, s, plainID))
			if got := keysOf(q.Context)["kms:trailingdayswithoutkeyusage"]; got != c.want {
				t.Errorf("it has not been used for %q days, want %q", got, c.want)
			}
		})
	}
}

// A key that is not there has no properties; those of one that is to be made are
// given apart.
func TestKeysOfAKeyThatIsNotThere(t *testing.T) {
	s := worldtest.Build(t, keyed).State
	a := asks(t, s, "ann")
	q := a.KeyQuestion("kms:CreateKey", &world.Key{ARN: "*", Account: own})
	none := keysOf(q.Context)
	none.without(keysOf(a.Keys())).are(t, keys{
		"aws:ResourceAccount": own, "aws:ResourceOrgID": "o-exampleorgid", "aws:ResourceOrgPaths": orgPath(), "kms:CallerAccount": own,
	})
	asker.SetKind(q.Context, "kms:CreateKey", world.SymmetricKey)
	keysOf(q.Context).without(none).are(t, keys{
		"kms:KeySpec": "SYMMETRIC_DEFAULT", "kms:KeyUsage": "ENCRYPT_DECRYPT", "kms:KeyOrigin": "AWS_KMS",
		"kms:CustomerMasterKeySpec": "SYMMETRIC_DEFAULT", "kms:CustomerMasterKeyUsage": "ENCRYPT_DECRYPT", "kms:MultiRegion": "false",
	})
}

// A key is set for the actions that have it, and only with a value.
func TestSetFor(t *testing.T) {
	ctx := policy.NewContext()
	asker.SetFor(ctx, "kms:Decrypt", "kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT")
	asker.SetFor(ctx, "kms:Decrypt", "kms:RequestAlias", asker.Given("")...)
	asker.SetFor(ctx, "kms:DescribeKey", "kms:EncryptionAlgorithm", "refused there")
	asker.SetFor(ctx, "kms:ListKeys", "aws:ResourceTag/env", "never present there")
	keysOf(ctx).are(t, keys{"kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT"})
}
