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
const keyNotNamed = "The ciphertext refers to a customer master key that does not exist, " +
	"does not exist in this region, or you are not allowed to access."

func isKMS(action string) bool { return len(action) > 4 && action[:4] == "kms:" }

// byKey is KMS's refusal, as S3 passes it on: in every account, to everybody
// whom it can name (2.4).
func (r refusing) byKey(f *authz.Finding) *s3err.Error {
	refused, answers := s3err.New(s3err.AccessDenied), r.State().Answers
	switch {
	case !r.asker().Nameable():
		return refused
	case answers.Has(world.KeyRefusalsExplained):
		return refused.WithMessage("User: " + r.Principal.ARN + " is not authorized to perform: " +
			r.no.Action + " " + reason.OfKey(r.no, f, r.foreignKey(), answers))
	case answers.Has(world.KeyRefusalsVague) && r.no.Action == decrypt:
		return refused.WithMessage(keyNotNamed)
	}
	return refused
}

// foreignKey says whether the key belongs to another account than the caller.
func (r refusing) foreignKey() bool {
	key := r.InForce().KeyNamed(r.no.Resource, "", "")
	return key == nil || key.Account != r.account()
}

// byKeyState is KMS's refusal to use a key in its present state, or at all
// (s3-errors.md 2.4; the last text [unsure]).
func (r refusing) byKeyState() *s3err.Error {
	key := r.InForce().KeyNamed(r.no.Resource, "", "")
	switch {
	case key == nil:
		return s3err.New(s3err.KMSNotFoundException).WithMessage("Key '" + r.no.Resource + "' does not exist")
	case key.State != world.KeyEnabled:
		return keyStateError(key.ARN, key.State)
	}
	operation := strings.TrimPrefix(r.no.Action, "kms:")
	return s3err.New(s3err.KMSInvalidKeyUsageException).
		WithMessage(key.ARN + " key usage is " + key.Usage + " which is not valid for " + operation + ".")
}
