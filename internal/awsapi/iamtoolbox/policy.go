package iamtoolbox

import (
	"encoding/json"

	"github.com/s3fault/s3fault/internal/awsapi"
)

type policyInput struct {
	AuthorizationId string `aws:"authorizationId,required"`
	PolicyUri       string `aws:"policyUri,required"`
}

// policyOutput has one document. [unsure: the member's name]
type policyOutput struct {
	PolicyDocument json.RawMessage `json:"policyDocument"`
}

// getPolicy tells the document of a policy that was considered for a refused request, as
// it was then, to who is of the side that was denied. AWS may leave out actions of other
// services; here it is whole.
func getPolicy(c *awsapi.Call, in *policyInput) (*policyOutput, error) {
	v, err := find(c, in.AuthorizationId)
	if err != nil {
		return nil, err
	}
	if !v.OfCaller() {
		return nil, notFound()
	}
	for _, p := range v.Considered() {
		if p.URI == in.PolicyUri {
			return &policyOutput{json.RawMessage(p.Policy.Source())}, nil
		}
	}
	return nil, notFound()
}
