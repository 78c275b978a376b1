package iam

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// The quotas of OpenID Connect providers (IAM User Guide, "IAM and AWS STS quotas"; IAM API
// Reference, "CreateOpenIDConnectProvider").
const (
	mostProviders   = 100 // of an account
	mostClientIDs   = 100 // of a provider
	mostThumbprints = 5
	thumbprintChars = 40
)

// providerARN is the parameter that names an OpenID Connect provider.
type providerARN struct {
	OpenIDConnectProviderArn string `aws:",required"`
}

func (p providerARN) provider() string { return p.OpenIDConnectProviderArn }

type ofProvider interface{ provider() string }

type (
	createProviderInput struct {
		Url            string `aws:",required"`
		ClientIDList   []string
		ThumbprintList []string
		Tags           []tag
	}
	createProviderOutput struct {
		OpenIDConnectProviderArn string
		Tags                     awsapi.List[tag] `xml:",omitempty"`
	}
	providerOutput struct {
		Url            string // without https://, as ARNs have it
		ClientIDList   awsapi.List[string]
		ThumbprintList awsapi.List[string]
		CreateDate     string
		Tags           awsapi.List[tag] `xml:",omitempty"`
	}
	listedProvider      struct{ Arn string }
	listProvidersOutput struct {
		OpenIDConnectProviderList awsapi.List[listedProvider]
	}
	clientIDInput struct {
		providerARN
		ClientID string `aws:",required"`
	}
	thumbprintInput struct {
		providerARN
		ThumbprintList []string `aws:",required"`
	}
	tagProviderInput struct {
		providerARN
		tagging
	}
	untagProviderInput struct {
		providerARN
		untagging
	}
	listProviderTagsInput struct {
		providerARN
		paging
	}
)

// checkProvider asks for the call's permission on an OpenID Connect provider.
func checkProvider[In ofProvider](c *awsapi.Call, in *In) ([]*authz.Request, error) {
	return askAboutProvider(c, (*in).provider())
}

func askAboutProvider(c *awsapi.Call, arn string, keys ...awsapi.Key) ([]*authz.Request, error) {
	if err := parses(c, arn); err != nil {
		return nil, err
	}
	if p := account(c).OIDCProviderAt(arn); p != nil {
		keys = append(keys, awsapi.ResourceTags(p.Tags)...)
	}
	return c.Ask(arn, keys...)
}

func checkTagProvider(c *awsapi.Call, in *tagProviderInput) ([]*authz.Request, error) {
	return askAboutProvider(c, in.OpenIDConnectProviderArn, awsapi.RequestTags(in.Tags)...)
}

func checkUntagProvider(c *awsapi.Call, in *untagProviderInput) ([]*authz.Request, error) {
	return askAboutProvider(c, in.OpenIDConnectProviderArn, awsapi.Key{Name: "aws:TagKeys", Values: in.TagKeys})
}

func checkCreateProvider(c *awsapi.Call, in *createProviderInput) ([]*authz.Request, error) {
	if err := checkIssuer(in.Url); err != nil {
		return nil, err
	}
	arn := world.OIDCProviderARN(c.CallerAccount(), in.issuer())
	return askNew(c, arn, "iam:TagOpenIDConnectProvider", in.Tags, awsapi.RequestTags(in.Tags))
}

// issuer is the URL of the provider to be made: a slash at its end counts for nothing.
func (in *createProviderInput) issuer() string { return world.IssuerURL(in.Url) }

// checkIssuer holds the URL of a provider to its form.
func checkIssuer(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme == "" || u.Hostname() == "":
		return awsapi.Refuse("ValidationError", "Invalid Open ID Connect Provider URL")
	case u.Scheme != "https":
		return awsapi.Refuse("InvalidInput", "Invalid Open ID Connect Provider URL. The URL must begin with https://.")
	case world.NotAnIssuer(strings.TrimSuffix(text, "/")) != "":
		return awsapi.Refuse("InvalidInput", "Invalid Open ID Connect Provider URL.")
	}
	return nil
}

func checkClientIDs(all []string) error {
	if len(all) > mostClientIDs {
		return quotaExceeded("ClientIdsPerOpenIdConnectProvider", mostClientIDs)
	}
	return nil
}

func checkThumbprints(all []string) error {
	for _, t := range all {
		if len(t) != thumbprintChars {
			return awsapi.Refuse("InvalidInput", "Thumbprint must be exactly 40 characters.")
		}
		if !world.ThumbprintForm.MatchString(t) { // [unsure: the words]
			return awsapi.Refuse("InvalidInput", "Thumbprint must be hexadecimal.")
		}
	}
	if len(all) > mostThumbprints {
		return awsapi.Refuse("InvalidInput", "Thumbprint list must contain fewer than 5 entries.")
	}
	return nil
}

// createProvider registers a provider. Without thumbprints IAM takes that of the provider's
// certificate, which the ones that s3fault plays do not have.
func createProvider(c *awsapi.Call, in *createProviderInput) (*createProviderOutput, error) {
	if err := cmp.Or(checkClientIDs(in.ClientIDList), checkThumbprints(in.ThumbprintList)); err != nil {
		return nil, err
	}
	tags, err := tagsOf(in.Tags)
	if err != nil {
		return nil, err
	}
	p := &world.OIDCProvider{
		Audiences: distinct(in.ClientIDList), Thumbprints: in.ThumbprintList, Created: c.Now, Tags: tags,
	}
	err = c.Change(func(s *world.State) (*world.State, error) {
		a := *s.Account(c.CallerAccount())
		switch {
		case a.OIDCProviders[in.issuer()] != nil:
			return nil, alreadyExists("Provider with url %s already exists.", in.issuer())
		case len(a.OIDCProviders) >= mostProviders:
			return nil, quotaExceeded("OpenIDConnectProvidersPerAccount", mostProviders)
		}
		a.OIDCProviders = maps.Clone(a.OIDCProviders)
		a.OIDCProviders[in.issuer()] = p
		return sealed(s.WithAccount(&a))
	})
	return &createProviderOutput{world.OIDCProviderARN(c.CallerAccount(), in.issuer()), tagList(tags)}, err
}

// distinct is a list with each of its texts once.
func distinct(all []string) (once []string) {
	for _, text := range all {
		if !slices.Contains(once, text) {
			once = append(once, text)
		}
	}
	return once
}

func noProvider(arn string) error {
	return noSuchEntity("OpenIDConnect Provider not found for arn %s", arn)
}

func getProvider(c *awsapi.Call, in *providerARN) (*providerOutput, error) {
	p := account(c).OIDCProviderAt(in.OpenIDConnectProviderArn)
	if p == nil {
		return nil, noProvider(in.OpenIDConnectProviderArn)
	}
	return &providerOutput{
		Url: p.Issuer(), ClientIDList: p.Audiences, ThumbprintList: p.Thumbprints, CreateDate: awsapi.ISO(p.Created),
		Tags: tagList(p.Tags),
	}, nil
}

func listProviders(c *awsapi.Call, _ *awsapi.Nothing) (*listProvidersOutput, error) {
	out := &listProvidersOutput{}
	all := account(c).OIDCProviders
	for _, issuer := range slices.Sorted(maps.Keys(all)) {
		out.OpenIDConnectProviderList = append(out.OpenIDConnectProviderList, listedProvider{all[issuer].ARN})
	}
	return out, nil
}

// deleteProvider takes a provider away, or finds that there is none, which is as good (IAM API
// Reference, "DeleteOpenIDConnectProvider"). Roles go on naming it.
func deleteProvider(c *awsapi.Call, in *providerARN) (*awsapi.Nothing, error) {
	err := c.Change(func(s *world.State) (*world.State, error) {
		a := *s.Account(c.CallerAccount())
		p := a.OIDCProviderAt(in.OpenIDConnectProviderArn)
		if p == nil {
			return s, nil
		}
		a.OIDCProviders = maps.Clone(a.OIDCProviders)
		delete(a.OIDCProviders, p.URL)
		return sealed(s.WithAccount(&a))
	})
	return &awsapi.Nothing{}, err
}

// editProvider changes a provider on a copy. change must put new slices and maps in the
// place of those there are.
func editProvider(c *awsapi.Call, arn string, change func(*world.OIDCProvider) error) (*awsapi.Nothing, error) {
	err := c.Change(func(s *world.State) (*world.State, error) {
		a := *s.Account(c.CallerAccount())
		p := a.OIDCProviderAt(arn)
		if p == nil {
			return nil, noProvider(arn)
		}
		a.OIDCProviders = replaced(a.OIDCProviders, p.URL)
		if err := change(a.OIDCProviders[p.URL]); err != nil {
			return nil, err
		}
		return sealed(s.WithAccount(&a))
	})
	return &awsapi.Nothing{}, err
}

func addClientID(c *awsapi.Call, in *clientIDInput) (*awsapi.Nothing, error) {
	return editProvider(c, in.OpenIDConnectProviderArn, func(p *world.OIDCProvider) error {
		all := distinct(append(slices.Clone(p.Audiences), in.ClientID))
		p.Audiences = all
		return checkClientIDs(all)
	})
}

func removeClientID(c *awsapi.Call, in *clientIDInput) (*awsapi.Nothing, error) {
	return editProvider(c, in.OpenIDConnectProviderArn, func(p *world.OIDCProvider) error {
		p.Audiences = slices.DeleteFunc(slices.Clone(p.Audiences), func(id string) bool { return id == in.ClientID })
		return nil
	})
}

func updateThumbprint(c *awsapi.Call, in *thumbprintInput) (*awsapi.Nothing, error) {
	if err := checkThumbprints(in.ThumbprintList); err != nil {
		return nil, err
	}
	return editProvider(c, in.OpenIDConnectProviderArn, func(p *world.OIDCProvider) error {
		p.Thumbprints = in.ThumbprintList
		return nil
	})
}

func tagProvider(c *awsapi.Call, in *tagProviderInput) (*awsapi.Nothing, error) {
	return editProvider(c, in.OpenIDConnectProviderArn, func(p *world.OIDCProvider) (err error) {
		p.Tags, err = tagged(p.Tags, in.Tags)
		return err
	})
}

func untagProvider(c *awsapi.Call, in *untagProviderInput) (*awsapi.Nothing, error) {
	return editProvider(c, in.OpenIDConnectProviderArn, func(p *world.OIDCProvider) error {
		p.Tags = untagged(p.Tags, in.TagKeys)
		return nil
	})
}

func listProviderTags(c *awsapi.Call, in *listProviderTagsInput) (*tagsOutput, error) {
	p := account(c).OIDCProviderAt(in.OpenIDConnectProviderArn)
	if p == nil {
		return nil, noProvider(in.OpenIDConnectProviderArn)
	}
	list, rest, err := page(c, in.paging, tagList(p.Tags), func(t tag) string { return t.Key })
	return &tagsOutput{list, rest}, err
}
