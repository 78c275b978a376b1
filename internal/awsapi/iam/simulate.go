package iam

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// simulateInput is what both simulations take.
type simulateInput struct {
	PolicyInputList                    []string
	PermissionsBoundaryPolicyInputList []string
	ActionNames                        []string `aws:",required"`
	ResourceArns                       []string
	ResourcePolicy                     string
	ResourceOwner                      string
	CallerArn                          string
	ContextEntries                     []contextEntry
	// ResourceHandlingOption is about EC2's instances; it changes nothing here.
	ResourceHandlingOption string
	paging
}

type contextEntry struct {
	ContextKeyName   string
	ContextKeyValues []string
	ContextKeyType   string
}

type simulatePrincipalInput struct {
	PolicySourceArn string `aws:",required"`
	simulateInput
}

type simulation struct {
	EvaluationResults awsapi.List[evaluation]
	cut
}

// checkSimulatePrincipal asks for the call's permission on who is simulated.
func checkSimulatePrincipal(c *awsapi.Call, in *simulatePrincipalInput) ([]*authz.Request, error) {
	if _, _, err := sourceOf(in.PolicySourceArn); err != nil {
		return nil, err
	}
	return c.Ask(in.PolicySourceArn)
}

func checkAccount[In any](c *awsapi.Call, _ *In) ([]*authz.Request, error) { return c.Ask("*") }

var sourceForm = regexp.MustCompile(`^arn:aws:iam::\d{12}:(user|role|group)/(?:.*/)?([^/]+)$`)

// sourceOf is the user, role or group that an ARN names.
func sourceOf(arn string) (*kind, string, error) {
	parts := sourceForm.FindStringSubmatch(arn)
	if parts == nil {
		return nil, "", unclear(arn)
	}
	return map[string]*kind{"user": users, "role": roles, "group": groups}[parts[1]], parts[2], nil
}

// sourceAt is the caller's account's user, role or group with that ARN.
func sourceAt(c *awsapi.Call, arn string) (*identity, error) {
	k, name, err := sourceOf(arn)
	if err != nil {
		return nil, err
	}
	found := k.find(account(c), name)
	if found == nil || found.arn != arn {
		return nil, noSuchEntity("Unable to retrieve specified IAM entity.") // recorded of a role
	}
	return found, nil
}

func unclear(arn string) error {
	return awsapi.Refuse("InvalidInput", "Invalid Entity Arn: %s does not clearly define entity type and name.", arn)
}

// simulatePrincipal says what a user, role or group may do, going by its policies as
// they are and by those in the call.
func simulatePrincipal(c *awsapi.Call, in *simulatePrincipalInput) (*simulation, error) {
	found, err := sourceAt(c, in.PolicySourceArn)
	if err != nil {
		return nil, err
	}
	return simulate(c, &in.simulateInput, subjectOf(c, found))
}

type simulateCustomInput struct {
	simulateInput
	// OrderedOrganizationPolicyInputList is the SCPs of each level, root first.
	OrderedOrganizationPolicyInputList []organizationLevel
}

type organizationLevel struct {
	ServiceControlPolicyInputList []string
}

// simulateCustom says what the policies in the call would allow.
func simulateCustom(c *awsapi.Call, in *simulateCustomInput) (*simulation, error) {
	if len(in.PolicyInputList) == 0 {
		return nil, c.Invalid("PolicyInputList", nil, "Member must not be null")
	}
	s := nobody(c)
	if s.scpsCount {
		if err := s.takeOrganization(in.OrderedOrganizationPolicyInputList); err != nil {
			return nil, err
		}
	}
	return simulate(c, &in.simulateInput, s)
}

// takeOrganization takes the SCPs of the call.
func (s *subject) takeOrganization(levels []organizationLevel) error {
	for at, l := range levels {
		level := authz.Level{Name: fmt.Sprintf("OrderedOrganizationPolicyInputList.%d", at+1)}
		for n, document := range l.ServiceControlPolicyInputList {
			p, err := inputPolicy(document, fmt.Sprintf("%s.ServiceControlPolicyInputList.%d", level.Name, n+1), policy.Rules{Kind: policy.SCP, MaxSize: maxInline})
			if err != nil {
				return err
			}
			level.Policies = append(level.Policies, *p)
		}
		s.scps = append(s.scps, level)
	}
	return nil
}

func simulate(c *awsapi.Call, in *simulateInput, s *subject) (*simulation, error) {
	for _, take := range []func(*awsapi.Call, *simulateInput) error{
		s.takeQuestions, s.takePolicies, s.takeBoundary, s.takeResource, s.takeContext,
	} {
		if err := take(c, in); err != nil {
			return nil, err
		}
	}
	s.findMissing()
	var results []evaluation
	for _, action := range s.actions {
		results = append(results, s.evaluate(action)...)
	}
	// A number of nine digits orders as a text does.
	numbers := make([]int, len(results))
	for n := range numbers {
		numbers[n] = n
	}
	numbers, rest, err := page(c, in.paging, numbers, func(n int) string { return fmt.Sprintf("%09d", n) })
	if err != nil {
		return nil, err
	}
	out := &simulation{cut: rest}
	for _, n := range numbers {
		out.EvaluationResults = append(out.EvaluationResults, results[n])
	}
	return out, nil
}

var actionForm = regexp.MustCompile(`^[A-Za-z0-9-]+:[A-Za-z0-9]+$`)

// maxQuestions bounds what one call can make the server work out and keep.
const maxQuestions = 100000

func (s *subject) takeQuestions(c *awsapi.Call, in *simulateInput) error {
	for _, action := range in.ActionNames {
		if !actionForm.MatchString(action) || !actionExists(action) {
			return awsapi.Refuse("InvalidInput", "Invalid Action: %s", strings.TrimSuffix(action+"; did you mean "+policy.NearestAction(action)+"?", "; did you mean ?"))
		}
	}
	for _, resource := range in.ResourceArns {
		switch {
		case resource != "*" && (!strings.HasPrefix(resource, "arn:") || strings.Count(resource, ":") < 5):
			return awsapi.Refuse("InvalidInput", "Invalid ARN: %s", resource)
		case resource == "*" && in.ResourcePolicy != "":
			return unclear(resource)
		}
	}
	s.actions, s.resources = in.ActionNames, in.ResourceArns
	if len(s.resources) == 0 {
		s.resources = []string{"*"}
	}
	if len(s.actions)*len(s.resources) > maxQuestions {
		return awsapi.Refuse("InvalidInput", "More than %d combinations of actions and resources", maxQuestions)
	}
	return nil
}

// actionExists says whether a service has the action; of services that are not
// described here nothing is known.
func actionExists(action string) bool {
	service, _, _ := strings.Cut(strings.ToLower(action), ":")
	if len(policy.Actions(service)) == 0 {
		return true
	}
	_, ok := policy.LookupAction(action)
	return ok
}

// takePolicies adds the policies of the call to the subject's.
func (s *subject) takePolicies(_ *awsapi.Call, in *simulateInput) error {
	for at, document := range in.PolicyInputList {
		p, err := inputPolicy(document, fmt.Sprintf("PolicyInputList.%d", at+1), policy.Rules{Kind: policy.Identity, MaxSize: maxInline})
		if err != nil {
			return err
		}
		s.identity = append(s.identity, *p)
	}
	return nil
}

func inputPolicy(document, id string, rules policy.Rules) (*authz.Named, error) {
	p, err := policy.Load([]byte(document), rules)
	if err != nil {
		return nil, awsapi.Refuse("InvalidInput", "%s: %s", id, policy.ProblemOf(err).Message)
	}
	return &authz.Named{Name: id, Policy: p}, nil
}

// takeBoundary puts the boundary of the call in the place of the subject's (IAM API
// Reference, "SimulatePrincipalPolicy").
func (s *subject) takeBoundary(_ *awsapi.Call, in *simulateInput) error {
	switch len(in.PermissionsBoundaryPolicyInputList) {
	case 0:
		return nil
	case 1:
	default:
		return awsapi.Refuse("InvalidInput", "Only one permissions boundary can be simulated")
	}
	p, err := inputPolicy(in.PermissionsBoundaryPolicyInputList[0], "PermissionsBoundaryPolicyInputList.1", policy.Rules{Kind: policy.Boundary, MaxSize: maxInline})
	if err == nil {
		s.boundaries = []authz.Named{*p}
	}
	return err
}

// takeResource takes the resource's policy and owner, which only count together, and
// who the caller is to such a policy: a user.
func (s *subject) takeResource(c *awsapi.Call, in *simulateInput) error {
	if in.CallerArn != "" {
		caller, err := s.callerOf(in.CallerArn)
		if err != nil {
			return err
		}
		s.principal = caller
	}
	s.owner = s.principal.Account
	if in.ResourcePolicy == "" {
		return nil
	}
	if s.unnamed && in.CallerArn == "" {
		return awsapi.Refuse("InvalidInput", "Invalid caller - Caller cannot be null or empty.")
	}
	p, err := policy.Parse([]byte(in.ResourcePolicy))
	if err != nil {
		return awsapi.Refuse("InvalidInput", "ResourcePolicy: %v", err)
	}
	s.resourcePolicy = &authz.Named{Name: "ResourcePolicy", Policy: p}
	if in.ResourceOwner != "" {
		owner := strings.TrimSuffix(strings.TrimPrefix(in.ResourceOwner, "arn:aws:iam::"), ":root")
		if !world.IsAccountID(owner) {
			return awsapi.Refuse("InvalidInput", "Invalid resource owner: %s", in.ResourceOwner)
		}
		s.owner = owner
	}
	return nil
}

// callerOf is who an ARN makes the caller to a resource's policy: a user; since the
// simulator takes SCPs a role or a group too, which such policies cannot name.
func (s *subject) callerOf(arn string) (*policy.Principal, error) {
	parts := strings.SplitN(arn, ":", 6)
	k, name, err := sourceOf(arn)
	switch {
	case err != nil, k != users && !s.scpsCount:
		return nil, awsapi.Refuse("InvalidInput", "Invalid caller: %s is not the ARN of an IAM user.", arn)
	case k == roles:
		return &policy.Principal{Kind: policy.RoleSession, Account: parts[4], RoleARN: arn, ARN: world.SessionARN(parts[4], name, "simulated")}, nil
	}
	return &policy.Principal{Kind: policy.User, Account: parts[4], ARN: arn}, nil
}

// takeContext adds the keys of the call, which stand before the subject's own.
func (s *subject) takeContext(_ *awsapi.Call, in *simulateInput) error {
	for _, e := range in.ContextEntries {
		s.context.Set(e.ContextKeyName, e.ContextKeyValues...)
	}
	return nil
}
