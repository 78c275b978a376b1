package world

import (
	"sync"

	"github.com/s3fault/s3fault/authz"
)

// AWSManagedPolicyARN is the ARN of a policy that AWS manages.
func AWSManagedPolicyARN(name string) string { return "arn:aws:iam::aws:policy/" + name }

// awsManaged are the documents of policies that AWS manages and every account can attach, by
// name: those that have to do with S3 (AWS Managed Policy Reference Guide).
var awsManaged = map[string]string{
	"AdministratorAccess":    `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
	"AmazonS3FullAccess":     `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","s3-object-lambda:*"],"Resource":"*"}]}`,
	"AmazonS3ReadOnlyAccess": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*","s3:Describe*","s3-object-lambda:Get*","s3-object-lambda:List*"],"Resource":"*"}]}`,
	"IAMFullAccess":          `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:*","organizations:DescribeAccount","organizations:DescribeOrganization","organizations:DescribeOrganizationalUnit","organizations:DescribePolicy","organizations:ListChildren","organizations:ListParents","organizations:ListPoliciesForTarget","organizations:ListRoots","organizations:ListPolicies","organizations:ListTargetsForPolicy"],"Resource":"*"}]}`,
	"PowerUserAccess":        `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},{"Effect":"Allow","Action":["account:GetAccountInformation","account:GetGovCloudAccountInformation","account:GetPrimaryEmail","account:ListRegions","iam:CreateServiceLinkedRole","iam:DeleteServiceLinkedRole","iam:ListRoles","organizations:DescribeOrganization"],"Resource":"*"}]}`,
}

// awsManagedPolicies are compiled when one of them is first asked for.
var awsManagedPolicies = sync.OnceValue(func() map[string]*authz.Named {
	all := make(map[string]*authz.Named, len(awsManaged))
	for name, document := range awsManaged {
		p := mustName(name, AWSManagedPolicyARN(name), document)
		all[name] = &p
	}
	return all
})

// AWSManagedPolicies are the policies that AWS manages and that are known here, by
// name. Do not change the map.
func AWSManagedPolicies() map[string]*authz.Named { return awsManagedPolicies() }
