package asker

import (
	"slices"
	"strconv"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// KeyQuestion asks KMS whether the requester may do action with a key: with what the
// key itself decides, and with the condition keys that the requester, the way and the
// key bring. The Context is the question's own.
func (a *Asker) KeyQuestion(action string, key *world.Key) *authz.Request {
	r := a.Question(action, key.ARN, authz.Target{
		ResourceAccount: key.Account,
		RCPs:            a.State.RCPs(key.Account),
		Key: &authz.Key{
			Account: key.Account, State: key.State, Policy: key.Policy, Grants: key.Grants, AWSManaged: key.AWSManaged,
		},
	})
	r.Context = a.Keys()
	a.SetOwner(r.Context, key.Account)
	SetFor(r.Context, action, "kms:CallerAccount", Given(a.Account())...)
	if a.Via != "" {
		SetFor(r.Context, action, "kms:ViaService", a.Via+"."+a.Region+domain)
	}
	if key.KeyKind != (world.KeyKind{}) {
		a.setProperties(r.Context, action, key)
	}
	return r
}

// SealQuestion asks KMS, as S3 does on the requester's behalf, whether he may use the key
// for an object: action is kms:GenerateDataKey or kms:Decrypt (authorization.md 4). context
// is the encryption context that the caller gave, arn what S3 itself puts into it.
func (a *Asker) SealQuestion(
	action string, key *world.Key, context map[string]string, arn string,
) *authz.Request {
	r := a.Forwarded("s3", key.Region).KeyQuestion(action, key)
	if !key.Encrypts() {
		r.Key.Unfit = "the key's spec is " + key.Spec + ": S3 encrypts with symmetric keys alone"
	}
	SetFor(r.Context, action, "kms:EncryptionAlgorithm", world.SymmetricDefault)
	names := make([]string, 0, len(context)+1)
	for name, value := range context {
		if name == s3ContextKey {
			continue
		}
		SetFor(r.Context, action, "kms:EncryptionContext:"+name, value)
		names = append(names, name)
	}
	SetFor(r.Context, action, "kms:EncryptionContext:"+s3ContextKey, arn)
	names = append(names, s3ContextKey)
	slices.Sort(names)
	SetFor(r.Context, action, "kms:EncryptionContextKeys", names...)
	return r
}

// s3ContextKey is what S3 itself puts into the encryption context.
const s3ContextKey = "aws:s3:arn"

// setProperties sets what a key is that is there (KMS Developer Guide, "AWS KMS condition keys"
// and "ABAC condition keys for AWS KMS").
func (a *Asker) setProperties(ctx *policy.Context, action string, key *world.Key) {
	SetKind(ctx, action, key.KeyKind)
	var names []string
	for _, alias := range key.AllAliases() {
		names = append(names, alias.Name)
	}
	SetFor(ctx, action, "kms:ResourceAliases", names...)
	for name, value := range key.Tags {
		SetFor(ctx, action, "aws:ResourceTag/"+name, value)
	}
	if a.State.Answers.Has(world.KeyUsageTracked) {
		SetFor(ctx, action, "kms:TrailingDaysWithoutKeyUsage", strconv.Itoa(a.Uses.DaysUnused(key, a.Now)))
	}
}

// SetKind sets what a key, or one that is to be made, is for good.
func SetKind(ctx *policy.Context, action string, kind world.KeyKind) {
	SetFor(ctx, action, "kms:KeySpec", kind.Spec)
	SetFor(ctx, action, "kms:KeyUsage", kind.Usage)
	SetFor(ctx, action, "kms:CustomerMasterKeySpec", kind.Spec)
	SetFor(ctx, action, "kms:CustomerMasterKeyUsage", kind.Usage)
	SetFor(ctx, action, "kms:KeyOrigin", kind.Origin)
	SetFor(ctx, action, "kms:MultiRegion", strconv.FormatBool(kind.MultiRegion != ""))
	SetFor(ctx, action, "kms:MultiRegionKeyType", Given(kind.MultiRegion)...)
}

// SetFor sets a condition key, if requests of the action have it; without values it is
// absent.
func SetFor(ctx *policy.Context, action, key string, values ...string) {
	if policy.KeyApplies(action, key) == policy.Evaluable {
		ctx.Set(key, values...)
	}
}

// Given is a text as the values of a key; none where it is empty.
func Given(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}
