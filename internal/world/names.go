package world

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base32"
	"encoding/hex"
	"strings"
)

// Derived ids look like AWS's and are the same at every start, so that scripts
// and golden files can hold them.

// IsName says whether a world can have the name: it stands in paths and in host names.
func IsName(name string) bool {
	if name == "" || len(name) > 63 || name[0] < 'a' || name[0] > 'z' {
		return false
	}
	for i := range len(name) {
		if c := name[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// CanonicalID is the canonical user id of an account that was given none: 64
// hexadecimal digits; of Anonymous, AnonymousID.
func CanonicalID(account string) string {
	if account == Anonymous {
		return AnonymousID
	}
	sum := sha256.Sum256([]byte("canonical user id\x00" + account))
	return hex.EncodeToString(sum[:])
}

// OriginIdentityCanonicalID is the canonical user id of an origin access identity of
// CloudFront: 96 hexadecimal digits.
func OriginIdentityCanonicalID(id string) string {
	sum := sha512.Sum384([]byte("origin access identity\x00" + id))
	return hex.EncodeToString(sum[:])
}

// UserID is the unique id of an IAM user: AIDA and 17 characters.
func UserID(account, name string) string { return "AIDA" + Letters(17, "user", account, name) }

// RoleID is the unique id of an IAM role: AROA and 17 characters.
func RoleID(account, name string) string { return "AROA" + Letters(17, "role", account, name) }

// Letters derives n characters of AWS's id alphabet (A-Z2-7) from the parts; n
// is at most 51.
func Letters(n int, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	var letters [56]byte
	base32.StdEncoding.Encode(letters[:], sum[:])
	return string(letters[:n])
}

// BucketARN is what the ARN of a bucket or an object begins with.
const BucketARN = "arn:aws:s3:::"

// BucketOf is the bucket in an S3 ARN; empty for "*" and other ARNs.
func BucketOf(resource string) string {
	rest, ok := strings.CutPrefix(resource, BucketARN)
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

// RootARN is the ARN of an account's root user.
func RootARN(account string) string { return "arn:aws:iam::" + account + ":root" }

// UserARN is the ARN of an IAM user; an empty path is "/".
func UserARN(account, path, name string) string {
	return "arn:aws:iam::" + account + ":user" + pathOrRoot(path) + name
}

// RoleARN is the ARN of an IAM role; an empty path is "/".
func RoleARN(account, path, name string) string {
	return "arn:aws:iam::" + account + ":role" + pathOrRoot(path) + name
}

// SessionARN is the ARN of a role's session, which has no path.
func SessionARN(account, role, session string) string {
	return "arn:aws:sts::" + account + ":assumed-role/" + role + "/" + session
}

// UUID writes 16 random bytes as a UUID of version 4 (RFC 9562), the form of KMS's
// key ids and of CloudTrail's event ids.
func UUID(b [16]byte) string {
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// LastName is the name at the end of an ARN.
func LastName(arn string) string { return arn[strings.LastIndexAny(arn, "/:")+1:] }

// FederatedARN is the ARN of a federated user's session.
func FederatedARN(account, name string) string {
	return "arn:aws:sts::" + account + ":federated-user/" + name
}

// ManagedPolicyARN is the ARN of a customer managed policy.
func ManagedPolicyARN(account, name string) string {
	return "arn:aws:iam::" + account + ":policy/" + name
}

// KeyARN is the ARN of a KMS key.
func KeyARN(region, account, id string) string {
	return "arn:aws:kms:" + region + ":" + account + ":key/" + id
}

// AliasARN is the ARN of an alias of a KMS key; name begins with alias/.
func AliasARN(region, account, name string) string {
	return "arn:aws:kms:" + region + ":" + account + ":" + name
}

func pathOrRoot(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

// IsAccountID says whether s is twelve digits.
func IsAccountID(s string) bool {
	if len(s) != 12 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// IsCanonicalID says whether s is 64 hexadecimal digits, as S3 writes them.
func IsCanonicalID(s string) bool { return len(s) == 64 && isHex(s) }

// IsGranteeID says whether s is a canonical user id that can be granted something: an
// account's, or an origin access identity's.
func IsGranteeID(s string) bool { return IsCanonicalID(s) || len(s) == 96 && isHex(s) }

func isHex(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }
