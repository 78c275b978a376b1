package advice

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

const (
	encryptionKey = "s3:x-amz-server-side-encryption"
	kmsKeyKey     = "s3:x-amz-server-side-encryption-aws-kms-key-id"
	emptyHash     = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

// usuals are values that a condition key has in many a request, the most usual first, by its name in
// lower case or by that of its family.
var usuals = map[string][]string{
	encryptionKey:                        {"AES256", "aws:kms", "aws:kms:dsse"},
	"s3:x-amz-acl":                       {"bucket-owner-full-control", "private"},
	"s3:x-amz-storage-class":             {"STANDARD"},
	"s3:x-amz-metadata-directive":        {"COPY", "REPLACE"},
	"s3:x-amz-object-ownership":          {"BucketOwnerEnforced"},
	"s3:x-amz-content-sha256":            {emptyHash},
	"s3:if-none-match":                   {"*"},
	"s3:object-lock-mode":                {authz.Governance, authz.Compliance},
	"s3:object-lock-legal-hold":          {"ON", "OFF"},
	"s3:requestobjecttag/":               {"true"},
	"s3:locationconstraint":              {"eu-west-1"},
	"aws:referer":                        {"https://example.com/"},
	"aws:useragent":                      {"my-program/1.0"},
	"aws:sourcevpce":                     {newEndpoint},
	"aws:sourcevpc":                      {newVPC},
	"s3:delimiter":                       {"/"},
	"s3:max-keys":                        {"1000"},
	"s3:authtype":                        {"REST-HEADER", "REST-QUERY-STRING", "POST"},
	"s3:signatureversion":                {sigv4.AlgorithmV4, sigv4.AlgorithmV2},
	"s3:signatureage":                    {"0"},
	"aws:securetransport":                {"true"},
	"aws:multifactorauthpresent":         {"true"},
	"aws:multifactorauthage":             {"0"},
	"aws:sourceip":                       documented,
	"aws:vpcsourceip":                    {"10.0.0.10", "172.16.0.10", "192.168.0.10"},
	"s3:x-amz-website-redirect-location": {"/"},
}

// legal are all the values of a key for which S3 takes no others, by its name in lower case.
var legal = map[string][]string{
	encryptionKey: {"AES256", "aws:kms", "aws:kms:dsse"},
	"s3:x-amz-acl": {
		"private", "public-read", "public-read-write", "authenticated-read", "aws-exec-read", "bucket-owner-read",
		"bucket-owner-full-control", "log-delivery-write",
	},
	"s3:x-amz-storage-class": {
		"STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER",
		"DEEP_ARCHIVE", "GLACIER_IR",
	},
	"s3:x-amz-metadata-directive": {"COPY", "REPLACE"},
	"s3:x-amz-object-ownership": {"BucketOwnerEnforced", "BucketOwnerPreferred",
		"ObjectWriter"},
	"s3:object-lock-mode":                                {authz.Governance, authz.Compliance},
	"s3:object-lock-legal-hold":                          {"ON", "OFF"},
	"aws:securetransport":                                {"true", "false"},
	"aws:multifactorauthpresent":                         {"true", "false"},
	"s3:if-none-match":                                   {"*"},
	"s3:x-amz-server-side-encryption-customer-algorithm": {"AES256"},
}

// takes says whether a request can have the value for a key.
func takes(key, value string) bool {
	all, closed := legal[familyOf(key)]
	return !closed || slices.Contains(all, value)
}

// documented are addresses of the three networks that documentation has for itself (RFC 5737).
var documented = []string{"203.0.113.10", "198.51.100.10", "192.0.2.10"}

func usual(key string) []string { return usuals[familyOf(key)] }

// familyOf is the name of a key in lower case, and of a key of tags that of its family.
func familyOf(key string) string {
	folded := strings.ToLower(key)
	if i := strings.IndexByte(folded, '/'); i >= 0 {
		return folded[:i+1]
	}
	return folded
}

// mustBeThere says that what the key names has to be one of the world's: another is refused in another way.
func mustBeThere(key string) bool {
	return strings.EqualFold(key, kmsKeyKey) || strings.EqualFold(key, "s3:x-amz-copy-source")
}

// there are the values of a key that are in the world, those that the bucket has for itself first.
func (s *program) there(q *authz.Request, key string) []string {
	bucket, object := bucketAndKey(q.Resource)
	b := s.state().Buckets[bucket]
	switch familyOf(key) {
	case encryptionKey:
		if b != nil {
			return []string{b.Encryption.Algorithm}
		}
	case kmsKeyKey:
		return s.keys(b)
	case "s3:if-match":
		if c := s.now.Moment.Index.Bucket(bucket); c != nil && c.Current(object) != nil {
			return []string{`"` + c.Current(object).ETag + `"`}
		}
	case "s3:prefix":
		return s.folders(bucket)
	case "s3:x-amz-grant-full-control", "s3:x-amz-grant-read", "s3:x-amz-grant-read-acp", "s3:x-amz-grant-write-acp":
		return []string{"id=" + s.state().CanonicalID(q.ResourceAccount)}
	case "aws:sourcevpce":
		return slices.Sorted(maps.Keys(s.state().Endpoints))
	case "aws:sourcevpc":
		return s.vpcs()
	case "aws:requestedregion":
		if b != nil {
			return []string{b.Region}
		}
	case "kms:encryptioncontext:aws:s3:arn":
		return s.sealedFor()
	}
	return nil
}

// keys are the KMS keys that can encrypt what is put into a bucket: the bucket's own first.
func (s *program) keys(b *world.Bucket) []string {
	if b == nil {
		return nil
	}
	var all []string
	own := s.state().KeyNamed(b.Encryption.KMSKey, b.Owner, b.Region)
	if own != nil && b.Encryption.KMSKey != "" {
		all = append(all, own.ARN)
	}
	for _, arn := range slices.Sorted(maps.Keys(s.state().Keys)) {
		k := s.state().Keys[arn]
		if k != own && k.Region == b.Region && k.State == world.KeyEnabled && k.Encrypts() && !k.AWSManaged {
			all = append(all, arn)
		}
	}
	return all
}

// folders are the beginnings of keys up to their first slash.
func (s *program) folders(bucket string) []string {
	b := s.now.Moment.Index.Bucket(bucket)
	if b == nil {
		return nil
	}
	return b.List(store.ListQuery{Delimiter: "/", Max: most}).Prefixes
}

func (s *program) vpcs() []string {
	var all []string
	for _, e := range s.state().Endpoints {
		all = append(all, e.VPC)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// sealedFor are the two encryption contexts of the object that the request is about: with a bucket
// key, and without.
func (s *program) sealedFor() []string {
	for i := range s.now.Decisions {
		if bucket, key := bucketAndKey(s.now.Decisions[i].Resource); key != "" {
			return []string{world.BucketARN + bucket, world.BucketARN + bucket + "/" + key}
		}
	}
	return nil
}

// bucketAndKey is the bucket and the key in an ARN of S3.
func bucketAndKey(arn string) (bucket, key string) {
	return target(&authz.Decision{Resource: arn})
}

// addresses are some in a range. One that ends in .0 is a network's, from which nobody asks.
func addresses(v string) []string {
	if a, err := netip.ParseAddr(v); err == nil {
		if strings.HasSuffix(v, ".0") {
			return nil
		}
		return []string{a.String()}
	}
	p, err := netip.ParsePrefix(v)
	if err != nil {
		return nil
	}
	first := p.Masked().Addr()
	if next := first.Next(); !p.IsSingleIP() && p.Contains(next) {
		first = next
	}
	return []string{first.String()}
}
