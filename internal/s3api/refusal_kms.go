package s3api

import (
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/reason"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

const decrypt = "kms:Decrypt"

// keyNotNamed is KMS's sentence to whom it does not explain a refused kms:Decrypt.
const keyNotNamed = "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access."

func isKMS(action string) bool { return len(action) > 4 && action[:4] == "kms:" }

// keyRefused is KMS's refusal, as S3 passes it on: in every account, to everybody
// whom it can name (2.4).
func keyRefused(c *Call, d *authz.Decision, f *authz.Finding) *s3err.Error {
	refused, answers := s3err.New(s3err.AccessDenied), c.State().Answers
	switch {
	case !c.asker().Nameable():
		return refused
	case answers.Has(world.KeyRefusalsExplained):
		return refused.WithMessage("User: " + c.Principal.ARN + " is not authorized to perform: " +
			d.Action + " " + reason.OfKey(d, f, foreignKey(c, d.Resource), answers))
	case answers.Has(world.KeyRefusalsVague) && d.Action == decrypt:
		return refused.WithMessage(keyNotNamed)
	}
	return refused
}

// foreignKey says whether the key belongs to another account than the caller.
func foreignKey(c *Call, arn string) bool {
	key := c.State().KeyNamed(arn, "", "")
	return key == nil || key.Account != c.account()
}

// keyStateRefused is KMS's refusal to use a key in its present state, or at all
// (s3-errors.md 2.4; the last text [unsure]).
func keyStateRefused(c *Call, d *authz.Decision) *s3err.Error {
	key := c.State().KeyNamed(d.Resource, "", "")
	switch {
	case key == nil:
		return s3err.New(s3err.KMSNotFoundException).WithMessage("Key '" + d.Resource + "' does not exist")
	case key.State != world.KeyEnabled:
		return keyStateError(key.ARN, key.State)
	}
	operation := strings.TrimPrefix(d.Action, "kms:")
	return s3err.New(s3err.KMSInvalidKeyUsageException).
		WithMessage(key.ARN + " key usage is " + key.Usage + " which is not valid for " + operation + ".")
}
