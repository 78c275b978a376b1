package build

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// keyGrant is a grant of a KMS key.
var keyGrant = facts.New("key grant",
	facts.Field("id", facts.Text, func(g *authz.KeyGrant) *string { return &g.ID }).
		Says("the grant's id", "derived"),
	facts.Field("name", facts.Text, func(g *authz.KeyGrant) *string { return &g.Name }).
		Says("the grant's name"),
	facts.Field("grantee", facts.Text, func(g *authz.KeyGrant) *string { return &g.Grantee }).
		Says("who may use the key by it: the ARN of a user or role, or a service").
		Must("a grant needs a grantee: the ARN of a user or role, or a service"),
	facts.Field("retiring_principal", facts.Text, func(g *authz.KeyGrant) *string { return &g.RetiringPrincipal }).
		Says("who may retire the grant"),
	facts.Field("operations", facts.List(facts.OneOf("operation", world.GrantOperations...).Written(tree.NewText)),
		func(g *authz.KeyGrant) *[]string { return &g.Operations }).
		Says("what the grantee may do").
		Must("a grant needs operations"),
	facts.Field("issuer", facts.Text, func(g *authz.KeyGrant) *string { return &g.Issuer }).
		Says("the account that made the grant", "that of the key"),
	facts.Field("created", facts.Instant, func(g *authz.KeyGrant) *time.Time { return &g.Created }).
		Says("when the grant was made", "when the key was"),
	facts.Inside("constraints", constraints, func(g *authz.KeyGrant, _ *tree.Node) *authz.KeyGrant { return g }).
		Says("what a request must bring for the grant to count").Sparse(),
)

// constraints are what a grant asks of the encryption context, that it is this or that
// it holds this, and for which resource a service must ask.
var constraints = facts.New("constraints",
	facts.Field("equals", facts.Tags, func(g *authz.KeyGrant) *map[string]string { return &g.ContextEquals }).
		Says("the encryption context, no more and no less"),
	facts.Field("subset", facts.Tags, func(g *authz.KeyGrant) *map[string]string { return &g.ContextSubset }).
		Says("a part of the encryption context"),
	facts.Field("source_arn", facts.Text, func(g *authz.KeyGrant) *string { return &g.SourceARN }).
		Says("the resource that the service must act for"),
)

// checkGrants holds a key's grants against the world, and fills in what follows. One
// whose grantee is not there is refused, as KMS does.
func (k *keyIn) checkGrants() error {
	for i := range k.grants {
		g, at := &k.grants[i], k.node.Get("grants").Items[i]
		switch {
		case k.AWSManaged:
			return tree.Fail(at, "an AWS managed key has no grants of yours")
		case g.Issuer != "" && !world.IsAccountID(g.Issuer):
			return tree.Fail(at.Get("issuer"), "the account number %q has not 12 digits", g.Issuer)
		case strings.HasPrefix(g.Grantee, "arn:") && !k.world.PrincipalExists(g.Grantee):
			return tree.Fail(at.Get("grantee"), "there is no principal %s", g.Grantee)
		}
		g.ID = cmp.Or(g.ID, strings.ToLower(world.Letters(51, "grant", k.ARN, g.Grantee, strconv.Itoa(i))))
		g.Issuer = cmp.Or(g.Issuer, k.Account)
		if g.Created.IsZero() {
			g.Created = k.Created
		}
	}
	k.Grants = k.grants
	return nil
}

// alias is an alias of a KMS key: its name, or a mapping that also has its dates.
var alias = facts.OrText(facts.Record(facts.New("alias",
	facts.Field("name", facts.Text, func(a *world.Alias) *string { return &a.Name }).
		Says("the alias itself, like alias/my-key"),
	facts.Field("created", facts.Instant, func(a *world.Alias) *time.Time { return &a.Created }).
		Says("when the alias was made", "when the key was"),
	facts.Field("updated", facts.Instant, func(a *world.Alias) *time.Time { return &a.Updated }).
		Says("when the alias was last given a key", "when it was made"),
)), func(name string) world.Alias { return world.Alias{Name: name} })

// aliasForm is the form of an alias's name (KMS API Reference, "CreateAlias").
var aliasForm = pattern.New(`^alias/[a-zA-Z0-9/_-]{1,250}$`)

// addAliases gives a key its aliases.
func (k *keyIn) addAliases() error {
	for i, a := range k.aliases {
		if err := k.checkAlias(a.Name, k.node.Get("aliases").Items[i]); err != nil {
			return err
		}
		if a.Created.IsZero() {
			a.Created = k.Created
		}
		if a.Updated.IsZero() {
			a.Updated = a.Created
		}
		*k.Key = *k.WithAlias(a)
	}
	return nil
}

// checkAlias refuses an alias that another key of the account and region has.
func (k *keyIn) checkAlias(name string, at *tree.Node) error {
	switch {
	case k.AWSManaged:
		return tree.Fail(at, "an AWS managed key has no aliases of yours")
	case !aliasForm.MatchString(name):
		return tree.Fail(at, "%q is no alias of a key, like alias/my-key", name)
	case strings.HasPrefix(name, "alias/aws/"):
		return tree.Fail(at, "%q: the aliases that begin with alias/aws/ are those of AWS managed keys", name)
	}
	if _, twice := k.Alias(name); twice {
		return tree.Fail(at, "the key has the alias %s twice", name)
	}
	if other := k.world.KeyNamed(name, k.Account, k.Region); other != nil {
		return tree.Fail(at, "the key %s has the alias %s already", other.ID, name)
	}
	return nil
}
