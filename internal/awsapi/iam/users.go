package iam

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// user is a user as IAM describes it; the root user has neither path nor name.
type user struct {
	Path                string `xml:",omitempty"`
	UserName            string `xml:",omitempty"`
	UserId              string
	Arn                 string
	CreateDate          string            `xml:",omitempty"`
	PermissionsBoundary *attachedBoundary `xml:",omitempty"`
	Tags                awsapi.List[tag]  `xml:",omitempty"`
}

type attachedBoundary struct {
	PermissionsBoundaryType string
	PermissionsBoundaryArn  string
}

func describeUser(u *world.User) user {
	d := listedUser(u)
	d.PermissionsBoundary, d.Tags = describeBoundary(u.Boundary), tagList(u.Tags)
	return d
}

// listedUser is a user as listings have it, without tags and boundary.
func listedUser(u *world.User) user {
	return user{Path: orRoot(u.Path), UserName: u.Name, UserId: u.ID, Arn: u.ARN, CreateDate: awsapi.ISO(u.Created)}
}

// describeBoundary is the managed policy that bounds; one that a scenario file
// writes out has no ARN to tell.
func describeBoundary(p *authz.Named) *attachedBoundary {
	if p == nil || p.ARN == "" {
		return nil
	}
	return &attachedBoundary{"Policy", p.ARN}
}

type createUserInput struct {
	userName
	Path                string
	PermissionsBoundary string
	Tags                []tag
}

type userOutput struct{ User user }

// newKeys are the condition keys of a call that makes something with tags and a
// boundary.
func newKeys(tags []tag, boundary string) []awsapi.Key {
	keys := awsapi.RequestTags(tags)
	if boundary != "" {
		keys = append(keys, awsapi.Key{Name: "iam:PermissionsBoundary", Values: []string{boundary}})
	}
	return keys
}

func checkCreateUser(c *awsapi.Call, in *createUserInput) ([]*authz.Request, error) {
	return askNew(c, world.UserARN(c.CallerAccount(), in.Path, in.UserName), "iam:TagUser", in.Tags, newKeys(in.Tags, in.PermissionsBoundary))
}

// askNew asks for the call's permission on something that it makes and, where it
// makes it with tags, for the permission to tag it (IAM User Guide, "Tags for IAM
// resources").
func askNew(c *awsapi.Call, arn, tagging string, tags []tag, keys []awsapi.Key) ([]*authz.Request, error) {
	questions, err := c.Ask(arn, keys...)
	if len(tags) > 0 {
		questions = append(questions, c.Question(tagging, arn, awsapi.RequestTags(tags)...))
	}
	return questions, err
}

func createUser(c *awsapi.Call, in *createUserInput) (*userOutput, error) {
	u := &world.User{Name: in.UserName, Path: in.Path, ID: newID("AIDA"), Created: c.Now}
	var err error
	if u.Tags, err = tagsOf(in.Tags); err != nil {
		return nil, err
	}
	if u.Boundary, err = boundaryAt(c, in.PermissionsBoundary); err != nil {
		return nil, err
	}
	err = c.Change(func(s *world.State) (*world.State, error) {
		a := *s.Account(c.CallerAccount())
		if taken(a.Users, in.UserName) {
			return nil, alreadyExists("User with name %s already exists.", in.UserName)
		}
		a.Users = maps.Clone(a.Users)
		a.Users[in.UserName] = u
		return sealed(s.WithAccount(&a))
	})
	made := *u
	made.ARN = world.UserARN(c.CallerAccount(), in.Path, in.UserName)
	return &userOutput{describeUser(&made)}, err
}

// taken says whether a name is, which IAM does not tell apart by case.
func taken[V any](m map[string]*V, name string) bool {
	for known := range m {
		if strings.EqualFold(known, name) {
			return true
		}
	}
	return false
}

type getUserInput struct{ UserName string }

func (in getUserInput) user() string { return in.UserName }

func getUser(c *awsapi.Call, in *getUserInput) (*userOutput, error) {
	name, err := userOr(c, in.UserName)
	if err != nil {
		return nil, err
	}
	if name == "" {
		return &userOutput{user{UserId: c.CallerAccount(), Arn: world.RootARN(c.CallerAccount())}}, nil
	}
	u := account(c).Users[name]
	if u == nil {
		return nil, users.noSuch(name)
	}
	return &userOutput{describeUser(u)}, nil
}

type listUsersOutput struct {
	Users awsapi.List[user]
	cut
}

func listUsers(c *awsapi.Call, in *listInput) (*listUsersOutput, error) {
	list := described(account(c).Users, in.PathPrefix, func(u *world.User) (string, user) { return u.Path, listedUser(u) })
	list, rest, err := page(c, in.paging, list, func(u user) string { return u.UserName })
	return &listUsersOutput{list, rest}, err
}

// described is everything below a path, in the order of the names.
func described[V, D any](m map[string]*V, prefix string, one func(*V) (path string, d D)) []D {
	list := make([]D, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if path, d := one(m[name]); strings.HasPrefix(orRoot(path), prefix) {
			list = append(list, d)
		}
	}
	return list
}

type updateUserInput struct {
	userName
	NewPath     string
	NewUserName string
}

// checkUpdateUser asks for the user as it is and as it is to be (IAM API Reference,
// "UpdateUser").
func checkUpdateUser(c *awsapi.Call, in *updateUserInput) ([]*authz.Request, error) {
	questions, err := checkIdentity(c, in)
	if err != nil {
		return nil, err
	}
	path := in.NewPath
	if u := account(c).Users[in.UserName]; u != nil && path == "" {
		path = u.Path
	}
	to, err := c.Ask(world.UserARN(c.CallerAccount(), path, cmp.Or(in.NewUserName, in.UserName)))
	return append(questions, to...), err
}

// updateUser renames a user or moves it to another path. It stays who it is: id,
// policies and keys go along.
func updateUser(c *awsapi.Call, in *updateUserInput) (*awsapi.Nothing, error) {
	name := cmp.Or(in.NewUserName, in.UserName)
	err := c.Change(func(s *world.State) (*world.State, error) {
		old := s.Account(c.CallerAccount()).Users[in.UserName]
		switch {
		case old == nil:
			return nil, users.noSuch(in.UserName)
		case !strings.EqualFold(name, in.UserName) && taken(s.Account(c.CallerAccount()).Users, name):
			return nil, alreadyExists("User with name %s already exists.", name)
		}
		u := *old
		u.Path = cmp.Or(in.NewPath, u.Path)
		s = s.WithPrincipalAs(old.ARN, world.UserARN(c.CallerAccount(), u.Path, name))
		a := *s.Account(c.CallerAccount())
		a.Users = maps.Clone(a.Users)
		delete(a.Users, in.UserName)
		a.Users[name] = &u
		return sealed(s.WithAccountAndCallers(&a, renamed(s.Callers, a.ID, in.UserName, name)))
	})
	return &awsapi.Nothing{}, err
}

// renamed is the callers with the credentials of a user that has another name now.
func renamed(callers map[string]*world.Caller, account, from, to string) map[string]*world.Caller {
	callers = maps.Clone(callers)
	for name, c := range callers {
		if c.Account == account && c.User == from {
			moved := *c
			moved.User = to
			callers[name] = &moved
		}
	}
	return callers
}

// deleteUser takes a user that nothing hangs on any more.
func deleteUser(c *awsapi.Call, in *userName) (*awsapi.Nothing, error) {
	err := c.Change(func(s *world.State) (*world.State, error) {
		a := *s.Account(c.CallerAccount())
		u := a.Users[in.UserName]
		switch {
		case u == nil:
			return nil, users.noSuch(in.UserName)
		case len(u.Groups) > 0:
			return nil, holding("Cannot delete entity, must remove users from group first.", "groups of the user", u.Groups)
		case len(s.AccessKeys(a.ID, u.Name)) > 0:
			return nil, holding("Cannot delete entity, must delete access keys first.", "access keys", keyIDs(s, a.ID, u.Name))
		case u.LoginProfile != nil:
			return nil, holding("Cannot delete entity, must delete login profile first.", "login profile", []string{u.Name})
		}
		if err := bare(ofUser(u)); err != nil {
			return nil, err
		}
		s = s.WithPrincipalAs(u.ARN, u.ID)
		a = *s.Account(a.ID)
		a.Users = maps.Clone(a.Users)
		delete(a.Users, u.Name)
		// What is left of its credentials are sessions, which end with it.
		callers := s.CallersWithout(func(c *world.Caller) bool { return c.Account == a.ID && c.User == u.Name })
		return sealed(s.WithAccountAndCallers(&a, callers))
	})
	return &awsapi.Nothing{}, err
}

// bare refuses to delete who still has policies.
func bare(i *identity) error {
	switch {
	case len(*i.managed) > 0:
		return holding("Cannot delete entity, must detach all policies first.", "attached policies", *i.managed)
	case len(*i.inline) > 0:
		return holding("Cannot delete entity, must delete policies first.", "inline policies", namesOf(*i.inline))
	}
	return nil
}

func namesOf(policies []authz.Named) (names []string) {
	for i := range policies {
		names = append(names, policies[i].Name)
	}
	return names
}

func keyIDs(s *world.State, account, user string) (ids []string) {
	for _, c := range s.AccessKeys(account, user) {
		ids = append(ids, c.AccessKeyID)
	}
	return ids
}
