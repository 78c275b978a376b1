package world

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"github.com/s3fault/s3fault/authz"
)

// ManagedKeyAlias is the alias of the key that AWS manages for S3.
const ManagedKeyAlias = "alias/aws/s3"

// ManagedKeyDescription is what AWS says of an aws/s3 key.
const ManagedKeyDescription = "Default key that protects my S3 objects when no other key is defined"

// managedKeyCreated is when an aws/s3 key was made that the world does not declare.
// It is made on first use at AWS; here the day may not depend on who asked first.
var managedKeyCreated = time.Date(2017, time.January, 1, 0, 0, 0, 0, time.UTC)

// ManagedKey is the aws/s3 key of an account in a region: the one that the
// world declares, or one as KMS makes it on first use. Nil when account or
// region have no such form.
func (s *State) ManagedKey(account, region string) *Key {
	if !IsAccountID(account) || !IsRegion(region) {
		return nil
	}
	if k := s.managed[managedKeyName(account, region)]; k != nil {
		return k
	}
	return managedKeys.key(account, region)
}

func managedKeyName(account, region string) string { return region + "/" + account }

// managedKeys spares working out aws/s3 keys again, in whichever world: each is
// a pure function of account and region.
var managedKeys = keyMemo{keys: map[string]*Key{}}

// keyMemo remembers the aws/s3 keys that were worked out. It is safe for concurrent
// use.
type keyMemo struct {
	mu   sync.RWMutex
	keys map[string]*Key // by managedKeyName
}

// maxManagedKeys bounds what clients can make the process remember by naming
// aliases in ever new regions.
const maxManagedKeys = 1024

func (m *keyMemo) key(account, region string) *Key {
	name := managedKeyName(account, region)
	m.mu.RLock()
	k := m.keys[name]
	m.mu.RUnlock()
	if k != nil {
		return k
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if k := m.keys[name]; k != nil {
		return k
	}
	k = newManagedKey(account, region)
	if len(m.keys) == maxManagedKeys {
		clear(m.keys)
	}
	m.keys[name] = k
	return k
}

func newManagedKey(account, region string) *Key {
	id := managedKeyID(account, region)
	p, err := ManagedKeyPolicy(account, region)
	if err != nil {
		return nil
	}
	return &Key{
		ID: id, ARN: KeyARN(region, account, id), Account: account, Region: region, KeyKind: SymmetricKey,
		Policy: p, State: KeyEnabled, AWSManaged: true, Created: managedKeyCreated,
		Description: ManagedKeyDescription, Rotation: ManagedKeyRotation(managedKeyCreated),
	}
}

// ManagedKeyRotation is that of an aws/s3 key: AWS rotates it every year (KMS Developer
// Guide, "AWS managed keys").
func ManagedKeyRotation(created time.Time) KeyRotation {
	return KeyRotation{Days: UsualRotationDays, Next: created.AddDate(0, 0, UsualRotationDays)}
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
