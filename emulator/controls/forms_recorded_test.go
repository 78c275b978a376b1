package controls

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// worded is a refusal as a client reads it.
type worded struct{ code, message string }

// What AWS was recorded to say of malformed requests (control-apis.md), read with its own SDK,
// by a caller who may do nothing but assume roles.
func TestRecordedForms(t *testing.T) {
	t.Parallel()
	srv := start(t, stsWorld)
	c := as(t, srv, "carol")
	assume := func(arn, name string) error {
		_, err := c.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: &arn, RoleSessionName: &name})
		return err
	}
	role := func(name string) error {
		_, err := c.iam.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
		return err
	}
	attach := func(arn string) error {
		_, err := c.iam.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: aws.String("r"), PolicyArn: &arn})
		return err
	}
	invalid := func(message string) worded { return worded{"ValidationError", message} }
	one := func(clause string) worded { return invalid("1 validation error detected: Value " + clause) }
	const (
		short  = "Member must have length greater than or equal to "
		failed = " failed to satisfy constraint: "
		named  = "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"
	)
	rows := map[string]struct {
		err  error
		want worded
	}{
		"no colons":       {assume("nothing-valid-in-here", "me"), invalid("nothing-valid-in-here is invalid")},
		"no partition":    {assume("arn::b:::something/test-role", "me"), invalid("arn::b:::something/test-role is invalid")},
		"no service":      {assume("arn:a::::something/test-role", "me"), invalid("arn:a::::something/test-role is invalid")},
		"few colons":      {assume("arn:a:::something/test-role", "me"), invalid("arn:a:::something/test-role is invalid")},
		"no resource":     {assume("arn:a:a::aaaaaaaaaa:", "me"), invalid("arn:a:a::aaaaaaaaaa: is invalid")},
		"session name":    {assume(readerARN, "Session1:2"), one("'Session1:2' at 'roleSessionName'" + failed + `Member must satisfy regular expression pattern: [\w+=,.@-]*`)},
		"short session":   {assume(readerARN, "s"), one("'s' at 'roleSessionName'" + failed + short + "2")},
		"role name":       {role("bad name!"), invalid(named)},
		"long role":       {role(strings.Repeat("a", 65)), one("at 'roleName'" + failed + "Member must have length less than or equal to 64")},
		"attach a name":   {attach("longpolicynamebutnoarn"), invalid("Invalid ARN:  Could not be parsed!")},
		"attach short":    {attach("AdministratorAccess"), one("at 'policyArn'" + failed + short + "20")},
		"other partition": {attach("arn:aws-cn:iam::aws:policy/ReadOnlyAccess"), invalid("Invalid ARN partition")},
		"alias": {second(c.kms.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: aws.String("a b"), TargetKeyId: aws.String("k")})),
			worded{"ValidationException", "1 validation error detected: Value 'a b' at 'aliasName'" + failed +
				"Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$"}},
		"tag": {second(c.kms.TagResource(ctx, &kms.TagResourceInput{KeyId: aws.String("k"), Tags: []kmstypes.Tag{
			{TagKey: aws.String(strings.Repeat("a", 129)), TagValue: aws.String("")}}})),
			worded{"ValidationException", "1 validation error detected: Value '" + strings.Repeat("a", 129) +
				"' at 'tags.1.member.tagKey'" + failed + "Member must have length less than or equal to 128"}},
		"IAM's tags": {second(c.iam.TagRole(ctx, &iam.TagRoleInput{RoleName: aws.String("r"), Tags: []iamtypes.Tag{
			{Key: aws.String("#"), Value: aws.String("?")}}})),
			invalid(`2 validation errors detected: Value at 'tags.1.member.key'` + failed +
				`Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+; Value at 'tags.1.member.value'` + failed +
				`Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]*`)},
		"status": {second(c.iam.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{
			AccessKeyId: aws.String("AKIAIOSFODNN7EXAMPLE"), Status: "Off"})),
			one("at 'status'" + failed + "Member must satisfy enum value set")},
		"an account": {second(c.organizations.DescribeAccount(ctx, &organizations.DescribeAccountInput{AccountId: aws.String("12")})),
			worded{"InvalidInputException", "You provided a value that does not match the required pattern."}},
	}
	for name, row := range rows {
		if got := refusedWith(t, row.err, row.want.code); got.ErrorMessage() != row.want.message {
			t.Errorf("%s:\n got %s\nwant %s", name, got.ErrorMessage(), row.want.message)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// Before it became strict, IAM told the values, and the enumerations too.
func TestIAMFormsEarlier(t *testing.T) {
	t.Parallel()
	later := as(t, start(t, "    as_of: 2024-11-01\n"+stsWorld), "carol").iam
	_, err := later.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(strings.Repeat("a", 65))})
	if got := refusedWith(t, err, "ValidationError").ErrorMessage(); strings.Contains(got, "Value 'aaa") {
		t.Error(got)
	}
	srv := start(t, "    as_of: 2024-10-31\n"+stsWorld)
	c := as(t, srv, "carol").iam
	_, err = c.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(strings.Repeat("a", 65))})
	if got := refusedWith(t, err, "ValidationError").ErrorMessage(); !strings.Contains(got, "Value 'aaa") {
		t.Error(got)
	}
	_, err = c.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: aws.String("r"), PolicyArn: aws.String("longpolicynamebutnoarn")})
	if got := refusedWith(t, err, "InvalidInput").ErrorMessage(); got != "ARN longpolicynamebutnoarn is not valid." {
		t.Error(got)
	}
	_, err = c.ListPolicies(ctx, &iam.ListPoliciesInput{Scope: "Mine"})
	if got := refusedWith(t, err, "ValidationError").ErrorMessage(); !strings.HasSuffix(got, "enum value set: [All, AWS, Local]") {
		t.Error(got)
	}
}
