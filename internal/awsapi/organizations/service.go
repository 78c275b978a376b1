// Package organizations is AWS Organizations: the service and resource control
// policies and the S3 policies of an organization, and the places that they are attached to.
package organizations

import (
	"net/http"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// Service is Organizations.
var Service = &awsapi.Service{
	Name: "organizations", Target: "AWSOrganizationsV20161128.", Protocol: awsapi.JSON, MessageName: "Message", TellsAll: true, Missing: missing, Malformed: misformed,
	Actions: []*awsapi.Action{
		awsapi.NewAction("DescribeOrganization", awsapi.AskAll[awsapi.Nothing], describeOrganization).Reads(),
		awsapi.NewAction("DescribeAccount", checkAccount, managed(describeAccount)).Reads(),
		awsapi.NewAction("ListAccounts", awsapi.AskAll[pageInput], managed(listAccounts)).Reads(),
		awsapi.NewAction("ListAccountsForParent", awsapi.AskAll[parentInput], managed(listAccountsForParent)).Reads(),
		awsapi.NewAction("ListOrganizationalUnitsForParent", awsapi.AskAll[parentInput], managed(listUnitsForParent)).Reads(),
		awsapi.NewAction("ListParents", awsapi.AskAll[listParentsInput], managed(listParents)).Reads(),
		awsapi.NewAction("ListRoots", awsapi.AskAll[pageInput], managed(listRoots)).Reads(),
		awsapi.NewAction("ListPolicies", checkFiltered[listPoliciesInput], managed(listPolicies)).Reads(),
		awsapi.NewAction("ListPoliciesForTarget", checkPoliciesForTarget, managed(listPoliciesForTarget)).Reads(),
		awsapi.NewAction("ListTargetsForPolicy", checkPolicy[listTargetsForPolicyInput], managed(listTargetsForPolicy)).Reads(),
		awsapi.NewAction("DescribePolicy", checkPolicy[policyInput], managed(describePolicy)).Reads(),
		awsapi.NewAction("DescribeEffectivePolicy", checkEffective, describeEffectivePolicy).Reads(),
		awsapi.NewAction("EnablePolicyType", checkEnable, managed(enablePolicyType)),
		awsapi.NewAction("CreatePolicy", checkCreatePolicy, managed(createPolicy)),
		awsapi.NewAction("UpdatePolicy", checkPolicy[updatePolicyInput], managed(updatePolicy)),
		awsapi.NewAction("DeletePolicy", checkPolicy[policyInput], managed(deletePolicy)),
		awsapi.NewAction("AttachPolicy", checkAttachment, managed(attachPolicy)),
		awsapi.NewAction("DetachPolicy", checkAttachment, managed(detachPolicy)),
		awsapi.NewAction("ListTagsForResource", checkListTags, managed(listTags)).Reads(),
		awsapi.NewAction("TagResource", checkTag, managed(tagResource)),
		awsapi.NewAction("UntagResource", checkUntag, managed(untagResource)),
		awsapi.NewAction("ListAWSServiceAccessForOrganization", awsapi.AskAll[pageInput], managed(listServiceAccess)).Reads(),
	},
}

// managed serves the management account alone, as Organizations does for all that
// changes or lists policies and places (Organizations User Guide, "Managing the
// organization's policies"). Delegated administrators are not modelled.
func managed[In, Out any](serve func(*awsapi.Call, *In) (*Out, error)) func(*awsapi.Call, *In) (*Out, error) {
	return func(c *awsapi.Call, in *In) (*Out, error) {
		o, err := organization(c)
		switch {
		case err != nil:
			return nil, err
		case o.ManagementAccount != c.CallerAccount():
			return nil, awsapi.Refuse("AccessDeniedException", "You don't have permissions to access this resource.")
		}
		return serve(c, in)
	}
}

// organization is that of the caller's account.
func organization(c *awsapi.Call) (*world.Organization, error) {
	o := c.State().Organization
	if a := c.State().Account(c.CallerAccount()); o == nil || a == nil || a.Membership == nil {
		return nil, awsapi.Refuse("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
	}
	return o, nil
}

// policyType is the condition key that calls about policies have.
func policyType(t string) awsapi.Key {
	return awsapi.Key{Name: "organizations:PolicyType", Values: []string{t}}
}

// missing is the refusal of a call without a value that it needs (Organizations API
// Reference, "InvalidInputException"; the words are [unsure]).
func missing(parameter string) error {
	return invalid("INPUT_REQUIRED", "You must include a value for all required parameters: %s is missing.", parameter)
}

// invalid is the refusal of a value, for one of the reasons that Organizations
// names.
func invalid(reason, format string, args ...any) *awsapi.Error {
	e := awsapi.Refuse("InvalidInputException", format, args...)
	e.Fields = map[string]any{"Reason": reason}
	return e
}

// constraint is the refusal of a change that breaks a limit.
func constraint(reason, format string, args ...any) error {
	e := awsapi.RefuseWith(http.StatusBadRequest, "ConstraintViolationException", format, args...)
	e.Fields = map[string]any{"Reason": reason}
	return e
}
