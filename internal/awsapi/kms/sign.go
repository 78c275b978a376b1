package kms

import (
	"cmp"
	"errors"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/keymaterial"
	"github.com/s3fault/s3fault/internal/world"
)

const (
	raw      = "RAW"
	digested = "DIGEST"
)

// signed is what is common to signing and verifying.
type signed struct {
	KeyId            string `aws:",required"`
	SigningAlgorithm string `aws:",required"`
	Message          []byte
	MessageType      string
	GrantTokens      []string
	DryRun           bool
}

func (in *signed) messageType() string { return cmp.Or(in.MessageType, raw) }

func (in *signed) check(c *awsapi.Call) ([]*authz.Request, error) {
	return asks(c, in.KeyId, in.GrantTokens,
		awsapi.Key{Name: "kms:SigningAlgorithm", Values: []string{in.SigningAlgorithm}},
		awsapi.Key{Name: "kms:MessageType", Values: []string{in.messageType()}})
}

// key is the key, fit for what is asked of it.
func (in *signed) key(c *awsapi.Call, operation string) (*world.Key, error) {
	key, err := named(c, in.KeyId, world.SignVerify, in.SigningAlgorithm, operation)
	if err != nil {
		return nil, err
	}
	// KMS Developer Guide, "Key spec reference"; the words [unsure].
	wrong := map[string]string{"ED25519_SHA_512": digested, "ED25519_PH_SHA_512": raw}[in.SigningAlgorithm]
	if wrong == in.messageType() || in.MessageType == "EXTERNAL_MU" {
		return nil, awsapi.Refuse("ValidationException",
			"MessageType %s is not supported with algorithm %s.", in.messageType(), in.SigningAlgorithm)
	}
	return key, nil
}

// told is KMS's refusal of what key material could not do.
func told(key *world.Key, algorithm string, err error) error {
	if long, ok := errors.AsType[*keymaterial.TooLong](err); ok {
		return awsapi.Refuse("ValidationException",
			"Algorithm %s and key spec %s cannot encrypt data larger than %d bytes.", algorithm, key.Spec, long.Most)
	}
	switch {
	case errors.Is(err, keymaterial.ErrNone):
		return without(key)
	case errors.Is(err, keymaterial.ErrNotOpened):
		return badCiphertext()
	case errors.Is(err, keymaterial.ErrDigest):
		return awsapi.Refuse("ValidationException", "Digest is invalid length for algorithm %s.", algorithm)
	}
	return err
}

type signInput struct{ signed }

type signOutput struct {
	KeyId            string
	Signature        []byte
	SigningAlgorithm string
}

func sign(c *awsapi.Call, in *signInput) (*signOutput, error) {
	key, err := in.key(c, "Sign")
	if err != nil {
		return nil, err
	}
	signature, err := keymaterial.Sign(key, in.SigningAlgorithm, in.Message, in.MessageType == digested)
	if err := firstOf(told(key, in.SigningAlgorithm, err), dryRun(in.DryRun)); err != nil {
		return nil, err
	}
	used(c, "Sign", key)
	return &signOutput{key.ARN, signature, in.SigningAlgorithm}, nil
}

type verifyInput struct {
	signed
	Signature []byte
}

type verifyOutput struct {
	KeyId            string
	SignatureValid   bool
	SigningAlgorithm string
}

func verify(c *awsapi.Call, in *verifyInput) (*verifyOutput, error) {
	key, err := in.key(c, "Verify")
	if err != nil {
		return nil, err
	}
	valid, err := keymaterial.Verify(key, in.SigningAlgorithm, in.Message, in.Signature, in.MessageType == digested)
	switch {
	case err != nil:
		return nil, told(key, in.SigningAlgorithm, err)
	case !valid:
		return nil, awsapi.Refuse("KMSInvalidSignatureException", "")
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	used(c, "Verify", key)
	return &verifyOutput{key.ARN, true, in.SigningAlgorithm}, nil
}

type getPublicKeyInput struct {
	KeyId       string `aws:",required"`
	GrantTokens []string
}

type getPublicKeyOutput struct {
	KeyId                  string
	PublicKey              []byte
	CustomerMasterKeySpec  string
	KeySpec                string
	KeyUsage               string
	EncryptionAlgorithms   []string `json:",omitempty"`
	SigningAlgorithms      []string `json:",omitempty"`
	KeyAgreementAlgorithms []string `json:",omitempty"`
}

func checkGetPublicKey(c *awsapi.Call, in *getPublicKeyInput) ([]*authz.Request, error) {
	return asks(c, in.KeyId, in.GrantTokens)
}

func getPublicKey(c *awsapi.Call, in *getPublicKeyInput) (*getPublicKeyOutput, error) {
	key, err := find(c, in.KeyId, withAlias)
	if err != nil {
		return nil, err
	}
	if key.Encrypts() || key.Usage == world.GenerateVerifyMAC {
		return nil, awsapi.Refuse("UnsupportedOperationException", "")
	}
	if err := usable(key); err != nil {
		return nil, err
	}
	public, err := keymaterial.Public(key)
	if err != nil {
		return nil, told(key, "", err)
	}
	var m keyMetadata
	m.setAlgorithms(key.KeyKind)
	return &getPublicKeyOutput{key.ARN, public, key.Spec, key.Spec, key.Usage,
		m.EncryptionAlgorithms, m.SigningAlgorithms, m.KeyAgreementAlgorithms}, nil
}
