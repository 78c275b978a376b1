package kms

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// policyName is what every key's policy is called.
const policyName = "default"

type getPolicyInput struct {
	KeyId      string `aws:",required"`
	PolicyName string
}

func (in *getPolicyInput) asked() string { return in.KeyId }

type getPolicyOutput struct {
	Policy     string
	PolicyName string
}

func getKeyPolicy(c *awsapi.Call, in *getPolicyInput) (*getPolicyOutput, error) {
	key, err := find(c, in.KeyId, byKey)
	switch {
	case err != nil:
		return nil, err
	case !either(in.PolicyName, policyName):
		return nil, noPolicy()
	}
	return &getPolicyOutput{key.Policy.Policy.Source(), policyName}, nil
}

func noPolicy() error { return refuseNotFound("No such policy exists") }

type listPoliciesInput struct {
	KeyId string `aws:",required"`
	piece
}

func (in *listPoliciesInput) asked() string { return in.KeyId }

type listPoliciesOutput struct {
	PolicyNames []string
	more
}

func listKeyPolicies(c *awsapi.Call, in *listPoliciesInput) (*listPoliciesOutput, error) {
	names, more, err := page(c, []string{policyName}, func(n *string) string { return *n }, &in.piece, 100, maxLimit)
	return &listPoliciesOutput{list(names), more}, err
}

type putPolicyInput struct {
	KeyId                          string `aws:",required"`
	PolicyName                     string
	Policy                         string `aws:",required"`
	BypassPolicyLockoutSafetyCheck bool
}

func checkPutKeyPolicy(c *awsapi.Call, in *putPolicyInput) ([]*authz.Request, error) {
	return checkNamed(c, in.KeyId, byKey, ownAccount, bypassKey(in.BypassPolicyLockoutSafetyCheck))
}

func putKeyPolicy(c *awsapi.Call, in *putPolicyInput) (*awsapi.Nothing, error) {
	if !either(in.PolicyName, policyName) {
		return nil, noPolicy()
	}
	return edit(c, in.KeyId, func(k *world.Key) (err error) {
		k.Policy, err = policyOf(c, k, in.Policy, in.BypassPolicyLockoutSafetyCheck)
		return err
	})
}

// policyOf is what a key's policy is to be; without a document AWS's own. One that
// locks its author out is refused, unless the author wants just that.
func policyOf(c *awsapi.Call, key *world.Key, document string, bypass bool) (*authz.Named, error) {
	if document == "" {
		p, err := world.DefaultKeyPolicy(key.Account)
		if err != nil {
			return nil, awsapi.RefuseWith(http.StatusInternalServerError, "KMSInternalException", "%v", err)
		}
		return p, nil
	}
	p, err := policy.Load([]byte(document), policy.Rules{Kind: policy.Key, PrincipalExists: c.InForce().PrincipalExists})
	if err != nil {
		problem := policy.ProblemOf(err)
		d := cause.Document{What: "the policy of the KMS key " + key.ID, Text: document, Kind: policy.Key, State: c.InForce(),
			Put: func(document string) string {
				return cause.Command("aws", "kms", "put-key-policy", "--key-id", key.ID, "--policy", document)
			}}
		return nil, d.Refused(awsapi.Refuse(problem.Code, "%s", problem.Message), err)
	}
	c.Warnings = c.State().Doubts(p)
	named := world.KeyPolicy(p)
	if !bypass && !letsBack(c, key, named) {
		refusal := awsapi.Refuse("MalformedPolicyDocumentException",
			"The new key policy will not allow you to update the key policy in the future.")
		return nil, cause.Say(refusal, "with that policy %s could not call kms:PutKeyPolicy on the key again; "+
			"--bypass-policy-lockout-safety-check puts it all the same", c.Principal.ARN)
	}
	return named, nil
}

// letsBack says whether the policy would let the caller put another one in its
// place. That it leaves it to the account is enough, whatever the account's own
// policies say [unsure] (KMS Developer Guide, "Default key policy").
func letsBack(c *awsapi.Call, key *world.Key, p *authz.Named) bool {
	changed := *key
	changed.Policy, changed.Grants = p, nil
	return authz.KeyPolicyAllows(questionOf(c, "kms:PutKeyPolicy", &changed, bypassKey(false)))
}
