package iam

import (
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/world"
)

// The parameters of the calls that attach and detach managed policies, and list
// those attached.
type (
	userAttachment struct {
		userName
		policyARN
	}
	roleAttachment struct {
		roleName
		policyARN
	}
	groupAttachment struct {
		groupName
		policyARN
	}
	attachedToUserInput struct {
		userName
		listInput
	}
	attachedToRoleInput struct {
		roleName
		listInput
	}
	attachedToGroupInput struct {
		groupName
		listInput
	}
)

func (in listInput) listing() listInput { return in }

type attachment interface {
	named
	ofPolicy
}

// checkAttachment asks for the call's permission on who gets or loses the policy.
func checkAttachment[In attachment](c *awsapi.Call, in *In) ([]*authz.Request, error) {
	if err := parses(c, (*in).arn()); err != nil {
		return nil, err
	}
	k, name := (*in).identity()
	keys := append(boundaryKey(k.find(account(c), name)), awsapi.Key{Name: "iam:PolicyARN", Values: []string{(*in).arn()}})
	return askAbout(c, k, name, keys...)
}

// mostAttached is how many managed policies a user, role or group can have (IAM User
// Guide, "IAM and AWS STS quotas").
const mostAttached = 10

func attach[In attachment](c *awsapi.Call, in *In) (*awsapi.Nothing, error) {
	arn := (*in).arn()
	err := bind(c, in, func(a *world.Account, i *identity) error {
		p := a.ManagedPolicyAt(arn)
		switch {
		case p == nil:
			return noSuchPolicy(c, arn, "Policy %s does not exist or is not attachable.", arn)
		case i.has(a, arn):
			return nil
		case len(*i.managed) >= mostAttached:
			return quotaExceeded(i.quota, mostAttached)
		}
		*i.managed = append(slices.Clone(*i.managed), a.PolicyRef(p))
		return nil
	})
	return &awsapi.Nothing{}, err
}

// noSuchPolicy refuses a call about a managed policy that is not there, and tells the journal where
// AWS may have one.
func noSuchPolicy(c *awsapi.Call, arn, format string, args ...any) error {
	c.Lacking = noSuchAWSPolicy(arn)
	return noSuchEntity(format, args...)
}

// noSuchAWSPolicy says that AWS may have a managed policy that is not here; empty: it is none of
// AWS's.
func noSuchAWSPolicy(arn string) string {
	path, ok := strings.CutPrefix(arn, "arn:aws:iam::aws:policy/")
	if !ok {
		return ""
	}
	names := slices.Sorted(maps.Keys(world.AWSManagedPolicies()))
	name := path[strings.LastIndexByte(path, '/')+1:]
	text := "s3fault has no AWS managed policy " + name + "; AWS would have taken it, if it has one"
	if near := nearest.Name(name, names); near != "" {
		return text + " (did you mean " + near + "?)"
	}
	return text + " (here are " + strings.Join(names, ", ") + ")"
}

func detach[In attachment](c *awsapi.Call, in *In) (*awsapi.Nothing, error) {
	arn := (*in).arn()
	err := bind(c, in, func(a *world.Account, i *identity) error {
		if !i.has(a, arn) {
			return noSuchEntity("Policy %s was not found.", arn)
		}
		*i.managed = slices.DeleteFunc(slices.Clone(*i.managed), func(ref string) bool { return a.ManagedPolicy(ref).ARN == arn })
		return nil
	})
	return &awsapi.Nothing{}, err
}

type attachedPolicy struct {
	PolicyName string
	PolicyArn  string
}

type attachedPolicies struct {
	AttachedPolicies awsapi.List[attachedPolicy]
	cut
}

func listAttached[In interface {
	named
	listing() listInput
}](c *awsapi.Call, in *In) (*attachedPolicies, error) {
	i, err := look(c, in)
	if err != nil {
		return nil, err
	}
	asked := (*in).listing()
	list := i.attached(account(c))
	list = slices.DeleteFunc(list, func(p attachedPolicy) bool {
		return !strings.HasPrefix(pathOf(p.PolicyArn), asked.PathPrefix)
	})
	list, rest, err := page(c, asked.paging, list, func(p attachedPolicy) string { return p.PolicyArn })
	return &attachedPolicies{list, rest}, err
}

// attached is the managed policies, in the order of their ARNs.
func (i *identity) attached(a *world.Account) []attachedPolicy {
	list := make([]attachedPolicy, 0, len(*i.managed))
	for _, ref := range *i.managed {
		p := a.ManagedPolicy(ref)
		list = append(list, attachedPolicy{p.Name, p.ARN})
	}
	slices.SortFunc(list, func(a, b attachedPolicy) int { return strings.Compare(a.PolicyArn, b.PolicyArn) })
	return list
}

// pathOf is the path in the ARN of a managed policy.
func pathOf(arn string) string {
	_, path, _ := strings.Cut(arn, ":policy")
	return path[:strings.LastIndexByte(path, '/')+1]
}

type entitiesInput struct {
	policyARN
	EntityFilter      string
	PathPrefix        string
	PolicyUsageFilter string
	paging
}

type entitiesOutput struct {
	PolicyGroups awsapi.List[policyGroup]
	PolicyUsers  awsapi.List[policyUser]
	PolicyRoles  awsapi.List[policyRole]
	cut
}

type (
	policyGroup struct{ GroupName, GroupId string }
	policyUser  struct{ UserName, UserId string }
	policyRole  struct{ RoleName, RoleId string }
)

// entityFilters are the values of EntityFilter, and the kind that each is for; two more are
// for kinds that have no policies.
var entityFilters = map[string]*kind{"User": users, "Role": roles, "Group": groups}

func listEntitiesForPolicy(c *awsapi.Call, in *entitiesInput) (*entitiesOutput, error) {
	p, err := policyAt(c, in.PolicyArn)
	if err != nil {
		return nil, err
	}
	list, rest, err := page(c, in.paging, in.among(account(c), p.ARN), func(i *identity) string { return i.word + "/" + i.name })
	out := &entitiesOutput{cut: rest}
	for _, i := range list {
		switch i.kind {
		case groups:
			out.PolicyGroups = append(out.PolicyGroups, policyGroup{i.name, i.id})
		case users:
			out.PolicyUsers = append(out.PolicyUsers, policyUser{i.name, i.id})
		case roles:
			out.PolicyRoles = append(out.PolicyRoles, policyRole{i.name, i.id})
		}
	}
	return out, err
}

// among is who has the policy, in the order of the pages.
func (in *entitiesInput) among(a *world.Account, arn string) []*identity {
	var list []*identity
	for _, i := range everybody(a) {
		uses := in.PolicyUsageFilter != "PermissionsBoundary" && i.has(a, arn) || in.PolicyUsageFilter != "PermissionsPolicy" && i.boundedBy(arn)
		if uses && strings.HasPrefix(i.path, in.PathPrefix) && (in.EntityFilter == "" || entityFilters[in.EntityFilter] == i.kind) {
			list = append(list, i)
		}
	}
	slices.SortFunc(list, func(a, b *identity) int { return strings.Compare(a.word+"/"+a.name, b.word+"/"+b.name) })
	return list
}
