package deeds

import (
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// name adds whom a principal of a policy means, where nobody of the net is that.
func (n *Net) name(s *world.State, p principal) {
	switch p.kind {
	case "Service":
		n.person(service(p.value))
	case "AWS":
		n.nameARN(s, p.value)
	}
}

func (n *Net) isThere(arn string) bool {
	for i := range n.people {
		if n.people[i].arn == arn {
			return true
		}
	}
	return false
}

// nameARN adds a user or role by its ARN, or somebody of an account.
func (n *Net) nameARN(s *world.State, value string) {
	account := value
	parts := strings.SplitN(value, ":", 6)
	if len(parts) == 6 {
		account = parts[4]
	}
	if !world.IsAccountID(account) || n.isThere(value) {
		return
	}
	policies := mayEverything
	if s.Accounts[account] != nil {
		policies = mayUse
	}
	name := "somebody"
	if len(parts) == 6 && parts[5] != "root" {
		name = world.LastName(value)
	} else if s.Accounts[account] != nil {
		return // its siblings are there
	}
	if len(parts) == 6 && strings.HasPrefix(parts[5], "role/") {
		n.person(inventRole("somebody named", account, name, policies))
		return
	}
	n.person(invent("somebody of the account", account, name, policies))
}

// supposed adds, to whom a statement of another account's bucket, key or role names, the same with policies that
// let him do everything: what his own account lets him do is its affair, and it may change.
func (n *Net) supposed(s *world.State, m *moved) {
	if !m.allows {
		return
	}
	for _, p := range m.principals {
		account := accountIn([]string{p.value})
		if p.kind != "AWS" || len(account) == 0 || s.Accounts[account[0]] == nil || account[0] == m.account {
			continue
		}
		for i := range n.people {
			if like := n.people[i]; like.arn == p.value && !like.invented {
				like.name, like.policies = "if its account lets it, "+like.arn, mayEverything
				like.invented, like.supposed = true, true
				n.person(like)
				break
			}
		}
	}
}

// sourcesIn remembers what a statement's conditions say that services act for.
func (n *Net) sourcesIn(conditions []condition) {
	for _, c := range conditions {
		if !strings.EqualFold(c.key, "aws:SourceArn") {
			continue
		}
		for _, values := range c.holds {
			n.source(values[0])
		}
	}
}

// namedByKeys adds whom the condition keys of principals mean: by ARN or account, or
// somebody who has the tag, or the organization.
func (n *Net) namedByKeys(s *world.State, conditions []condition) {
	for _, c := range conditions {
		if !among(c.key, ofPrincipals) {
			continue
		}
		for _, values := range c.holds {
			if len(values) != 1 {
				continue
			}
			switch strings.ToLower(c.key) {
			case "aws:principalarn":
				n.nameARN(s, values[0])
			case "aws:principalaccount":
				n.nameARN(s, values[0])
			default:
				n.withKey(s, circumstance{c.key, values})
			}
		}
	}
}

// grantees adds those whom grants of keys and ACLs name.
func (n *Net) grantees(m *store.Moment) {
	s := m.State
	for _, arn := range slices.Sorted(maps.Keys(s.Keys)) {
		for _, g := range s.Keys[arn].Grants {
			kind := "Service"
			if strings.HasPrefix(g.Grantee, "arn:") {
				kind = "AWS"
			}
			n.name(s, principal{kind, g.Grantee})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Buckets)) {
		n.granteesOf(s, s.Buckets[name].ACL)
		if contents := m.Index.Bucket(name); contents != nil {
			for _, o := range contents.List(store.ListQuery{Max: maxObjects}).Objects {
				n.granteesOf(s, o.ACL)
			}
		}
	}
}

// granteesOf adds somebody of each account in an ACL that the world does not declare, and
// the service that delivers logs.
func (n *Net) granteesOf(s *world.State, acl authz.ACL) {
	for _, g := range acl {
		if g.Grantee.Group == authz.LogDelivery {
			n.person(service("logging.s3.amazonaws.com"))
		}
		if id := g.Grantee.CanonicalID; world.IsCanonicalID(id) && s.AccountWith(id) == nil {
			p := invent("somebody of an unknown account", strangersAccount(s), "owner-of-"+id[:8], mayEverything)
			find := p.find
			p.find = func(s *world.State) *world.Caller {
				c := find(s)
				c.Principal.CanonicalID = id
				return c
			}
			n.person(p)
		}
	}
}

// withKey adds a stranger, and somebody of each of the first accounts, who has a condition key.
func (n *Net) withKey(s *world.State, c circumstance) {
	base := []person{stranger(strangersAccount(s))}
	for _, number := range bounded(slices.Sorted(maps.Keys(s.Accounts)), nil, maxAccounts) {
		base = append(base, invent("another user with s3:* and kms:*", number, "another-power-user", mayUse))
	}
	for _, p := range base {
		p.name += " with " + c.key + " " + strings.Join(c.values, ", ")
		p.with = []circumstance{c}
		n.person(p)
	}
}
