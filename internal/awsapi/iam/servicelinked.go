package iam

import (
	"maps"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// linkedPath is where the roles are that services make for themselves.
const linkedPath = "/aws-service-role/"

const linkedPrefix = "AWSServiceRoleFor"

// linkedService is a service that has a role of its own. One with suffixes may have several.
type linkedService struct {
	name     string // behind the prefix
	suffixes bool
}

// linkedServices are those whose roles s3fault knows (IAM User Guide, "AWS services that work
// with IAM", and the services' own pages on their service-linked roles).
var linkedServices = map[string]linkedService{
	"access-analyzer.amazonaws.com":              {name: "AccessAnalyzer"},
	"autoscaling.amazonaws.com":                  {name: "AutoScaling", suffixes: true},
	"batch.amazonaws.com":                        {name: "Batch"},
	"cloudtrail.amazonaws.com":                   {name: "CloudTrail"},
	"config.amazonaws.com":                       {name: "Config"},
	"ecs.amazonaws.com":                          {name: "ECS"},
	"eks.amazonaws.com":                          {name: "AmazonEKS"},
	"eks-nodegroup.amazonaws.com":                {name: "AmazonEKSNodegroup"},
	"elasticache.amazonaws.com":                  {name: "ElastiCache"},
	"elasticbeanstalk.amazonaws.com":             {name: "ElasticBeanstalk"},
	"elasticfilesystem.amazonaws.com":            {name: "AmazonElasticFileSystem"},
	"elasticloadbalancing.amazonaws.com":         {name: "ElasticLoadBalancing"},
	"es.amazonaws.com":                           {name: "AmazonElasticsearchService"},
	"guardduty.amazonaws.com":                    {name: "AmazonGuardDuty"},
	"lakeformation.amazonaws.com":                {name: "LakeFormationDataAccess"},
	"macie.amazonaws.com":                        {name: "AmazonMacie"},
	"malware-protection.guardduty.amazonaws.com": {name: "AmazonGuardDutyMalwareProtection"},
	"mrk.kms.amazonaws.com":                      {name: "KeyManagementServiceMultiRegionKeys"},
	"cks.kms.amazonaws.com":                      {name: "KeyManagementServiceCustomKeyStores"},
	"opensearchservice.amazonaws.com":            {name: "AmazonOpenSearchService"},
	"ops.apigateway.amazonaws.com":               {name: "APIGateway"},
	"organizations.amazonaws.com":                {name: "Organizations"},
	"rds.amazonaws.com":                          {name: "RDS"},
	"redshift.amazonaws.com":                     {name: "Redshift"},
	"replicator.lambda.amazonaws.com":            {name: "LambdaReplicator"},
	"securityhub.amazonaws.com":                  {name: "SecurityHub"},
	"spot.amazonaws.com":                         {name: "EC2Spot"},
	"spotfleet.amazonaws.com":                    {name: "EC2SpotFleet"},
	"ssm.amazonaws.com":                          {name: "AmazonSSM"},
	"sso.amazonaws.com":                          {name: "SSO"},
	"storage-lens.s3.amazonaws.com":              {name: "S3StorageLens"},
	"support.amazonaws.com":                      {name: "Support"},
	"transitgateway.amazonaws.com":               {name: "VPCTransitGateway"},
	"trustedadvisor.amazonaws.com":               {name: "TrustedAdvisor"},
}

// linkedTo is the service that a role is linked to; empty: none.
func linkedTo(r *world.Role) string {
	service, linked := strings.CutPrefix(r.Path, linkedPath)
	if !linked {
		return ""
	}
	return strings.TrimSuffix(service, "/")
}

// protected refuses to change a role that only its service may change.
func protected(r *world.Role) error {
	if linkedTo(r) == "" {
		return nil
	}
	return awsapi.Refuse("UnmodifiableEntity",
		"Cannot perform the operation on the protected role '%s' - this role is only modifiable by AWS", r.Name)
}

// bind is edit of a call that changes what binds whom it names.
func bind[In named](c *awsapi.Call, in *In, change func(*world.Account, *identity) error) error {
	return edit(c, in, func(a *world.Account, i *identity) error {
		if i.kind == roles {
			if err := protected(a.Roles[i.name]); err != nil {
				return err
			}
		}
		return change(a, i)
	})
}

type createLinkedInput struct {
	AWSServiceName string `aws:",required"`
	Description    string
	CustomSuffix   string
}

// role is the name that the role has, or would have.
func (in *createLinkedInput) role() string {
	name := linkedPrefix + linkedServices[in.AWSServiceName].name
	if in.CustomSuffix != "" {
		name += "_" + in.CustomSuffix
	}
	return name
}

func (in *createLinkedInput) path() string { return linkedPath + in.AWSServiceName + "/" }

func checkCreateLinked(c *awsapi.Call, in *createLinkedInput) ([]*authz.Request, error) {
	return c.Ask(world.RoleARN(c.CallerAccount(), in.path(), in.role()), serviceName(in.AWSServiceName))
}

func serviceName(service string) awsapi.Key {
	return awsapi.Key{Name: "iam:AWSServiceName", Values: []string{service}}
}

// linkedTrust lets the service assume its role.
func linkedTrust(service string) (*authz.Named, error) {
	p, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":[{"Action":["sts:AssumeRole"],"Effect":"Allow",` +
		`"Principal":{"Service":["` + service + `"]}}]}`))
	return &authz.Named{Name: "trust", Policy: p}, err
}

// longestRole is how many characters the name of a role may have.
const longestRole = 64

// createLinked makes the role of a service. The words for a service that has none, and for
// suffixes, are [unsure].
func createLinked(c *awsapi.Call, in *createLinkedInput) (*roleOutput, error) {
	switch service, known := linkedServices[in.AWSServiceName]; {
	case !known:
		return nil, awsapi.Refuse("InvalidInput", "Service name %s is not valid.", in.AWSServiceName)
	case in.CustomSuffix != "" && !service.suffixes:
		return nil, awsapi.Refuse("InvalidInput", "Custom suffix is not allowed for %s", in.AWSServiceName)
	}
	if len(in.role()) > longestRole {
		return nil, c.Invalid("RoleName", in.role(), "Member must have length less than or equal to "+decimal(longestRole))
	}
	trust, err := linkedTrust(in.AWSServiceName)
	if err != nil {
		return nil, err
	}
	r := &world.Role{
		Name: in.role(), Path: in.path(), ID: newID("AROA"), Created: c.Now, Description: in.Description, Trust: trust,
	}
	err = c.Change(func(s *world.State) (*world.State, error) {
		a := *s.Account(c.CallerAccount())
		if taken(a.Roles, r.Name) {
			return nil, awsapi.Refuse("InvalidInput",
				"Service role name %s has been taken in this account, please try a different suffix.", r.Name)
		}
		a.Roles = maps.Clone(a.Roles)
		a.Roles[r.Name] = r
		return sealed(s.WithAccount(&a))
	})
	made := *r
	made.ARN = world.RoleARN(c.CallerAccount(), r.Path, r.Name)
	told := describeRole(&made)
	told.MaxSessionDuration = 0
	return &roleOutput{told}, err
}

type deleteLinkedOutput struct{ DeletionTaskId string }

// checkDeleteLinked asks for the role, with the service that it is linked to.
func checkDeleteLinked(c *awsapi.Call, in *roleName) ([]*authz.Request, error) {
	if r := account(c).Roles[in.RoleName]; r != nil {
		return askAbout(c, roles, in.RoleName, serviceName(linkedTo(r)))
	}
	return askAbout(c, roles, in.RoleName)
}

// deleteLinked deletes a service-linked role, which nothing here uses: the task is done at
// once. What AWS says of other roles is [unsure].
func deleteLinked(c *awsapi.Call, in *roleName) (*deleteLinkedOutput, error) {
	r := account(c).Roles[in.RoleName]
	switch {
	case r == nil || linkedTo(r) == "":
		return nil, roles.noSuch(in.RoleName)
	}
	task := "task" + r.Path + r.Name + "/" + world.UUID([16]byte(random(16)))
	err := c.Change(func(s *world.State) (*world.State, error) { return withoutRole(s, c.CallerAccount(), r) })
	if err == nil {
		c.Moment.Uses.KeepDeletion(c.CallerAccount() + " " + task)
	}
	return &deleteLinkedOutput{task}, err
}

type deletionInput struct {
	DeletionTaskId string `aws:",required"`
}

type deletionOutput struct{ Status string }

// checkDeletion asks for the role that the task was about.
func checkDeletion(c *awsapi.Call, in *deletionInput) ([]*authz.Request, error) {
	parts := strings.Split(in.DeletionTaskId, "/")
	if len(parts) != 5 || parts[0] != "task" || parts[1] != strings.Trim(linkedPath, "/") {
		return nil, awsapi.Refuse("InvalidInput", "Invalid deletion task id: %s", in.DeletionTaskId) // [unsure: the words]
	}
	return c.Ask(world.RoleARN(c.CallerAccount(), linkedPath+parts[2]+"/", parts[3]))
}

func deletionStatus(c *awsapi.Call, in *deletionInput) (*deletionOutput, error) {
	if !c.Moment.Uses.Deleted(c.CallerAccount() + " " + in.DeletionTaskId) {
		return nil, noSuchEntity("Deletion task %s cannot be found.", in.DeletionTaskId) // [unsure: the words]
	}
	return &deletionOutput{"SUCCEEDED"}, nil
}
