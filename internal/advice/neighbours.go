package advice

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// near are the conditions of the Allow that is nearest to a new one: of those that keep
// the request out by a condition alone, in whatever policy, and else of the statement
// beside it that allows the same or a like action for the same resource or principal. What
// the request does not meet has the request's own value; where it cannot, because that
// would get round what the condition is for, or the request does not have the key at all, it
// is false: an Allow for those without it would be the opposite of what its neighbour says.
func (s *search) near(p *place, q *authz.Request) ([]condition, bool) {
	if keeps := missing(q); len(keeps) > 0 {
		return adapted(keeps[0], q)
	}
	best, found := statement(nil), 0
	_, statements := p.document()
	for _, v := range statements {
		if n, ok := written(v); ok && n[effectElement] == "Allow" {
			if like := p.likeness(n, q); like > found {
				best, found = n, like
			}
		}
	}
	return adapted(best, q)
}

// missing are the Allows that a condition alone keeps from matching.
func missing(q *authz.Request) []statement {
	var all []statement
	for _, n := range granters(q) {
		for _, m := range n.Policy.Misses(asPolicy(q), policy.Allow) {
			if !strings.HasPrefix(m.Element, conditionElement+".") {
				continue
			}
			p := place{has: &n}
			_, statements := p.document()
			if s, ok := written(statements[m.Statement]); ok {
				all = append(all, s)
			}
		}
	}
	return all
}

// granters are the policies that could allow it, and not only limit what others do, of each
// side that does not.
func granters(q *authz.Request) []authz.Named {
	var all []authz.Named
	sides := [][]authz.Named{q.Identity}
	for _, p := range []*authz.Named{q.BucketPolicy, q.Trust} {
		if p != nil {
			sides = append(sides, []authz.Named{*p})
		}
	}
	if q.Key != nil && q.Key.Policy != nil {
		sides = append(sides, []authz.Named{*q.Key.Policy})
	}
	for _, side := range sides {
		side = slices.DeleteFunc(slices.Clone(side), func(n authz.Named) bool { return n.Policy == nil })
		if !slices.ContainsFunc(side, func(n authz.Named) bool { return n.Policy.Match(asPolicy(q)).Allow >= 0 }) {
			all = append(all, side...)
		}
	}
	return all
}

// likeness says how near a statement is to what is asked: by the resource or the
// principal, and then by the action; 0: it is no neighbour.
func (p *place) likeness(n statement, q *authz.Request) int {
	there := p.itself || n.fits(q, resourceElement, notResources) || ofBucket(n, q)
	who := p.resource && n.fits(q, principalElement)
	if !there && !who {
		return 0
	}
	like := 0
	switch {
	case n.fits(q, actionElement, notActions):
		like = 8
	case alike(n, q.Action):
		like = 4
	default:
		return 0
	}
	if who {
		like += 2
	}
	if there {
		like++
	}
	return like
}

// ofBucket says whether one of the statement's resources is of the question's bucket.
func ofBucket(n statement, q *authz.Request) bool {
	bucket, _, _ := strings.Cut(q.Resource, "/")
	for _, r := range list(n[resourceElement]) {
		if name, _, _ := strings.Cut(r, "/"); name == bucket && strings.HasPrefix(r, world.BucketARN) {
			return true
		}
	}
	return false
}

// alike says whether one of the statement's actions is of the access level that the
// action has.
func alike(n statement, action string) bool {
	a, ok := policy.LookupAction(action)
	if !ok {
		return false
	}
	for _, other := range list(n[actionElement]) {
		if o, ok := policy.LookupAction(other); ok && len(a.Access) > 0 && len(o.Access) > 0 && a.Access[0] == o.Access[0] {
			return true
		}
	}
	return false
}

// adapted are the conditions of a statement as the request can meet them.
func adapted(s statement, q *authz.Request) ([]condition, bool) {
	var all []condition
	for _, c := range s.conditions() {
		if !(statement{}).where(c.operator, c.key, c.values...).fits(q, conditionElement) {
			_, has := q.Context.Get(c.key)
			switch {
			case !has && strings.HasPrefix(strings.ToLower(c.key), "aws:principal"):
				continue // the grant names who it is
			case policy.KeyApplies(q.Action, c.key) == policy.Refused:
				continue // it says nothing of this action
			case !circumstance(c.key), !has, c.base() == "Null":
				return nil, false
			}
			c = c.of(q)
		}
		all = append(all, c)
	}
	return all, true
}

// of is the condition on the same key that just the question's value meets, where it has one.
func (c condition) of(q *authz.Request) condition {
	v, _ := q.Context.Get(c.key)
	if same := equality[c.base()]; same != "" {
		return condition{same, c.key, v}
	}
	return condition{c.operator, c.key, v}
}

// equality is the operator, for one that does not list the values it holds for, that does.
var equality = map[string]string{
	"StringNotEquals": "StringEquals", "StringNotEqualsIgnoreCase": "StringEquals", "StringNotLike": "StringEquals",
	"ArnNotEquals": "ArnEquals", "ArnNotLike": "ArnEquals", "NotIpAddress": "IpAddress",
	"NumericNotEquals": "NumericEquals", "NumericLessThan": "NumericEquals", "NumericLessThanEquals": "NumericEquals",
	"NumericGreaterThan": "NumericEquals", "NumericGreaterThanEquals": "NumericEquals",
}

// through tells to come through the service that an Allow wants in between: no request says so by itself.
func through(q *authz.Request) []candidate {
	for _, keeps := range missing(q) {
		for _, c := range keeps.conditions() {
			if strings.HasPrefix(strings.ToLower(c.key), "aws:calledvia") && !negative[c.base()] {
				return telling("make the call through "+strings.Join(c.values, " or ")+
					", which the policy wants in between ("+c.key+")", nil)
			}
		}
	}
	return nil
}

// circumstance says whether a condition key tells who asks, from where and about what,
// which a grant may name. How a request is made (its headers, TLS, a second factor) is for
// the request to change.
func circumstance(key string) bool {
	key = strings.ToLower(key)
	for _, of := range []string{
		"aws:principal", "aws:source", "aws:vpc", "aws:user", "aws:resource", "aws:requestedregion", "aws:calledvia",
		"s3:prefix", "s3:delimiter", "s3:max-keys", "s3:annotation-prefix", "s3:max-annotation-results",
		"s3:existingobjecttag/", "s3:resourceaccount", "kms:",
	} {
		if strings.HasPrefix(key, of) {
			return true
		}
	}
	return false
}
