package iam

import (
	"maps"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// kind is a kind of identity.
type kind struct {
	word  string // in ARNs and messages
	title string // where a message begins with it
	// room is how many characters its inline policies may have together, quota the
	// name of the limit on managed policies (IAM User Guide, "IAM and AWS STS
	// quotas").
	room  int
	quota string
}

var (
	users  = &kind{"user", "User", 2048, "PoliciesPerUser"}
	roles  = &kind{"role", "Role", 10240, "PoliciesPerRole"}
	groups = &kind{"group", "Group", 5120, "PoliciesPerGroup"}
)

// The names that calls are about. The structs of parameters begin with one of them.
type (
	userName struct {
		UserName string `aws:",required"`
	}
	roleName struct {
		RoleName string `aws:",required"`
	}
	groupName struct {
		GroupName string `aws:",required"`
	}
)

func (n userName) identity() (*kind, string)  { return users, n.UserName }
func (n roleName) identity() (*kind, string)  { return roles, n.RoleName }
func (n groupName) identity() (*kind, string) { return groups, n.GroupName }

// named is a call's parameters that name a user, role or group.
type named interface{ identity() (*kind, string) }

// identity is what users, roles and groups have in common. Its pointers lead into
// the user, role or group itself: write through them only where edit lent it.
type identity struct {
	*kind
	name, path, arn, id string
	created             time.Time
	inline              *[]authz.Named
	managed             *[]string
	boundary            **authz.Named      // nil: groups have none
	tags                *map[string]string // nil: groups have none
}

func ofUser(u *world.User) *identity {
	return &identity{users, u.Name, orRoot(u.Path), u.ARN, u.ID, u.Created, &u.Inline, &u.Managed, &u.Boundary, &u.Tags}
}

func ofRole(r *world.Role) *identity {
	return &identity{roles, r.Name, orRoot(r.Path), r.ARN, r.ID, r.Created, &r.Inline, &r.Managed, &r.Boundary, &r.Tags}
}

func ofGroup(g *world.Group) *identity {
	return &identity{groups, g.Name, orRoot(g.Path), g.ARN, g.ID, g.Created, &g.Inline, &g.Managed, nil, nil}
}

// find is the account's user, role or group of that name; nil: there is none.
func (k *kind) find(a *world.Account, name string) *identity {
	switch k {
	case users:
		if u := a.Users[name]; u != nil {
			return ofUser(u)
		}
	case roles:
		if r := a.Roles[name]; r != nil {
			return ofRole(r)
		}
	case groups:
		if g := a.Groups[name]; g != nil {
			return ofGroup(g)
		}
	}
	return nil
}

// lend is a copy of the account in which the user, role or group can be changed.
func (k *kind) lend(a *world.Account, name string) (*world.Account, *identity) {
	if k.find(a, name) == nil {
		return nil, nil
	}
	c := *a
	switch k {
	case users:
		c.Users = replaced(a.Users, name)
	case roles:
		c.Roles = replaced(a.Roles, name)
	case groups:
		c.Groups = replaced(a.Groups, name)
	}
	return &c, k.find(&c, name)
}

// replaced is the map with a copy of one value in its place.
func replaced[V any](m map[string]*V, name string) map[string]*V {
	value := *m[name]
	m = maps.Clone(m)
	m[name] = &value
	return m
}

func (k *kind) noSuch(name string) error {
	return noSuchEntity("The %s with name %s cannot be found.", k.word, name)
}

// look is the user, role or group that the call names.
func look[In named](c *awsapi.Call, in *In) (*identity, error) {
	k, name := (*in).identity()
	if found := k.find(account(c), name); found != nil {
		return found, nil
	}
	return nil, k.noSuch(name)
}

// edit changes the user, role or group that the call names, on a copy. change must
// put new slices and maps in the place of those there are.
func edit[In named](c *awsapi.Call, in *In, change func(*world.Account, *identity) error) error {
	k, name := (*in).identity()
	return c.Change(func(s *world.State) (*world.State, error) {
		a, lent := k.lend(s.Account(c.CallerAccount()), name)
		if lent == nil {
			return nil, k.noSuch(name)
		}
		if err := change(a, lent); err != nil {
			return nil, err
		}
		return sealed(s.WithAccount(a))
	})
}

// sealed is a new state, or why there is none: a fault of the program, since what
// the caller may have got wrong was refused before.
func sealed(s *world.State, err error) (*world.State, error) {
	if err != nil {
		return nil, awsapi.RefuseWith(500, "ServiceFailure", "%v", err)
	}
	return s, nil
}

// checkIdentity asks for the call's permission on who it is about.
func checkIdentity[In named](c *awsapi.Call, in *In) ([]*authz.Request, error) {
	k, name := (*in).identity()
	return askAbout(c, k, name)
}

// askAbout asks for the call's permission on a user, role or group, with the keys
// that it gives. One that does not exist has the ARN that it would have.
func askAbout(c *awsapi.Call, k *kind, name string, keys ...awsapi.Key) ([]*authz.Request, error) {
	if found := k.find(account(c), name); found != nil {
		return c.Ask(found.arn, append(keys, found.tagKeys()...)...)
	}
	return c.Ask("arn:aws:iam::"+c.CallerAccount()+":"+k.word+"/"+name, keys...)
}

// checkPolicies is checkIdentity of a call that changes which policies bind who it is
// about, with the boundary that limits them (Service Authorization Reference, AWS
// IAM, iam:PermissionsBoundary).
func checkPolicies[In named](c *awsapi.Call, in *In) ([]*authz.Request, error) {
	k, name := (*in).identity()
	return askAbout(c, k, name, boundaryKey(k.find(account(c), name))...)
}

func boundaryKey(of *identity) []awsapi.Key {
	if of == nil || of.boundary == nil || *of.boundary == nil || (*of.boundary).ARN == "" {
		return nil
	}
	return []awsapi.Key{{Name: "iam:PermissionsBoundary", Values: []string{(*of.boundary).ARN}}}
}

// userOr is the user of that name or, where there is none, the caller's own: empty
// for the root user.
func userOr(c *awsapi.Call, name string) (string, error) {
	switch {
	case name != "":
		return name, nil
	case c.Caller.User == "" && !c.Caller.Root:
		return "", awsapi.Refuse("ValidationError", "Must specify userName when calling with non-User credentials")
	}
	return c.Caller.User, nil
}

// ofOwnUser is a call's parameters that may leave out the user's name.
type ofOwnUser interface{ user() string }

// checkOwnUser asks for the call's permission on the user that it names, else on the
// caller. That a role's session must name one it is told once it is allowed.
func checkOwnUser[In ofOwnUser](c *awsapi.Call, in *In) ([]*authz.Request, error) {
	name, err := userOr(c, (*in).user())
	switch {
	case err != nil:
		return c.Ask(c.Principal.ARN)
	case name == "":
		return c.Ask(world.RootARN(c.CallerAccount()))
	}
	return askAbout(c, users, name)
}
