package organizations

import (
	"cmp"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

type policySummary struct {
	Id          string
	Arn         string
	Name        string
	Description string
	Type        world.PolicyType
	AwsManaged  bool
}

type policyDetail struct {
	PolicySummary policySummary
	Content       string
}

// named is a policy of the organization, or one that AWS attaches everywhere.
type named struct{ world.OrganizationPolicy }

func (p named) summary(o *world.Organization) policySummary {
	s := policySummary{p.ID(), p.ARN, p.Name, o.Descriptions[p.ARN], p.Type, p.AWSManaged()}
	if s.AwsManaged {
		s.Description = "Allows access to every operation"
	}
	return s
}

func (p named) detail(o *world.Organization) *describePolicyOutput {
	return &describePolicyOutput{policyDetail{p.summary(o), p.Source()}}
}

// all are the policies of a type: AWS's own first.
func all(o *world.Organization, t world.PolicyType) []named {
	var list []named
	for _, p := range o.Policies(t) {
		list = append(list, named{p})
	}
	return list
}

// withID is the policy of that id.
func withID(o *world.Organization, id string) (named, error) {
	for _, t := range []world.PolicyType{world.TypeSCP, world.TypeRCP, world.TypeS3} {
		for _, p := range all(o, t) {
			if p.ID() == id {
				return p, nil
			}
		}
	}
	return named{}, awsapi.Refuse("PolicyNotFoundException", "You specified a policy that doesn't exist.")
}

// kindOf reads a policy type. The types for other services than S3 exist, and the
// organization has not turned them on.
func kindOf(c *awsapi.Call, t string) (world.PolicyType, error) {
	switch kind := world.PolicyType(t); {
	case kind == world.TypeSCP, kind == world.TypeRCP,
		kind == world.TypeS3 && c.State().Answers.Has(world.OrganizationPublicAccess):
		return kind, nil
	}
	return "", invalid("INVALID_ENUM_POLICY_TYPE", "You specified an invalid policy type: %s.", t)
}

type filtered interface{ filter() string }

type listPoliciesInput struct {
	pageInput
	Filter string `aws:",required"`
}

func (in *listPoliciesInput) filter() string { return in.Filter }

// checkFiltered asks for the call's permission, with the type that it lists.
func checkFiltered[In any](c *awsapi.Call, in *In) ([]*authz.Request, error) {
	if f, ok := any(in).(filtered); ok {
		return c.Ask("*", policyType(f.filter()))
	}
	return c.Ask("*")
}

type listPoliciesOutput struct {
	Policies  []policySummary
	NextToken string `json:",omitempty"`
}

func listPolicies(c *awsapi.Call, in *listPoliciesInput) (*listPoliciesOutput, error) {
	t, err := kindOf(c, in.Filter)
	if err != nil {
		return nil, err
	}
	return summaries(c.State().Organization, all(c.State().Organization, t), &in.pageInput)
}

func summaries(o *world.Organization, list []named, page *pageInput) (*listPoliciesOutput, error) {
	shown, next, err := paged(list, page)
	if err != nil {
		return nil, err
	}
	out := &listPoliciesOutput{Policies: []policySummary{}, NextToken: next}
	for _, p := range shown {
		out.Policies = append(out.Policies, p.summary(o))
	}
	return out, nil
}

type policyInput struct {
	PolicyId string `aws:",required"`
}

func (in *policyInput) id() string { return in.PolicyId }

type describePolicyOutput struct{ Policy policyDetail }

// checkPolicy asks for the call's permission on the policy that it names. One that
// does not exist is asked about by what its ARN would be.
func checkPolicy[In any](c *awsapi.Call, in *In) ([]*authz.Request, error) {
	about, ok := any(in).(interface{ id() string })
	if !ok {
		return c.Ask("*")
	}
	return []*authz.Request{askPolicy(c, about.id())}, nil
}

func askPolicy(c *awsapi.Call, id string) *authz.Request {
	action := c.Permission()
	o := c.State().Organization
	if o == nil {
		return c.Question(action, "*")
	}
	if p, err := withID(o, id); err == nil {
		return c.Question(action, p.ARN, append(tagKeys(o, id), policyType(string(p.Type)))...)
	}
	return c.Question(action, world.OrganizationPolicyARN(o.ManagementAccount, o.ID, "service_control_policy", id))
}

func describePolicy(c *awsapi.Call, in *policyInput) (*describePolicyOutput, error) {
	o := c.State().Organization
	p, err := withID(o, in.PolicyId)
	if err != nil {
		return nil, err
	}
	return p.detail(o), nil
}

type createPolicyInput struct {
	Content     string  `aws:",required"`
	Description *string `aws:",required"`
	Name        string  `aws:",required"`
	Type        string  `aws:",required"`
	Tags        []tag
}

func checkCreatePolicy(c *awsapi.Call, in *createPolicyInput) ([]*authz.Request, error) {
	return c.Ask("*", append(awsapi.RequestTags(in.Tags), policyType(in.Type))...)
}

// arnKinds are the types as ARNs have them, and what their policies are.
var arnKinds = map[world.PolicyType]struct {
	inARN string
	kind  policy.Kind
}{
	world.TypeSCP: {"service_control_policy", policy.SCP},
	world.TypeRCP: {"resource_control_policy", policy.RCP},
	world.TypeS3:  {inARN: "s3_policy"},
}

func createPolicy(c *awsapi.Call, in *createPolicyInput) (*describePolicyOutput, error) {
	t, err := kindOf(c, in.Type)
	if err != nil {
		return nil, err
	}
	o := c.State().Organization
	if taken(o, t, in.Name) {
		return nil, awsapi.Refuse("DuplicatePolicyException", "A policy with the same name already exists.")
	}
	id := "p-" + strings.ToLower(world.Letters(10, string(t), o.ID, in.Name))
	made := named{world.OrganizationPolicy{Name: in.Name, Type: t, ARN: world.OrganizationPolicyARN(o.ManagementAccount, o.ID, arnKinds[t].inARN, id)}}
	if err := made.document(in.Content); err != nil {
		return nil, err
	}
	tags, err := tagsWith(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	err = change(c, func(o *world.Organization) {
		o.Put(&made.OrganizationPolicy, *in.Description)
		o.Tag(id, tags)
	})
	if err != nil {
		return nil, err
	}
	return made.detail(c.Live.Now().State.Organization), nil
}

func taken(o *world.Organization, t world.PolicyType, name string) bool {
	return slices.ContainsFunc(all(o, t), func(p named) bool { return p.Name == name })
}

// document reads the policy's text by the rules of its type.
func (p *named) document(text string) error {
	if p.Type == world.TypeS3 {
		d, err := world.ParseS3Policy([]byte(text))
		if err != nil {
			return malformed(notOfType)
		}
		p.S3 = d
		return nil
	}
	d, err := policy.Load([]byte(text), policy.Rules{Kind: arnKinds[p.Type].kind})
	if err != nil {
		read := cause.Document{What: "the policy " + p.Name, Text: text, Kind: arnKinds[p.Type].kind}
		return read.Refused(malformed("%s", cmp.Or(policy.ProblemOf(err).Message, notOfType)), err)
	}
	p.Policy = d
	return nil
}

// notOfType is what Organizations says of any document of a management policy type that
// it does not take (recorded of backup policies: terraform-provider-aws#15335).
const notOfType = "The provided policy document does not meet the requirements of the specified policy type."

func malformed(format string, args ...any) error {
	return awsapi.Refuse("MalformedPolicyDocumentException", format, args...)
}

// change edits the organization in the world's next State.
func change(c *awsapi.Call, edit func(*world.Organization)) error {
	return c.Change(func(s *world.State) (*world.State, error) {
		next, err := s.WithOrganization(edit)
		if err != nil {
			return nil, awsapi.RefuseWith(500, "ServiceException", "%v", err)
		}
		return next, nil
	})
}

type updatePolicyInput struct {
	policyInput
	Name        *string
	Description *string
	Content     *string
}

func updatePolicy(c *awsapi.Call, in *updatePolicyInput) (*describePolicyOutput, error) {
	o := c.State().Organization
	old, err := withID(o, in.PolicyId)
	switch {
	case err != nil:
		return nil, err
	case old.AWSManaged():
		return nil, awsapi.Refuse("AccessDeniedException", "You can't update or delete an AWS managed policy.")
	}
	edited, description := old, o.Descriptions[old.ARN]
	if in.Description != nil {
		description = *in.Description
	}
	if in.Name != nil && *in.Name != old.Name {
		if taken(o, old.Type, *in.Name) {
			return nil, awsapi.Refuse("DuplicatePolicyException", "A policy with the same name already exists.")
		}
		edited.Name = *in.Name
	}
	if in.Content != nil {
		if err := edited.document(*in.Content); err != nil {
			return nil, err
		}
	}
	err = change(c, func(o *world.Organization) {
		o.Drop(&old.OrganizationPolicy)
		o.Put(&edited.OrganizationPolicy, description)
		rename(o, old.Type, old.Name, edited.Name)
	})
	if err != nil {
		return nil, err
	}
	return edited.detail(c.Live.Now().State.Organization), nil
}

// rename keeps a policy attached under its new name.
func rename(o *world.Organization, t world.PolicyType, from, to string) {
	o.Everywhere(func(_ string, a *world.Attached) {
		names := a.OfType(t)
		if i := slices.Index(names, from); i >= 0 && from != to {
			names = slices.Clone(names)
			names[i] = to
			a.Set(t, names)
		}
	})
}

func deletePolicy(c *awsapi.Call, in *policyInput) (*awsapi.Nothing, error) {
	p, err := withID(c.State().Organization, in.PolicyId)
	switch {
	case err != nil:
		return nil, err
	case p.AWSManaged():
		return nil, awsapi.Refuse("AccessDeniedException", "You can't update or delete an AWS managed policy.")
	case len(attachedTo(c.State(), p)) > 0:
		return nil, awsapi.Refuse("PolicyInUseException", "You can't delete a policy that is attached to an entity.")
	}
	err = change(c, func(o *world.Organization) {
		o.Drop(&p.OrganizationPolicy)
		o.Tag(in.PolicyId, nil)
	})
	return &awsapi.Nothing{}, err
}
