package kms

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/keymaterial"
	"github.com/s3fault/s3fault/internal/world"
)

// dataKeySpecs are the lengths that data keys have by name, in bytes.
var dataKeySpecs = map[string]int{"AES_256": 32, "AES_128": 16}

// dataKey is what a call for a data key says of it, whether it wants to see it or not.
type dataKey struct {
	KeyId             string `aws:",required"`
	KeySpec           string
	NumberOfBytes     *int
	EncryptionContext map[string]string
	GrantTokens       []string
	DryRun            bool
}

func (in *dataKey) bytes() int {
	if in.NumberOfBytes != nil {
		return *in.NumberOfBytes
	}
	return dataKeySpecs[in.KeySpec]
}

func (in *dataKey) check(c *awsapi.Call) ([]*authz.Request, error) {
	questions, err := asks(c, in.KeyId, in.GrantTokens, contextKeys(in.EncryptionContext, world.SymmetricDefault)...)
	if err == nil && (in.KeySpec == "") == (in.NumberOfBytes == nil) {
		err = awsapi.Refuse("ValidationException", "Please specify either number of bytes or key spec.")
	}
	return questions, err
}

type generateDataKeyInput struct {
	dataKey
	Recipient *recipient
}

type generateDataKeyOutput struct {
	CiphertextBlob []byte
	KeyId          string
	KeyMaterialId  string `json:",omitempty"`
	Plaintext      []byte
}

func (in *generateDataKeyInput) check(c *awsapi.Call) ([]*authz.Request, error) {
	if err := in.Recipient.refused(); err != nil {
		return nil, err
	}
	return in.dataKey.check(c)
}

func generateDataKey(c *awsapi.Call, in *generateDataKeyInput) (*generateDataKeyOutput, error) {
	return in.generate(c, "GenerateDataKey")
}

// symmetric is the key that data keys are encrypted with.
func symmetric(c *awsapi.Call, name, operation string) (*world.Key, error) {
	key, err := find(c, name, withAlias)
	if err != nil {
		return nil, err
	}
	if err := fit(key, world.EncryptDecrypt, operation); err != nil {
		return nil, err
	}
	if !key.Encrypts() {
		return nil, badUsage("You cannot generate a data key with an asymmetric CMK")
	}
	return key, nil
}

func (in *dataKey) generate(c *awsapi.Call, operation string) (*generateDataKeyOutput, error) {
	key, err := symmetric(c, in.KeyId, operation)
	if err := firstOf(err, dryRun(in.DryRun)); err != nil {
		return nil, err
	}
	plain := random(in.bytes())
	blob, material, err := seal(c, key, world.SymmetricDefault, in.EncryptionContext, plain)
	if err != nil {
		return nil, err
	}
	used(c, operation, key)
	return &generateDataKeyOutput{blob, key.ARN, material, plain}, nil
}

type generateDataKeyHiddenInput struct{ dataKey }

type generateDataKeyHiddenOutput struct {
	CiphertextBlob []byte
	KeyId          string
	KeyMaterialId  string `json:",omitempty"`
}

func generateDataKeyHidden(c *awsapi.Call, in *generateDataKeyHiddenInput) (*generateDataKeyHiddenOutput, error) {
	out, err := in.generate(c, "GenerateDataKeyWithoutPlaintext")
	if err != nil {
		return nil, err
	}
	return &generateDataKeyHiddenOutput{out.CiphertextBlob, out.KeyId, out.KeyMaterialId}, nil
}

// dataKeyPair is what a call for a data key pair says of it.
type dataKeyPair struct {
	KeyId             string `aws:",required"`
	KeyPairSpec       string `aws:",required"`
	EncryptionContext map[string]string
	GrantTokens       []string
	DryRun            bool
}

func (in *dataKeyPair) check(c *awsapi.Call) ([]*authz.Request, error) {
	keys := append(contextKeys(in.EncryptionContext, world.SymmetricDefault),
		awsapi.Key{Name: "kms:DataKeyPairSpec", Values: []string{in.KeyPairSpec}})
	return asks(c, in.KeyId, in.GrantTokens, keys...)
}

type generateDataKeyPairInput struct {
	dataKeyPair
	Recipient *recipient
}

type generateDataKeyPairOutput struct {
	KeyId                    string
	KeyMaterialId            string `json:",omitempty"`
	KeyPairSpec              string
	PrivateKeyCiphertextBlob []byte
	PrivateKeyPlaintext      []byte
	PublicKey                []byte
}

func (in *generateDataKeyPairInput) check(c *awsapi.Call) ([]*authz.Request, error) {
	if err := in.Recipient.refused(); err != nil {
		return nil, err
	}
	return in.dataKeyPair.check(c)
}

func generateDataKeyPair(c *awsapi.Call, in *generateDataKeyPairInput) (*generateDataKeyPairOutput, error) {
	return in.generate(c, "GenerateDataKeyPair")
}

func (in *dataKeyPair) generate(c *awsapi.Call, operation string) (*generateDataKeyPairOutput, error) {
	key, err := symmetric(c, in.KeyId, operation)
	if err := firstOf(err, dryRun(in.DryRun)); err != nil {
		return nil, err
	}
	private, public, err := keymaterial.NewPair(in.KeyPairSpec)
	if err != nil {
		return nil, awsapi.Refuse("UnsupportedOperationException",
			"s3fault makes no data key pairs of the spec %s.", in.KeyPairSpec)
	}
	blob, material, err := seal(c, key, world.SymmetricDefault, in.EncryptionContext, private)
	if err != nil {
		return nil, err
	}
	used(c, operation, key)
	return &generateDataKeyPairOutput{key.ARN, material, in.KeyPairSpec, blob, private, public}, nil
}

type generateDataKeyPairHiddenInput struct{ dataKeyPair }

type generateDataKeyPairHiddenOutput struct {
	KeyId                    string
	KeyMaterialId            string `json:",omitempty"`
	KeyPairSpec              string
	PrivateKeyCiphertextBlob []byte
	PublicKey                []byte
}

func generateDataKeyPairHidden(
	c *awsapi.Call, in *generateDataKeyPairHiddenInput,
) (*generateDataKeyPairHiddenOutput, error) {
	out, err := in.generate(c, "GenerateDataKeyPairWithoutPlaintext")
	if err != nil {
		return nil, err
	}
	return &generateDataKeyPairHiddenOutput{
		out.KeyId, out.KeyMaterialId, out.KeyPairSpec, out.PrivateKeyCiphertextBlob, out.PublicKey,
	}, nil
}

type generateRandomInput struct {
	NumberOfBytes    *int
	CustomKeyStoreId string
	Recipient        *recipient
}

type generateRandomOutput struct{ Plaintext []byte }

func checkGenerateRandom(c *awsapi.Call, in *generateRandomInput) ([]*authz.Request, error) {
	if err := in.Recipient.refused(); err != nil {
		return nil, err
	}
	return c.Ask("*")
}

func generateRandom(c *awsapi.Call, in *generateRandomInput) (*generateRandomOutput, error) {
	switch {
	case in.CustomKeyStoreId != "":
		return nil, awsapi.Refuse("CustomKeyStoreNotFoundException", "")
	case in.NumberOfBytes == nil:
		return nil, awsapi.Refuse("ValidationException", "Please specify either number of bytes or key spec.")
	}
	return &generateRandomOutput{random(*in.NumberOfBytes)}, nil
}
