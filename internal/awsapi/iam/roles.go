package iam

import (
	"cmp"
	"maps"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// role is a role as IAM describes it.
type role struct {
	Path                     string
	RoleName                 string
	RoleId                   string
	Arn                      string
	CreateDate               string
	AssumeRolePolicyDocument string `xml:",omitempty"` // none: a scenario file gave none
	Description              string `xml:",omitempty"`
	MaxSessionDuration       int    `xml:",omitempty"` // seconds
	PermissionsBoundary      *attachedBoundary
	Tags                     awsapi.List[tag] `xml:",omitempty"`
	RoleLastUsed             *roleUse
}

// roleUse is when and where a role was last used; empty: never.
type roleUse struct {
	LastUsedDate string `xml:",omitempty"`
	Region       string `xml:",omitempty"`
}

func lastUseOf(c *awsapi.Call, r *world.Role) *roleUse {
	if use, ok := c.Moment.Uses.LastOfRole(r.ID); ok {
		return &roleUse{awsapi.ISO(use.At), use.Region}
	}
	return &roleUse{}
}

func describeRole(r *world.Role) role {
	d := listedRole(r)
	d.PermissionsBoundary, d.Tags = describeBoundary(r.Boundary), tagList(r.Tags)
	return d
}

// listedRole is a role as listings have it, without tags and boundary.
func listedRole(r *world.Role) role {
	d := role{
		Path: orRoot(r.Path), RoleName: r.Name, RoleId: r.ID, Arn: r.ARN, CreateDate: awsapi.ISO(r.Created),
		Description: r.Description, MaxSessionDuration: cmp.Or(int(r.MaxSession/time.Second), leastSession),
	}
	if r.Trust != nil {
		d.AssumeRolePolicyDocument = escaped(r.Trust.Policy)
	}
	return d
}

// leastSession is how long a role's sessions last at most, in seconds, where nothing is said
// of it (IAM API Reference, "CreateRole").
const leastSession = 3600

type createRoleInput struct {
	roleName
	AssumeRolePolicyDocument string `aws:",required"`
	Path                     string
	Description              string
	MaxSessionDuration       *int32
	PermissionsBoundary      string
	Tags                     []tag
}

type roleOutput struct{ Role role }

func checkCreateRole(c *awsapi.Call, in *createRoleInput) ([]*authz.Request, error) {
	return askNew(c, world.RoleARN(c.CallerAccount(), in.Path, in.RoleName), "iam:TagRole", in.Tags, newKeys(in.Tags, in.PermissionsBoundary))
}

func createRole(c *awsapi.Call, in *createRoleInput) (*roleOutput, error) {
	r := &world.Role{Name: in.RoleName, Path: in.Path, ID: newID("AROA"), Created: c.Now, Description: in.Description}
	if reserved(in.Path) {
		return nil, awsapi.RefuseWith(403, "AccessDenied", "The path %s is reserved for roles that AWS makes", in.Path)
	}
	err := in.fill(c, r)
	if err != nil {
		return nil, err
	}
	err = c.Change(func(s *world.State) (*world.State, error) {
		a := *s.Account(c.CallerAccount())
		if taken(a.Roles, in.RoleName) {
			return nil, alreadyExists("Role with name %s already exists.", in.RoleName)
		}
		a.Roles = maps.Clone(a.Roles)
		a.Roles[in.RoleName] = r
		return sealed(s.WithAccount(&a))
	})
	made := *r
	made.ARN = world.RoleARN(c.CallerAccount(), in.Path, in.RoleName)
	told := describeRole(&made)
	if in.MaxSessionDuration == nil {
		told.MaxSessionDuration = 0 // it is told where it was asked for
	}
	return &roleOutput{told}, err
}

// reserved says that a path is one under which AWS alone makes roles: those of its services and of
// IAM Identity Center. That it refuses others with AccessDenied, and the words, are [unsure].
func reserved(path string) bool {
	return strings.HasPrefix(path, linkedPath) || strings.HasPrefix(path, "/aws-reserved/")
}

// fill reads what a role is made with into it.
func (in *createRoleInput) fill(c *awsapi.Call, r *world.Role) (err error) {
	if r.Trust, err = readTrust(c, r.Name, in.AssumeRolePolicyDocument); err != nil {
		return err
	}
	r.MaxSession = sessionLength(in.MaxSessionDuration, 0)
	if r.Tags, err = tagsOf(in.Tags); err != nil {
		return err
	}
	r.Boundary, err = boundaryAt(c, in.PermissionsBoundary)
	return err
}

// maxTrust is how many characters a trust policy may have (IAM User Guide, "IAM and
// AWS STS quotas").
const maxTrust = 2048

func readTrust(c *awsapi.Call, role, document string) (*authz.Named, error) {
	put := func(document string) string {
		return cause.Command("aws", "iam", "update-assume-role-policy", "--role-name", role, "--policy-document", document)
	}
	p, err := readPolicy(cause.Document{
		What: "the trust policy of the role " + role, Text: document, Kind: policy.Trust, State: c.InForce(), Put: put,
	}, maxTrust, "ACLSizePerRole")
	if err != nil {
		return nil, err
	}
	c.Warnings = c.State().Doubts(p)
	return &authz.Named{Name: "trust", Policy: p}, nil
}

// sessionLength is how long a role's sessions may last, where the call says it.
func sessionLength(seconds *int32, otherwise time.Duration) time.Duration {
	if seconds == nil {
		return otherwise
	}
	return time.Duration(*seconds) * time.Second
}

func getRole(c *awsapi.Call, in *roleName) (*roleOutput, error) {
	r := account(c).Roles[in.RoleName]
	if r == nil {
		return nil, roles.noSuch(in.RoleName)
	}
	told := describeRole(r)
	told.RoleLastUsed = lastUseOf(c, r)
	return &roleOutput{told}, nil
}

type listRolesOutput struct {
	Roles awsapi.List[role]
	cut
}

func listRoles(c *awsapi.Call, in *listInput) (*listRolesOutput, error) {
	list := described(account(c).Roles, in.PathPrefix, func(r *world.Role) (string, role) { return r.Path, listedRole(r) })
	list, rest, err := page(c, in.paging, list, func(r role) string { return r.RoleName })
	return &listRolesOutput{list, rest}, err
}

// deleteRole takes a role without policies; its sessions end with it.
func deleteRole(c *awsapi.Call, in *roleName) (*awsapi.Nothing, error) {
	err := c.Change(func(s *world.State) (*world.State, error) {
		a := *s.Account(c.CallerAccount())
		r := a.Roles[in.RoleName]
		if r == nil {
			return nil, roles.noSuch(in.RoleName)
		}
		if err := cmp.Or(protected(r), inProfiles(&a, r), bare(ofRole(r))); err != nil {
			return nil, err
		}
		return withoutRole(s, a.ID, r)
	})
	return &awsapi.Nothing{}, err
}

// inProfiles refuses to delete a role that instance profiles have.
func inProfiles(a *world.Account, r *world.Role) error {
	var names []string
	for _, p := range a.ProfilesOf(r.Name) {
		names = append(names, p.Name)
	}
	if len(names) == 0 {
		return nil
	}
	return holdingRole("instance profiles of the role", names)
}

func withoutRole(s *world.State, account string, r *world.Role) (*world.State, error) {
	s = s.WithPrincipalAs(r.ARN, r.ID)
	a := *s.Account(account)
	a.Roles = maps.Clone(a.Roles)
	delete(a.Roles, r.Name)
	callers := s.CallersWithout(func(c *world.Caller) bool { return c.Account == a.ID && c.Role == r.Name })
	return sealed(s.WithAccountAndCallers(&a, callers))
}

// editRole changes a role on a copy.
func editRole(c *awsapi.Call, name string, change func(*world.Role) error) error {
	return c.Change(func(s *world.State) (*world.State, error) {
		a, found := roles.lend(s.Account(c.CallerAccount()), name)
		if found == nil {
			return nil, roles.noSuch(name)
		}
		if err := cmp.Or(protected(a.Roles[name]), change(a.Roles[name])); err != nil {
			return nil, err
		}
		return sealed(s.WithAccount(a))
	})
}

type updateTrustInput struct {
	roleName
	PolicyDocument string `aws:",required"`
}

func updateAssumeRolePolicy(c *awsapi.Call, in *updateTrustInput) (*awsapi.Nothing, error) {
	trust, err := readTrust(c, in.RoleName, in.PolicyDocument)
	if err != nil {
		return nil, err
	}
	err = editRole(c, in.RoleName, func(r *world.Role) error {
		r.Trust = trust
		return nil
	})
	return &awsapi.Nothing{}, err
}

type updateRoleInput struct {
	roleName
	Description        *string
	MaxSessionDuration *int32
}

// updateRoleOutput is an answer of its own, with nothing in it.
type updateRoleOutput struct{}

func updateRole(c *awsapi.Call, in *updateRoleInput) (*updateRoleOutput, error) {
	err := editRole(c, in.RoleName, func(r *world.Role) error {
		if in.Description != nil {
			r.Description = *in.Description
		}
		r.MaxSession = sessionLength(in.MaxSessionDuration, r.MaxSession)
		return nil
	})
	return &updateRoleOutput{}, err
}
