package build

import (
	"cmp"
	"strings"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// none is how a file says that there is no such configuration.
var none = facts.Words(tree.None)

// publicAccess is the four settings of Block Public Access, or none.
var publicAccess = withNone(facts.RecordIf(facts.New("public access settings",
	BlockPublicACLs, IgnorePublicACLs, BlockPublicPolicy, RestrictPublicBuckets)))

// The settings of Block Public Access.
var (
	BlockPublicACLs = facts.Field("block_public_acls", facts.Switch,
		func(b *world.PublicAccessBlock) *bool { return &b.BlockPublicAcls }).
		Says("refuse ACLs that make public", "false")
	IgnorePublicACLs = facts.Field("ignore_public_acls", facts.Switch,
		func(b *world.PublicAccessBlock) *bool { return &b.IgnorePublicAcls }).
		Says("let public ACLs count for nothing", "false")
	BlockPublicPolicy = facts.Field("block_public_policy", facts.Switch,
		func(b *world.PublicAccessBlock) *bool { return &b.BlockPublicPolicy }).
		Says("refuse policies that make public", "false")
	RestrictPublicBuckets = facts.Field("restrict_public_buckets", facts.Switch,
		func(b *world.PublicAccessBlock) *bool { return &b.RestrictPublicBuckets }).
		Says("let nobody into a public bucket from outside the account", "false")
)

// withNone is a kind of which nil is written as none.
func withNone[V any](k facts.Kind[*V]) facts.Kind[*V] {
	either := facts.Or(k, none, (*tree.Node).IsNone, func(*tree.Node) (*V, error) { return nil, nil })
	return either.Written(func(v *V) *tree.Node {
		if v == nil {
			return tree.NewText(tree.None)
		}
		return k.Write(v)
	})
}

// ownership is a mode of Object Ownership; empty is written as none.
var ownership = facts.Kind[world.ObjectOwnership]{
	Form: ownershipModes.Form,
	Read: func(n *tree.Node) (world.ObjectOwnership, error) {
		if n.IsNone() {
			return "", nil
		}
		mode, err := ownershipModes.Read(n)
		return world.ObjectOwnership(mode), err
	},
	Write: func(mode world.ObjectOwnership) *tree.Node { return tree.NewText(cmp.Or(string(mode), tree.None)) },
}

var ownershipModes = facts.OneOf("value", world.BucketOwnerEnforced, world.BucketOwnerPreferred, world.ObjectWriter,
	tree.None)

// encryption is how objects are encrypted that do not say how; without an algorithm it
// is left out.
var encryption = facts.Record(facts.New("encryption",
	facts.Field("algorithm", algorithm, func(e *world.Encryption) *string { return &e.Algorithm }).
		Says("the algorithm", "AES256"),
	facts.Field("kms_key", facts.Text, func(e *world.Encryption) *string { return &e.KMSKey }).
		Says("the KMS key: its id, ARN or alias", "AWS's own key for S3"),
	facts.Field("bucket_key", facts.Boolean, func(e *world.Encryption) *bool { return &e.BucketKey }).
		Says("whether a bucket key is used", "false"),
	facts.Field("block_ssec", facts.Boolean, func(e *world.Encryption) *bool { return &e.BlockSSEC }).
		Says("whether SSE-C is refused", "as new_buckets"),
	facts.Field("inherited", facts.Boolean, func(e *world.Encryption) *bool { return &e.Inherited }).
		Says("whether nobody configured it, so that it is what all buckets have", "false"),
).Then(func(e *world.Encryption, _ *tree.Node) error {
	e.Algorithm = cmp.Or(e.Algorithm, "AES256")
	return nil
})).Unless(func(e world.Encryption) bool { return e.Algorithm == "" })

var algorithm = facts.OneOf("value", "AES256", "aws:kms", "aws:kms:dsse")

// checkKey refuses a KMS key that the world does not have, for what is encrypted at a
// node of the document.
func (w *making) checkKey(e world.Encryption, account, region string, at *tree.Node) error {
	if !strings.HasPrefix(e.Algorithm, "aws:kms") || w.KeyNamed(e.KMSKey, account, region) != nil {
		return nil
	}
	return tree.Unknown(at.Find("encryption", "kms_key"), "KMS key", e.KMSKey, keysOf(w.Keys))
}

// newBuckets is what buckets have that say nothing.
var newBuckets = facts.New("new buckets",
	facts.Field("object_ownership", ownership,
		func(d *world.BucketDefaults) *world.ObjectOwnership { return &d.Ownership }).
		Says("whether ACLs count", "BucketOwnerEnforced since April 2023"),
	facts.Field("public_access_block", publicAccess,
		func(d *world.BucketDefaults) **world.PublicAccessBlock { return &d.PublicAccessBlock }).
		Says("Block Public Access", "all four since April 2023"),
	facts.Field("encryption", encryption, func(d *world.BucketDefaults) *world.Encryption { return &d.Encryption }).
		Says("the default encryption", "AES256"),
)
