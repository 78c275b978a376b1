package world

import "time"

// Rotation is a rotation of a key's material.
type Rotation struct {
	At       time.Time
	OnDemand bool // somebody asked for it; else it came by the clock
}

// KeyRotation is how a key gets new material. What it was encrypted with before can still
// be decrypted (KMS Developer Guide, "Rotate AWS KMS keys").
type KeyRotation struct {
	Days int       // between two rotations by the clock; 0: the clock rotates nothing
	Next time.Time // when the clock rotates it next; in the past: it has by then
	Past []Rotation
}

// Bounds of rotation (KMS API Reference, "EnableKeyRotation" and "RotateKeyOnDemand").
const (
	UsualRotationDays = 365
	LeastRotationDays = 90
	MostRotationDays  = 2560

	// MaxOnDemandRotations of a key were 10 before key materials had ids.
	MaxOnDemandRotations      = 25
	MaxOnDemandRotationsFirst = 10
)

// Rotates says whether the key can be rotated at all: one for symmetric encryption, of
// material that KMS made. A replica gets what its primary has.
func (k *Key) Rotates() bool {
	return k.Encrypts() && k.Origin == OriginKMS && k.MultiRegion != MultiRegionReplica
}

// RotationsBy are the rotations of a key until now, oldest first, and when the next is
// due; zero: none is. A key that is not enabled is not rotated.
func (k *Key) RotationsBy(now time.Time) (past []Rotation, next time.Time) {
	past, next = k.Rotation.Past, k.Rotation.Next
	if k.Rotation.Days <= 0 || k.State != KeyEnabled {
		return past, next
	}
	past = past[:len(past):len(past)]
	for ; !next.After(now); next = next.AddDate(0, 0, k.Rotation.Days) {
		past = append(past, Rotation{At: next})
	}
	return past, next
}

// Rotated is the key with what the clock has rotated until now written down, so that its
// state can change.
func (k *Key) Rotated(now time.Time) *Key {
	c := *k
	c.Rotation.Past, c.Rotation.Next = k.RotationsBy(now)
	return &c
}

// Resume is a key's schedule at the moment when it is enabled again: what it has missed
// is made up for at once (KMS Developer Guide, "Disabled KMS keys" of automatic rotation).
func (k *Key) Resume(now time.Time) {
	r := &k.Rotation
	if r.Days <= 0 || r.Next.After(now) {
		return
	}
	r.Past = append(r.Past[:len(r.Past):len(r.Past)], Rotation{At: now})
	r.Next = now.AddDate(0, 0, r.Days)
}

// OnDemandRotations counts those that somebody asked for.
func (r *KeyRotation) OnDemandRotations() (n int) {
	for i := range r.Past {
		if r.Past[i].OnDemand {
			n++
		}
	}
	return n
}
