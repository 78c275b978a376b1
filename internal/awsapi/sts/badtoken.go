package sts

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/oidc"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
)

// What STS says of a token that is no good. Recorded are the words of those that are not
// marked (web-identity.md W1 to W6).

// invalidToken is the code that nearly all have.
const invalidToken = "InvalidIdentityToken"

const (
	noKeyFound = "Couldn't retrieve verification key from your identity provider,  " +
		"please reference AssumeRoleWithWebIdentity documentation for requirements"
	notValidJWT = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
)

func refuseToken(k journal.Cause, format string, args ...any) error {
	return cause.Explain(awsapi.Refuse(invalidToken, format, args...), k)
}

func notJWT(err error) error {
	k := journal.Cause{Text: "the token cannot be read: " + err.Error(), Element: "WebIdentityToken"}
	if errors.Is(err, oidc.ErrCritical) {
		k.Element, k.Wanted = "crit", "absent"
	} else {
		k.Cures = []journal.Change{cause.Cure("send the whole token as the provider gave it, " +
			"without quotes and line ends (s3fault token prints one).")}
	}
	return refuseToken(k, notValidJWT)
}

func claimMissing(claim string) error {
	return refuseToken(journal.Cause{Text: "the token has no claim " + claim, Element: claim, Seen: "absent"},
		"Missing a required claim: %s", claim)
}

// badClaim refuses a claim of the wrong kind. [unsure: the words]
func badClaim(claim, wanted string) error {
	k := journal.Cause{Text: "the token's claim " + claim + " is not " + wanted, Element: claim, Wanted: wanted}
	return refuseToken(k, "The claim %s of the ID Token provided is invalid", claim)
}

// badTags refuses tags that are not as a token has them. [unsure: the words]
func badTags() error {
	return refuseToken(journal.Cause{
		Text: "the session's tags in the token are not in their form, or not those of a tag", Element: tagsClaim,
		Wanted: `{"principal_tags": {"KEY": ["VALUE"]}, "transitive_tag_keys": ["KEY"]}`,
	}, "The session tags of the ID Token provided are invalid")
}

func manyAudiences(all []string) error {
	return refuseToken(journal.Cause{
		Text:    "the token is for more than one audience, and names no authorized party (azp) of which one it is",
		Element: "aud", Wanted: "one audience", Seen: strings.Join(all, ", "),
		Cures: []journal.Change{cause.Cure("ask the provider for a token with one audience.")},
	}, "Token audience contains more than one audience while authorized party is not present")
}

// noAccount refuses a role of an account that is not there, as one that is not there.
func noAccount(id string) error {
	return cause.Explain(awsapi.RefuseWith(403, "AccessDenied", "Not authorized to perform %s", assumeWithWebIdentity),
		journal.Cause{Text: "there is no account " + id, Element: "RoleArn", Seen: id})
}

func noProvider(a *world.Account, b *bearer) error {
	known := slices.Sorted(maps.Keys(a.OIDCProviders))
	k := journal.Cause{
		Text:    fmt.Sprintf("account %s has no OpenID Connect provider for the issuer of the token", a.ID),
		Element: "iss", Wanted: strings.Join(known, ", "), Seen: b.Provider,
	}
	if near := nearest.Name(b.Provider, known); near != "" {
		k.Text += "; did you mean " + near + "?"
	}
	k.Cures = []journal.Change{cause.Cure("register the issuer in the account of the role.",
		cause.Command("aws", "iam", "create-open-id-connect-provider", "--url", b.Provider,
			"--client-id-list", b.Audience, "--thumbprint-list", strings.Repeat("0", 40)))}
	return refuseToken(k, "No OpenIDConnect provider found in your account for %s", b.Provider)
}

func wrongAudience(b *bearer) error {
	has := "aud"
	if !slices.Contains(b.audiences, b.Audience) {
		has = "azp" // which stands before aud
	}
	k := journal.Cause{
		Text:    "the token is for an audience that the account's provider " + b.provider.URL + " does not have",
		Element: has, Wanted: strings.Join(b.provider.Audiences, ", "), Seen: b.Audience,
	}
	if len(b.provider.Audiences) > 0 {
		k.Cures = append(k.Cures, cause.Cure("ask the provider for a token for "+b.provider.Audiences[0]+"."))
	}
	k.Cures = append(k.Cures, cause.Cure("or let the provider's tokens be for that audience.",
		cause.Command("aws", "iam", "add-client-id-to-open-id-connect-provider",
			"--open-id-connect-provider-arn", b.provider.ARN, "--client-id", b.Audience)))
	return refuseToken(k, "Incorrect token audience")
}

// notSigned refuses a token that another key signed. Of a signature that does not hold the
// words are not known. [unsure]
func notSigned(b *bearer, t *oidc.Token, err error) error {
	text := fmt.Sprintf("%v (it says that its subject is %q, which is not proved)", err, b.Subject)
	k := journal.Cause{Text: text, Element: "kid", Seen: t.KeyID, Cures: []journal.Change{cause.Cure(
		"take a token of this world's provider: s3fault token --provider " + b.Provider + ".")}}
	if !errors.Is(err, oidc.ErrKey) {
		k.Element, k.Seen = "WebIdentityToken", ""
	} else if t.Algorithm != "RS256" {
		k.Element, k.Wanted, k.Seen = "alg", "RS256", t.Algorithm
	}
	return refuseToken(k, noKeyFound)
}

func tokenExpired(now, ends time.Time) error {
	refusal := awsapi.Refuse("ExpiredTokenException",
		"Token expired: current date/time %d must be before the expiration date/time %d", now.Unix(), ends.Unix())
	return cause.Explain(refusal, journal.Cause{
		Text: "the token is no longer in force", Element: "exp", Wanted: "after " + now.UTC().Format(time.RFC3339),
		Seen: ends.UTC().Format(time.RFC3339),
		Cures: []journal.Change{cause.Cure("take a new token: " +
			"the file of AWS_WEB_IDENTITY_TOKEN_FILE is to be written anew before a token ends.")},
	})
}

// tooEarly refuses a token of the future. [unsure: the words]
func tooEarly(claim string, begins, now time.Time) error {
	return refuseToken(journal.Cause{
		Text: "the token is not in force yet", Element: claim, Wanted: "not after " + now.UTC().Format(time.RFC3339),
		Seen: begins.UTC().Format(time.RFC3339),
	}, "The ID Token provided is not yet valid")
}

// notOAuth refuses a token of OAuth 2.0, of which s3fault plays no provider. [unsure: the words]
func notOAuth(provider string) error {
	return cause.Explain(awsapi.Refuse("ValidationError", "Invalid provider: %s", provider), journal.Cause{
		Text: "ProviderId is for access tokens of OAuth 2.0 alone, of www.amazon.com and graph.facebook.com, " +
			"which s3fault does not play",
		Element: "ProviderId", Wanted: "absent", Seen: provider,
		Cures: []journal.Change{cause.Cure("leave ProviderId out: a token of OpenID Connect " +
			"names its provider itself, in iss.")},
	})
}
