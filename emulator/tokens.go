package emulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// NewToken says what a token of an OpenID Connect provider is to be, which a world plays.
// The zero value of every field but Subject, or of all but Caller, is a good default.
type NewToken struct {
	Caller   string // whose web_identity fills in what is left out
	Provider string // the issuer's URL, or that without https://, or the provider's ARN; empty: the only one
	Subject  string
	Audience []string // empty: the first one that an account has of the provider
	Party    string   // the claim azp; empty: there is none
	// TTL is how long the token is in force by the world's clock; 0: an hour. One that is
	// negative has ended.
	TTL time.Duration
	// Claims are others, as JSON; they stand before those that follow from the rest.
	Claims map[string]any
}

// Token is a token of an OpenID Connect provider, as POST /_s3fault/worlds/{id}/tokens
// answers it.
type Token struct {
	Token    string    `json:"token"`
	Provider string    `json:"provider"` // the issuer's URL
	Subject  string    `json:"subject"`
	Expires  time.Time `json:"expires"` // by the world's clock
}

// tokenTime is how long a token is in force that does not say.
const tokenTime = time.Hour

// MakeToken makes a token of one of a world's OpenID Connect providers. Errors: *NotFound for
// the world, the caller and the provider, and what is missing.
func MakeToken(s *Server, name string, n NewToken) (*Token, error) {
	w, err := s.worlds.find("world", name)
	if err != nil {
		return nil, err
	}
	return w.newToken(n, w.live.Now().State, s.config.Now())
}

func (w *World) newToken(n NewToken, state *world.State, real time.Time) (*Token, error) {
	if err := n.fillIn(state); err != nil {
		return nil, err
	}
	issuer, err := issuerAmong(n.Provider, state)
	if err != nil {
		return nil, err
	}
	if n.Audience = audienceOf(n.Audience, issuer, state); len(n.Audience) == 0 {
		return nil, fmt.Errorf("no account has an audience of the provider %s: say which the token is for", issuer)
	}
	now := state.Clock.Now(real).Truncate(time.Second)
	ends := now.Add(cmp.Or(n.TTL, tokenTime))
	claims := map[string]any{
		"iss": issuer, "sub": n.Subject, "aud": n.Audience, "exp": ends.Unix(),
		"iat": min(now.Unix(), ends.Unix()), "nbf": min(now.Unix(), ends.Unix()),
	}
	if len(n.Audience) == 1 {
		claims["aud"] = n.Audience[0]
	}
	if n.Party != "" {
		claims["azp"] = n.Party
	}
	for name, value := range n.Claims {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	text, err := w.oidc.Sign(claims)
	return &Token{Token: text, Provider: issuer, Subject: n.Subject, Expires: ends.UTC()}, err
}

// fillIn takes what is left out from the caller's web identity.
func (n *NewToken) fillIn(s *world.State) error {
	if n.Caller == "" {
		if n.Subject == "" {
			return fmt.Errorf("a token has a subject, the claim sub, or a caller whose web_identity says it")
		}
		return nil
	}
	c := s.Callers[n.Caller]
	switch {
	case c == nil:
		known := slices.Sorted(maps.Keys(callers(s)))
		return &NotFound{Kind: "caller", Name: n.Caller, Nearest: nearest.Name(n.Caller, known)}
	case c.WebIdentity == nil:
		return fmt.Errorf("the caller %s has no web_identity", n.Caller)
	}
	id := c.WebIdentity
	n.Provider, n.Subject = cmp.Or(n.Provider, id.Provider), cmp.Or(n.Subject, id.Subject)
	if len(n.Audience) == 0 {
		n.Audience = []string{id.Audience}
	}
	if _, said := n.Claims["amr"]; len(id.Methods) > 0 && !said {
		claims := map[string]any{"amr": id.Methods}
		maps.Copy(claims, n.Claims)
		n.Claims = claims
	}
	return nil
}

// WebIdentity is how a caller's session is had by web identity, with a token that is good for
// an hour of the world's.
type WebIdentity struct {
	Provider    string `json:"provider"` // the issuer's URL
	Subject     string `json:"subject"`
	Audience    string `json:"audience"`
	RoleARN     string `json:"role_arn"`
	SessionName string `json:"role_session_name"`
	Token       string `json:"token"`
}

// tokens are new ones for all callers who have a web identity, by their names.
func (w *World) tokens(state *world.State, real time.Time) (map[string]string, error) {
	all := map[string]string{}
	for name, c := range state.Callers {
		if c.Minted || c.WebIdentity == nil {
			continue
		}
		t, err := w.newToken(NewToken{Caller: name}, state, real)
		if err != nil {
			return nil, err
		}
		all[name] = t.Token
	}
	return all, nil
}

// bear gives callers new tokens where they have a web identity.
func (w *World) bear(all map[string]Caller, state *world.State, real time.Time) (map[string]Caller, error) {
	tokens, err := w.tokens(state, real)
	for name, token := range tokens {
		c, from := all[name], state.Callers[name]
		c.WebIdentity = &WebIdentity{
			Provider: from.WebIdentity.Provider, Subject: from.WebIdentity.Subject, Audience: from.WebIdentity.Audience,
			RoleARN: from.Principal.RoleARN, SessionName: from.SessionName, Token: token,
		}
		all[name] = c
	}
	return all, err
}

// Tokens are those of the scenario's callers who have a web identity, by their names.
func (s *Scenario) Tokens() map[string]string {
	all := map[string]string{}
	for name, c := range s.Callers {
		if c.WebIdentity != nil {
			all[name] = c.WebIdentity.Token
		}
	}
	return all
}

// audienceOf is those that are asked for or, where none are, the first that an account has of
// the provider.
func audienceOf(asked []string, issuer string, s *world.State) []string {
	if len(asked) > 0 {
		return asked
	}
	for _, id := range slices.Sorted(maps.Keys(s.Accounts)) {
		if p := s.Accounts[id].OIDCProviders[issuer]; p != nil && len(p.Audiences) > 0 {
			return p.Audiences[:1]
		}
	}
	return nil
}

// noIssuer is the error for a provider that a world does not play.
func noIssuer(name, url string, known []string) error {
	if name == "" {
		return fmt.Errorf("the world has %d OpenID Connect providers (oidc_providers): say whose token it is",
			len(known))
	}
	return &NotFound{Kind: "OpenID Connect provider", Name: name, Nearest: nearest.Name(url, known)}
}

func tokenRoutes() []route {
	return []route{
		{http.MethodPost, "/worlds/{id}/tokens", "makes a token of an OpenID Connect provider that a world plays",
			control.token},
	}
}

// tokenAsked is the body that asks for a token.
var tokenAsked = facts.New("new token",
	facts.Field("caller", facts.Text, func(n *NewToken) *string { return &n.Caller }),
	facts.Field("provider", facts.Text, func(n *NewToken) *string { return &n.Provider }),
	facts.Field("subject", facts.Text, func(n *NewToken) *string { return &n.Subject }),
	facts.Field("audience", oneOrMore, func(n *NewToken) *[]string { return &n.Audience }),
	facts.Field("azp", facts.Text, func(n *NewToken) *string { return &n.Party }),
	facts.Field("ttl", inForce, func(n *NewToken) *time.Duration { return &n.TTL }),
	facts.Fact("claims", facts.TreeOf(facts.Any(facts.Schema{"type": "object"})), setClaims,
		func(*NewToken) *tree.Node { return nil }),
)

// inForce is a duration, which is not left out by saying 0s.
var inForce = facts.Checked(facts.Duration, func(d time.Duration, n *tree.Node) error {
	if d == 0 {
		return tree.Fail(n, "a token is in force for a while, or has ended a while ago (-1m): %s is neither", n.Text)
	}
	return nil
})

// oneOrMore is a text or a list of texts.
var oneOrMore = facts.Either((*tree.Node).Scalar, facts.Alone(facts.Text), facts.Texts)

func setClaims(n *NewToken, claims, _ *tree.Node) error {
	if claims == nil {
		return nil
	}
	text, err := claims.MarshalJSON()
	if err != nil {
		return err
	}
	return json.Unmarshal(text, &n.Claims)
}

func (c control) token(r *http.Request) (any, error) {
	n, err := decode(r, tokenAsked)
	if err != nil {
		return nil, err
	}
	t, err := MakeToken(c.server, id(r), *n)
	return created{t}, err
}
