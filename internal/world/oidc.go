package world

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/pattern"
)

// OIDCProvider is an OpenID Connect provider that IAM knows in an account, and whose
// tokens STS takes there (IAM User Guide, "Create an OpenID Connect (OIDC) identity
// provider in IAM").
type OIDCProvider struct {
	URL         string   // of the issuer: https://HOST/PATH, without a slash at its end
	ARN         string   // Seal makes it
	Audiences   []string // that tokens may be for; IAM calls them client IDs
	Thumbprints []string // of the certificates that sign the provider's, SHA-1 in 40 hexadecimal digits
	Created     time.Time
	Tags        map[string]string
}

// Issuer is the provider's URL as condition keys and ARNs have it, without https://.
func (p *OIDCProvider) Issuer() string { return IssuerOf(p.URL) }

// IssuerOf is an issuer's URL as condition keys and ARNs have it.
func IssuerOf(issuer string) string { return strings.TrimPrefix(issuer, issuerScheme) }

const issuerScheme = "https://"

// IssuerURL is the URL of an issuer that is named as in condition keys, as in ARNs, or by
// its URL.
func IssuerURL(name string) string {
	if _, issuer, ok := strings.Cut(name, ":oidc-provider/"); ok && strings.HasPrefix(name, "arn:") {
		name = issuer
	}
	return issuerScheme + strings.TrimSuffix(IssuerOf(name), "/")
}

// NotAnIssuer is why a URL is none that an OpenID Connect provider can have; empty: it is one
// (IAM API Reference, "CreateOpenIDConnectProvider").
func NotAnIssuer(text string) string {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "https" || u.Hostname() == "":
		return "it is a URL that begins with https://"
	case len(text) > 255:
		return "it has at most 255 characters"
	case u.Port() != "" || u.User != nil:
		return "it has no port and no user"
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "it has no query and no fragment"
	case strings.HasSuffix(text, "/"):
		return "it has no slash at its end"
	case !issuerForm.MatchString(text):
		return "it has letters, digits and -._~/: only"
	}
	return ""
}

// ThumbprintForm and ClientIDForm are what a provider's thumbprints and audiences are like
// (IAM API Reference, "CreateOpenIDConnectProvider"): SHA-1 in hexadecimal digits, and any text.
var (
	ThumbprintForm = pattern.New(`^[0-9a-fA-F]{40}$`)
	ClientIDForm   = pattern.New(`^[\s\S]{1,255}$`)
)

var issuerForm = regexp.MustCompile(`^https://[A-Za-z0-9.-]+(/[A-Za-z0-9._~:-]+)*$`)

// OIDCProviderARN is the ARN of an account's OpenID Connect provider.
func OIDCProviderARN(account, url string) string {
	return "arn:aws:iam::" + account + ":oidc-provider/" + IssuerOf(url)
}

// WebIdentity is who a token of an OpenID Connect provider says that somebody is, as far
// as a session that it is exchanged for keeps it.
type WebIdentity struct {
	Provider string   // URL of the issuer
	Subject  string   // the claim sub
	Audience string   // the claim azp, else aud
	Methods  []string // the claim amr: how the provider knew who it was
}

// MostSubject is how many characters a subject may have (STS API Reference,
// "AssumeRoleWithWebIdentity", SubjectFromWebIdentityToken).
const MostSubject = 255

// Keys are the condition keys that the session has of it (IAM User Guide, "IAM and AWS
// STS condition context keys", "Available keys for AWS OIDC federation").
func (w *WebIdentity) Keys() map[string][]string {
	issuer := IssuerOf(w.Provider)
	keys := map[string][]string{issuer + ":sub": {w.Subject}, issuer + ":aud": {w.Audience}}
	if len(w.Methods) > 0 {
		keys[issuer+":amr"] = w.Methods
	}
	return keys
}

// OIDCProviderAt is the account's OpenID Connect provider with that ARN; nil: there is none.
func (a *Account) OIDCProviderAt(arn string) *OIDCProvider {
	for _, p := range a.OIDCProviders {
		if p.ARN == arn {
			return p
		}
	}
	return nil
}

// Issuers are the URLs of the OpenID Connect providers of all accounts, and of those that
// callers have tokens of, in order.
func Issuers(s *State) []string {
	all := map[string]bool{}
	for _, c := range s.Callers {
		if c.WebIdentity != nil {
			all[c.WebIdentity.Provider] = true
		}
	}
	for _, a := range s.Accounts {
		for url := range a.OIDCProviders {
			all[url] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// sealProviders gives every OpenID Connect provider its ARN.
func (a *Account) sealProviders(id string) {
	providers := a.OIDCProviders
	a.OIDCProviders = make(map[string]*OIDCProvider, len(providers))
	for url, p := range providers {
		sealed := *p
		sealed.URL, sealed.ARN = url, OIDCProviderARN(id, url)
		a.OIDCProviders[url] = &sealed
	}
}
