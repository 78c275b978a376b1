package reason_test

import (
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/reason"
)

// KMS names the key to whom its own policy lets in, or who asks from its account; to
// others it says neither which key it is nor which of three things is wrong
// (s3-errors.md 2.4).
func TestWordsOfKeys(t *testing.T) {
	const (
		key     = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
		unnamed = "because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access"
	)
	for _, c := range []struct {
		name, action string
		finding      authz.Finding
		foreign      bool
		want         string
	}{
		{"the caller's policies", "kms:Decrypt", authz.Finding{Layer: authz.KMS, Part: authz.PartIdentity, Effect: authz.ImplicitDeny}, false,
			"on resource: " + key + " because no identity-based policy allows the kms:Decrypt action"},
		{"the caller's policies, another account's key", "kms:Decrypt", authz.Finding{Layer: authz.KMS, Part: authz.PartIdentity, Effect: authz.ImplicitDeny}, true,
			"on the resource associated with this ciphertext because no identity-based policy allows the kms:Decrypt action"},
		{"the same, of no ciphertext", "kms:GenerateDataKey", authz.Finding{Layer: authz.KMS, Part: authz.PartIdentity, Effect: authz.ImplicitDeny}, true,
			"on resource: " + key + " because no identity-based policy allows the kms:GenerateDataKey action"},
		{"a Deny, another account's key", "kms:Decrypt", authz.Finding{Layer: authz.KMS, Part: authz.PartIdentity, Effect: authz.ExplicitDeny, PolicyARN: arn}, true,
			"on resource: " + key + " with an explicit deny in an identity-based policy: " + arn},
		{"the key's policy", "kms:Decrypt", authz.Finding{Layer: authz.KMS, Part: authz.PartKeyPolicy, Effect: authz.ImplicitDeny}, false,
			"on the resource associated with this ciphertext " + unnamed},
		{"the key's policy, another's key", "kms:GenerateDataKey", authz.Finding{Layer: authz.KMS, Part: authz.PartKeyPolicy, Effect: authz.ImplicitDeny}, true,
			"on this resource " + unnamed},
		{"a Deny of the key's policy", "kms:GenerateDataKey", authz.Finding{Layer: authz.KMS, Part: authz.PartKeyPolicy, Effect: authz.ExplicitDeny}, false,
			"on this resource " + unnamed},
		{"an SCP", "kms:Decrypt", authz.Finding{Layer: authz.SCP, Effect: authz.ExplicitDeny}, false,
			"on resource: " + key + " with an explicit deny in a service control policy"},
		{"an SCP, another account's key", "kms:Decrypt", authz.Finding{Layer: authz.SCP, Effect: authz.ImplicitDeny}, true,
			"on the resource associated with this ciphertext because no service control policy allows the kms:Decrypt action"},
		// The part has the name of a key's, the layer is another.
		{"a part of another layer", "kms:Decrypt", authz.Finding{Layer: authz.RCP, Part: authz.PartKeyPolicy, Effect: authz.ExplicitDeny}, false,
			"on resource: " + key + " with an explicit deny in a resource control policy"},
	} {
		d := &authz.Decision{Action: c.action, Resource: key}
		if got := reason.OfKey(d, &c.finding, c.foreign, on(sinceARN)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
