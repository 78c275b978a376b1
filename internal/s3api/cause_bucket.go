package s3api

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/journal"
)

// looksAt is how many entries of a bucket are looked at for a cause.
const looksAt = 1000

// inTheBucket counts what keeps a bucket from being deleted.
func inTheBucket(c *Call, k *journal.Cause) {
	contents := c.contents()
	if contents == nil {
		return
	}
	page := contents.ListVersions(store.VersionQuery{Max: looksAt})
	markers := 0
	for _, v := range page.Versions {
		if v.Object.Marker {
			markers++
		}
	}
	k.Wanted = "an empty bucket"
	k.Seen = count(len(page.Versions)-markers, "version") + " and " + count(markers, "delete marker")
	if page.Truncated {
		k.Seen = "more than " + k.Seen
	}
	k.Text = "the bucket has " + k.Seen
	if b := c.State().Buckets[c.Bucket]; b != nil && b.Versioning == "" {
		k.Cures = []journal.Change{cause.Cure("delete the objects first.",
			cause.Command("aws", "s3", "rm", "s3://"+c.Bucket, "--recursive"))}
		return
	}
	k.Cures = []journal.Change{cause.Cure("delete every version and every delete marker first, each by its id.",
		cause.Command("aws", "s3api", "list-object-versions", "--bucket", c.Bucket),
		cause.Command("aws", "s3api", "delete-object", "--bucket", c.Bucket, "--key", "KEY", "--version-id", "ID"))}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func nearestBucket(c *Call, k *journal.Cause) {
	k.Element, k.Seen = "bucket", c.Bucket
	k.Wanted = nearest.Name(c.Bucket, slices.Sorted(maps.Keys(c.State().Buckets)))
}

// notThere says what decides that a resource does not have a method: of a bucket's policy,
// that the caller is of another account.
func notThere(c *Call, k *journal.Cause) {
	if k.Seen == "" {
		k.Element, k.Seen = "method", c.Request.Method
	}
	b := c.State().Buckets[c.Bucket]
	if c.Op == nil || b == nil || c.account() == b.Owner || !strings.Contains(c.Op.Name, "BucketPolicy") {
		return
	}
	k.Text = "the bucket belongs to another account: only its own may do this, whatever policies allow"
	k.Element, k.Wanted, k.Seen = "account", b.Owner+", the bucket's owner", cmp.Or(c.account(), "nobody")
	k.Cures = []journal.Change{
		cause.Cure("make the call with credentials of the account " + b.Owner + ", such as a role of it."),
	}
}

func anotherName(_ *Call, k *journal.Cause) {
	k.Element = "bucket"
	k.Cures = []journal.Change{
		cause.Cure("choose another name, or one in the account's own namespace of a region: NAME-ACCOUNT-REGION-an."),
	}
}

// withoutBucketACL says how a bucket is made since ACLs are disabled in new ones.
func withoutBucketACL(c *Call, k *journal.Cause) {
	k.Element, k.Seen = "x-amz-acl", c.header("X-Amz-Acl")
	k.Cures = []journal.Change{
		cause.Cure("send no ACL with CreateBucket, and name who is to read in a bucket policy.",
			cause.Command("aws", "s3api", "create-bucket", "--bucket", c.Bucket)),
		cause.Cure("or make the bucket with ACLs enabled: x-amz-object-ownership: BucketOwnerPreferred."),
	}
}
