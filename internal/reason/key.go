package reason

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
)

const decrypt = "kms:Decrypt"

// ofCiphertext says whether the action is done to a ciphertext, which says the key. That
// ReEncrypt's first half is refused as Decrypt is is not seen [unsure].
func ofCiphertext(action string) bool { return action == decrypt || action == "kms:ReEncryptFrom" }

// KMS's ends of the sentence (s3-errors.md 2.4). It does not name a key to those
// whom the key's own policy does not let in, nor says which of the three it is.
const (
	onCiphertext  = "on the resource associated with this ciphertext"
	onThis        = "on this resource"
	keyNotReached = "because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access"
)

// OfKey is the end of KMS's sentence about a refused action on a key, from the
// resource on. foreign: the key is of another account than the caller's.
func OfKey(d *authz.Decision, f *authz.Finding, foreign bool, a world.Answers) string {
	unnamed := onThis
	if ofCiphertext(d.Action) {
		unnamed = onCiphertext
	}
	switch {
	case f.Layer == authz.KMS && f.Part == authz.PartKeyPolicy:
		return unnamed + " " + keyNotReached
	case f.Effect == authz.ImplicitDeny && ofCiphertext(d.Action) && foreign:
		return unnamed + " " + Of(d.Action, f, a)
	}
	return "on resource: " + d.Resource + " " + Of(d.Action, f, a)
}
