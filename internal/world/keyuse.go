package world

import (
	"maps"
	"sync"
	"time"
)

// KeyUse is the latest successful cryptographic operation with a KMS key.
type KeyUse struct {
	At        time.Time
	Operation string // Decrypt, GenerateDataKey, ...
}

// KeyOperations are those that count as the use of a key (KMS Developer Guide,
// "Tracked cryptographic operations").
var KeyOperations = []string{
	"Decrypt", "DeriveSharedSecret", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair",
	"GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "GenerateMac", "ReEncrypt", "Sign", "Verify",
	"VerifyMac",
}

// trackingBegan is since when KMS has kept the last use of the keys that there were
// then (new-since-2025.md 5.3).
var trackingBegan = time.Date(2026, time.April, 23, 0, 0, 0, 0, time.UTC)

// keyUses remembers the last use of keys. Noting one changes no State: every request
// for an encrypted object would.
type keyUses struct {
	mu   sync.Mutex
	last map[string]KeyUse // by the key's ARN
}

// NoteKeyUse remembers that a key was used.
func (s *State) NoteKeyUse(arn string, u KeyUse) {
	if s.keyUses == nil {
		return
	}
	s.keyUses.mu.Lock()
	defer s.keyUses.mu.Unlock()
	s.keyUses.last[arn] = u
}

// LastKeyUse is the last use of a key, whenever that was: since the world was loaded, or
// the one that it was loaded with; zero: there was none.
func (s *State) LastKeyUse(k *Key) KeyUse {
	if s.keyUses != nil {
		s.keyUses.mu.Lock()
		defer s.keyUses.mu.Unlock()
		if u, ok := s.keyUses.last[k.ARN]; ok {
			return u
		}
	}
	return k.LastUse
}

// TrackedSince is since when KMS has kept the key's last use.
func (k *Key) TrackedSince() time.Time {
	if k.Created.After(trackingBegan) {
		return k.Created
	}
	return trackingBegan
}

// TrackedUse is the key's last use as KMS knows it; false: none since it keeps it.
func (s *State) TrackedUse(k *Key) (KeyUse, bool) {
	u := s.LastKeyUse(k)
	return u, !u.At.IsZero() && !u.At.Before(k.TrackedSince())
}

// DaysUnused is how many whole days the key has not been used: since its last use, or
// else since that is kept (KMS Developer Guide, "kms:TrailingDaysWithoutKeyUsage").
func (s *State) DaysUnused(k *Key, now time.Time) int {
	from := k.TrackedSince()
	if u, ok := s.TrackedUse(k); ok {
		from = u.At
	}
	return int(max(now.Sub(from), 0) / (24 * time.Hour))
}

// keepKeyUses takes over another state's uses of keys that this one does not declare;
// those that it does come with their last use.
func (s *State) keepKeyUses(of *State) {
	if of.keyUses == nil || s.keyUses == nil {
		return
	}
	of.keyUses.mu.Lock()
	defer of.keyUses.mu.Unlock()
	s.keyUses.last = maps.Clone(of.keyUses.last)
	for arn := range s.Keys {
		delete(s.keyUses.last, arn)
	}
}
