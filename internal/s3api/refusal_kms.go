package s3api

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/reason"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

const decrypt = "kms:Decrypt"

// KMS's ends of the sentence (s3-errors.md 2.4). It does not name a key to those
// whom the key's own policy does not let in, nor says which of the three it is.
const (
	onCiphertext  = "on the resource associated with this ciphertext"
	onThis        = "on this resource"
	keyNotReached = "because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access"
	keyNotNamed   = "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access."
)

func isKMS(action string) bool { return len(action) > 4 && action[:4] == "kms:" }

// keyRefused is KMS's refusal, as S3 passes it on: in every account, to everybody
// whom it can name (2.4).
func (c *Call) keyRefused(d *authz.Decision, f *authz.Finding) *s3err.Error {
	refused, answers := s3err.New(s3err.AccessDenied), c.State().Answers
	switch {
	case !c.nameable():
		return refused
	case answers.Has(world.KeyRefusalsExplained):
		return refused.WithMessage("User: " + c.Principal.ARN + " is not authorized to perform: " + d.Action + " " + c.keyReason(d, f))
	case answers.Has(world.KeyRefusalsVague) && d.Action == decrypt:
		return refused.WithMessage(keyNotNamed)
	}
	return refused
}

// keyReason is the end of KMS's sentence, from the resource on.
func (c *Call) keyReason(d *authz.Decision, f *authz.Finding) string {
	unnamed := onThis
	if d.Action == decrypt {
		unnamed = onCiphertext
	}
	switch {
	case f.Layer == authz.KMS && f.Part == authz.PartKeyPolicy:
		return unnamed + " " + keyNotReached
	case f.Effect == authz.ImplicitDeny && d.Action == decrypt && c.foreignKey(d.Resource):
		return unnamed + " " + reason.Of(d.Action, f, c.State().Answers)
	}
	return "on resource: " + d.Resource + " " + reason.Of(d.Action, f, c.State().Answers)
}

// foreignKey says whether the key belongs to another account than the caller.
func (c *Call) foreignKey(arn string) bool {
	key := c.State().KeyNamed(arn, "", "")
	return key == nil || key.Account != c.account()
}

// keyStateRefused is KMS's refusal to use a key in its present state.
func (c *Call) keyStateRefused(arn string) *s3err.Error {
	if key := c.State().KeyNamed(arn, "", ""); key != nil {
		return keyStateError(arn, key.State)
	}
	return s3err.New(s3err.KMSNotFoundException).WithMessage("Key '" + arn + "' does not exist")
}
