package kms

import (
	"crypto/rand"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// The one kind of key that S3 encrypts with, and that there is here.
const (
	symmetric    = "SYMMETRIC_DEFAULT"
	encryptUsage = "ENCRYPT_DECRYPT"
	awsOrigin    = "AWS_KMS"
)

// Quotas (KMS Developer Guide, "Resource quotas").
const (
	maxKeys        = 100000 // of a world, not of each account and region
	maxDescription = 8192   // characters
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

type createKeyOutput struct {
	KeyMetadata *keyMetadata
}

type keyMetadata struct {
	AWSAccountId          string
	KeyId                 string
	Arn                   string
	CreationDate          float64
	Enabled               bool
	Description           string
	KeyUsage              string
	KeyState              string
	DeletionDate          float64 `json:",omitempty"`
	Origin                string
	KeyManager            string
	CustomerMasterKeySpec string
	KeySpec               string
	EncryptionAlgorithms  []string
	MultiRegion           bool
}

func metadata(k *world.Key) *keyMetadata {
	m := &keyMetadata{
		AWSAccountId: k.Account, KeyId: k.ID, Arn: k.ARN, CreationDate: awsapi.Epoch(k.Created),
		Enabled: k.State == world.KeyEnabled, Description: k.Description, KeyUsage: encryptUsage, KeyState: k.State,
		Origin: awsOrigin, KeyManager: "CUSTOMER", CustomerMasterKeySpec: symmetric, KeySpec: symmetric,
		EncryptionAlgorithms: []string{symmetric},
	}
	if k.AWSManaged {
		m.KeyManager = "AWS"
	}
	if !k.DeletionDate.IsZero() {
		m.DeletionDate = awsapi.Epoch(k.DeletionDate)
	}
	return m
}

// checkCreateKey asks kms:CreateKey and, where the call has tags, kms:TagResource,
// both of the caller's own policies: there is no key yet.
func checkCreateKey(c *awsapi.Call, in *createKeyInput) ([]*authz.Request, *awsapi.Error) {
	keys := append(awsapi.RequestTags(in.Tags), callerAccount(c), bypassKey(in.BypassPolicyLockoutSafetyCheck),
		awsapi.Key{Name: "kms:KeySpec", Values: []string{symmetric}},
		awsapi.Key{Name: "kms:KeyUsage", Values: []string{encryptUsage}},
		awsapi.Key{Name: "kms:KeyOrigin", Values: []string{awsOrigin}},
		awsapi.Key{Name: "kms:MultiRegion", Values: []string{"false"}})
	questions, err := c.Ask("*", keys...)
	if err == nil && len(in.Tags) > 0 {
		questions = append(questions, c.Question("kms:TagResource", "*", keys...))
	}
	return questions, err
}

func bypassKey(bypass bool) awsapi.Key {
	value := "false"
	if bypass {
		value = "true"
	}
	return awsapi.Key{Name: "kms:BypassPolicyLockoutSafetyCheck", Values: []string{value}}
}

func createKey(c *awsapi.Call, in *createKeyInput) (*createKeyOutput, *awsapi.Error) {
	if err := in.supported(c); err != nil {
		return nil, err
	}
	tags, err := tagsWith(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	id, account := newKeyID(), c.CallerAccount()
	key := &world.Key{
		ID: id, ARN: world.KeyARN(c.Region(), account, id), Account: account, Region: c.Region(),
		State: world.KeyEnabled, Description: in.Description, Tags: tags, Created: c.Now,
	}
	if key.Policy, err = policyOf(c, key, in.Policy, in.BypassPolicyLockoutSafetyCheck); err != nil {
		return nil, err
	}
	if len(c.State().Keys) >= maxKeys {
		return nil, awsapi.Refuse("LimitExceededException", "You have reached the maximum of %d KMS keys.", maxKeys)
	}
	return &createKeyOutput{metadata(key)}, change(c, key)
}

// supported refuses keys of other kinds.
func (in *createKeyInput) supported(c *awsapi.Call) *awsapi.Error {
	switch {
	case !either(in.KeySpec, symmetric) || !either(in.CustomerMasterKeySpec, symmetric):
		return awsapi.Refuse("UnsupportedOperationException", "s3fault has keys of the spec %s only: S3 encrypts with no others.", symmetric)
	case in.KeySpec != "" && in.CustomerMasterKeySpec != "":
		return awsapi.Refuse("ValidationException", "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.")
	case !either(in.KeyUsage, encryptUsage):
		return awsapi.Refuse("ValidationException", "The operation failed because the KeyUsage value of the KMS key is not compatible with its KeySpec value %s.", symmetric)
	case !either(in.Origin, awsOrigin):
		return awsapi.Refuse("UnsupportedOperationException", "s3fault has keys of the origin %s only.", awsOrigin)
	case in.MultiRegion:
		return awsapi.Refuse("UnsupportedOperationException", "s3fault has no multi-Region keys.")
	case len([]rune(in.Description)) > maxDescription:
		return c.Invalid("Description", in.Description, "Member must have length less than or equal to 8192")
	case !world.IsRegion(c.Region()):
		return awsapi.Refuse("ValidationException", "%q is no region.", c.Region())
	}
	return nil
}

// either says whether a parameter is left out, or is that value.
func either(parameter, value string) bool { return parameter == "" || parameter == value }

// newKeyID is a random UUID, which all of KMS's key ids are.
func newKeyID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	return world.UUID(b)
}

type describeKeyInput struct {
	KeyId       string `aws:",required"`
	GrantTokens []string
}

func (in *describeKeyInput) asked() string { return in.KeyId }

func describeKey(c *awsapi.Call, in *describeKeyInput) (*createKeyOutput, *awsapi.Error) {
	key, err := find(c, in.KeyId, withAlias)
	if err != nil {
		return nil, err
	}
	return &createKeyOutput{metadata(key)}, nil
}

type updateDescriptionInput struct {
	KeyId       string `aws:",required"`
	Description *string
}

func (in *updateDescriptionInput) asked() string { return in.KeyId }

func updateKeyDescription(c *awsapi.Call, in *updateDescriptionInput) (*awsapi.Nothing, *awsapi.Error) {
	switch {
	case in.Description == nil:
		return nil, c.Invalid("Description", nil, "Member must not be null")
	case len([]rune(*in.Description)) > maxDescription:
		return nil, c.Invalid("Description", *in.Description, "Member must have length less than or equal to 8192")
	}
	return edit(c, in.KeyId, func(k *world.Key) *awsapi.Error {
		k.Description = *in.Description
		return notPending(k)
	})
}

// edit changes the key that the call names.
func edit(c *awsapi.Call, name string, by func(*world.Key) *awsapi.Error) (*awsapi.Nothing, *awsapi.Error) {
	key, err := find(c, name, byKey)
	if err != nil {
		return nil, err
	}
	edited := *key
	if err := by(&edited); err != nil {
		return nil, err
	}
	return &awsapi.Nothing{}, change(c, &edited)
}
