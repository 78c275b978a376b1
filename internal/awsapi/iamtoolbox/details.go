package iamtoolbox

import (
	"strconv"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/authdetails"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/policy"
)

type detailsInput struct {
	AuthorizationId string `aws:"authorizationId,required"`
	NextToken       string `aws:"nextToken"`
}

type detailsOutput struct {
	RequestContext map[string]string `json:"requestContext"`
	Evaluations    []evaluation      `json:"evaluations"`
	Policies       []policyInfo      `json:"policies"`
	NextToken      string            `json:"nextToken,omitempty"`
}

type evaluation struct {
	Action          string            `json:"action"`
	Resource        string            `json:"resource"`
	Context         map[string]string `json:"context"`
	EvaluatedEffect string            `json:"evaluatedEffect"`
	MatchedPolicies []matchedPolicy   `json:"matchedPolicies"`
}

type matchedPolicy struct {
	Uri               string             `json:"uri"`
	MatchedStatements []matchedStatement `json:"matchedStatements"`
}

type matchedStatement struct {
	Sid             string `json:"sid"`
	EvaluatedEffect string `json:"evaluatedEffect"`
}

type policyInfo struct {
	Type       string       `json:"type"`
	Inline     bool         `json:"inline"`
	Uri        string       `json:"uri"`
	AttachedTo []attachedTo `json:"attachedTo"`
}

type attachedTo struct {
	Arn string `json:"arn"`
}

// types are AWS's names of the layers that have policies. The others never appear.
var types = map[authz.Layer]string{
	authz.SCP:                 "SERVICE_CONTROL_POLICY",
	authz.RCP:                 "RESOURCE_CONTROL_POLICY",
	authz.VPCEndpoint:         "VPC_ENDPOINT_POLICY",
	authz.Identity:            "IDENTITY_BASED_POLICY",
	authz.PermissionsBoundary: "PERMISSIONS_BOUNDARY",
	authz.Session:             "SESSION_POLICY",
	authz.AccessPoints:        "RESOURCE_BASED_POLICY",
	authz.BucketPolicy:        "RESOURCE_BASED_POLICY",
	authz.TrustPolicy:         "RESOURCE_BASED_POLICY",
	authz.KMS:                 "RESOURCE_BASED_POLICY",
}

var effects = map[authz.Verdict]string{
	authz.Allowed:          "ALLOW",
	authz.ExplicitlyDenied: "EXPLICIT_DENY",
	authz.ImplicitlyDenied: "IMPLICIT_DENY",
}

// getDetails tells what was evaluated for a refused request.
func getDetails(c *awsapi.Call, in *detailsInput) (*detailsOutput, error) {
	v, err := find(c, in.AuthorizationId)
	if err != nil {
		return nil, err
	}
	out := &detailsOutput{RequestContext: map[string]string{}, Evaluations: []evaluation{}, Policies: []policyInfo{}}
	v.RequestKeys(tell(out.RequestContext))
	// A token that was made up leads to the first page, as at AWS.
	evaluated, next, _ := awsapi.Piece(v.Evaluated(), mostEvaluations, in.NextToken)
	out.NextToken = next
	for _, e := range evaluated {
		out.Evaluations = append(out.Evaluations, evaluationOf(v, e))
	}
	for _, p := range v.Considered() {
		out.Policies = append(out.Policies, infoOf(p))
	}
	return out, nil
}

func evaluationOf(v *authdetails.View, e *authdetails.Evaluation) evaluation {
	told := evaluation{Action: e.Action, Resource: e.Resource, Context: map[string]string{}, EvaluatedEffect: effects[e.Verdict], MatchedPolicies: []matchedPolicy{}}
	if e.Resource == "*" {
		told.Resource = "" // it is about none
	}
	v.OwnKeys(e, tell(told.Context))
	for _, m := range e.Matched {
		if v.Sees(m.Policy) {
			told.MatchedPolicies = append(told.MatchedPolicies, matchedOf(&m))
		}
	}
	return told
}

func matchedOf(m *authdetails.Matched) matchedPolicy {
	told := matchedPolicy{Uri: m.Policy.URI}
	for _, i := range m.Statements {
		s := matchedStatement{m.Policy.Policy.Sid(i), "DENY"}
		if m.Policy.Policy.Effect(i) == policy.Allow {
			s.EvaluatedEffect = "ALLOW"
		}
		if s.Sid == "" {
			// "If the statement has no Sid, one is generated for reference" (the API's
			// model). [unsure: how]
			s.Sid = "Statement" + strconv.Itoa(i+1)
		}
		told.MatchedStatements = append(told.MatchedStatements, s)
	}
	return told
}

func infoOf(p *authdetails.Policy) policyInfo {
	told := policyInfo{Type: types[p.Layer], Inline: p.ARN == "", Uri: p.URI}
	for _, arn := range p.AttachedTo {
		told.AttachedTo = append(told.AttachedTo, attachedTo{arn})
	}
	return told
}

// mostEvaluations is how many a page has. [unsure]
const mostEvaluations = 100
