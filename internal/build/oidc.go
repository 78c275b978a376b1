package build

import (
	"iter"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// providerIn is an OpenID Connect provider in its account.
type providerIn struct {
	in *accountIn
	*world.OIDCProvider
}

// OIDCProviders are the account's OpenID Connect providers, all of which s3fault plays.
var OIDCProviders = facts.Many("oidc_providers", issuers, provider, (*accountIn).addProvider,
	func(a *accountIn) iter.Seq2[string, *providerIn] {
		return facts.ByName(a.OIDCProviders,
			func(_ string, p *world.OIDCProvider) *providerIn { return &providerIn{a, p} })
	}).
	Says("the OpenID Connect providers by the URL of their issuer, as https://issuer.example/path")

var provider = facts.New("OpenID Connect provider",
	Audiences,
	facts.Field("thumbprints", facts.Listed(thumbprint), func(p *providerIn) *[]string { return &p.Thumbprints }).
		Says("the thumbprints of the certificates behind the provider's, of 40 hexadecimal digits"),
	facts.Field("tags", facts.Tags, func(p *providerIn) *map[string]string { return &p.Tags }).
		Says("the provider's tags"),
)

// Audiences are those that tokens of a provider may be for.
var Audiences = facts.Field("audiences", facts.Listed(audience),
	func(p *providerIn) *[]string { return &p.Audiences }).
	Says("the audiences (client IDs) that tokens may be for, as sts.amazonaws.com")

var (
	thumbprint = facts.Matching(world.ThumbprintForm, "a thumbprint has 40 hexadecimal digits")
	audience   = facts.Matching(world.ClientIDForm, "an audience has 1 to 255 characters")
)

func (a *accountIn) addProvider(url string, _ *tree.Node) (*providerIn, error) {
	p := &world.OIDCProvider{URL: url, Created: a.world.now()}
	a.OIDCProviders[url] = p
	return &providerIn{a, p}, nil
}

var issuers = facts.Names{Pattern: `^https://`, Check: func(key *tree.Node) error {
	if wrong := world.NotAnIssuer(key.Text); wrong != "" {
		return tree.Fail(key, "the issuer %q is none: %s", key.Text, wrong)
	}
	return nil
}}

// webIdentity is whom the token names that a caller's session is exchanged for.
var webIdentity = facts.RecordIf(facts.New("web identity",
	facts.Field("provider", issuer, func(w *world.WebIdentity) *string { return &w.Provider }).
		Says("the URL of the account's provider whose token it is").
		Must("a web identity has a provider and a subject"),
	facts.Field("subject", subject, func(w *world.WebIdentity) *string { return &w.Subject }).
		Says("the claim sub, as system:serviceaccount:default:app").
		Must("a web identity has a provider and a subject"),
	facts.Field("audience", audience, func(w *world.WebIdentity) *string { return &w.Audience }).
		Says("the claim aud; that of azp where a token has one", "the provider's first audience"),
	facts.Field("methods", facts.Texts, func(w *world.WebIdentity) *[]string { return &w.Methods }).
		Says("the claim amr: how the provider knew who it was"),
))

var issuer = facts.Checked(facts.Text, func(text string, n *tree.Node) error {
	if wrong := world.NotAnIssuer(text); wrong != "" {
		return tree.Fail(n, "the provider %q is none: %s", text, wrong)
	}
	return nil
})

var subject = facts.Checked(facts.Text, func(text string, n *tree.Node) error {
	if text == "" || len(text) > world.MostSubject {
		return tree.Fail(n, "a subject has 1 to %d characters", world.MostSubject)
	}
	return nil
})

// checkWebIdentity holds whom a caller's token names against the account. The provider need
// not be one of the account's: that is what STS then says.
func (c *callerIn) checkWebIdentity() error {
	w, at := c.WebIdentity, c.node.Find(WebIdentity.Key())
	switch {
	case w == nil && c.From == world.FromWebIdentity && c.Role != "":
		return tree.Fail(c.node.Find("from"), "from: %s wants web_identity beside it: {provider: URL, subject: SUB}", c.From)
	case w == nil:
		return nil
	case c.Role == "":
		return tree.Fail(at, "web_identity belongs to a role, whose sessions tokens are exchanged for")
	case w.Audience != "":
		return nil
	}
	p := c.world.Accounts[c.Account].OIDCProviders[w.Provider]
	if p == nil || len(p.Audiences) == 0 {
		unsaid := tree.Fail(at, "account %s has no provider %s with audiences: say which the token is for, audience",
			c.Account, w.Provider)
		unsaid.Nearest = nearest.Name(w.Provider, keysOf(c.world.Accounts[c.Account].OIDCProviders))
		return unsaid
	}
	w.Audience = p.Audiences[0]
	return nil
}

// WebIdentity is whom a caller's token names.
var WebIdentity = facts.Field("web_identity", webIdentity,
	func(c *callerIn) **world.WebIdentity { return &c.WebIdentity }).
	Says("whom the OpenID Connect token names that the role's session is exchanged for")
