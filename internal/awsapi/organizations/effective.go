package organizations

import (
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// management are the policy types that have an effective policy: those that are no
// authorization policies (Organizations API Reference, "DescribeEffectivePolicy").
var management = []world.PolicyType{
	"TAG_POLICY", "BACKUP_POLICY", "AISERVICES_OPT_OUT_POLICY", "CHATBOT_POLICY", "DECLARATIVE_POLICY_EC2", "SECURITYHUB_POLICY",
	"INSPECTOR_POLICY", "UPGRADE_ROLLOUT_POLICY", "BEDROCK_POLICY", "NETWORK_SECURITY_DIRECTOR_POLICY", world.TypeS3,
}

type effectiveInput struct {
	PolicyType string `aws:",required"`
	TargetId   string
}

type effectivePolicy struct {
	PolicyContent        string
	LastUpdatedTimestamp float64
	TargetId             string
	PolicyType           world.PolicyType
}

type effectiveOutput struct{ EffectivePolicy effectivePolicy }

func checkEffective(c *awsapi.Call, in *effectiveInput) ([]*authz.Request, error) {
	return c.Ask("*", policyType(in.PolicyType))
}

// describeEffectivePolicy answers every account of the organization about itself, and
// the management account about all.
func describeEffectivePolicy(c *awsapi.Call, in *effectiveInput) (*effectiveOutput, error) {
	o, err := organization(c)
	if err != nil {
		return nil, err
	}
	kind := world.PolicyType(in.PolicyType)
	if _, bad := kindOf(c, in.PolicyType); !slices.Contains(management, kind) || kind == world.TypeS3 && bad != nil {
		return nil, invalid("INVALID_ENUM_POLICY_TYPE", "You specified an invalid policy type: %s.", in.PolicyType)
	}
	at, err := effectiveTarget(c, o, in.TargetId)
	if err != nil {
		return nil, err
	}
	set := c.State().Account(at.ID).Membership.PublicAccess
	if kind != world.TypeS3 || set.Value == "" {
		return nil, awsapi.Refuse("EffectivePolicyNotFoundException", "The account doesn't have an effective policy of this type.")
	}
	return &effectiveOutput{effectivePolicy{set.Content(), awsapi.Epoch(c.Now), at.ID, kind}}, nil
}

// effectiveTarget is the account that is asked about; without one, the caller's.
func effectiveTarget(c *awsapi.Call, o *world.Organization, id string) (world.Target, error) {
	switch id {
	case "", c.CallerAccount():
		return target(c.State(), c.CallerAccount())
	}
	if o.ManagementAccount != c.CallerAccount() {
		return world.Target{}, awsapi.Refuse("AccessDeniedException", "You don't have permissions to access this resource.")
	}
	t, err := target(c.State(), id)
	if err == nil && t.Kind != world.TargetAccount {
		err = invalid("INVALID_PATTERN_TARGET_ID", "You provided a target ID that is no account's.")
	}
	return t, err
}

type enableInput struct {
	RootId     string `aws:",required"`
	PolicyType string `aws:",required"`
}

type enableOutput struct{ Root rootDetail }

func checkEnable(c *awsapi.Call, in *enableInput) ([]*authz.Request, error) {
	if t, err := target(c.State(), in.RootId); err == nil {
		return c.Ask(t.ARN, policyType(in.PolicyType))
	}
	return c.Ask("*", policyType(in.PolicyType))
}

// enablePolicyType turns S3 policies on; SCPs and RCPs are on in every organization
// here.
func enablePolicyType(c *awsapi.Call, in *enableInput) (*enableOutput, error) {
	kind, err := kindOf(c, in.PolicyType)
	if err != nil {
		return nil, err
	}
	root, err := target(c.State(), in.RootId)
	switch {
	case err != nil || root.Kind != world.TargetRoot:
		return nil, awsapi.Refuse("RootNotFoundException", "You specified a root that doesn't exist.")
	case kind != world.TypeS3 || c.State().Organization.S3Enabled:
		return nil, awsapi.Refuse("PolicyTypeAlreadyEnabledException", "The specified policy type is already enabled.")
	}
	if err := change(c, func(o *world.Organization) { o.S3Enabled = true }); err != nil {
		return nil, err
	}
	return &enableOutput{rootDetail{root.ID, root.ARN, root.Name, enabled(c.Live.Now().State.Organization)}}, nil
}
