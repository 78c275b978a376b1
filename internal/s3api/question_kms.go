package s3api

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

// kmsQuestion asks KMS whether the caller may use the key for the call's own
// object: action is kms:GenerateDataKey or kms:Decrypt (authorization.md 4).
func (c *Call) kmsQuestion(action string, key *world.Key, enc store.Encryption) *authz.Request {
	return c.kmsQuestionOn(action, key, enc, c.Bucket, c.Key)
}

// kmsQuestionOn is kmsQuestion for another object: the source of a copy.
func (c *Call) kmsQuestionOn(action string, key *world.Key, enc store.Encryption, bucket, object string) *authz.Request {
	r := c.asker().Question(action, key.ARN)
	r.Endpoint = nil // S3 calls KMS by a way of its own
	r.ResourceAccount = key.Account
	r.Key = &authz.Key{Account: key.Account, State: key.State, Policy: key.Policy, Grants: key.Grants, AWSManaged: key.AWSManaged}
	r.RCPs = c.State().RCPs(key.Account)
	ctx := c.contextOf(key.Account, nil).Clone()
	// S3 makes this call, on the caller's behalf: the caller's address is not
	// where it comes from.
	ctx.Delete("aws:SourceIp")
	for _, k := range asker.EndpointKeys {
		ctx.Delete(k)
	}
	ctx.Delete("s3:ResourceAccount")
	for _, k := range signatureKeys {
		ctx.Delete(k)
	}
	ctx.Set("aws:ViaAWSService", "true")
	ctx.Set("aws:CalledVia", "s3.amazonaws.com")
	ctx.Set("aws:CalledViaFirst", "s3.amazonaws.com")
	ctx.Set("aws:CalledViaLast", "s3.amazonaws.com")
	ctx.Set("aws:RequestedRegion", key.Region)
	ctx.Set("kms:ViaService", "s3."+key.Region+".amazonaws.com")
	if a := c.account(); a != "" {
		ctx.Set("kms:CallerAccount", a)
	}
	names := make([]string, 0, len(enc.Context)+1)
	for name, value := range enc.Context {
		if name == s3ContextKey {
			continue
		}
		ctx.Set("kms:EncryptionContext:"+name, value)
		names = append(names, name)
	}
	ctx.Set("kms:EncryptionContext:"+s3ContextKey, encryptedARN(enc, bucket, object))
	names = append(names, s3ContextKey)
	slices.Sort(names)
	ctx.Set("kms:EncryptionContextKeys", names...)
	r.Context = ctx
	return r
}

// s3ContextKey is what S3 itself puts into the encryption context.
const s3ContextKey = "aws:s3:arn"

// encryptedARN is the value of aws:s3:arn: the object's ARN, or the bucket's
// where a Bucket Key stands between the two.
func encryptedARN(enc store.Encryption, bucket, object string) string {
	if enc.BucketKey {
		return arnPrefix + bucket
	}
	return arnPrefix + bucket + "/" + object
}

// kmsKey is the key that a header or a configuration names: a key id, an ARN or
// an alias, without ARN looked for in the given account and region. An unknown
// one is refused in KMS's words (s3-errors.md 2.4).
func (c *Call) kmsKey(ref, account, region string) (*world.Key, *s3err.Error) {
	if arn := strings.SplitN(ref, ":", 6); len(arn) == 6 && arn[0] == "arn" && arn[3] != region {
		return nil, s3err.New(s3err.KMSNotFoundException).WithMessage("Invalid arn " + arn[3])
	}
	if key := c.State().KeyNamed(ref, account, region); key != nil {
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
	case isUUID(ref):
		return "Key '" + world.KeyARN(region, account, ref) + "' does not exist"
	default:
		return "Invalid keyId '" + ref + "'"
	}
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (s[i] == '-') || !dash && unhex(s[i]) < 0 {
			return false
		}
	}
	return true
}

// keyStateError is S3's answer for a key that is in no state to serve.
func keyStateError(arn, state string) *s3err.Error {
	switch state {
	case "Disabled":
		return s3err.New(s3err.KMSDisabledException).WithMessage(arn + " is disabled.")
	case "PendingDeletion", "PendingReplicaDeletion":
		return s3err.New(s3err.KMSInvalidStateException).WithMessage(arn + " is pending deletion.")
	case "PendingImport":
		return s3err.New(s3err.KMSInvalidStateException).WithMessage(arn + " is pending import.")
	default:
		return s3err.New(s3err.KMSInvalidStateException).WithMessage(arn + " is " + strings.ToLower(state) + ".")
	}
}

// provedByV4 says whether the request is signed with Signature Version 4, which
// everything that touches a KMS key must be.
func (c *Call) provedByV4() bool { return c.Presented != nil && c.Presented.Scheme == sigv4.V4 }

// kmsNeedsV4 is the answer to a request without one (row A6); nil when the
// request has one.
func (c *Call) kmsNeedsV4() *s3err.Error {
	if c.provedByV4() {
		return nil
	}
	return s3err.Argument("Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.", "Authorization", "null")
}
