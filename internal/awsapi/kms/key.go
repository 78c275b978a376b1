package kms

import (
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

type createKeyOutput struct {
	KeyMetadata *keyMetadata
}

type keyMetadata struct {
	AWSAccountId             string
	KeyId                    string
	Arn                      string
	CreationDate             float64
	CurrentKeyMaterialId     string `json:",omitempty"`
	Enabled                  bool
	Description              string
	KeyUsage                 string
	KeyState                 string
	DeletionDate             float64 `json:",omitempty"`
	Origin                   string
	ExpirationModel          string `json:",omitempty"`
	KeyManager               string
	CustomerMasterKeySpec    string
	KeySpec                  string
	EncryptionAlgorithms     []string `json:",omitempty"`
	SigningAlgorithms        []string `json:",omitempty"`
	MacAlgorithms            []string `json:",omitempty"`
	KeyAgreementAlgorithms   []string `json:",omitempty"`
	MultiRegion              bool
	MultiRegionConfiguration *multiRegionConfiguration `json:",omitempty"`
}

type multiRegionConfiguration struct {
	MultiRegionKeyType string
	PrimaryKey         *multiRegionKey `json:",omitempty"` // of a replica it is not known here
	ReplicaKeys        []multiRegionKey
}

type multiRegionKey struct {
	Arn    string
	Region string
}

func metadata(c *awsapi.Call, k *world.Key) *keyMetadata {
	m := &keyMetadata{
		AWSAccountId: k.Account, KeyId: k.ID, Arn: k.ARN, CreationDate: awsapi.Epoch(k.Created),
		Enabled: k.State == world.KeyEnabled, Description: k.Description, KeyUsage: k.Usage, KeyState: k.State,
		Origin: k.Origin, KeyManager: "CUSTOMER", CustomerMasterKeySpec: k.Spec, KeySpec: k.Spec,
		MultiRegion: k.MultiRegion != "", MultiRegionConfiguration: multiRegion(k), CurrentKeyMaterialId: materialOf(c, k),
	}
	m.setAlgorithms(k.KeyKind)
	if k.AWSManaged {
		m.KeyManager = "AWS"
	}
	if k.Origin == world.OriginExternal && k.State != world.KeyPendingImport {
		m.ExpirationModel = "KEY_MATERIAL_DOES_NOT_EXPIRE"
	}
	if !k.DeletionDate.IsZero() {
		m.DeletionDate = awsapi.Epoch(k.DeletionDate)
	}
	return m
}

// setAlgorithms puts the key's algorithms under what it is used for.
func (m *keyMetadata) setAlgorithms(kind world.KeyKind) {
	all := kind.Algorithms()
	switch kind.Usage {
	case world.EncryptDecrypt:
		m.EncryptionAlgorithms = all
	case world.SignVerify:
		m.SigningAlgorithms = all
	case world.GenerateVerifyMAC:
		m.MacAlgorithms = all
	case world.KeyAgreement:
		m.KeyAgreementAlgorithms = all
	}
}

// multiRegion is the key's place among those of its key material; nil: it is a
// single-Region key.
func multiRegion(k *world.Key) *multiRegionConfiguration {
	if k.MultiRegion == "" {
		return nil
	}
	c := &multiRegionConfiguration{MultiRegionKeyType: k.MultiRegion, ReplicaKeys: []multiRegionKey{}}
	own := multiRegionKey{k.ARN, k.Region}
	if k.MultiRegion == world.MultiRegionPrimary {
		c.PrimaryKey = &own
	} else {
		c.ReplicaKeys = append(c.ReplicaKeys, own)
	}
	return c
}

// either says whether a parameter is left out, or is that value.
func either(parameter, value string) bool { return parameter == "" || parameter == value }

type describeKeyInput struct {
	KeyId       string `aws:",required"`
	GrantTokens []string
}

func (in *describeKeyInput) asked() string { return in.KeyId }

func describeKey(c *awsapi.Call, in *describeKeyInput) (*createKeyOutput, error) {
	key, err := find(c, in.KeyId, withAlias)
	if err != nil {
		return nil, err
	}
	return &createKeyOutput{metadata(c, key)}, nil
}

type updateDescriptionInput struct {
	KeyId       string `aws:",required"`
	Description *string
}

func (in *updateDescriptionInput) asked() string { return in.KeyId }

func updateKeyDescription(c *awsapi.Call, in *updateDescriptionInput) (*awsapi.Nothing, error) {
	return edit(c, in.KeyId, func(k *world.Key) error {
		k.Description = *in.Description
		return notPending(k)
	})
}

// edit changes the key that the call names.
func edit(c *awsapi.Call, name string, by func(*world.Key) error) (*awsapi.Nothing, error) {
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
