package accessanalyzer

import (
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/policy"
)

type validatePolicyInput struct {
	MaxResults                 *int
	NextToken                  string
	PolicyDocument             string `aws:"policyDocument,required"`
	PolicyType                 string `aws:"policyType,required"`
	ValidatePolicyResourceType string
}

type validatePolicyOutput struct {
	Findings  []finding `json:"findings"`
	NextToken string    `json:"nextToken,omitempty"`
}

type finding struct {
	FindingDetails string     `json:"findingDetails"`
	FindingType    string     `json:"findingType"`
	IssueCode      string     `json:"issueCode"`
	LearnMoreLink  string     `json:"learnMoreLink"`
	Locations      []location `json:"locations"`
}

type location struct {
	Path []pathElement `json:"path"`
	Span span          `json:"span"`
}

// pathElement is one step into a document: an index, a key or a value, of which one
// is set. SDKs read a union.
type pathElement map[string]any

type span struct {
	Start position `json:"start"`
	End   position `json:"end"`
}

// kinds are the rules by which policies of each type are validated.
var kinds = map[string]policy.Kind{
	"IDENTITY_POLICY":         policy.Identity,
	"RESOURCE_POLICY":         policy.Bucket,
	"SERVICE_CONTROL_POLICY":  policy.SCP,
	"RESOURCE_CONTROL_POLICY": policy.RCP,
}

func kindOf(policyType, resourceType string) policy.Kind {
	if resourceType == "AWS::IAM::AssumeRolePolicyDocument" {
		return policy.Trust
	}
	return kinds[policyType]
}

// validatePolicy tells what AWS would refuse of the document. The security warnings
// and suggestions of Access Analyzer are not here, but for a missing version, which
// changes what a document means.
func validatePolicy(c *awsapi.Call, in *validatePolicyInput) (*validatePolicyOutput, error) {
	kind := kindOf(in.PolicyType, in.ValidatePolicyResourceType)
	document := []byte(in.PolicyDocument)
	all := []finding{}
	for _, problem := range policy.Check(document, policy.Rules{Kind: kind}) {
		all = append(all, findingOf("ERROR", problem.Issue(), problem.Error(), document, problem.Path))
	}
	if p, err := policy.Parse(document); err == nil && p.Version() == "" {
		all = append(all, findingOf("WARNING", "MISSING_VERSION", "We recommend that you specify the Version element to help you with debugging permission issues.", document, ""))
	}
	return in.page(c, all)
}

// reference is where AWS explains the codes.
const reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"

func findingOf(kind, code, details string, document []byte, path string) finding {
	steps := stepsOf(path)
	at := location{Path: []pathElement{}, Span: locate(document, steps)}
	for _, s := range steps {
		if s.isIndex {
			at.Path = append(at.Path, pathElement{"index": s.index})
			continue
		}
		at.Path = append(at.Path, pathElement{"value": s.name})
	}
	anchor := strings.ToLower(strings.ReplaceAll(code, "_", "-"))
	return finding{details, kind, code, reference + "#access-analyzer-reference-policy-checks-" + strings.ToLower(kind) + "-" + anchor, []location{at}}
}

// page is one piece of the findings. Paging comes in the query of the request.
func (in *validatePolicyInput) page(c *awsapi.Call, all []finding) (*validatePolicyOutput, error) {
	query := c.Request.URL.Query()
	size := 100
	if text := query.Get("maxResults"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, invalid("fieldValidationFailed", "Value '%s' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1", text)
		}
		size = n
	}
	piece, next, ok := awsapi.Piece(all, size, query.Get("nextToken"))
	if !ok {
		return nil, invalid("other", "The pagination token is not valid.")
	}
	return &validatePolicyOutput{piece, next}, nil
}
