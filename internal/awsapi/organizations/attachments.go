package organizations

import (
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// maxAttached is how many policies of a type one place takes (Organizations User
// Guide, "Quotas"), the one that AWS attaches to every place included.
const maxAttached = 5

// attachedTo are the places that a policy is attached to.
func attachedTo(s *world.State, p named) []world.Target {
	return slices.DeleteFunc(s.Targets(), func(t world.Target) bool { return !slices.Contains(t.OfType(p.Type), p.Name) })
}

// target is the place of that id.
func target(s *world.State, id string) (world.Target, error) {
	all := s.Targets()
	if i := slices.IndexFunc(all, func(t world.Target) bool { return t.ID == id }); i >= 0 {
		return all[i], nil
	}
	return world.Target{}, awsapi.Refuse("TargetNotFoundException", "You specified a target that doesn't exist.")
}

type attachmentInput struct {
	PolicyId string `aws:",required"`
	TargetId string `aws:",required"`
}

// checkAttachment asks for the call's permission on the policy and on the place.
func checkAttachment(c *awsapi.Call, in *attachmentInput) ([]*authz.Request, error) {
	questions := []*authz.Request{askPolicy(c, in.PolicyId)}
	if t, err := target(c.State(), in.TargetId); err == nil {
		questions = append(questions, c.Question(c.Permission(), t.ARN))
	}
	return questions, nil
}

// attachment is the two that a call joins or parts.
func attachment(c *awsapi.Call, in *attachmentInput) (named, world.Target, error) {
	p, err := withID(c.State().Organization, in.PolicyId)
	if err != nil {
		return named{}, world.Target{}, err
	}
	t, err := target(c.State(), in.TargetId)
	return p, t, err
}

func attachPolicy(c *awsapi.Call, in *attachmentInput) (*awsapi.Nothing, error) {
	p, at, err := attachment(c, in)
	if err != nil {
		return nil, err
	}
	names := at.OfType(p.Type)
	switch {
	case p.Type == world.TypeS3 && !c.State().Organization.S3Enabled:
		return nil, awsapi.Refuse("PolicyTypeNotEnabledException", "This operation can be performed only for enabled policy types.")
	case slices.Contains(names, p.Name):
		return nil, awsapi.Refuse("DuplicatePolicyAttachmentException", "A policy with the specified name and type already exists.")
	case len(names) >= maxAttached:
		return nil, constraint("MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED", "You have attached the maximum number of policies of that type to the specified target.")
	}
	return set(c, p, at, append(slices.Clone(names), p.Name))
}

func detachPolicy(c *awsapi.Call, in *attachmentInput) (*awsapi.Nothing, error) {
	p, at, err := attachment(c, in)
	if err != nil {
		return nil, err
	}
	names := slices.Clone(at.OfType(p.Type))
	i := slices.Index(names, p.Name)
	switch {
	case i < 0:
		return nil, awsapi.Refuse("PolicyNotAttachedException", "The policy isn't attached to the specified target in the specified root.")
	case len(names) == 1 && p.Type != world.TypeS3, p.Name == world.RCPFullAWSAccess:
		return nil, constraint("MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED", "You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.")
	}
	return set(c, p, at, slices.Delete(names, i, i+1))
}

// set gives a place the policies of one type.
func set(c *awsapi.Call, p named, at world.Target, names []string) (*awsapi.Nothing, error) {
	err := change(c, func(o *world.Organization) {
		o.Everywhere(func(id string, a *world.Attached) {
			if id == at.ID {
				a.Set(p.Type, names)
			}
		})
	})
	return &awsapi.Nothing{}, err
}

type listTargetsForPolicyInput struct {
	policyInput
	pageInput
}

type targetSummary struct {
	TargetId string
	Arn      string
	Name     string
	Type     string
}

type listTargetsForPolicyOutput struct {
	Targets   []targetSummary
	NextToken string `json:",omitempty"`
}

func listTargetsForPolicy(c *awsapi.Call, in *listTargetsForPolicyInput) (*listTargetsForPolicyOutput, error) {
	p, err := withID(c.State().Organization, in.PolicyId)
	if err != nil {
		return nil, err
	}
	shown, next, err := paged(attachedTo(c.State(), p), &in.pageInput)
	if err != nil {
		return nil, err
	}
	out := &listTargetsForPolicyOutput{Targets: []targetSummary{}, NextToken: next}
	for _, t := range shown {
		out.Targets = append(out.Targets, targetSummary{t.ID, t.ARN, t.Name, t.Kind})
	}
	return out, nil
}

type listPoliciesForTargetInput struct {
	pageInput
	TargetId string `aws:",required"`
	Filter   string `aws:",required"`
}

func checkPoliciesForTarget(c *awsapi.Call, in *listPoliciesForTargetInput) ([]*authz.Request, error) {
	if t, err := target(c.State(), in.TargetId); err == nil {
		return c.Ask(t.ARN, policyType(in.Filter))
	}
	return c.Ask("*", policyType(in.Filter))
}

func listPoliciesForTarget(c *awsapi.Call, in *listPoliciesForTargetInput) (*listPoliciesOutput, error) {
	kind, err := kindOf(c, in.Filter)
	if err != nil {
		return nil, err
	}
	at, err := target(c.State(), in.TargetId)
	if err != nil {
		return nil, err
	}
	o, names := c.State().Organization, at.OfType(kind)
	attached := slices.DeleteFunc(all(o, kind), func(p named) bool { return !slices.Contains(names, p.Name) })
	return summaries(o, attached, &in.pageInput)
}
