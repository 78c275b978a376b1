package advice

import (
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

// federated lets in who has a token of an identity provider, by its subject and its audience: in a
// statement that lacks the one or the other, or the action, and nothing else, or in one of its own.
func (p *place) federated(layer authz.Layer, q *authz.Request) []candidate {
	var all []candidate
	_, statements := p.document()
	for i, v := range statements {
		s, ok := written(v)
		if !ok || s[effectElement] != "Allow" || !s.fits(q, principalElement) {
			continue
		}
		if c, ok := p.withClaim(i, s, q); ok {
			all = append(all, c)
		} else if more := s.having(actionElement, values(append(list(s[actionElement]), q.Action))); more.matches(q) {
			all = append(all, p.extended(i, more, "add "+q.Action+" to the Action"))
		}
	}
	for i := range all {
		all[i].Layer = layer
	}
	allow := p.allow(q)
	for _, c := range bearing(q) {
		allow = allow.where(c.operator, c.key, c.values...)
	}
	return append(all, p.add(layer, allow))
}

func (p *place) extended(i int, s statement, what string) candidate {
	return candidate{Change: journal.Change{
		Patch: p.replace(i, s), Text: what + " of " + p.named(i) + " in " + p.what,
	}}
}

// withClaim is a statement with the token's own value for the one claim that keeps the token out.
func (p *place) withClaim(i int, s statement, q *authz.Request) (candidate, bool) {
	for _, c := range bearing(q) {
		for _, has := range s.conditions() {
			base := strings.ToLower(has.base())
			if !strings.EqualFold(has.key, c.key) || base != "stringequals" && base != "stringlike" {
				continue
			}
			more := s.where(has.operator, has.key, c.values...)
			if more.matches(q) && !s.matches(q) {
				return p.extended(i, more, "add "+c.values[0]+" to "+has.key+" in the Condition"), true
			}
		}
	}
	return candidate{}, false
}

// bearing are the conditions that the token alone meets: who has it, and for whom it is.
func bearing(q *authz.Request) []condition {
	_, issuer, _ := strings.Cut(q.Principal.Provider, ":oidc-provider/")
	var all []condition
	for _, claim := range []string{":sub", ":aud"} {
		if v, ok := q.Context.Get(issuer + claim); ok && len(v) == 1 {
			all = append(all, condition{"StringEquals", issuer + claim, v})
		}
	}
	return all
}

// isBearer says whether who asks has a token of an identity provider, and nothing else.
func isBearer(q *authz.Request) bool { return q.Principal.Kind == policy.WebIdentity }
