package kms

import (
	"crypto/hmac"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/keymaterial"
	"github.com/s3fault/s3fault/internal/world"
)

// maced is what is common to making a code and verifying one.
type maced struct {
	KeyId        string `aws:",required"`
	MacAlgorithm string `aws:",required"`
	Message      []byte
	GrantTokens  []string
	DryRun       bool
}

func (in *maced) check(c *awsapi.Call) ([]*authz.Request, error) {
	return asks(c, in.KeyId, in.GrantTokens, awsapi.Key{Name: "kms:MacAlgorithm", Values: []string{in.MacAlgorithm}})
}

func (in *maced) mac(c *awsapi.Call, operation string) (*world.Key, []byte, error) {
	key, err := named(c, in.KeyId, world.GenerateVerifyMAC, in.MacAlgorithm, operation)
	if err != nil {
		return nil, nil, err
	}
	mac, _ := keymaterial.MAC(keymaterial.Of(key), in.MacAlgorithm, in.Message)
	return key, mac, nil
}

type generateMacInput struct{ maced }

type generateMacOutput struct {
	KeyId        string
	Mac          []byte
	MacAlgorithm string
}

func generateMac(c *awsapi.Call, in *generateMacInput) (*generateMacOutput, error) {
	key, mac, err := in.mac(c, "GenerateMac")
	if err := firstOf(err, dryRun(in.DryRun)); err != nil {
		return nil, err
	}
	used(c, "GenerateMac", key)
	return &generateMacOutput{key.ARN, mac, in.MacAlgorithm}, nil
}

type verifyMacInput struct {
	maced
	Mac []byte
}

type verifyMacOutput struct {
	KeyId        string
	MacAlgorithm string
	MacValid     bool
}

func verifyMac(c *awsapi.Call, in *verifyMacInput) (*verifyMacOutput, error) {
	key, mac, err := in.mac(c, "VerifyMac")
	switch {
	case err != nil:
		return nil, err
	case !hmac.Equal(mac, in.Mac):
		return nil, awsapi.Refuse("KMSInvalidMacException", "")
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	used(c, "VerifyMac", key)
	return &verifyMacOutput{key.ARN, in.MacAlgorithm, true}, nil
}
