package build

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// Keys are the KMS keys by id.
var Keys = facts.Many("kms_keys", facts.Names{}, key, (*making).addKey, func(w *making) iter.Seq2[string, *keyIn] {
	return func(yield func(string, *keyIn) bool) {
		for _, arn := range keysOf(w.Keys) {
			k := w.Keys[arn]
			there := &keyIn{world: w, Key: k, doc: described(k.Policy), grants: k.Grants, aliases: k.Aliases}
			if !yield(k.ID, there) {
				return
			}
		}
	}
}).
	Says("the KMS keys, by id")

// keyIn is a KMS key in its world, and where it is read.
type keyIn struct {
	world *making
	*world.Key
	node    *tree.Node
	doc     *tree.Node // the policy
	grants  []authz.KeyGrant
	aliases []world.Alias
}

var key = facts.New("kms key",
	facts.Fact("account", facts.Text, (*keyIn).setAccount, func(k *keyIn) string { return k.Account }).
		Says("the account that the key belongs to", "the only account").After("region"),
	facts.Field("region", facts.Text, func(k *keyIn) *string { return &k.Region }).
		Says("the region that the key is in", "that of the world"),
	KeyState,
	facts.Field("spec", facts.Text, func(k *keyIn) *string { return &k.Spec }).
		Says("the kind of the key's material", "SYMMETRIC_DEFAULT"),
	facts.Field("usage", facts.Text, func(k *keyIn) *string { return &k.Usage }).
		Says("what the key is for", "the one usage that its spec has"),
	facts.Field("origin", facts.OneOf("origin", world.KeyOrigins...), func(k *keyIn) *string { return &k.Origin }).
		Says("where the key's material comes from", "AWS_KMS"),
	facts.Field("multi_region", multiRegion, func(k *keyIn) *string { return &k.MultiRegion }).
		Says("whether the key is one of several regions': true or primary, or replica", "false"),
	facts.Field("aws_managed", facts.Boolean, func(k *keyIn) *bool { return &k.AWSManaged }).
		Says("whether it is AWS's own key for S3, with a policy that nobody changes", "false"),
	facts.Field("description", facts.Text, func(k *keyIn) *string { return &k.Description }).
		Says("what the key says it is for"),
	facts.Field("tags", facts.Tags, func(k *keyIn) *map[string]string { return &k.Tags }).
		Says("the key's tags"),
	facts.Field("created", facts.Instant, func(k *keyIn) *time.Time { return &k.Created }).
		Says("when the key was made", "at loading"),
	facts.Fact("last_used", keyUse, (*keyIn).setUse, (*keyIn).lastUse).
		Says("when the key was used last, and for what", "never"),
	facts.Inside("rotation", rotation, func(k *keyIn, _ *tree.Node) *world.KeyRotation { return &k.Rotation }).
		Says("how the key's material is renewed").Sparse().Unless(ofAWS),
	facts.Field("deletion_date", facts.Instant, func(k *keyIn) *time.Time { return &k.DeletionDate }).
		Says("when a key that is pending deletion goes", "30 days from loading"),
	KeyPolicy.Unless(ofAWS),
	facts.Field("grants", facts.List(facts.Record(keyGrant)),
		func(k *keyIn) *[]authz.KeyGrant { return &k.grants }).
		Says("the key's grants").Unless(ofAWS),
	facts.Field("aliases", facts.List(alias), func(k *keyIn) *[]world.Alias { return &k.aliases }).
		Says("the key's aliases, like alias/my-key").Unless(ofAWS),
).Then((*keyIn).finish)

// Facts of a key that are changed to let a request pass.
var (
	KeyState = facts.Field("state", facts.OneOf("value", world.KeyStates...), func(k *keyIn) *string { return &k.State }).
			Says("whether the key can be used", "Enabled")
	KeyPolicy = facts.Field("policy", document, func(k *keyIn) **tree.Node { return &k.doc }).
			Says("the key policy", "KMS's own, which leaves it to IAM policies")
)

// ofAWS says that what is written down for other keys follows for this one.
func ofAWS(k *keyIn) bool { return k.AWSManaged }

func (w *making) addKey(id string, n *tree.Node) (*keyIn, error) {
	return &keyIn{world: w, node: n, Key: &world.Key{ID: id, Created: w.now()}}, nil
}

// setAccount gives the key its ARN, by which it is there, whatever else is wrong with it.
func (k *keyIn) setAccount(name string, _ *tree.Node) (err error) {
	k.Account, err = k.world.account(name, k.node.Find("account"))
	k.Region = cmp.Or(k.Region, k.world.Region)
	k.ARN = world.KeyARN(k.Region, k.Account, k.ID)
	k.world.Keys[k.ARN] = k.Key
	return err
}

// finish holds a key's facts against each other and the world, and fills in those that
// follow.
func (k *keyIn) finish(*tree.Node) error {
	w := k.world
	k.State = cmp.Or(k.State, world.KeyEnabled)
	if err := tree.Join(k.checkKind(), k.checkRotation(), k.compilePolicy(), k.checkGrants(), k.addAliases()); err != nil {
		return err
	}
	// Of a key in another state the date counts for nothing: a patch of the state
	// leaves it there.
	switch {
	case k.State != world.KeyPendingDeletion:
		k.DeletionDate = time.Time{}
	case k.DeletionDate.IsZero():
		k.DeletionDate = w.now().AddDate(0, 0, 30)
	}
	return nil
}

// checkKind fills in what the key is for good: without spec, usage and origin the key
// that S3 encrypts with. A spec with one usage needs none said.
func (k *keyIn) checkKind() error {
	at, spec := k.node, k.Spec
	k.Spec, k.Origin = cmp.Or(k.Spec, world.SymmetricDefault), cmp.Or(k.Origin, world.OriginKMS)
	usages := world.UsagesOf(k.Spec)
	switch {
	case len(usages) == 0:
		return tree.Unknown(at.Get("spec"), "key spec", spec, world.KeySpecs())
	case k.Usage == "" && len(usages) > 1:
		return tree.Fail(at.Get("spec"), "a key of the spec %s needs a usage: %s", k.Spec, strings.Join(usages, " or "))
	case k.Usage != "" && !slices.Contains(world.KeyUsages, k.Usage):
		return tree.Unknown(at.Get("usage"), "key usage", k.Usage, world.KeyUsages)
	case k.Usage != "" && !slices.Contains(usages, k.Usage):
		return tree.Fail(at.Get("usage"), "a key of the spec %s has the usage %s", k.Spec, strings.Join(usages, " or "))
	case k.AWSManaged && (!k.Encrypts() || k.Origin != world.OriginKMS || k.MultiRegion != ""):
		return tree.Fail(at, "an AWS managed key is for symmetric encryption, of KMS's own material and in one region")
	}
	k.Usage = cmp.Or(k.Usage, usages[0])
	return nil
}

func (k *keyIn) compilePolicy() (err error) {
	switch {
	case k.AWSManaged && k.doc != nil:
		return tree.Fail(k.doc, "the policy of an AWS managed key is fixed")
	case k.AWSManaged:
		k.Policy, err = world.ManagedKeyPolicy(k.Account, k.Region)
	case k.doc == nil:
		k.Policy, err = world.DefaultKeyPolicy(k.Account)
	default:
		k.Policy, err = compile(k.doc, "default", "", policy.Rules{Kind: policy.Key,
			PrincipalExists: k.world.PrincipalPossible})
	}
	return err
}

// multiRegion says whether a key is one of several regions': true is the first of
// them, which CreateKey makes.
var multiRegion = facts.Kind[string]{
	Form: facts.Simple(facts.Schema{"enum": []any{true, false, "primary", "replica"}},
		readMultiRegion), Read: readMultiRegion,
	Write: func(kind string) *tree.Node {
		switch kind {
		case "":
			return nil
		case world.MultiRegionPrimary:
			return tree.NewBool(true)
		}
		return tree.NewText(strings.ToLower(kind))
	},
}

func readMultiRegion(n *tree.Node) (string, error) {
	switch text := strings.ToUpper(n.Text); {
	case n.Scalar() && (text == "TRUE" || text == world.MultiRegionPrimary):
		return world.MultiRegionPrimary, nil
	case n.Scalar() && text == world.MultiRegionReplica:
		return world.MultiRegionReplica, nil
	case !n.Scalar() || text != "FALSE":
		return "", tree.Wanted(n, "true, false, primary or replica")
	}
	return "", nil
}

// use is the last use of a key; nil: it had none.
type use struct {
	at        facts.Moment
	operation string
}

// keyUse is when a key was used last, or a mapping that also has the operation.
var keyUse = facts.Or(
	facts.RecordIf(facts.New("use",
		facts.Field("at", facts.When, func(u *use) *facts.Moment { return &u.at }).
			Says("when: a date, or a time from loading like -1h").Must("the use of a key has a time: at"),
		facts.Field("operation", facts.OneOf("operation", world.KeyOperations...),
			func(u *use) *string { return &u.operation }).
			Says("for what", "Decrypt"),
	)), facts.When.Form, (*tree.Node).Scalar,
	func(n *tree.Node) (*use, error) {
		at, err := facts.When.Read(n)
		return &use{at: at}, err
	})

func (k *keyIn) setUse(u *use, _ *tree.Node) error {
	if u != nil {
		k.LastUse = world.KeyUse{At: u.at.From(k.world.now()), Operation: cmp.Or(u.operation, "Decrypt")}
	}
	return nil
}

func (k *keyIn) lastUse() *use {
	last := k.world.uses.LastOfKey(k.Key)
	if last.At.IsZero() {
		return nil
	}
	return &use{facts.Moment{At: last.At}, last.Operation}
}
