package build

import (
	"cmp"
	"iter"
	"strings"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// Buckets are the buckets by name.
var Buckets = facts.Many("buckets", bucketNames, bucket, (*making).addBucket,
	func(w *making) iter.Seq2[string, *bucketIn] {
		return facts.ByName(w.Buckets, func(_ string, b *world.Bucket) *bucketIn {
			return &bucketIn{world: w, Bucket: b}
		})
	}).
	Says("the buckets, by name")

// bucketIn is a bucket in its world, and where it is read.
type bucketIn struct {
	world *making
	*world.Bucket
	node    *tree.Node
	missing string // the KMS key of the default encryption, if that is said not to be there
}

var bucket = facts.New("bucket",
	facts.Fact("owner", facts.Text, (*bucketIn).setOwner, func(b *bucketIn) string { return b.Owner }).
		Says("the account that the bucket belongs to", "the only account"),
	facts.Field("region", region, func(b *bucketIn) *string { return &b.Region }).
		Says("the region that the bucket is in", "that of the world"),
	facts.Field("location_constraint", locationConstraint, func(b *bucketIn) *string { return &b.Constraint }).
		Says("the old name of eu-west-1 by which the bucket was made, and is told of", "its region's name"),
	BucketPolicy.After("owner", "region", "location_constraint", "encryption", "versioning", "mfa_delete", "object_lock").
		Before((*bucketIn).check),
	Ownership,
	BucketBlock,
	facts.Fact("encryption", encryption, (*bucketIn).setEncryption,
		func(b *bucketIn) encrypted { return b.world.written(b.Encryption, b.Owner, b.Region) }).
		Says("the default encryption of new objects", "as new_buckets"),
	BucketACL.After("owner"),
	facts.Field("versioning", versioning, func(b *bucketIn) *world.Versioning { return &b.Versioning }).
		Says("whether the bucket makes versions", "it never had any"),
	facts.Field("mfa_delete", facts.Boolean, func(b *bucketIn) *bool { return &b.MFADelete }).
		Says("whether versions are deleted with MFA alone", "false"),
	facts.Field("object_lock", objectLock, func(b *bucketIn) **world.ObjectLock { return &b.ObjectLock }).
		Says("Object Lock: {} turns it on, a mode and a time are the retention of new versions", "off"),
	facts.Field("requester_pays", facts.Boolean, func(b *bucketIn) *bool { return &b.RequesterPays }).
		Says("whether who asks pays, and must say so", "false"),
	facts.Field("tags", facts.Tags, func(b *bucketIn) *map[string]string { return &b.Tags }).
		Says("the bucket's tags"),
	BucketABAC,
	facts.Field("accelerate", acceleration, func(b *bucketIn) **world.Acceleration { return &b.Acceleration }).
		Says("whether Transfer Acceleration is Enabled or Suspended", "none"),
	facts.Field("lifecycle", lifecycle, func(b *bucketIn) **world.Lifecycle { return &b.Lifecycle }).
		Says("what becomes of the bucket's objects as time goes by, or none", "none").Then((*bucketIn).settleLifecycle),
	BucketCORS,
	facts.Field("website", website, func(b *bucketIn) **world.Website { return &b.Website }).
		Says("how the bucket is served at its website endpoint", "it is not"),
	facts.Field("logging", logging, func(b *bucketIn) **world.Logging { return &b.Logging }).
		Says("where the server access logs go", "none"),
	facts.Field("notification", notification, func(b *bucketIn) **world.Notification { return &b.Notification }).
		Says("who is told of what happens in the bucket", "nobody"),
	facts.Field("replication", replication, func(b *bucketIn) **world.Replication { return &b.Replication }).
		Says("what is copied to other buckets", "nothing"),
	Objects,
)

var versioning = facts.Is[world.Versioning](facts.OneOf("value", world.VersioningEnabled, world.VersioningSuspended))

// Facts of a bucket that are changed to let a request pass.
var (
	BucketPolicy = facts.Fact("policy", document, (*bucketIn).setPolicy,
		func(b *bucketIn) *tree.Node { return described(b.Policy) }).
		Says("the bucket policy: YAML, the JSON as a text, or {file: PATH}")
	Ownership = facts.Field("object_ownership", ownership,
		func(b *bucketIn) *world.ObjectOwnership { return &b.Ownership }).
		Says("whether ACLs count, and whose objects are that others write", "as new_buckets")
	BucketBlock = facts.Field("public_access_block", publicAccess,
		func(b *bucketIn) **world.PublicAccessBlock { return &b.PublicAccessBlock }).
		Says("the bucket's Block Public Access, or none", "as new_buckets")
	BucketCORS = facts.Field("cors", cors, func(b *bucketIn) **world.CORS { return &b.CORS }).
			Says("the rules by which pages of other origins may use the bucket; the first that matches counts", "none")
	BucketABAC = facts.Field("abac", facts.Boolean, func(b *bucketIn) *bool { return &b.ABAC }).
			Says("whether the bucket's tags count in policies", "false")
	BucketACL = facts.Fact("acl", accessList, (*bucketIn).setACL, func(b *bucketIn) *acl { return grantsOf(b.ACL) }).
			Says("the bucket's ACL: a canned one by name, or its grants", "private")
)

func (w *making) addBucket(name string, n *tree.Node) (*bucketIn, error) {
	b := w.NewBucket(name, "", "", w.now())
	w.Buckets[name] = b
	return &bucketIn{world: w, Bucket: b, node: n}, nil
}

func (b *bucketIn) setOwner(name string, _ *tree.Node) (err error) {
	b.Owner, err = b.world.account(name, b.node.Find("owner"))
	return err
}

func (b *bucketIn) setEncryption(e encrypted, n *tree.Node) error {
	if n == nil {
		return nil
	}
	b.Encryption = e.settled()
	if e.misses() {
		b.missing = e.missing
	}
	return nil
}

// encrypts is the default encryption, as the file said it.
func (b *bucketIn) encrypts() encrypted {
	e := encrypted{b.Encryption, b.missing}
	if b.missing != "" {
		e.KMSKey = ""
	}
	return e
}

func (b *bucketIn) setPolicy(doc *tree.Node, _ *tree.Node) (err error) {
	rules := policy.Rules{Kind: policy.Bucket, Bucket: b.Name, PrincipalExists: b.world.PrincipalPossible}
	b.Policy, err = compile(doc, b.Name, "", rules)
	return err
}

func (b *bucketIn) setACL(a *acl, _ *tree.Node) error {
	b.ACL = a.grants(b.world.State, b.Owner, b.Owner)
	return nil
}

// check holds a bucket's facts against each other, and against the world, before its
// policy and its objects are read.
func (b *bucketIn) check() error {
	n := b.node
	if b.Region = cmp.Or(b.Region, b.world.Region); b.Constraint != "" && b.Region != world.RegionEU {
		return tree.Fail(n.Get("location_constraint"), "location_constraint %s is %s, and the bucket's region is %s",
			b.Constraint, world.RegionEU, b.Region)
	}
	if b.Owner == "" || n.Broken {
		return nil // of which there is an error already
	}
	account, region, ok := world.RegionalName(b.Name)
	if ok && b.world.InNamespace(b.Name) && (account != b.Owner || region != b.Region) {
		return tree.Fail(n, "%q is a name of the account %s in %s, and this bucket belongs to %s in %s", b.Name, account,
			region, b.Owner, b.Region)
	}
	if err := b.protect(); err != nil {
		return err
	}
	return b.world.checkKey(b.encrypts(), b.Owner, b.Region, n)
}

// protect sees to versioning, which Object Lock needs and brings.
func (b *bucketIn) protect() error {
	switch {
	case b.MFADelete && b.Versioning == "" && b.ObjectLock == nil:
		return tree.Fail(b.node.Get("mfa_delete"), "mfa_delete needs versioning")
	case b.ObjectLock != nil && b.Versioning == world.VersioningSuspended:
		return tree.Fail(b.node.Get("versioning"), "object_lock needs versioning Enabled")
	case b.ObjectLock != nil:
		b.Versioning = world.VersioningEnabled
	}
	return nil
}

var bucketNames = facts.Names{Pattern: bucketForm.String(), Check: func(key *tree.Node) error {
	if strings.HasSuffix(key.Text, world.DirectoryBucketEnd) {
		return tree.Fail(key,
			"%q is the name of a directory bucket, and s3fault has none: a bucket's name does not end in %s",
			key.Text, world.DirectoryBucketEnd)
	}
	if !isBucketName(key.Text) {
		return tree.Fail(key, "%q is no bucket's name: 3 to 63 of a-z, 0-9, hyphen and dot, and no address", key.Text)
	}
	return nil
}}

func isBucketName(name string) bool {
	return len(name) <= 63 && bucketForm.MatchString(name) && !addressForm.MatchString(name)
}

var (
	bucketForm  = pattern.New(`^[a-z0-9](\.?[a-z0-9-])+\.?[a-z0-9]$`)
	addressForm = pattern.New(`^\d+\.\d+\.\d+\.\d+$`)
)
