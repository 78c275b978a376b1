package s3api

import (
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

// kmsQuestion asks KMS whether the caller, on whose behalf S3 turns to it, may use the
// key for an object: action is kms:GenerateDataKey or kms:Decrypt (authorization.md 4).
func kmsQuestion(
	c *Call, action string, key *world.Key, enc store.Encryption, bucket, object string,
) *authz.Request {
	return c.asker().SealQuestion(action, key, enc.Context, encryptedARN(enc, bucket, object))
}

// encryptedARN is the value of aws:s3:arn: the object's ARN, or the bucket's
// where a Bucket Key stands between the two.
func encryptedARN(enc store.Encryption, bucket, object string) string {
	if enc.BucketKey {
		return world.BucketARN + bucket
	}
	return world.BucketARN + bucket + "/" + object
}

// kmsKey is the key that a header or a configuration names: a key id, an ARN or
// an alias, without ARN looked for in the given account and region. An unknown
// one is refused in KMS's words (s3-errors.md 2.4).
func kmsKey(s *world.State, ref, account, region string) (*world.Key, error) {
	if arn := strings.SplitN(ref, ":", 6); len(arn) == 6 && arn[0] == "arn" && arn[3] != region {
		return nil, s3err.New(s3err.KMSNotFoundException).WithMessage("Invalid arn " + arn[3])
	}
	if key := s.KeyNamed(ref, account, region); key != nil {
		return key, nil
	}
	return nil, s3err.New(s3err.KMSNotFoundException).WithMessage(unknownKeyText(ref, account, region))
}

func unknownKeyText(ref, account, region string) string {
	switch {
	case world.IsKeyAlias(ref):
		return "Alias " + world.AliasARN(region, account, ref) + " is not found."
	case strings.HasPrefix(ref, "arn:") && strings.Contains(ref, ":alias/"):
		return "Alias " + ref + " is not found."
	case strings.HasPrefix(ref, "arn:"):
		return "Key '" + ref + "' does not exist"
	case world.IsKeyID(ref):
		return "Key '" + world.KeyARN(region, account, ref) + "' does not exist"
	default:
		return "Invalid keyId '" + ref + "'"
	}
}

// keyStateError is S3's answer for a key that is in no state to serve.
func keyStateError(arn, state string) *s3err.Error {
	switch state {
	case world.KeyDisabled:
		return s3err.New(s3err.KMSDisabledException).WithMessage(arn + " is disabled.")
	case "PendingDeletion", "PendingReplicaDeletion":
		return s3err.New(s3err.KMSInvalidStateException).WithMessage(arn + " is pending deletion.")
	case world.KeyPendingImport:
		return s3err.New(s3err.KMSInvalidStateException).WithMessage(arn + " is pending import.")
	default:
		return s3err.New(s3err.KMSInvalidStateException).WithMessage(arn + " is " + strings.ToLower(state) + ".")
	}
}

// provedByV4 says whether the request is signed with Signature Version 4, which
// everything that touches a KMS key must be.
func provedByV4(c *Call) bool { return c.Presented != nil && c.Presented.Scheme == sigv4.V4 }

// kmsNeedsV4 is the answer to a request without one (s3-errors.md A6); nil when the
// request has one.
func kmsNeedsV4(c *Call) error {
	if provedByV4(c) {
		return nil
	}
	return s3err.Argument(
		"Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.",
		"Authorization", "null")
}
