package iam

import (
	"maps"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// mostProfiles is how many instance profiles an account can have (IAM User Guide, "IAM and
// AWS STS quotas").
const mostProfiles = 1000

// instanceProfile is an instance profile as IAM describes it.
type instanceProfile struct {
	Path                string
	InstanceProfileName string
	InstanceProfileId   string
	Arn                 string
	CreateDate          string
	Roles               awsapi.List[role]
	Tags                awsapi.List[tag] `xml:",omitempty"`
}

func describeProfile(a *world.Account, p *world.InstanceProfile) instanceProfile {
	d := listedProfile(a, p)
	d.Tags = tagList(p.Tags)
	return d
}

// listedProfile is an instance profile as listings have it, without tags.
func listedProfile(a *world.Account, p *world.InstanceProfile) instanceProfile {
	d := instanceProfile{
		Path: orRoot(p.Path), InstanceProfileName: p.Name, InstanceProfileId: p.ID, Arn: p.ARN,
		CreateDate: awsapi.ISO(p.Created), Roles: awsapi.List[role]{},
	}
	if r := a.Roles[p.Role]; r != nil {
		held := listedRole(r)
		held.MaxSessionDuration = 0
		d.Roles = append(d.Roles, held)
	}
	return d
}

// profileName is the parameter that names an instance profile.
type profileName struct {
	InstanceProfileName string `aws:",required"`
}

func (p profileName) profile() string { return p.InstanceProfileName }

type ofProfile interface{ profile() string }

// The parameters and answers of the calls about instance profiles.
type (
	createProfileInput struct {
		profileName
		Path string
		Tags []tag
	}
	profileRoleInput struct {
		profileName
		roleName
	}
	tagProfileInput struct {
		profileName
		tagging
	}
	untagProfileInput struct {
		profileName
		untagging
	}
	listProfileTagsInput struct {
		profileName
		paging
	}
	profileOutput      struct{ InstanceProfile instanceProfile }
	listProfilesOutput struct {
		InstanceProfiles awsapi.List[instanceProfile]
		cut
	}
)

// checkProfile asks for the call's permission on an instance profile.
func checkProfile[In ofProfile](c *awsapi.Call, in *In) ([]*authz.Request, error) {
	return askAboutProfile(c, (*in).profile())
}

func askAboutProfile(c *awsapi.Call, name string, keys ...awsapi.Key) ([]*authz.Request, error) {
	if p := account(c).InstanceProfiles[name]; p != nil {
		return c.Ask(p.ARN, append(keys, awsapi.ResourceTags(p.Tags)...)...)
	}
	return c.Ask(world.InstanceProfileARN(c.CallerAccount(), "", name), keys...)
}

func checkCreateProfile(c *awsapi.Call, in *createProfileInput) ([]*authz.Request, error) {
	arn := world.InstanceProfileARN(c.CallerAccount(), in.Path, in.InstanceProfileName)
	return askNew(c, arn, "iam:TagInstanceProfile", in.Tags, awsapi.RequestTags(in.Tags))
}

func checkTagProfile(c *awsapi.Call, in *tagProfileInput) ([]*authz.Request, error) {
	return askAboutProfile(c, in.InstanceProfileName, awsapi.RequestTags(in.Tags)...)
}

func checkUntagProfile(c *awsapi.Call, in *untagProfileInput) ([]*authz.Request, error) {
	return askAboutProfile(c, in.InstanceProfileName, awsapi.Key{Name: "aws:TagKeys", Values: in.TagKeys})
}

// checkAddRole asks for the profile, and for the permission to pass the role to EC2 (IAM API
// Reference, "AddRoleToInstanceProfile").
func checkAddRole(c *awsapi.Call, in *profileRoleInput) ([]*authz.Request, error) {
	questions, err := askAboutProfile(c, in.InstanceProfileName)
	if err != nil {
		return nil, err
	}
	arn := world.RoleARN(c.CallerAccount(), "", in.RoleName)
	keys := []awsapi.Key{{Name: "iam:PassedToService", Values: []string{"ec2.amazonaws.com"}}}
	if r := account(c).Roles[in.RoleName]; r != nil {
		arn, keys = r.ARN, append(keys, awsapi.ResourceTags(r.Tags)...)
	}
	return append(questions, c.Question("iam:PassRole", arn, keys...)), nil
}

// byPassing is byName of a call that passes a role, which IAM tells by its ARN.
func byPassing(in any, arn string) string {
	if strings.HasPrefix(iamResource(arn), "role/") {
		return arn
	}
	return byName(in, arn)
}

func noProfile(name string) error { return noSuchEntity("Instance Profile %s cannot be found.", name) }

func createProfile(c *awsapi.Call, in *createProfileInput) (*profileOutput, error) {
	tags, err := tagsOf(in.Tags)
	if err != nil {
		return nil, err
	}
	p := &world.InstanceProfile{Name: in.InstanceProfileName, Path: in.Path, ID: newID("AIPA"), Created: c.Now, Tags: tags}
	err = c.Change(func(s *world.State) (*world.State, error) {
		a := *s.Account(c.CallerAccount())
		switch {
		case taken(a.InstanceProfiles, p.Name):
			return nil, alreadyExists("Instance Profile %s already exists.", p.Name)
		case len(a.InstanceProfiles) >= mostProfiles:
			return nil, quotaExceeded("InstanceProfilesPerAccount", mostProfiles)
		}
		a.InstanceProfiles = maps.Clone(a.InstanceProfiles)
		a.InstanceProfiles[p.Name] = p
		return sealed(s.WithAccount(&a))
	})
	made := *p
	made.ARN = world.InstanceProfileARN(c.CallerAccount(), in.Path, p.Name)
	return &profileOutput{describeProfile(account(c), &made)}, err
}

// profileAt is the instance profile that a call is about.
func profileAt(a *world.Account, name string) (*world.InstanceProfile, error) {
	if p := a.InstanceProfiles[name]; p != nil {
		return p, nil
	}
	return nil, noProfile(name)
}

func getProfile(c *awsapi.Call, in *profileName) (*profileOutput, error) {
	p, err := profileAt(account(c), in.InstanceProfileName)
	if err != nil {
		return nil, err
	}
	return &profileOutput{describeProfile(account(c), p)}, nil
}

func listProfiles(c *awsapi.Call, in *listInput) (*listProfilesOutput, error) {
	a := account(c)
	list := described(a.InstanceProfiles, in.PathPrefix, func(p *world.InstanceProfile) (string, instanceProfile) {
		return p.Path, listedProfile(a, p)
	})
	return profilesPage(c, in.paging, list)
}

func profilesPage(c *awsapi.Call, p paging, list []instanceProfile) (*listProfilesOutput, error) {
	list, rest, err := page(c, p, list, func(p instanceProfile) string { return p.InstanceProfileName })
	return &listProfilesOutput{list, rest}, err
}

func listProfilesForRole(c *awsapi.Call, in *listRoleInput) (*listProfilesOutput, error) {
	if account(c).Roles[in.RoleName] == nil {
		return nil, roles.noSuch(in.RoleName)
	}
	return profilesPage(c, in.paging, profilesOf(account(c), in.RoleName))
}

func profilesOf(a *world.Account, role string) (list []instanceProfile) {
	for _, p := range a.ProfilesOf(role) {
		list = append(list, listedProfile(a, p))
	}
	return list
}

// editProfile changes an instance profile on a copy. change must put new maps in the place of
// those there are.
func editProfile(
	c *awsapi.Call, name string, change func(*world.Account, *world.InstanceProfile) error,
) (*awsapi.Nothing, error) {
	err := c.Change(func(s *world.State) (*world.State, error) {
		a := *s.Account(c.CallerAccount())
		if _, err := profileAt(&a, name); err != nil {
			return nil, err
		}
		a.InstanceProfiles = replaced(a.InstanceProfiles, name)
		if err := change(&a, a.InstanceProfiles[name]); err != nil {
			return nil, err
		}
		return sealed(s.WithAccount(&a))
	})
	return &awsapi.Nothing{}, err
}

func deleteProfile(c *awsapi.Call, in *profileName) (*awsapi.Nothing, error) {
	return editProfile(c, in.InstanceProfileName, func(a *world.Account, p *world.InstanceProfile) error {
		if p.Role != "" {
			return holdingRole("the role of the instance profile", []string{p.Role})
		}
		delete(a.InstanceProfiles, in.InstanceProfileName)
		return nil
	})
}

func holdingRole(what string, names []string) error {
	return holding("Cannot delete entity, must remove roles from instance profile first.", what, names)
}

// addRole gives a profile its role, of which it has one at most.
func addRole(c *awsapi.Call, in *profileRoleInput) (*awsapi.Nothing, error) {
	return editProfile(c, in.InstanceProfileName, func(a *world.Account, p *world.InstanceProfile) error {
		switch r := a.Roles[in.RoleName]; {
		case r == nil:
			return roles.noSuch(in.RoleName)
		case p.Role != "":
			return quotaExceeded("InstanceSessionsPerInstanceProfile", 1)
		default:
			p.Role = in.RoleName
			return protected(r)
		}
	})
}

// removeRole takes a profile its role. The words for one that it has not are [unsure].
func removeRole(c *awsapi.Call, in *profileRoleInput) (*awsapi.Nothing, error) {
	return editProfile(c, in.InstanceProfileName, func(_ *world.Account, p *world.InstanceProfile) error {
		if p.Role != in.RoleName {
			return roles.noSuch(in.RoleName)
		}
		p.Role = ""
		return nil
	})
}

func tagProfile(c *awsapi.Call, in *tagProfileInput) (*awsapi.Nothing, error) {
	return editProfile(c, in.InstanceProfileName, func(_ *world.Account, p *world.InstanceProfile) (err error) {
		p.Tags, err = tagged(p.Tags, in.Tags)
		return err
	})
}

func untagProfile(c *awsapi.Call, in *untagProfileInput) (*awsapi.Nothing, error) {
	return editProfile(c, in.InstanceProfileName, func(_ *world.Account, p *world.InstanceProfile) error {
		p.Tags = untagged(p.Tags, in.TagKeys)
		return nil
	})
}

func listProfileTags(c *awsapi.Call, in *listProfileTagsInput) (*tagsOutput, error) {
	p, err := profileAt(account(c), in.InstanceProfileName)
	if err != nil {
		return nil, err
	}
	list, rest, err := page(c, in.paging, tagList(p.Tags), func(t tag) string { return t.Key })
	return &tagsOutput{list, rest}, err
}
