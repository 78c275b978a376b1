package deeds

import (
	"fmt"
	"maps"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// person is somebody who might do something.
type person struct {
	name string // a caller's, anonymous, an ARN, or in words who it is
	arn  string // aws:PrincipalArn, or a service's name
	// find is who that is in a world; nil: nobody there.
	find func(*world.State) *world.Caller
	// policies are those of somebody who was invented, in every world the same.
	policies []authz.Named
	invented bool
	service  bool // one that may act for anything
	// supposed: only what opens to him is told, for his own policies are not those of the world.
	supposed bool
	// with are condition keys that somebody invented has besides: tags, an organization.
	with []circumstance
}

// Bounds of who is asked for, so that a large world can be asked about too.
const (
	maxPeople     = 48 // of the world
	maxAccounts   = 6  // that siblings, and things beside those that are there, are invented in
	maxLikenesses = 8  // of an account
)

// anonymous is the caller without credentials.
var anonymous = person{name: "anonymous", find: func(*world.State) *world.Caller { return nobody }}

var nobody = &world.Caller{Principal: policy.Principal{Kind: policy.Anonymous, CanonicalID: world.AnonymousID}}

// peopleOf is everybody who might do something in a world: first those from outside.
func peopleOf(s *world.State) []person {
	all := []person{anonymous, stranger(strangersAccount(s))}
	return slices.Concat(all, newcomers(s), siblingsOf(s))
}

// newcomers are those whom a world itself has.
func newcomers(s *world.State) []person {
	all := callersOf(s)
	all = append(all, withoutCallers(s, all)...)
	return all[:min(len(all), maxPeople)]
}

// callersOf are those that the scenario names; of several keys of one user, one.
func callersOf(s *world.State) []person {
	var all []person
	known := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(s.Callers)) {
		c := s.Callers[name]
		if c.Minted || c.LongTerm() && known[c.Principal.ARN] {
			continue
		}
		known[c.Principal.ARN] = true
		find := func(s *world.State) *world.Caller { return s.Callers[name] }
		free := c.Service != "" && c.SourceARN+c.SourceAccount == ""
		all = append(all, person{name: name, arn: arnOf(&c.Principal), find: find, service: free})
	}
	return all
}

func arnOf(p *policy.Principal) string {
	if p.Kind == policy.Service {
		return p.Service
	}
	return asker.PrincipalARN(p)
}

// withoutCallers are the users and roles of a world that no caller is, or only callers whose
// session may do less.
func withoutCallers(s *world.State, callers []person) []person {
	known := map[string]bool{}
	for _, c := range callers {
		known[c.arn] = known[c.arn] || len(c.find(s).SessionPolicies) == 0
	}
	var all []person
	for _, number := range slices.Sorted(maps.Keys(s.Accounts)) {
		a := s.Accounts[number]
		for _, name := range slices.Sorted(maps.Keys(a.Users)) {
			if u := a.Users[name]; !known[u.ARN] {
				all = append(all, person{name: u.ARN, arn: u.ARN, find: findUser(number, name)})
			}
		}
		for _, name := range slices.Sorted(maps.Keys(a.Roles)) {
			if r := a.Roles[name]; !known[r.ARN] {
				all = append(all, person{name: r.ARN, arn: r.ARN, find: findRole(number, name)})
			}
		}
	}
	return all
}

func findUser(account, name string) func(*world.State) *world.Caller {
	return func(s *world.State) *world.Caller {
		a := s.Accounts[account]
		if a == nil || a.Users[name] == nil {
			return nil
		}
		return userCaller(s, account, name, a.Users[name].ARN, a.Users[name].ID)
	}
}

func userCaller(s *world.State, account, name, arn, id string) *world.Caller {
	return &world.Caller{Account: account, User: name, UserID: id, Principal: policy.Principal{
		Kind: policy.User, Account: account, ARN: arn, CanonicalID: s.CanonicalID(account),
	}}
}

func findRole(account, name string) func(*world.State) *world.Caller {
	return func(s *world.State) *world.Caller {
		a := s.Accounts[account]
		if a == nil || a.Roles[name] == nil {
			return nil
		}
		return roleCaller(s, account, name, a.Roles[name].ARN, a.Roles[name].ID)
	}
}

// roleCaller is a session of a role, by the name of session.
func roleCaller(s *world.State, account, name, arn, id string) *world.Caller {
	const session = "session"
	return &world.Caller{
		Account: account, Role: name, UserID: id + ":" + session, SessionName: session, SessionToken: session,
		Principal: policy.Principal{
			Kind: policy.RoleSession, Account: account, RoleARN: arn, ARN: world.SessionARN(account, name, session),
			CanonicalID: s.CanonicalID(account),
		},
	}
}

// mustAllow is a policy of somebody who was invented.
func mustAllow(actions string) []authz.Named {
	p, err := policy.Parse([]byte(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[` + actions + `],"Resource":"*"}]}`))
	if err != nil {
		panic(err) // a constant
	}
	return []authz.Named{{Name: "invented", Policy: p}}
}

var (
	mayEverything = mustAllow(`"*"`)
	mayUse        = mustAllow(`"s3:*","kms:*","sts:*"`)
)

// stranger is a user of an account that the world knows nothing of, whose own account lets
// him do everything.
func stranger(account string) person {
	return invent("stranger", account, "stranger", mayEverything)
}

// strangersAccount is a number that the world does not declare.
func strangersAccount(s *world.State) string {
	for _, number := range []string{"444455556666", "777788889999", "888877776666"} {
		if s.Accounts[number] == nil {
			return number
		}
	}
	return "999999999999"
}

// invent is a user that no world has.
func invent(who, account, name string, policies []authz.Named) person {
	arn := world.UserARN(account, "/", name)
	return person{
		name: fmt.Sprintf("%s (%s)", who, arn), arn: arn, policies: policies, invented: true,
		find: func(s *world.State) *world.Caller {
			return userCaller(s, account, name, arn, world.UserID(account, name))
		},
	}
}

// inventRole is a session of a role that no world has.
func inventRole(who, account, name string, policies []authz.Named) person {
	arn := world.RoleARN(account, "/", name)
	return person{
		name: fmt.Sprintf("%s (%s)", who, arn), arn: arn, policies: policies, invented: true,
		find: func(s *world.State) *world.Caller {
			return roleCaller(s, account, name, arn, world.RoleID(account, name))
		},
	}
}

// service is an AWS service that a policy names.
func service(name string) person {
	c := &world.Caller{Service: name, Principal: policy.Principal{Kind: policy.Service, Service: name}}
	return person{name: name, arn: name, service: true, find: func(*world.State) *world.Caller { return c }}
}

// siblingsOf are invented in each account of the world: one whose policies let him use S3
// and KMS, one who has the policies of a caller, one without any.
func siblingsOf(s *world.State) []person {
	var all []person
	for _, number := range bounded(slices.Sorted(maps.Keys(s.Accounts)), nil, maxAccounts) {
		all = append(all,
			invent("another user with s3:* and kms:*", number, "another-power-user", mayUse),
			inventRole("another role with s3:* and kms:*", number, "another-power-role", mayUse),
			invent("another user without policies", number, "another-user", nil))
		all = append(all, likenesses(s, number)...)
	}
	return all
}

// likenesses have the policies that the account's first callers have in the world before.
func likenesses(s *world.State, account string) []person {
	var all []person
	for _, name := range slices.Sorted(maps.Keys(s.Callers)) {
		c := s.Callers[name]
		if c.Account != account || c.Minted || len(all) == maxLikenesses {
			continue
		}
		who := "another with the policies of " + name
		if u := s.UserOf(c); u != nil && len(u.Policies) > 0 {
			all = append(all, invent(who, account, "another-"+u.Name, u.Policies))
		} else if r := s.RoleOf(c); r != nil && len(r.Policies) > 0 {
			all = append(all, inventRole(who, account, "another-"+r.Name, r.Policies))
		}
	}
	return all
}
