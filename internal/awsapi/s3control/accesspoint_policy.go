package s3control

import (
	"encoding/xml"
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// policyInput is a PutAccessPointPolicyRequest.
type policyInput struct {
	pointInput `xml:"-"`
	Policy     string `aws:",required"`
}

// checkPutPolicy also says whether the policy is one that Block Public Access of the access
// point, its bucket or their accounts keeps out.
func checkPutPolicy(c *awsapi.Call, in *policyInput) ([]*authz.Request, error) {
	questions, err := checkPoint(c, in)
	if err != nil {
		return nil, err
	}
	p := c.State().AccessPoints.Named(c.Region(), c.Account, in.Name)
	if p == nil || c.State().Bucket(p.Bucket) == nil {
		return questions, nil
	}
	b := c.State().Bucket(p.Bucket)
	if world.PublicAccessThrough(c.State(), p, b).BlockPublicPolicy {
		draft, err := draftPolicy(c, p, in.Policy)
		questions[0].BlockedPolicy = err == nil && p.PolicyPublic(draft)
		questions[0].PublicAccessParts = world.PublicAccessPartsThrough(c.State(), p, b)
	}
	return questions, nil
}

// draftPolicy is the policy, if S3 takes it.
func draftPolicy(c *awsapi.Call, p *world.AccessPoint, text string) (*policy.Policy, error) {
	return policy.Load([]byte(text), policy.Rules{
		Kind: policy.AccessPoint, Point: p.ARN(), PrincipalExists: c.State().PrincipalExists,
	})
}

func putAccessPointPolicy(c *awsapi.Call, in *policyInput) (*awsapi.Nothing, error) {
	p, err := pointOf(c, in.Name)
	if err != nil {
		return nil, err
	}
	draft, err := draftPolicy(c, p, in.Policy)
	if problem := policy.ProblemOf(err); err != nil {
		refused := awsapi.Refuse("MalformedPolicy", "%s", problem.Message)
		if problem.Detail != "" {
			refused.Fields = map[string]any{"Detail": problem.Detail}
		}
		return nil, refused
	}
	c.Warnings = c.State().Doubts(draft)
	return edited(c, p, &authz.Named{Name: p.Name, Policy: draft})
}

// edited gives the access point another policy; nil: none.
func edited(c *awsapi.Call, p *world.AccessPoint, of *authz.Named) (*awsapi.Nothing, error) {
	with := *p
	with.Policy = of
	return &awsapi.Nothing{}, c.Change(func(s *world.State) (*world.State, error) { return with.In(s), nil })
}

func deleteAccessPointPolicy(c *awsapi.Call, in *pointInput) (*awsapi.Nothing, error) {
	p, err := pointOf(c, in.Name)
	if err != nil {
		return nil, err
	}
	return edited(c, p, nil)
}

// policied is an access point that has a policy.
func policied(c *awsapi.Call, name string) (*world.AccessPoint, error) {
	p, err := pointOf(c, name)
	if err == nil && p.Policy == nil {
		refused := awsapi.RefuseWith(http.StatusNotFound, "NoSuchAccessPointPolicy", "The specified accesspoint policy does not exist")
		refused.Fields = map[string]any{"AccessPointName": name}
		return nil, refused
	}
	return p, err
}

type policyOutput struct {
	XMLName xml.Name `xml:"http://awss3control.amazonaws.com/doc/2018-08-20/ GetAccessPointPolicyResult"`
	Policy  string
}

func getAccessPointPolicy(c *awsapi.Call, in *pointInput) (*policyOutput, error) {
	p, err := policied(c, in.Name)
	if err != nil {
		return nil, err
	}
	return &policyOutput{Policy: p.Policy.Policy.Source()}, nil
}

type statusOutput struct {
	XMLName      xml.Name `xml:"http://awss3control.amazonaws.com/doc/2018-08-20/ GetAccessPointPolicyStatusResult"`
	PolicyStatus struct {
		IsPublic bool
	}
}

// getAccessPointPolicyStatus says whether the policy is public. The status of an access point
// without one is [unsure]: as a bucket's.
func getAccessPointPolicyStatus(c *awsapi.Call, in *pointInput) (*statusOutput, error) {
	p, err := policied(c, in.Name)
	if err != nil {
		return nil, err
	}
	out := &statusOutput{}
	out.PolicyStatus.IsPublic = p.PolicyPublic(p.Policy.Policy)
	return out, nil
}
