package scenarios

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

type kmsKeyDoc struct {
	At           *node             `yaml:"-"`
	Account      string            `yaml:"account"`
	Region       string            `yaml:"region"`
	Policy       *node             `yaml:"policy"`
	State        string            `yaml:"state"`
	Spec         string            `yaml:"spec"`
	Usage        string            `yaml:"usage"`
	Origin       string            `yaml:"origin"`
	MultiRegion  multiRegionDoc    `yaml:"multi_region"`
	AWSManaged   bool              `yaml:"aws_managed"`
	Grants       []keyGrantDoc     `yaml:"grants"`
	Aliases      []aliasDoc        `yaml:"aliases"`
	Description  string            `yaml:"description"`
	Tags         map[string]string `yaml:"tags"`
	Created      instantDoc        `yaml:"created"`
	DeletionDate instantDoc        `yaml:"deletion_date"`
	LastUsed     keyUseDoc         `yaml:"last_used"`
}

type keyGrantDoc struct {
	At                *node          `yaml:"-"`
	ID                string         `yaml:"id"`
	Name              string         `yaml:"name"`
	Grantee           string         `yaml:"grantee"`
	RetiringPrincipal string         `yaml:"retiring_principal"`
	Operations        []string       `yaml:"operations"`
	Constraints       constraintsDoc `yaml:"constraints"`
	Issuer            string         `yaml:"issuer"`
	Created           instantDoc     `yaml:"created"`
}

// constraintsDoc is what a grant asks of the encryption context, that it is this or
// that it holds this, and for which resource a service must ask.
type constraintsDoc struct {
	Equals    map[string]string `yaml:"equals"`
	Subset    map[string]string `yaml:"subset"`
	SourceARN string            `yaml:"source_arn"`
}

func (d *keyGrantDoc) validate() error {
	switch {
	case d.Grantee == "":
		return fail(d.At, "a grant needs a grantee: the ARN of a user or role, or a service")
	case len(d.Operations) == 0:
		return fail(d.At, "a grant needs operations")
	}
	for i, name := range d.Operations {
		if err := oneOf(d.At.get("operations").items[i], "operation", name, world.GrantOperations); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) keys(s *world.State) error {
	for _, id := range slices.Sorted(maps.Keys(b.doc.KMSKeys)) {
		d := b.doc.KMSKeys[id]
		account, err := b.account(s, d.Account, d.At.find("account"))
		if err != nil {
			return err
		}
		region := cmp.Or(d.Region, s.Region)
		k := &world.Key{
			ID: id, ARN: world.KeyARN(region, account, id), Account: account, Region: region,
			State: cmp.Or(d.State, world.KeyEnabled), AWSManaged: d.AWSManaged,
			Description: d.Description, Tags: d.Tags, Created: d.Created.or(s.Clock.Now(b.options.now())),
		}
		if err := oneOf(d.At.find("state"), "value", d.State, world.KeyStates); err != nil {
			return err
		}
		if k.KeyKind, err = d.kind(); err != nil {
			return err
		}
		k.LastUse = d.LastUsed.from(s.Clock.Now(b.options.now()))
		if k.Policy, err = b.keyPolicy(s, d, k); err != nil {
			return err
		}
		if k.Grants, err = keyGrants(s, d, k); err != nil {
			return err
		}
		// Of a key in another state the date counts for nothing: a patch of the state
		// leaves it there.
		if k.State == world.KeyPendingDeletion {
			k.DeletionDate = d.DeletionDate.or(s.Clock.Now(b.options.now()).AddDate(0, 0, 30))
		}
		if err := aliases(s, d, k); err != nil {
			return err
		}
		s.Keys[k.ARN] = k
	}
	return nil
}

func (b *builder) keyPolicy(s *world.State, d *kmsKeyDoc, k *world.Key) (*authz.Named, error) {
	switch {
	case d.AWSManaged && d.Policy != nil:
		return nil, fail(d.Policy, "the policy of an AWS managed key is fixed")
	case d.AWSManaged:
		return world.ManagedKeyPolicy(k.Account, k.Region)
	case d.Policy == nil:
		return world.DefaultKeyPolicy(k.Account)
	}
	return compile(d.Policy, "default", "", policy.Rules{Kind: policy.Key, PrincipalExists: s.PrincipalPossible})
}

// keyGrants are the grants of a key. One whose grantee is not there is refused, as
// KMS does.
func keyGrants(s *world.State, d *kmsKeyDoc, k *world.Key) ([]authz.KeyGrant, error) {
	var all []authz.KeyGrant
	for i := range d.Grants {
		g := &d.Grants[i]
		switch {
		case d.AWSManaged:
			return nil, fail(g.At, "an AWS managed key has no grants of yours")
		case g.Issuer != "" && !world.IsAccountID(g.Issuer):
			return nil, fail(g.At.get("issuer"), "the account number %q has not 12 digits", g.Issuer)
		case strings.HasPrefix(g.Grantee, "arn:") && !s.PrincipalExists(g.Grantee):
			return nil, fail(g.At.get("grantee"), "there is no principal %s", g.Grantee)
		}
		all = append(all, authz.KeyGrant{
			ID:   cmp.Or(g.ID, strings.ToLower(world.Letters(51, "grant", k.ARN, g.Grantee, strconv.Itoa(i)))),
			Name: g.Name, Grantee: g.Grantee, RetiringPrincipal: g.RetiringPrincipal, Operations: g.Operations,
			ContextEquals: g.Constraints.Equals, ContextSubset: g.Constraints.Subset, SourceARN: g.Constraints.SourceARN,
			Issuer: cmp.Or(g.Issuer, k.Account), Created: g.Created.or(k.Created),
		})
	}
	return all, nil
}

func describeKeys(s *world.State, uses *world.Uses) *node {
	n := newMapping()
	for _, arn := range keysOf(s.Keys) {
		k := s.Keys[arn]
		d := newMapping().add("account", newText(k.Account)).add("region", newText(k.Region)).
			add("state", newText(k.State)).add("spec", newText(k.Spec)).add("usage", newText(k.Usage)).
			add("origin", newText(k.Origin)).add("multi_region", describeMultiRegion(k)).add("aws_managed", flag(k.AWSManaged)).add("description", optional(k.Description)).
			add("tags", textsOf(k.Tags)).add("created", newText(isoDate(k.Created)))
		d.add("last_used", describeKeyUse(uses.LastOfKey(k)))
		if !k.DeletionDate.IsZero() {
			d.add("deletion_date", newText(isoDate(k.DeletionDate)))
		}
		if !k.AWSManaged {
			d.add("policy", describePolicy(k.Policy)).add("grants", describeGrants(k.Grants)).add("aliases", describeAliases(k.Aliases))
		}
		n.add(k.ID, d)
	}
	return n
}

func describeGrants(all []authz.KeyGrant) *node {
	if len(all) == 0 {
		return nil
	}
	return listOf(all, func(g authz.KeyGrant) *node {
		n := newMapping().add("id", newText(g.ID)).add("name", optional(g.Name)).add("grantee", newText(g.Grantee)).
			add("retiring_principal", optional(g.RetiringPrincipal)).add("operations", newList(g.Operations)).
			add("issuer", optional(g.Issuer)).add("created", newText(isoDate(g.Created)))
		if len(g.ContextEquals) > 0 || len(g.ContextSubset) > 0 || g.SourceARN != "" {
			n.add("constraints", newMapping().add("equals", textsOf(g.ContextEquals)).add("subset", textsOf(g.ContextSubset)).
				add("source_arn", optional(g.SourceARN)))
		}
		return n
	})
}
