package world

import (
	"fmt"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// KeyEnabled is the only state in which a key serves Decrypt and
// GenerateDataKey (authorization.md 4).
const KeyEnabled = "Enabled"

// The states that KMS's own calls bring a key into.
const (
	KeyDisabled        = "Disabled"
	KeyPendingDeletion = "PendingDeletion"
	KeyPendingImport   = "PendingImport"
)

// KeyStates are the states that KMS knows.
var KeyStates = []string{
	KeyEnabled, KeyDisabled, KeyPendingDeletion, KeyPendingImport, "Unavailable",
	"Creating", "Updating", "PendingReplicaDeletion",
}

// GrantOperations are what a grant can allow of a symmetric key (KMS API Reference,
// "CreateGrant").
var GrantOperations = []string{
	"Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo",
	"CreateGrant", "RetireGrant", "DescribeKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext",
}

// KeyNamed is the KMS key that a request or a configuration names: by key id,
// alias, or the ARN of either. A name that is no ARN is looked for in the given
// account and region. Nil when there is no such key.
func (s *State) KeyNamed(ref, account, region string) *Key {
	if strings.HasPrefix(ref, "arn:") {
		parts := strings.SplitN(ref, ":", 6)
		if len(parts) != 6 || parts[2] != "kms" {
			return nil
		}
		region, account, ref = parts[3], parts[4], parts[5]
		if id, ok := strings.CutPrefix(ref, "key/"); ok {
			return s.keyWithID(id, account, region)
		}
		if !IsKeyAlias(ref) {
			return nil
		}
	}
	switch {
	case ref == "" || ref == ManagedKeyAlias:
		return s.ManagedKey(account, region)
	case IsKeyAlias(ref):
		return s.keyWithAlias(AliasARN(region, account, ref))
	}
	return s.keyWithID(ref, account, region)
}

func (s *State) keyWithID(id, account, region string) *Key {
	if k := s.Keys[KeyARN(region, account, id)]; k != nil {
		return k
	}
	if id != managedKeyID(account, region) {
		return nil
	}
	return s.ManagedKey(account, region)
}

// IsKeyID says whether a name has the form of KMS's key ids: a UUID, or that of a
// multi-Region key.
func IsKeyID(s string) bool {
	if hex, ok := strings.CutPrefix(s, multiRegionMark); ok {
		return len(hex) == 32 && areHex(hex)
	}
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return false
	}
	hex := strings.ReplaceAll(s, "-", "")
	return len(hex) == 32 && areHex(hex)
}

func areHex(s string) bool { return strings.Trim(s, "0123456789abcdefABCDEF") == "" }

// multiRegionMark is what the ids of multi-Region keys begin with.
const multiRegionMark = "mrk-"

// KeyID is the id of a key of 16 random bytes.
func (k KeyKind) KeyID(b [16]byte) string {
	id := UUID(b)
	if k.MultiRegion == "" {
		return id
	}
	return multiRegionMark + strings.ReplaceAll(id, "-", "")
}

// DefaultKeyPolicy is the policy that KMS gives a key that is created without
// one: the account decides, by its identity policies.
func DefaultKeyPolicy(account string) (*authz.Named, error) {
	return keyPolicy(fmt.Sprintf(`{"Version":"2012-10-17","Id":"key-default-1","Statement":[{"Sid":"Enable IAM User Permissions","Effect":"Allow","Principal":{"AWS":"%s"},"Action":"kms:*","Resource":"*"}]}`,
		RootARN(account)))
}

func keyPolicy(doc string) (*authz.Named, error) {
	p, err := policy.Parse([]byte(doc))
	if err != nil {
		return nil, fmt.Errorf("key policy: %w", err)
	}
	return KeyPolicy(p), nil
}

// KeyPolicy names a key's policy; KMS calls every one of them default.
func KeyPolicy(p *policy.Policy) *authz.Named { return &authz.Named{Name: "default", Policy: p} }
