package iam

import (
	"maps"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// group is a group as IAM describes it.
type group struct {
	Path       string
	GroupName  string
	GroupId    string
	Arn        string
	CreateDate string
}

func describeGroup(g *world.Group) group {
	return group{orRoot(g.Path), g.Name, g.ID, g.ARN, awsapi.ISO(g.Created)}
}

type createGroupInput struct {
	groupName
	Path string
}

type groupOutput struct{ Group group }

func checkCreateGroup(c *awsapi.Call, in *createGroupInput) ([]*authz.Request, error) {
	return c.Ask(world.GroupARN(c.CallerAccount(), in.Path, in.GroupName))
}

func createGroup(c *awsapi.Call, in *createGroupInput) (*groupOutput, error) {
	g := &world.Group{Name: in.GroupName, Path: in.Path, ID: newID("AGPA"), Created: c.Now}
	err := c.Change(func(s *world.State) (*world.State, error) {
		a := *s.Account(c.CallerAccount())
		if taken(a.Groups, in.GroupName) {
			return nil, alreadyExists("Group with name %s already exists.", in.GroupName)
		}
		a.Groups = maps.Clone(a.Groups)
		a.Groups[in.GroupName] = g
		return sealed(s.WithAccount(&a))
	})
	made := *g
	made.ARN = world.GroupARN(c.CallerAccount(), in.Path, in.GroupName)
	return &groupOutput{describeGroup(&made)}, err
}

type getGroupOutput struct {
	Group group
	Users awsapi.List[user]
	cut
}

// getGroup tells a group and who is in it.
func getGroup(c *awsapi.Call, in *listGroupInput) (*getGroupOutput, error) {
	g := account(c).Groups[in.GroupName]
	if g == nil {
		return nil, groups.noSuch(in.GroupName)
	}
	members, rest, err := page(c, in.paging, membersOf(account(c), g.Name), func(u user) string { return u.UserName })
	return &getGroupOutput{describeGroup(g), members, rest}, err
}

func membersOf(a *world.Account, group string) []user {
	var members []user
	for _, name := range slices.Sorted(maps.Keys(a.Users)) {
		if u := a.Users[name]; slices.Contains(u.Groups, group) {
			members = append(members, listedUser(u))
		}
	}
	return members
}

type listGroupsOutput struct {
	Groups awsapi.List[group]
	cut
}

func listGroups(c *awsapi.Call, in *listInput) (*listGroupsOutput, error) {
	list := described(account(c).Groups, in.PathPrefix, func(g *world.Group) (string, group) { return g.Path, describeGroup(g) })
	list, rest, err := page(c, in.paging, list, func(g group) string { return g.GroupName })
	return &listGroupsOutput{list, rest}, err
}

func listGroupsForUser(c *awsapi.Call, in *listUserInput) (*listGroupsOutput, error) {
	a := account(c)
	u := a.Users[in.UserName]
	if u == nil {
		return nil, users.noSuch(in.UserName)
	}
	var list []group
	for _, name := range slices.Sorted(slices.Values(u.Groups)) {
		list = append(list, describeGroup(a.Groups[name]))
	}
	list, rest, err := page(c, in.paging, list, func(g group) string { return g.GroupName })
	return &listGroupsOutput{list, rest}, err
}

func deleteGroup(c *awsapi.Call, in *groupName) (*awsapi.Nothing, error) {
	err := c.Change(func(s *world.State) (*world.State, error) {
		a := *s.Account(c.CallerAccount())
		g := a.Groups[in.GroupName]
		switch {
		case g == nil:
			return nil, groups.noSuch(in.GroupName)
		case len(membersOf(&a, g.Name)) > 0:
			var names []string
			for _, u := range membersOf(&a, g.Name) {
				names = append(names, u.UserName)
			}
			return nil, holding("Cannot delete entity, must remove users from group first.", "members", names)
		}
		if err := bare(ofGroup(g)); err != nil {
			return nil, err
		}
		a.Groups = maps.Clone(a.Groups)
		delete(a.Groups, g.Name)
		return sealed(s.WithAccount(&a))
	})
	return &awsapi.Nothing{}, err
}

type memberInput struct {
	groupName
	UserName string `aws:",required"`
}

// mostGroups is how many groups a user can be in (IAM User Guide, "IAM and AWS STS
// quotas").
const mostGroups = 10

func addUserToGroup(c *awsapi.Call, in *memberInput) (*awsapi.Nothing, error) {
	err := editMember(c, in, func(u *world.User) error {
		switch {
		case slices.Contains(u.Groups, in.GroupName):
			return nil
		case len(u.Groups) >= mostGroups:
			return quotaExceeded("GroupsPerUser", mostGroups)
		}
		u.Groups = append(slices.Clone(u.Groups), in.GroupName)
		return nil
	})
	return &awsapi.Nothing{}, err
}

func removeUserFromGroup(c *awsapi.Call, in *memberInput) (*awsapi.Nothing, error) {
	err := editMember(c, in, func(u *world.User) error {
		if !slices.Contains(u.Groups, in.GroupName) {
			return noSuchEntity("User %s not in group %s", in.UserName, in.GroupName) // [unsure: the words]
		}
		u.Groups = slices.DeleteFunc(slices.Clone(u.Groups), func(name string) bool { return name == in.GroupName })
		return nil
	})
	return &awsapi.Nothing{}, err
}

// editMember changes a user, on a copy, in its membership of a group.
func editMember(c *awsapi.Call, in *memberInput, change func(*world.User) error) error {
	return c.Change(func(s *world.State) (*world.State, error) {
		a := *s.Account(c.CallerAccount())
		switch {
		case a.Groups[in.GroupName] == nil:
			return nil, groups.noSuch(in.GroupName)
		case a.Users[in.UserName] == nil:
			return nil, users.noSuch(in.UserName)
		}
		a.Users = replaced(a.Users, in.UserName)
		if err := change(a.Users[in.UserName]); err != nil {
			return nil, err
		}
		return sealed(s.WithAccount(&a))
	})
}
