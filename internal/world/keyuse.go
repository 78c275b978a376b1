package world

import "time"

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

// TrackedSince is since when KMS has kept the key's last use.
func (k *Key) TrackedSince() time.Time {
	if k.Created.After(trackingBegan) {
		return k.Created
	}
	return trackingBegan
}

// Tracked is the key's last use as KMS knows it; false: none since it keeps it.
func (u *Uses) Tracked(k *Key) (KeyUse, bool) {
	use := u.LastOfKey(k)
	return use, !use.At.IsZero() && !use.At.Before(k.TrackedSince())
}

// DaysUnused is how many whole days the key has not been used: since its last use, or
// else since that is kept (KMS Developer Guide, "kms:TrailingDaysWithoutKeyUsage").
func (u *Uses) DaysUnused(k *Key, now time.Time) int {
	from := k.TrackedSince()
	if use, ok := u.Tracked(k); ok {
		from = use.At
	}
	return int(max(now.Sub(from), 0) / (24 * time.Hour))
}
