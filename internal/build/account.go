package build

import (
	"iter"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// Accounts are the AWS accounts by number. What speaks of principals of other accounts
// is read once all are there.
var Accounts = facts.Many("accounts", accountNumbers, account, (*making).addAccount,
	func(w *making) iter.Seq2[string, *accountIn] {
		return facts.ByName(w.Accounts, func(_ string, a *world.Account) *accountIn { return &accountIn{w, a} })
	}).
	Says("the AWS accounts, by their number of 12 digits").Then(func(w *making) error {
	var errs []error
	for _, do := range w.later {
		errs = append(errs, do())
	}
	return tree.Join(errs...)
})

// accountIn is an account in its world.
type accountIn struct {
	world *making
	*world.Account
}

var account = facts.New("account",
	facts.Field("name", facts.Text, func(a *accountIn) *string { return &a.Name }).
		Says("what the account is called"),
	facts.Field("canonical_id", canonicalID, func(a *accountIn) *string { return &a.CanonicalID }).
		Says("the canonical user id, 64 hexadecimal digits, which ACLs name", "derived from the number"),
	ManagedPolicies,
	policyDetails,
	Groups,
	Users,
	Roles,
	OIDCProviders,
	InstanceProfiles.After("roles"),
	passwordPolicyOf,
	AccountBlock,
)

// AccountBlock is the account's Block Public Access.
var AccountBlock = facts.Field("public_access_block", publicAccess,
	func(a *accountIn) **world.PublicAccessBlock { return &a.PublicAccessBlock }).
	Says("the account's Block Public Access")

func (w *making) addAccount(id string, _ *tree.Node) (*accountIn, error) {
	a := &world.Account{
		ID: id, Users: map[string]*world.User{}, Roles: map[string]*world.Role{}, Groups: map[string]*world.Group{},
		ManagedPolicies: map[string]*authz.Named{}, PolicyDetails: map[string]*world.PolicyDetails{},
		OIDCProviders: map[string]*world.OIDCProvider{}, InstanceProfiles: map[string]*world.InstanceProfile{},
	}
	w.Accounts[id] = a
	return &accountIn{w, a}, nil
}

var accountNumbers = facts.Names{Pattern: `^\d{12}$`, Check: func(key *tree.Node) error {
	if !world.IsAccountID(key.Text) {
		return tree.Fail(key, "the account number %q has not 12 digits", key.Text)
	}
	return nil
}}

var canonicalID = facts.Checked(facts.Text, func(id string, n *tree.Node) error {
	if id != "" && !world.IsCanonicalID(id) {
		return tree.Fail(n, "a canonical id has 64 hexadecimal digits")
	}
	return nil
})

// userIn is a user in the account.
type userIn struct {
	in *accountIn
	*world.User
}

// Users are the account's users.
var Users = facts.Many("users", facts.Names{}, user, (*accountIn).addUser,
	func(a *accountIn) iter.Seq2[string, *userIn] {
		return facts.ByName(a.Users, func(_ string, u *world.User) *userIn { return &userIn{a, u} })
	}).
	Says("the IAM users, by name").After("groups")

var user = facts.New("user",
	unique(func(u *userIn) (*string, string) { return &u.ID, world.UserID(u.in.ID, u.Name) }),
	inline(func(u *userIn) *[]authz.Named { return &u.Inline }),
	attachments(func(u *userIn) (*accountIn, *[]string) { return u.in, &u.Managed }),
	facts.Fact("groups", facts.Texts, (*userIn).setGroups, func(u *userIn) []string { return u.Groups }).
		Says("the groups that the user is in"),
	boundary(func(u *userIn) (*accountIn, *authz.Named) { return u.in, u.Boundary },
		func(u *userIn, p *authz.Named) { u.Boundary = p }),
	facts.Field("tags", facts.Tags, func(u *userIn) *map[string]string { return &u.Tags }).
		Says("the user's tags"),
	facts.Field("path", iamPath, func(u *userIn) *string { return &u.Path }).
		Says("the path in the user's ARN, like /team/", "/"),
	loginProfile,
)

func (a *accountIn) addUser(name string, _ *tree.Node) (*userIn, error) {
	u := &world.User{Name: name, Created: a.world.now()}
	a.Users[name] = u
	return &userIn{a, u}, nil
}

func (u *userIn) setGroups(names []string, list *tree.Node) error {
	u.Groups = names
	return known(names, list, "group", keysOf(u.in.Groups))
}

// roleIn is a role in its account.
type roleIn struct {
	in *accountIn
	*world.Role
}

// Roles are the account's roles.
var Roles = facts.Many("roles", facts.Names{}, role, (*accountIn).addRole,
	func(a *accountIn) iter.Seq2[string, *roleIn] {
		return facts.ByName(a.Roles, func(_ string, r *world.Role) *roleIn { return &roleIn{a, r} })
	}).
	Says("the IAM roles, by name")

var role = facts.New("role",
	unique(func(r *roleIn) (*string, string) { return &r.ID, world.RoleID(r.in.ID, r.Name) }),
	facts.Field("description", facts.Text, func(r *roleIn) *string { return &r.Description }).
		Says("what the role says it is for"),
	inline(func(r *roleIn) *[]authz.Named { return &r.Inline }),
	attachments(func(r *roleIn) (*accountIn, *[]string) { return r.in, &r.Managed }),
	boundary(func(r *roleIn) (*accountIn, *authz.Named) { return r.in, r.Boundary },
		func(r *roleIn, p *authz.Named) { r.Boundary = p }),
	facts.Field("tags", facts.Tags, func(r *roleIn) *map[string]string { return &r.Tags }).
		Says("the role's tags"),
	facts.Field("path", iamPath, func(r *roleIn) *string { return &r.Path }).
		Says("the path in the role's ARN, like /service/", "/"),
	Trust,
	facts.Field("max_session", facts.Duration, func(r *roleIn) *time.Duration { return &r.MaxSession }).
		Says("the longest session that AssumeRole gives", "1h"),
)

func (a *accountIn) addRole(name string, _ *tree.Node) (*roleIn, error) {
	r := &world.Role{Name: name, Created: a.world.now()}
	a.Roles[name] = r
	return &roleIn{a, r}, nil
}

// Trust is a role's trust policy, which may name principals of every account.
var Trust = facts.Fact("trust", document, (*roleIn).setTrust, func(r *roleIn) *tree.Node { return described(r.Trust) }).
	Says("the trust policy: who may assume the role")

func (r *roleIn) setTrust(doc *tree.Node, _ *tree.Node) error {
	w := r.in.world
	w.later = append(w.later, func() (err error) {
		r.Trust, err = compile(doc, "trust", "", policy.Rules{Kind: policy.Trust, PrincipalExists: w.PrincipalPossible})
		return err
	})
	return nil
}

// groupIn is a group in its account.
type groupIn struct {
	in *accountIn
	*world.Group
}

// Groups are the account's groups.
var Groups = facts.Many("groups", facts.Names{}, group, (*accountIn).addGroup,
	func(a *accountIn) iter.Seq2[string, *groupIn] {
		return facts.ByName(a.Groups, func(_ string, g *world.Group) *groupIn { return &groupIn{a, g} })
	}).
	Says("the IAM groups, by name")

var group = facts.New("group",
	unique(func(g *groupIn) (*string, string) { return &g.ID, world.GroupID(g.in.ID, g.Name) }),
	facts.Field("path", facts.Text, func(g *groupIn) *string { return &g.Path }).
		Says("the path in the group's ARN", "/"),
	inline(func(g *groupIn) *[]authz.Named { return &g.Inline }),
	attachments(func(g *groupIn) (*accountIn, *[]string) { return g.in, &g.Managed }),
)

func (a *accountIn) addGroup(name string, _ *tree.Node) (*groupIn, error) {
	g := &world.Group{Name: name, Created: a.world.now()}
	a.Groups[name] = g
	return &groupIn{a, g}, nil
}
