package kms

import (
	"cmp"
	"crypto/rand"
	"slices"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// Quotas (KMS Developer Guide, "Resource quotas").
const (
	maxKeys = 100000 // of a world, not of each account and region
)

type createKeyInput struct {
	Policy                         string
	Description                    string
	KeyUsage                       string
	KeySpec                        string
	CustomerMasterKeySpec          string // what KeySpec was called before
	Origin                         string
	MultiRegion                    bool
	BypassPolicyLockoutSafetyCheck bool
	Tags                           []tag
}

// checkCreateKey asks kms:CreateKey and, where the call has tags, kms:TagResource,
// both of the caller's own policies: there is no key yet.
func checkCreateKey(c *awsapi.Call, in *createKeyInput) ([]*authz.Request, error) {
	kind, err := in.kind(c)
	if err != nil {
		return nil, err
	}
	keys := append(awsapi.RequestTags(in.Tags), callerAccount(c), bypassKey(in.BypassPolicyLockoutSafetyCheck))
	for _, t := range in.Tags {
		// The Service Authorization Reference has it for kms:CreateKey; what else could it
		// be but what the key will have [unsure]?
		keys = append(keys, awsapi.Key{Name: "aws:ResourceTag/" + t.TagKey, Values: []string{*t.TagValue}})
	}
	create := c.Question(c.Permission(), "*", keys...)
	asker.SetKind(create.Context, create.Action, kind)
	if len(in.Tags) == 0 {
		return []*authz.Request{create}, nil
	}
	return []*authz.Request{create, c.Question("kms:TagResource", "*", keys...)}, nil
}

func bypassKey(bypass bool) awsapi.Key {
	return awsapi.Key{Name: "kms:BypassPolicyLockoutSafetyCheck", Values: []string{strconv.FormatBool(bypass)}}
}

// kind is what the key is to be.
func (in *createKeyInput) kind(c *awsapi.Call) (world.KeyKind, error) {
	kind := world.KeyKind{
		Spec: cmp.Or(in.KeySpec, in.CustomerMasterKeySpec, world.SymmetricDefault), Usage: in.KeyUsage,
		Origin: cmp.Or(in.Origin, world.OriginKMS),
	}
	if kind.Usage == "" && kind.Encrypts() {
		kind.Usage = world.EncryptDecrypt
	}
	if in.MultiRegion {
		kind.MultiRegion = world.MultiRegionPrimary
	}
	for _, p := range []struct {
		name, value string
		known       []string
	}{
		{"KeySpec", kind.Spec, world.KeySpecs()}, {"KeyUsage", kind.Usage, world.KeyUsages}, {"Origin", kind.Origin, world.KeyOrigins},
	} {
		if p.value != "" && !slices.Contains(p.known, p.value) {
			return kind, c.Invalid(p.name, p.value, "Member must satisfy enum value set: ["+strings.Join(p.known, ", ")+"]")
		}
	}
	return kind, in.fits(kind)
}

// fits refuses what does not go together, and what there is not.
func (in *createKeyInput) fits(kind world.KeyKind) error {
	switch {
	case in.KeySpec != "" && in.CustomerMasterKeySpec != "":
		return awsapi.Refuse("ValidationException", "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.")
	case kind.Usage == "":
		return awsapi.Refuse("ValidationException", "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.")
	case !slices.Contains(world.UsagesOf(kind.Spec), kind.Usage):
		return awsapi.Refuse("ValidationException", "The operation failed because the KeyUsage value of the KMS key is not compatible with its KeySpec value %s.", kind.Spec)
	case kind.Origin != world.OriginKMS && kind.Origin != world.OriginExternal:
		return awsapi.Refuse("UnsupportedOperationException", "s3fault has no custom key stores.")
	}
	return nil
}

func createKey(c *awsapi.Call, in *createKeyInput) (*createKeyOutput, error) {
	key, err := in.key(c)
	if err != nil {
		return nil, err
	}
	if key.Policy, err = policyOf(c, key, in.Policy, in.BypassPolicyLockoutSafetyCheck); err != nil {
		return nil, err
	}
	if len(c.State().Keys) >= maxKeys {
		return nil, awsapi.Refuse("LimitExceededException", "You have reached the maximum of %d KMS keys.", maxKeys)
	}
	return &createKeyOutput{metadata(c, key)}, change(c, key)
}

// key is the new key, which has no policy yet.
func (in *createKeyInput) key(c *awsapi.Call) (*world.Key, error) {
	if !world.IsRegion(c.Region()) {
		return nil, awsapi.Refuse("ValidationException", "%q is no region.", c.Region())
	}
	kind, err := in.kind(c)
	if err != nil {
		return nil, err
	}
	tags, err := tagsWith(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	id, account := newKeyID(kind), c.CallerAccount()
	key := &world.Key{
		ID: id, ARN: world.KeyARN(c.Region(), account, id), Account: account, Region: c.Region(), KeyKind: kind,
		State: world.KeyEnabled, Description: in.Description, Tags: tags, Created: c.Now,
	}
	if kind.Origin == world.OriginExternal {
		key.State = world.KeyPendingImport
	}
	return key, nil
}

// newKeyID is a random id for a key of that kind.
func newKeyID(kind world.KeyKind) string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	return kind.KeyID(b)
}
