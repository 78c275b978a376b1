package controls

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

const simulatedWorld = `
    accounts:
      123456789012:
        users:
          admin: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}
          reader: {managed_policies: [AmazonS3ReadOnlyAccess]}
          denied:
            managed_policies: [AmazonS3ReadOnlyAccess]
            policies: {deny: {Version: 2012-10-17, Statement: [{Effect: Deny, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/secret/*"}]}}
          bounded: {managed_policies: [AmazonS3ReadOnlyAccess], permissions_boundary: limit}
          member: {groups: [staff]}
          nobody: {}
          conditional: {policies: {office: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "arn:aws:s3:::my-bucket/${aws:username}/*", Condition: {IpAddress: {"aws:SourceIp": 203.0.113.0/24}}}]}}}
        groups:
          staff: {managed_policies: [AmazonS3FullAccess]}
        roles:
          Reader: {managed_policies: [AmazonS3ReadOnlyAccess]}
        managed_policies:
          limit: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:List*", Resource: "*"}]}
      999999999999: {}
      222222222222:
        users:
          outside: {managed_policies: [AmazonS3FullAccess]}
          asks: {managed_policies: [AdministratorAccess]}
    organization:
      id: o-exampleorgid
      management_account: 999999999999
      scps:
        no-writes: {policy: {Version: 2012-10-17, Statement: [{Effect: Deny, Action: "s3:PutObject", Resource: "*"}]}}
        region: {policy: {Version: 2012-10-17, Statement: [{Effect: Deny, Action: "s3:*", Resource: "*", Condition: {StringNotEquals: {"aws:RequestedRegion": eu-west-1}}}]}}
      root: {accounts: {222222222222: {scps: [FullAWSAccess, no-writes, region]}}}
    callers:
      admin: {account: 123456789012, user: admin}
      reader: {account: 123456789012, user: reader}
      root: {account: 123456789012, root: true}
      asks: {account: 222222222222, user: asks}
    buckets:
      my-bucket: {owner: 123456789012, objects: {my-file.txt: {body: "hello\n"}}}
`

const simulatedFile = "arn:aws:s3:::my-bucket/my-file.txt"

// source is the ARN of somebody in the account.
func source(who string) *string { return aws.String("arn:aws:iam::123456789012:" + who) }

func TestIAMSimulatePrincipalPolicy(t *testing.T) {
	t.Parallel()
	srv := start(t, simulatedWorld)
	client := as(t, srv, "admin").iam
	office := []types.ContextEntry{{ContextKeyName: aws.String("aws:SourceIp"),
		ContextKeyValues: []string{"203.0.113.9"}, ContextKeyType: types.ContextKeyTypeEnumIp}}
	for _, test := range []struct {
		name, who, action, resource string
		context                     []types.ContextEntry
		want, matched, missing      string
	}{
		{"the article's: nothing allows", "user/nobody", "s3:GetObject", simulatedFile, nil, "implicitDeny", "", ""},
		{"an Allow", "user/reader", "s3:GetObject", simulatedFile, nil, "allowed", "AmazonS3ReadOnlyAccess", ""},
		{"another action", "user/reader", "s3:PutObject", simulatedFile, nil, "implicitDeny", "", ""},
		{"an explicit Deny", "user/denied", "s3:GetObject", "arn:aws:s3:::my-bucket/secret/a", nil, "explicitDeny",
			"user_denied_deny", ""},
		{"beside the Deny", "user/denied", "s3:GetObject", simulatedFile, nil, "allowed", "AmazonS3ReadOnlyAccess", ""},
		{"a group's policy", "user/member", "s3:PutObject", simulatedFile, nil, "allowed", "AmazonS3FullAccess", ""},
		{"a group", "group/staff", "s3:PutObject", simulatedFile, nil, "allowed", "AmazonS3FullAccess", ""},
		{"a role", "role/Reader", "s3:GetObject", simulatedFile, nil, "allowed", "AmazonS3ReadOnlyAccess", ""},
		{"a key that is missing", "user/conditional", "s3:GetObject", "arn:aws:s3:::my-bucket/conditional/a", nil,
			"implicitDeny", "", "aws:SourceIp"},
		{"the key is given", "user/conditional", "s3:GetObject", "arn:aws:s3:::my-bucket/conditional/a", office,
			"allowed", "user_conditional_office", ""},
		{"a variable counts", "user/conditional", "s3:GetObject", "arn:aws:s3:::my-bucket/reader/a", office,
			"implicitDeny", "", ""},
		{"no resource", "user/reader", "s3:ListAllMyBuckets", "", nil, "allowed", "AmazonS3ReadOnlyAccess", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := &iam.SimulatePrincipalPolicyInput{PolicySourceArn: source(test.who), ActionNames: []string{test.action},
				ContextEntries: test.context}
			if test.resource != "" {
				in.ResourceArns = []string{test.resource}
			}
			out := must[*iam.SimulatePrincipalPolicyOutput](t)(client.SimulatePrincipalPolicy(ctx, in))
			if len(out.EvaluationResults) != 1 {
				t.Fatalf("got %d results", len(out.EvaluationResults))
			}
			e := out.EvaluationResults[0]
			var matched []string
			for _, m := range e.MatchedStatements {
				matched = append(matched, *m.SourcePolicyId)
			}
			if string(e.EvalDecision) != test.want || strings.Join(matched,
				" ") != test.matched || strings.Join(e.MissingContextValues, " ") != test.missing {
				t.Errorf("got %s by %v, missing %v", e.EvalDecision, matched, e.MissingContextValues)
			}
			if specific := e.ResourceSpecificResults; test.resource != "" && (len(specific) != 1 || string(specific[0].EvalResourceDecision) != test.want || *specific[0].EvalResourceName != test.resource) {
				t.Errorf("of the resource: %+v", specific)
			}
		})
	}
}

// What the simulator says, S3 does.
func TestIAMSimulatorAgreesWithS3(t *testing.T) {
	t.Parallel()
	srv := start(t, simulatedWorld)
	client := as(t, srv, "admin").iam
	says := func() string {
		out := must[*iam.SimulatePrincipalPolicyOutput](t)(client.SimulatePrincipalPolicy(ctx,
			&iam.SimulatePrincipalPolicyInput{PolicySourceArn: source("user/reader"),
				ActionNames: []string{"s3:GetObject"}, ResourceArns: []string{simulatedFile}}))
		return string(out.EvaluationResults[0].EvalDecision)
	}
	does := func() string {
		if err := get(sdkv2.S3(t, srv, "reader"), "my-file.txt"); err == nil {
			return "allowed"
		} else if strings.Contains(err.Error(), "explicit deny") {
			return "explicitDeny"
		}
		return "implicitDeny"
	}
	if a, b := says(), does(); a != "allowed" || a != b {
		t.Errorf("with the policy: it says %s, S3 does %s", a, b)
	}
	must[*iam.PutUserPolicyOutput](t)(client.PutUserPolicy(ctx,
		&iam.PutUserPolicyInput{UserName: aws.String("reader"), PolicyName: aws.String("deny"),
			PolicyDocument: aws.String(denyS3)}))
	if a, b := says(), does(); a != "explicitDeny" || a != b {
		t.Errorf("with a Deny: it says %s, S3 does %s", a, b)
	}
	must[*iam.DeleteUserPolicyOutput](t)(client.DeleteUserPolicy(ctx,
		&iam.DeleteUserPolicyInput{UserName: aws.String("reader"), PolicyName: aws.String("deny")}))
	must[*iam.DetachUserPolicyOutput](t)(client.DetachUserPolicy(ctx,
		&iam.DetachUserPolicyInput{UserName: aws.String("reader"), PolicyArn: aws.String(readOnlyARN)}))
	if a, b := says(), does(); a != "implicitDeny" || a != b {
		t.Errorf("without a policy: it says %s, S3 does %s", a, b)
	}
}

func TestIAMSimulateGuardrails(t *testing.T) {
	t.Parallel()
	srv := start(t, simulatedWorld)
	client := as(t, srv, "admin").iam
	in := &iam.SimulatePrincipalPolicyInput{PolicySourceArn: source("user/bounded"),
		ActionNames: []string{"s3:GetObject", "s3:ListBucket"}, ResourceArns: []string{"arn:aws:s3:::my-bucket"}}
	results := must[*iam.SimulatePrincipalPolicyOutput](t)(client.SimulatePrincipalPolicy(ctx, in)).EvaluationResults
	if len(results) != 2 || results[0].EvalDecision != "implicitDeny" || results[0].PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary ||
		results[1].EvalDecision != "allowed" || !results[1].PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary || results[0].OrganizationsDecisionDetail != nil {
		t.Errorf("a boundary: %+v", results)
	}
	in.PermissionsBoundaryPolicyInputList = []string{allowS3}
	if results := must[*iam.SimulatePrincipalPolicyOutput](t)(client.SimulatePrincipalPolicy(ctx,
		in)).EvaluationResults; results[0].EvalDecision != "allowed" {
		t.Errorf("the call's boundary is in the place of the user's: %+v", results[0])
	}
}

// simulatedOn is the world on a day, which is a line of the file.
func simulatedOn(t *testing.T, day string) *emulatortest.Server {
	t.Helper()
	return emulatortest.Start(t, "world", emulatortest.YAML("version: 1\nresponses: aws\n"+day+"\nscenarios:\n  world:\n    title: A world of a test\n"+simulatedWorld))
}

// SCPs count with their conditions, and what they deny is denied explicitly, since
// 2026-07-30.
func TestIAMSimulateSCPs(t *testing.T) {
	t.Parallel()
	asked := &iam.SimulatePrincipalPolicyInput{
		PolicySourceArn: aws.String("arn:aws:iam::222222222222:user/outside"), ActionNames: []string{"s3:GetObject",
			"s3:PutObject"},
		ResourceArns: []string{"arn:aws:s3:::my-bucket/a", "arn:aws:s3:::other/b"},
	}
	there := *asked
	there.ContextEntries = []types.ContextEntry{{ContextKeyName: aws.String("aws:RequestedRegion"),
		ContextKeyValues: []string{"eu-west-1"}, ContextKeyType: types.ContextKeyTypeEnumString}}
	for _, c := range []struct {
		day, want string
		in        *iam.SimulatePrincipalPolicyInput
	}{
		{"as_of: 2026-07-29", "s3:GetObject allowed true {} 1, s3:GetObject allowed true {} 1, s3:PutObject implicitDeny false {} 0, s3:PutObject implicitDeny false {} 0", asked},
		{"as_of: 2026-07-30", "s3:GetObject explicitDeny false nil 0, s3:PutObject explicitDeny false nil 0", asked},
		{"as_of: 2026-07-30", "s3:GetObject allowed true {} 1, s3:PutObject explicitDeny false nil 0", &there},
	} {
		client := as(t, simulatedOn(t, c.day), "asks").iam
		var got []string
		for _, e := range must[*iam.SimulatePrincipalPolicyOutput](t)(client.SimulatePrincipalPolicy(ctx,
			c.in)).EvaluationResults {
			details := "{}"
			if e.EvalDecisionDetails == nil {
				details = "nil"
			}
			got = append(got, fmt.Sprint(*e.EvalActionName, " ", e.EvalDecision, " ",
				e.OrganizationsDecisionDetail.AllowedByOrganizations, " ", details, " ", len(e.MatchedStatements)))
			if len(e.MissingContextValues) != 0 {
				t.Errorf("%s: the keys of SCPs are missing: %q", c.day, e.MissingContextValues)
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.day, strings.Join(got, ", "), c.want)
		}
	}
}

// One result is of all resources, with the strictest decision, since 2026-07-30; before
// there was one of each, with that decision too.
func TestIAMSimulateSeveralResources(t *testing.T) {
	t.Parallel()
	in := &iam.SimulatePrincipalPolicyInput{
		PolicySourceArn: source("user/denied"), ActionNames: []string{"s3:GetObject"}, ResourceArns: []string{simulatedFile, "arn:aws:s3:::my-bucket/secret/a"},
	}
	results := must[*iam.SimulatePrincipalPolicyOutput](t)(as(t, simulatedOn(t, "as_of: 2026-07-30"),
		"admin").iam.SimulatePrincipalPolicy(ctx, in)).EvaluationResults
	if len(results) != 1 {
		t.Fatalf("got %+v", results)
	}
	e := results[0]
	if e.EvalDecision != "explicitDeny" || *e.EvalResourceName != "arn:${Partition}:s3:::${BucketName}/${KeyName}" || len(e.MatchedStatements) != 1 || *e.MatchedStatements[0].SourcePolicyId != "user_denied_deny" {
		t.Errorf("together: %+v", e)
	}
	if own := e.ResourceSpecificResults; len(own) != 2 || own[0].EvalResourceDecision != "allowed" || *own[0].EvalResourceName != simulatedFile || own[1].EvalResourceDecision != "explicitDeny" {
		t.Errorf("each: %+v", own)
	}
	results = must[*iam.SimulatePrincipalPolicyOutput](t)(as(t, simulatedOn(t, "as_of: 2026-07-29"),
		"admin").iam.SimulatePrincipalPolicy(ctx, in)).EvaluationResults
	if len(results) != 2 || results[0].EvalDecision != "explicitDeny" || *results[0].EvalResourceName != simulatedFile || results[0].ResourceSpecificResults[0].EvalResourceDecision != "allowed" {
		t.Errorf("the day before: %+v", results)
	}
}

// A resource's policy counts when it is given, with who the caller is.
func TestIAMSimulateResourcePolicy(t *testing.T) {
	t.Parallel()
	srv := start(t, simulatedWorld)
	client := as(t, srv, "admin").iam
	names := func(who string) *string {
		return aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + who + `"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::my-bucket/*"}]}`)
	}
	in := &iam.SimulatePrincipalPolicyInput{PolicySourceArn: source("user/nobody"),
		ActionNames: []string{"s3:GetObject"}, ResourceArns: []string{simulatedFile}, ResourcePolicy: names(*source("user/nobody"))}
	e := must[*iam.SimulatePrincipalPolicyOutput](t)(client.SimulatePrincipalPolicy(ctx, in)).EvaluationResults[0]
	if e.EvalDecision != "allowed" || len(e.MatchedStatements) != 1 || *e.MatchedStatements[0].SourcePolicyId != "ResourcePolicy" {
		t.Errorf("in one account the bucket's policy is enough: %+v", e)
	}
	in.ResourceOwner = aws.String("arn:aws:iam::222222222222:root")
	e = must[*iam.SimulatePrincipalPolicyOutput](t)(client.SimulatePrincipalPolicy(ctx, in)).EvaluationResults[0]
	if e.EvalDecision != "implicitDeny" || e.EvalDecisionDetails["IAM Policy"] != "implicitDeny" || e.EvalDecisionDetails["Resource Policy"] != "allowed" {
		t.Errorf("across accounts both must allow: %+v", e)
	}
	in.ResourceOwner, in.CallerArn = nil, source("user/reader")
	if e = must[*iam.SimulatePrincipalPolicyOutput](t)(client.SimulatePrincipalPolicy(ctx,
		in)).EvaluationResults[0]; e.EvalDecision != "implicitDeny" {
		t.Errorf("the caller is another user: %+v", e)
	}
	in.CallerArn, in.PolicySourceArn = nil, source("user/bounded")
	in.ResourceOwner, in.ResourcePolicy = aws.String("arn:aws:iam::222222222222:root"), names(*source("user/bounded"))
	details := must[*iam.SimulatePrincipalPolicyOutput](t)(client.SimulatePrincipalPolicy(ctx,
		in)).EvaluationResults[0].EvalDecisionDetails
	if details["IAM Policy"] != "allowed" || details["Resource Policy"] != "allowed" || details["Permissions Boundary"] != "implicitDeny" {
		t.Errorf("what each kind of policy says: %v", details)
	}
	in.ResourceOwner, in.PolicySourceArn, in.ResourcePolicy = nil, source("role/Reader"), names(*source("role/Reader"))
	if e = must[*iam.SimulatePrincipalPolicyOutput](t)(client.SimulatePrincipalPolicy(ctx,
		in)).EvaluationResults[0]; e.EvalDecision != "allowed" || len(e.MatchedStatements) != 2 {
		t.Errorf("a role is a caller: %+v", e)
	}
	_, err := as(t, simulatedOn(t, "as_of: 2026-07-29"), "admin").iam.SimulatePrincipalPolicy(ctx, in)
	isA[*types.InvalidInputException](t, err)
}

func TestIAMSimulateCustomPolicy(t *testing.T) {
	t.Parallel()
	client := as(t, start(t, simulatedWorld), "admin").iam
	var got []string
	pages := iam.NewSimulateCustomPolicyPaginator(client, &iam.SimulateCustomPolicyInput{
		PolicyInputList: []string{allowS3, strings.Replace(denyS3, "s3:*", "s3:PutObject", 1)},
		ActionNames:     []string{"s3:GetObject", "s3:PutObject", "iam:GetUser"}, ResourceArns: []string{simulatedFile,
			"arn:aws:s3:::other/x"}, MaxItems: aws.Int32(2),
	})
	for pages.HasMorePages() {
		for _, e := range must[*iam.SimulateCustomPolicyOutput](t)(pages.NextPage(ctx)).EvaluationResults {
			line := *e.EvalActionName + " " + string(e.EvalDecision)
			for _, m := range e.MatchedStatements {
				line += " " + *m.SourcePolicyId
				if m.StartPosition.Line != 1 || m.StartPosition.Column != 38 {
					t.Errorf("the statement begins at %+v", m.StartPosition)
				}
			}
			got = append(got, line)
		}
	}
	want := "s3:GetObject allowed PolicyInputList.1,s3:PutObject explicitDeny PolicyInputList.2,iam:GetUser implicitDeny"
	if strings.Join(got, ",") != want {
		t.Errorf("got %v", got)
	}
}

// The call can bring SCPs of its own, a level each.
func TestIAMSimulateCustomSCPs(t *testing.T) {
	t.Parallel()
	level := func(documents ...string) types.OrderedOrganizationPolicyType {
		return types.OrderedOrganizationPolicyType{ServiceControlPolicyInputList: documents}
	}
	in := &iam.SimulateCustomPolicyInput{
		PolicyInputList: []string{allowS3}, ActionNames: []string{"s3:GetObject"},
		OrderedOrganizationPolicyInputList: []types.OrderedOrganizationPolicyType{level(allowS3),
			level(strings.Replace(allowS3, "s3:*", "s3:List*", 1))},
	}
	client := as(t, simulatedOn(t, "as_of: 2026-07-30"), "admin").iam
	if e := must[*iam.SimulateCustomPolicyOutput](t)(client.SimulateCustomPolicy(ctx,
		in)).EvaluationResults[0]; e.EvalDecision != "implicitDeny" || e.OrganizationsDecisionDetail.AllowedByOrganizations {
		t.Errorf("the second level does not allow: %+v", e)
	}
	in.OrderedOrganizationPolicyInputList[1] = level(allowS3)
	if e := must[*iam.SimulateCustomPolicyOutput](t)(client.SimulateCustomPolicy(ctx,
		in)).EvaluationResults[0]; e.EvalDecision != "allowed" || !e.OrganizationsDecisionDetail.AllowedByOrganizations {
		t.Errorf("both levels allow: %+v", e)
	}
	in.OrderedOrganizationPolicyInputList[1] = level("{")
	_, err := client.SimulateCustomPolicy(ctx, in)
	isA[*types.InvalidInputException](t, err)
}

func TestIAMSimulateRefuses(t *testing.T) {
	t.Parallel()
	srv := start(t, simulatedWorld)
	client := as(t, srv, "admin").iam
	try := func(change func(*iam.SimulatePrincipalPolicyInput)) error {
		in := &iam.SimulatePrincipalPolicyInput{PolicySourceArn: source("user/reader"), ActionNames: []string{"s3:GetObject"}}
		change(in)
		_, err := client.SimulatePrincipalPolicy(ctx, in)
		return err
	}
	isA[*types.NoSuchEntityException](t, try(func(in *iam.SimulatePrincipalPolicyInput) { in.PolicySourceArn = source("user/zoe") }))
	for name, change := range map[string]func(*iam.SimulatePrincipalPolicyInput){
		"a session": func(in *iam.SimulatePrincipalPolicyInput) {
			in.PolicySourceArn = aws.String("arn:aws:sts::123456789012:assumed-role/Reader/s")
		},
		"no such action": func(in *iam.SimulatePrincipalPolicyInput) { in.ActionNames = []string{"s3:GetObjekt"} },
		"no action":      func(in *iam.SimulatePrincipalPolicyInput) { in.ActionNames = []string{"s3:*"} },
		"no ARN":         func(in *iam.SimulatePrincipalPolicyInput) { in.ResourceArns = []string{"my-bucket"} },
		"no policy":      func(in *iam.SimulatePrincipalPolicyInput) { in.PolicyInputList = []string{"{"} },
		"two boundaries": func(in *iam.SimulatePrincipalPolicyInput) {
			in.PermissionsBoundaryPolicyInputList = []string{allowS3, allowS3}
		},
		"a caller of none": func(in *iam.SimulatePrincipalPolicyInput) {
			in.CallerArn = aws.String("arn:aws:sts::123456789012:assumed-role/Reader/s")
		},
	} {
		t.Run(name, func(t *testing.T) { isA[*types.InvalidInputException](t, try(change)) })
	}
	_, err := as(t, srv, "reader").iam.SimulatePrincipalPolicy(ctx,
		&iam.SimulatePrincipalPolicyInput{PolicySourceArn: source("user/reader"), ActionNames: []string{"s3:GetObject"}})
	refusedWith(t, err, "AccessDenied")
}

func TestIAMContextKeys(t *testing.T) {
	t.Parallel()
	client := as(t, start(t, simulatedWorld), "admin").iam
	of := must[*iam.GetContextKeysForPrincipalPolicyOutput](t)(client.GetContextKeysForPrincipalPolicy(ctx,
		&iam.GetContextKeysForPrincipalPolicyInput{PolicySourceArn: source("user/conditional")}))
	if got := strings.Join(of.ContextKeyNames, " "); got != "aws:SourceIp aws:username" {
		t.Errorf("got %s", got)
	}
	custom := must[*iam.GetContextKeysForCustomPolicyOutput](t)(client.GetContextKeysForCustomPolicy(ctx,
		&iam.GetContextKeysForCustomPolicyInput{PolicyInputList: []string{allowS3}}))
	if len(custom.ContextKeyNames) != 0 {
		t.Errorf("got %v", custom.ContextKeyNames)
	}
}
