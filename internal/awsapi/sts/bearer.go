package sts

import (
	"slices"
	"time"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/oidc"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/world"
)

// bearer is who has a token that is good: signed by a provider of the role's account, for
// one of its audiences, and in force.
type bearer struct {
	world.WebIdentity
	provider       *world.OIDCProvider
	audiences      []string // the claim aud, whatever azp is
	email          string
	tags           []tag
	transitive     []string // keys of tags
	sourceIdentity string
}

// readBearer reads the call's token, and tells the call who has it as soon as that is proved.
// Errors: what STS says of a token that is no good, with the cause.
func readBearer(c *awsapi.Call, in *webIdentityInput) (*bearer, error) {
	t, err := oidc.Read(in.WebIdentityToken)
	if err != nil {
		return nil, notJWT(err)
	}
	for _, claim := range []string{"iss", "sub", "aud", "iat", "exp"} {
		if !t.Has(claim) {
			return nil, claimMissing(claim)
		}
	}
	b := &bearer{}
	if err := b.name(t); err != nil {
		return nil, err
	}
	account := c.InForce().Account(accountIn(in.RoleArn))
	if account == nil {
		return nil, noAccount(accountIn(in.RoleArn))
	}
	if b.provider = account.OIDCProviders[b.Provider]; b.provider == nil {
		return nil, noProvider(account, b)
	}
	if !slices.Contains(b.provider.Audiences, b.Audience) {
		return nil, wrongAudience(b)
	}
	if err := c.Keys.Verify(t); err != nil {
		return nil, notSigned(b, t, err)
	}
	c.Bear(account.ID, &b.WebIdentity)
	if err := inForce(c, t); err != nil {
		return nil, err
	}
	return b, b.session(t)
}

// name reads who the token says that its bearer is.
func (b *bearer) name(t *oidc.Token) error {
	var ok bool
	if b.Provider, ok = t.Text("iss"); !ok {
		return badClaim("iss", "a text")
	}
	if b.Subject, ok = t.Text("sub"); !ok || b.Subject == "" || len(b.Subject) > world.MostSubject {
		return badClaim("sub", "a text of 1 to 255 characters")
	}
	if b.audiences, ok = t.Texts("aud"); !ok || len(b.audiences) == 0 {
		return badClaim("aud", "a text or a list of texts")
	}
	switch azp, is := t.Text("azp"); {
	case is && azp != "":
		b.Audience = azp
	case t.Has("azp"):
		return badClaim("azp", "a text")
	case len(b.audiences) > 1:
		return manyAudiences(b.audiences)
	default:
		b.Audience = b.audiences[0]
	}
	b.Methods, _ = t.Texts("amr")
	b.email, _ = t.Text("email")
	return nil
}

// session reads what a session is to have that the token is exchanged for.
func (b *bearer) session(t *oidc.Token) error {
	var ok bool
	if b.tags, b.transitive, ok = tagsIn(t.Claims); !ok {
		return badTags()
	}
	if !t.Has(sourceClaim) {
		return nil
	}
	if b.sourceIdentity, ok = t.Text(sourceClaim); !ok || !sourceForm.MatchString(b.sourceIdentity) {
		return badClaim(sourceClaim, "a text of 2 to 64 letters, digits and +=,.@_-")
	}
	return nil
}

var sourceForm = pattern.New(`^[\w+=,.@-]{2,64}$`)

// ahead is how far a provider's clock may be ahead of STS's. [unsure]
const ahead = 5 * time.Minute

// inForce holds the times in a token against the world's clock.
func inForce(c *awsapi.Call, t *oidc.Token) error {
	issued, ok := t.Time("iat")
	if !ok {
		return badClaim("iat", "a number of seconds since 1970")
	}
	ends, ok := t.Time("exp")
	if !ok {
		return badClaim("exp", "a number of seconds since 1970")
	}
	begins := issued
	if t.Has("nbf") {
		if begins, ok = t.Time("nbf"); !ok {
			return badClaim("nbf", "a number of seconds since 1970")
		}
	}
	switch {
	case !c.Now.Before(ends):
		return tokenExpired(c.Now, ends)
	case issued.After(c.Now.Add(ahead)):
		return tooEarly("iat", issued, c.Now)
	case begins.After(c.Now.Add(ahead)):
		return tooEarly("nbf", begins, c.Now)
	}
	return nil
}
