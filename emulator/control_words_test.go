package emulator_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
)

// A version of the API that a service does not have is refused before anything else is looked at.
func TestVersionsOfQueryAPIs(t *testing.T) {
	srv := emulatortest.Start(t, "causes", emulatortest.YAML(causesWorld))
	for _, row := range []struct{ service, action, version, code, message string }{
		{"iam", "GetAccountSummary", "2009-01-01", "InvalidAction",
			"Could not find operation GetAccountSummary for version 2009-01-01"},
		{"sts", "GetCallerIdentity", "2010-05-08", "InvalidAction",
			"Could not find operation GetCallerIdentity for version 2010-05-08"},
		{"sts", "GetCallerIdentity", "", "InvalidAction",
			"Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED"},
		{"sts", "GetCallerIdentity", "2011-06-15", "", ""},
		{"ec2", "DescribeVpcs", "2031-01-01", "NoSuchVersion",
			"The requested version (2031-01-01) of service AmazonEC2 does not exist"},
		{"ec2", "DescribeVpcs", "2014-10-01", "", ""},
	} {
		form := url.Values{"Action": {row.action}}
		if row.version != "" {
			form.Set("Version", row.version)
		}
		a := queryCall(t, srv, row.service, "app", form)
		e := newest(srv)
		if e.Code != row.code || row.message != "" && !strings.Contains(e.Message, row.message) || e.Lacks != "" {
			t.Errorf("%s %s of %q: %d %s %q, lacks %q", row.service, row.action, row.version, a.status, e.Code, e.Message, e.Lacks)
		}
	}
}

// Nobody but AWS makes a role under its own paths, or for a service of a name that none has.
func TestRolesThatAWSAloneMakes(t *testing.T) {
	srv := emulatortest.Start(t, "managed", emulatortest.YAML(managedWorld))
	for _, row := range []struct{ path, service, code, message string }{
		{"/", "ec2.amazonaws.com", "", ""},
		{"/aws/", "brand-new.amazonaws.com", "", ""},
		{"/aws-service-role/ec2.amazonaws.com/", "ec2.amazonaws.com", "AccessDenied", "/aws-service-role/"},
		{"/aws-reserved/sso.amazonaws.com/", "ec2.amazonaws.com", "AccessDenied", "/aws-reserved/"},
		{"/", "nope", "MalformedPolicyDocument", `Invalid principal in policy: "SERVICE":"nope"`},
		{"/", "ec2.example.com", "MalformedPolicyDocument", `Invalid principal in policy: "SERVICE":"ec2.example.com"`},
	} {
		iamCall(t, srv, url.Values{"Action": {"CreateRole"}, "Path": {row.path}, "RoleName": {"of-" + row.service},
			"AssumeRolePolicyDocument": {`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` +
				row.service + `"},"Action":"sts:AssumeRole"}]}`}})
		if e := newest(srv); e.Code != row.code || !strings.Contains(e.Message, row.message) {
			t.Errorf("%s for %s: %d %s %q", row.path, row.service, e.Status, e.Code, e.Message)
		}
	}
}

// managedWorld has one of each who can have a managed policy.
const managedWorld = `version: 1
scenarios:
  managed:
    title: Managed policies
    fix: []
    accounts: {123456789012: {users: {u: {}}, roles: {r: {}}, groups: {g: {}}}}
    callers: {app: {root: true}}
    buckets: {my-bucket: {}}
`

// An AWS managed policy that is not here is told by the name that may have been meant, whatever
// the call is about.
func TestManagedPoliciesThatAreNotHere(t *testing.T) {
	const arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAcces"
	srv := emulatortest.Start(t, "managed", emulatortest.YAML(managedWorld))
	for _, row := range []struct{ action, on, name, parameter string }{
		{"AttachUserPolicy", "UserName", "u", "PolicyArn"}, {"AttachRolePolicy", "RoleName", "r", "PolicyArn"},
		{"AttachGroupPolicy", "GroupName", "g", "PolicyArn"}, {"GetPolicy", "", "", "PolicyArn"},
		{"GetPolicyVersion", "VersionId", "v1", "PolicyArn"}, {"ListPolicyVersions", "", "", "PolicyArn"},
		{"ListEntitiesForPolicy", "", "", "PolicyArn"}, {"ListPolicyTags", "", "", "PolicyArn"},
		{"PutUserPermissionsBoundary", "UserName", "u", "PermissionsBoundary"},
		{"PutRolePermissionsBoundary", "RoleName", "r", "PermissionsBoundary"},
		{"CreateUser", "UserName", "new", "PermissionsBoundary"},
	} {
		form := url.Values{"Action": {row.action}, row.parameter: {arn}}
		if row.on != "" {
			form.Set(row.on, row.name)
		}
		iamCall(t, srv, form)
		e := newest(srv)
		if e.Code != "NoSuchEntity" || !strings.Contains(e.Lacks, "(did you mean AmazonS3ReadOnlyAccess?)") {
			t.Errorf("%s: %d %s %q, lacks %q", row.action, e.Status, e.Code, e.Message, e.Lacks)
		}
	}
}
