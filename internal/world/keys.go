package world

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// ManagedKeyAlias is the alias of the key that AWS manages for S3.
const ManagedKeyAlias = "alias/aws/s3"

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

// managedKeys remembers the aws/s3 keys that were worked out. Each is a pure
// function of account and region, so that remembering one changes no State.
type managedKeys struct {
	mu   sync.Mutex
	keys map[string]*Key // by region and account
}

// maxManagedKeys bounds what clients can make the world remember by naming
// aliases in ever new regions.
const maxManagedKeys = 1024

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

// ManagedKey is the aws/s3 key of an account in a region: the one that the
// world declares, or one made on first use, as KMS makes it. Nil when account or
// region have no such form.
func (s *State) ManagedKey(account, region string) *Key {
	if !IsAccountID(account) || !IsRegion(region) {
		return nil
	}
	if s.managed == nil { // not sealed yet
		return newManagedKey(account, region)
	}
	name := region + "/" + account
	s.managed.mu.Lock()
	defer s.managed.mu.Unlock()
	if k := s.managed.keys[name]; k != nil {
		return k
	}
	k := newManagedKey(account, region)
	if len(s.managed.keys) < maxManagedKeys {
		s.managed.keys[name] = k
	}
	return k
}

// ManagedKeyDescription is what AWS says of an aws/s3 key.
const ManagedKeyDescription = "Default key that protects my S3 objects when no other key is defined"

// managedKeyCreated is when an aws/s3 key was made that the world does not declare.
// It is made on first use at AWS; here the day may not depend on who asked first.
var managedKeyCreated = time.Date(2017, time.January, 1, 0, 0, 0, 0, time.UTC)

func newManagedKey(account, region string) *Key {
	id := managedKeyID(account, region)
	p, err := ManagedKeyPolicy(account, region)
	if err != nil {
		return nil
	}
	return &Key{
		ID: id, ARN: KeyARN(region, account, id), Account: account, Region: region, KeyKind: SymmetricKey,
		Policy: p, State: KeyEnabled, AWSManaged: true, Created: managedKeyCreated,
		Description: ManagedKeyDescription,
	}
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

// managedKeyID derives a key id in the form of KMS's, a UUID.
func managedKeyID(account, region string) string {
	sum := sha256.Sum256([]byte("aws/s3\x00" + account + "\x00" + region))
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:32]
}

// ManagedKeyPolicy is the fixed policy of an aws/s3 key: everybody in the
// account, through S3 alone (authorization.md 4).
func ManagedKeyPolicy(account, region string) (*authz.Named, error) {
	return keyPolicy(fmt.Sprintf(`{"Version":"2012-10-17","Id":"auto-s3-2","Statement":[{"Sid":"Allow access through S3 for all principals in the account that are authorized to use S3","Effect":"Allow","Principal":{"AWS":"*"},"Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*","kms:DescribeKey"],"Resource":"*","Condition":{"StringEquals":{"kms:CallerAccount":"%s","kms:ViaService":"s3.%s.amazonaws.com"}}},{"Sid":"Allow direct access to key metadata to the account","Effect":"Allow","Principal":{"AWS":"%s"},"Action":["kms:Describe*","kms:Get*","kms:List*"],"Resource":"*"}]}`,
		account, region, RootARN(account)))
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
