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
	facts.Field("algorithm", algorithm, func(e *encrypted) *string { return &e.Algorithm }).
		Says("the algorithm", "AES256"),
	facts.Field("kms_key", facts.Text, func(e *encrypted) *string { return &e.KMSKey }).
		Says("the KMS key: its id, ARN or alias", "AWS's own key for S3"),
	facts.Field("missing_key", facts.Text, func(e *encrypted) *string { return &e.missing }).
		Says("in the place of kms_key: a KMS key that is not there (any more)"),
	facts.Field("bucket_key", facts.Boolean, func(e *encrypted) *bool { return &e.BucketKey }).
		Says("whether a bucket key is used", "false"),
	facts.Field("block_ssec", facts.Boolean, func(e *encrypted) *bool { return &e.BlockSSEC }).
		Says("whether SSE-C is refused", "as new_buckets"),
	facts.Field("inherited", facts.Boolean, func(e *encrypted) *bool { return &e.Inherited }).
		Says("whether nobody configured it, so that it is what all buckets have", "false"),
).Then(func(e *encrypted, _ *tree.Node) error {
	e.Algorithm = cmp.Or(e.Algorithm, "AES256")
	return nil
})).Unless(func(e encrypted) bool { return e.Algorithm == "" })

var algorithm = facts.OneOf("value", "AES256", "aws:kms", "aws:kms:dsse")

// encrypted is an encryption as a file says it: a KMS key that is not there has a name of its
// own, so that one that is written wrong is no missing one.
type encrypted struct {
	world.Encryption
	missing string // counts where there is no KMSKey
}

// misses says whether the file says that the KMS key is not there. A patch may leave the
// word for it behind, with another key or algorithm.
func (e encrypted) misses() bool { return byKMS(e.Encryption) && e.KMSKey == "" && e.missing != "" }

// settled is what the world has of it.
func (e encrypted) settled() world.Encryption {
	if e.misses() {
		e.KMSKey = e.missing
	}
	return e.Encryption
}

func byKMS(e world.Encryption) bool { return strings.HasPrefix(e.Algorithm, "aws:kms") }

// written is an encryption as a description says it, for what the account has in the region.
func (w *making) written(e world.Encryption, account, region string) encrypted {
	if !byKMS(e) || w.KeyNamed(e.KMSKey, account, region) != nil {
		return encrypted{Encryption: e}
	}
	missing := e.KMSKey
	e.KMSKey = ""
	return encrypted{e, missing}
}

// checkKey refuses a KMS key that the world does not have, and is not said to miss, for what
// is encrypted at a node of the document. In a patch a key may be there again.
func (w *making) checkKey(e encrypted, account, region string, at *tree.Node) error {
	name := e.settled().KMSKey
	there := w.KeyNamed(name, account, region) != nil
	switch {
	case !byKMS(e.Encryption):
		return nil
	case e.misses() && there && w.was == nil:
		return tree.Fail(at.Find("encryption", "missing_key"), "the KMS key %s is there: it is a kms_key", name)
	case e.misses() || there:
		return nil
	}
	return tree.Unknown(at.Find("encryption", "kms_key"), "KMS key", name, w.keyNames())
}

// keyNames are all names of the KMS keys.
func (w *making) keyNames() (all []string) {
	for _, arn := range keysOf(w.Keys) {
		all = append(all, arn, w.Keys[arn].ID)
		for _, a := range w.Keys[arn].Aliases {
			all = append(all, a.Name)
		}
	}
	return all
}

// missingARN is the ARN by which an object names a KMS key that is not there; empty: an
// alias does not lead to one.
func missingARN(name, account, region string) string {
	switch {
	case world.AliasIn(name) != "":
		return ""
	case strings.HasPrefix(name, "arn:"):
		return name
	}
	return world.KeyARN(region, account, name)
}

// newBuckets is what buckets have that say nothing.
var newBuckets = facts.New("new buckets",
	facts.Field("object_ownership", ownership,
		func(d *world.BucketDefaults) *world.ObjectOwnership { return &d.Ownership }).
		Says("whether ACLs count", "BucketOwnerEnforced since April 2023"),
	facts.Field("public_access_block", publicAccess,
		func(d *world.BucketDefaults) **world.PublicAccessBlock { return &d.PublicAccessBlock }).
		Says("Block Public Access", "all four since April 2023"),
	facts.Fact("encryption", encryption, func(d *world.BucketDefaults, e encrypted, n *tree.Node) error {
		if n != nil {
			d.Encryption = e.settled()
		}
		return nil
	}, func(d *world.BucketDefaults) encrypted { return encrypted{Encryption: d.Encryption} }).
		Says("the default encryption", "AES256"),
)
