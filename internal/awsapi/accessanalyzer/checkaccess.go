package accessanalyzer

import (
	"fmt"
	"net/http"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/policy"
)

type checkAccessInput struct {
	PolicyDocument string   `aws:"policyDocument,required"`
	Access         []access `aws:"access,required"`
	PolicyType     string   `aws:"policyType,required"`
}

type access struct {
	Actions   []string
	Resources []string
}

type checkAccessOutput struct {
	Result  string   `json:"result"`
	Message string   `json:"message"`
	Reasons []reason `json:"reasons"`
}

type reason struct {
	Description    string `json:"description"`
	StatementIndex int    `json:"statementIndex"`
	StatementId    string `json:"statementId,omitempty"`
}

// checkAccessNotGranted tells which statements grant one of the actions, or
// anything on one of the resources. A condition does not count: what is granted
// sometimes is granted.
func checkAccessNotGranted(_ *awsapi.Call, in *checkAccessInput) (*checkAccessOutput, error) {
	asked := in.Access[0]
	if len(in.Access) > 1 || len(asked.Actions) == 0 && len(asked.Resources) == 0 {
		return nil, awsapi.Refuse("InvalidParameterException", "The access parameter must have one entry, with actions, resources or both.")
	}
	p, problem := policy.Load([]byte(in.PolicyDocument), policy.Rules{Kind: kinds[in.PolicyType]})
	if problem != nil {
		return nil, awsapi.RefuseWith(http.StatusUnprocessableEntity, "UnprocessableEntityException", "The policy document is not valid: %s", problem.Error())
	}
	out := &checkAccessOutput{Result: "PASS", Message: "The policy document does not grant access to perform the listed actions or resources.", Reasons: []reason{}}
	for _, i := range p.Grants(asked.Actions, asked.Resources) {
		out.Result, out.Message = "FAIL", "The policy document grants access to perform one or more of the listed actions or resources."
		out.Reasons = append(out.Reasons, reason{fmt.Sprintf("One or more of the listed actions or resources in the statement with index: %d.", i), i, p.Sid(i)})
	}
	return out, nil
}
