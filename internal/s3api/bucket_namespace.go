package s3api

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// namespaceHeader says in which namespace CreateBucket is to make a bucket.
const namespaceHeader = "x-amz-bucket-namespace"

// The values of namespaceHeader; without it, a bucket is global.
const (
	accountRegional = "account-regional"
	globalNamespace = "global"
)

// withoutNamespaces are the regions in which accounts have no namespaces (S3 User
// Guide, "Namespaces for general purpose buckets").
var withoutNamespaces = []string{"me-south-1", "me-central-1"}

// namespaceAsked is what the request says of the bucket's namespace; empty: nothing, or
// it is of a day that knows no such header.
func namespaceAsked(c *Call) string {
	if !c.State().Answers.Has(world.BucketNamespaces) {
		return ""
	}
	return c.header(namespaceHeader)
}

// namespaceUnknown refuses a namespace that there is none of; the code is [unsure].
func namespaceUnknown(c *Call) error {
	v := namespaceAsked(c)
	if v == "" || v == accountRegional || v == globalNamespace {
		return nil
	}
	return s3err.Argument("Invalid "+namespaceHeader+" header: "+v, namespaceHeader, v)
}

// namespaced holds the bucket's name against its namespace: a name of the account's
// own, in the region of the bucket, needs the header, and the header such a name.
func namespaced(c *Call, region string) error {
	if !c.State().Answers.Has(world.BucketNamespaces) {
		return nil
	}
	account, in, regional := world.RegionalName(c.Bucket)
	switch asked := namespaceAsked(c); {
	case regional && asked == "":
		return s3err.New(s3err.MissingNamespaceHeader, s3err.E("Header", namespaceHeader))
	case regional && asked == globalNamespace:
		return globalRefused(account, in)
	case asked == accountRegional && slices.Contains(withoutNamespaces, region):
		// The words are [unsure].
		return s3err.New(s3err.InvalidRequest).
			WithMessage("Account regional namespaces are not available in the region " + region + ".")
	case regional:
		return otherNamespace(c, account, in, region)
	case asked == accountRegional:
		return suffixMissing(c, region)
	case strings.HasSuffix(c.Bucket, "-an"):
		// The suffix is reserved; that it is said so without the account and the region
		// before it is [unsure].
		return s3err.New(s3err.InvalidBucketName, s3err.E("BucketName", c.Bucket))
	}
	return nil
}

// globalRefused is the answer to a name of a namespace that is to be global. The code
// is known, the words are [unsure].
func globalRefused(account, region string) error {
	return s3err.New(s3err.InvalidNamespaceHeader).WithMessage(
		"The requested bucket name included the account-regional namespace suffix " +
			world.RegionalSuffix(account, region) + ", but the provided " + namespaceHeader +
			" header value is " + globalNamespace + ".")
}

func suffixMissing(c *Call, region string) error {
	refused := s3err.New(s3err.InvalidNamespaceHeader)
	return refused.WithMessage(refused.Message + " Specify " + world.RegionalSuffix(c.account(), region) +
		" as the bucket name suffix to create a bucket in your account-regional namespace, or remove the header.")
}

// otherNamespace refuses a name of another account's namespace, or of another region's.
// The words are those of a reimplementation [unsure].
func otherNamespace(c *Call, account, in, region string) error {
	refused := s3err.New(s3err.InvalidBucketNamespace, s3err.E("BucketNamespace", c.Bucket))
	switch {
	case account != c.account():
		return refused.WithMessage(refused.Message + "AWS Account ID '" + account +
			"' does not match the caller's AWS Account ID '" +
			c.account() + "'. Specify the caller's AWS Account ID in the bucket name.")
	case in != region:
		return refused.WithMessage(refused.Message + "region '" + in + "' does not match the current region '" + region +
			"'. Specify the targeted region in the bucket name.")
	}
	return nil
}
