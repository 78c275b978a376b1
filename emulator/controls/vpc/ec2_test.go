// Package vpc tests the EC2 API over HTTP, with AWS's own client.
package vpc

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/s3fault/s3fault/emulator/controls/plan"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
	ec2api "github.com/s3fault/s3fault/internal/awsapi/ec2"
	"github.com/s3fault/s3fault/internal/awsapi/wiretest"
)

// ctx is never cancelled: the server ends with the test.
var ctx = context.Background()

const world = `version: 1
responses: aws
scenarios:
  world:
    title: A world of a test
    network: {route_table: rtb-0a}
    route_tables:
      rtb-0a: {vpc: vpc-01, account: 123456789012}
      rtb-0b: {vpc: vpc-01, account: 123456789012}
      rtb-0c: {vpc: vpc-02, account: 123456789012}
      rtb-0d: {vpc: vpc-03, account: 111111111111}
    vpc_endpoints:
      vpce-01:
        vpc: vpc-01
        account: 123456789012
        route_tables: [rtb-0a]
        tags: {Name: main}
        created: 2024-01-02T03:04:05Z
        policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::other/*"}]}
      vpce-02: {vpc: vpc-03, account: 111111111111}
    accounts:
      123456789012:
        users:
          all: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}
          s3only: {policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}
          modifies: {policies: {one: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "ec2:ModifyVpcEndpoint", Resource: "arn:aws:ec2:us-east-1:123456789012:vpc-endpoint/vpce-01"}]}}}
      111111111111: {}
    callers:
      all: {account: 123456789012, user: all}
      s3only: {account: 123456789012, user: s3only}
      modifies: {account: 123456789012, user: modifies}
      stranger: {account: 111111111111, root: true}
    buckets:
      my-bucket: {owner: 123456789012, objects: {file.txt: {body: "hello\n"}}}
      through-only:
        owner: 123456789012
        policy: {Version: 2012-10-17, Statement: [{Effect: Deny, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::through-only/*", Condition: {StringNotEquals: {"aws:sourceVpce": vpce-01}}}]}
        objects: {file.txt: {body: "hello\n"}}
`

const openPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`

func TestWireStructs(t *testing.T) { wiretest.Hold(t, ec2api.Service, &ec2.Client{}) }

// AWS's SDK for Go reads the answer of every action.
func TestGoSDKReadsEveryAnswer(t *testing.T) {
	t.Parallel()
	srv := emulatortest.Start(t, "world", emulatortest.YAML(plan.World), emulatortest.Alone())
	plan.PlaySDK(t, ec2api.Service, srv, client(t, srv, "admin"))
}

func start(t *testing.T) *emulatortest.Server {
	t.Helper()
	return emulatortest.Start(t, "world", emulatortest.YAML(world))
}

func client(t *testing.T, srv *emulatortest.Server, caller string) *ec2.Client {
	t.Helper()
	return ec2.NewFromConfig(sdkv2.Config(t, srv, caller))
}

// refusedWith holds an error against the code and a part of the message that the SDK
// reads of it.
func refusedWith(t *testing.T, err error, code, text string) {
	t.Helper()
	var refused smithy.APIError
	if !errors.As(err, &refused) || refused.ErrorCode() != code || !strings.Contains(refused.ErrorMessage(), text) {
		t.Errorf("got %v, want %s with %q in it", err, code, text)
	}
}

func get(t *testing.T, srv *emulatortest.Server, bucket string) error {
	t.Helper()
	_, err := sdkv2.S3(t, srv, "s3only").GetObject(ctx,
		&s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String("file.txt")})
	return err
}

func filter(name string, values ...string) []types.Filter {
	return []types.Filter{{Name: aws.String(name), Values: values}}
}

func idsOf(t *testing.T, c *ec2.Client, in *ec2.DescribeVpcEndpointsInput) string {
	t.Helper()
	out, err := c.DescribeVpcEndpoints(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, e := range out.VpcEndpoints {
		ids = append(ids, *e.VpcEndpointId)
	}
	return strings.Join(ids, " ")
}

func TestDescribeVpcEndpoints(t *testing.T) {
	t.Parallel()
	srv := start(t)
	c := client(t, srv, "all")
	out, err := c.DescribeVpcEndpoints(ctx, &ec2.DescribeVpcEndpointsInput{Filters: filter("service-name", "com.amazonaws.us-east-1.s3")})
	if err != nil || len(out.VpcEndpoints) != 1 {
		t.Fatalf("%v, %+v", err, out)
	}
	e := out.VpcEndpoints[0]
	if *e.VpcEndpointId != "vpce-01" || e.VpcEndpointType != types.VpcEndpointTypeGateway || *e.VpcId != "vpc-01" || e.State != "available" ||
		*e.OwnerId != "123456789012" || len(e.RouteTableIds) != 1 || e.RouteTableIds[0] != "rtb-0a" || *e.Tags[0].Value != "main" || e.CreationTimestamp.Year() != 2024 {
		t.Errorf("got %+v", e)
	}
	if !strings.Contains(*e.PolicyDocument, "arn:aws:s3:::other/*") {
		t.Errorf("the policy is %s", *e.PolicyDocument)
	}
	for _, row := range []struct{ name, value, want string }{
		{"service-name", "com.amazonaws.*.s3", "vpce-01"},
		{"service-name", "com.amazonaws.us-east-1.dynamodb", ""},
		{"vpc-id", "vpc-0?", "vpce-01"},
		{"vpc-id", "vpc-02", ""},
		{"vpc-endpoint-id", "vpce-01", "vpce-01"},
		{"vpc-endpoint-state", "available", "vpce-01"},
		{"vpc-endpoint-type", "Interface", ""},
		{"tag:Name", "main", "vpce-01"},
		{"tag:Name", "other", ""},
		{"tag-key", "Name", "vpce-01"},
	} {
		if got := idsOf(t, c, &ec2.DescribeVpcEndpointsInput{Filters: filter(row.name, row.value)}); got != row.want {
			t.Errorf("%s=%s: %q", row.name, row.value, got)
		}
	}
	if got := idsOf(t, client(t, srv, "stranger"), &ec2.DescribeVpcEndpointsInput{}); got != "vpce-02" {
		t.Errorf("another account sees %q", got)
	}
	elsewhere := ec2.NewFromConfig(sdkv2.Config(t, srv, "all"), func(o *ec2.Options) { o.Region = "eu-west-1" })
	if got := idsOf(t, elsewhere, &ec2.DescribeVpcEndpointsInput{}); got != "" {
		t.Errorf("another region has %q", got)
	}
	_, err = c.DescribeVpcEndpoints(ctx, &ec2.DescribeVpcEndpointsInput{VpcEndpointIds: []string{"vpce-02"}})
	refusedWith(t, err, "InvalidVpcEndpointId.NotFound", "The Vpc Endpoint Id 'vpce-02' does not exist")
	_, err = c.DescribeVpcEndpoints(ctx, &ec2.DescribeVpcEndpointsInput{Filters: filter("colour", "red")})
	refusedWith(t, err, "InvalidParameterValue", "colour")
	_, err = c.DescribeVpcEndpoints(ctx, &ec2.DescribeVpcEndpointsInput{MaxResults: aws.Int32(1)})
	refusedWith(t, err, "InvalidParameterValue", "maxResults")
	_, err = c.DescribeVpcEndpoints(ctx, &ec2.DescribeVpcEndpointsInput{NextToken: aws.String("?")})
	refusedWith(t, err, "InvalidNextToken", "")
	_, err = c.DescribeVpcEndpoints(ctx, &ec2.DescribeVpcEndpointsInput{DryRun: aws.Bool(true)})
	refusedWith(t, err, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
	_, err = client(t, srv, "s3only").DescribeVpcEndpoints(ctx, &ec2.DescribeVpcEndpointsInput{})
	refusedWith(t, err, "UnauthorizedOperation", "is not authorized to perform: ec2:DescribeVpcEndpoints because no identity-based policy allows")
}

// The endpoint's policy is what a request through it must be allowed by.
func TestModifyPolicyCuresARefusal(t *testing.T) {
	t.Parallel()
	srv := start(t)
	refusedWith(t, get(t, srv, "my-bucket"), "AccessDenied", "because no VPC endpoint policy allows the s3:GetObject action")
	c := client(t, srv, "all")
	modify := func(in *ec2.ModifyVpcEndpointInput) {
		t.Helper()
		in.VpcEndpointId = aws.String("vpce-01")
		if out, err := c.ModifyVpcEndpoint(ctx, in); err != nil || !*out.Return {
			t.Fatalf("%v", err)
		}
	}
	modify(&ec2.ModifyVpcEndpointInput{PolicyDocument: aws.String(openPolicy)})
	if err := get(t, srv, "my-bucket"); err != nil {
		t.Errorf("with another policy: %v", err)
	}
	if err := srv.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"}}}}`); err != nil {
		t.Fatal(err)
	}
	out, err := c.DescribeVpcEndpoints(ctx, &ec2.DescribeVpcEndpointsInput{VpcEndpointIds: []string{"vpce-01"}})
	if err != nil || *out.VpcEndpoints[0].PolicyDocument != openPolicy || out.VpcEndpoints[0].CreationTimestamp.Year() != 2024 {
		t.Errorf("after a patch: %v, %+v", err, out)
	}
	modify(&ec2.ModifyVpcEndpointInput{PolicyDocument: aws.String(strings.Replace(openPolicy, "Allow", "Deny", 1))})
	refusedWith(t, get(t, srv, "my-bucket"), "AccessDenied", "with an explicit deny in a VPC endpoint policy")
	modify(&ec2.ModifyVpcEndpointInput{ResetPolicy: aws.Bool(true)})
	if err := get(t, srv, "my-bucket"); err != nil {
		t.Errorf("with AWS's policy: %v", err)
	}
}

func TestModifyRefused(t *testing.T) {
	t.Parallel()
	srv := start(t)
	tables := func(ids ...string) *ec2.ModifyVpcEndpointInput {
		return &ec2.ModifyVpcEndpointInput{AddRouteTableIds: ids}
	}
	for _, row := range []struct {
		name, caller string
		in           *ec2.ModifyVpcEndpointInput
		code, text   string
	}{
		{"no JSON", "all", &ec2.ModifyVpcEndpointInput{PolicyDocument: aws.String("{")}, "InvalidPolicyDocument", "The Policy Document is not valid."},
		{"without a principal", "all", &ec2.ModifyVpcEndpointInput{PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)}, "InvalidPolicyDocument", ""},
		{"both", "all", &ec2.ModifyVpcEndpointInput{PolicyDocument: aws.String(openPolicy), ResetPolicy: aws.Bool(true)}, "InvalidParameterCombination", ""},
		{"no such table", "all", tables("rtb-0z"), "InvalidRouteTableId.NotFound", "The routeTable ID 'rtb-0z' does not exist"},
		{"another account's table", "all", tables("rtb-0d"), "InvalidRouteTableId.NotFound", ""},
		{"a table of another VPC", "all", tables("rtb-0c"), "InvalidParameter", "different networks"},
		{"a route that is not there", "all", &ec2.ModifyVpcEndpointInput{RemoveRouteTableIds: []string{"rtb-0b"}}, "InvalidParameter", "rtb-0b"},
		{"subnets", "all", &ec2.ModifyVpcEndpointInput{AddSubnetIds: []string{"subnet-1"}}, "InvalidParameter", "Subnet IDs are only supported"},
		{"no such endpoint", "all", &ec2.ModifyVpcEndpointInput{VpcEndpointId: aws.String("vpce-09")}, "InvalidVpcEndpointId.NotFound", ""},
		{"another account's endpoint", "all", &ec2.ModifyVpcEndpointInput{VpcEndpointId: aws.String("vpce-02")}, "InvalidVpcEndpointId.NotFound", ""},
		{"without permission", "s3only", tables(), "UnauthorizedOperation", "ec2:ModifyVpcEndpoint on resource: arn:aws:ec2:us-east-1:123456789012:vpc-endpoint/vpce-01 because no identity-based policy allows"},
		{"without permission on the table", "modifies", tables("rtb-0b"), "UnauthorizedOperation", "route-table/rtb-0b"},
		{"a dry run", "all", &ec2.ModifyVpcEndpointInput{PolicyDocument: aws.String(openPolicy), DryRun: aws.Bool(true)}, "DryRunOperation", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			if row.in.VpcEndpointId == nil {
				row.in.VpcEndpointId = aws.String("vpce-01")
			}
			_, err := client(t, srv, row.caller).ModifyVpcEndpoint(ctx, row.in)
			refusedWith(t, err, row.code, row.text)
		})
	}
	refusedWith(t, get(t, srv, "my-bucket"), "AccessDenied", "VPC endpoint policy") // nothing of it was done
	if _, err := client(t, srv, "modifies").ModifyVpcEndpoint(ctx, &ec2.ModifyVpcEndpointInput{VpcEndpointId: aws.String("vpce-01"), ResetPolicy: aws.Bool(true)}); err != nil {
		t.Errorf("what is allowed: %v", err)
	}
}

func TestCreateAndDelete(t *testing.T) {
	t.Parallel()
	srv := start(t)
	c := client(t, srv, "all")
	in := &ec2.CreateVpcEndpointInput{
		VpcId: aws.String("vpc-01"), ServiceName: aws.String("com.amazonaws.us-east-1.s3"), RouteTableIds: []string{"rtb-0a"},
		TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeVpcEndpoint, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}}}},
	}
	_, err := c.CreateVpcEndpoint(ctx, in)
	refusedWith(t, err, "RouteAlreadyExists", "route table rtb-0a already has a route with destination-prefix-list-id pl-63a5400a")
	gone, err := c.DeleteVpcEndpoints(ctx, &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{"vpce-01", "vpce-02"}})
	if err != nil || len(gone.Unsuccessful) != 1 || *gone.Unsuccessful[0].ResourceId != "vpce-02" || *gone.Unsuccessful[0].Error.Code != "InvalidVpcEndpoint.NotFound" {
		t.Fatalf("%v, %+v", err, gone)
	}
	if err := get(t, srv, "my-bucket"); err != nil {
		t.Errorf("over the internet: %v", err)
	}
	in.PolicyDocument = aws.String(strings.Replace(openPolicy, "Allow", "Deny", 1))
	made, err := c.CreateVpcEndpoint(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	if e := made.VpcEndpoint; !strings.HasPrefix(*e.VpcEndpointId, "vpce-") || *e.Tags[0].Key != "a" || e.RouteTableIds[0] != "rtb-0a" || e.CreationTimestamp == nil {
		t.Errorf("made %+v", e)
	}
	refusedWith(t, get(t, srv, "my-bucket"), "AccessDenied", "explicit deny in a VPC endpoint policy")
	if err := srv.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"}}}}`); err != nil {
		t.Fatal(err)
	}
	if got := idsOf(t, c, &ec2.DescribeVpcEndpointsInput{Filters: filter("tag:a", "b")}); got != *made.VpcEndpoint.VpcEndpointId {
		t.Errorf("after a patch there is %q", got)
	}
}

// An endpoint that the network names outright leaves it when it is deleted.
func TestDeleteTheWay(t *testing.T) {
	t.Parallel()
	srv := start(t)
	if err := srv.Patch(`{"network":{"vpc_endpoint":"vpce-01"}}`); err != nil {
		t.Fatal(err)
	}
	refusedWith(t, get(t, srv, "my-bucket"), "AccessDenied", "VPC endpoint policy")
	if _, err := client(t, srv, "all").DeleteVpcEndpoints(ctx, &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{"vpce-01"}}); err != nil {
		t.Fatal(err)
	}
	if err := get(t, srv, "my-bucket"); err != nil {
		t.Errorf("over the internet: %v", err)
	}
	if err := srv.Patch(`{"clock":{"offset":"1h"}}`); err != nil {
		t.Errorf("the world cannot be patched any more: %v", err)
	}
}

func TestCreateRefused(t *testing.T) {
	t.Parallel()
	srv := start(t)
	c := client(t, srv, "all")
	name, vpc := aws.String("com.amazonaws.us-east-1.s3"), aws.String("vpc-02")
	for _, row := range []struct {
		name       string
		in         ec2.CreateVpcEndpointInput
		code, text string
	}{
		{"no such VPC", ec2.CreateVpcEndpointInput{VpcId: aws.String("vpc-09"), ServiceName: name}, "InvalidVpcId.NotFound", "vpc-09"},
		{"another account's VPC", ec2.CreateVpcEndpointInput{VpcId: aws.String("vpc-03"), ServiceName: name}, "InvalidVpcId.NotFound", "vpc-03"},
		{"another service", ec2.CreateVpcEndpointInput{VpcId: vpc, ServiceName: aws.String("com.amazonaws.us-east-1.dynamodb")}, "InvalidServiceName", "dynamodb"},
		{"another region", ec2.CreateVpcEndpointInput{VpcId: vpc, ServiceName: aws.String("com.amazonaws.eu-west-1.s3")}, "InvalidServiceName", "eu-west-1"},
		{"no service", ec2.CreateVpcEndpointInput{VpcId: vpc}, "MissingParameter", "The request must contain the parameter ServiceName"},
		{"an interface", ec2.CreateVpcEndpointInput{VpcId: vpc, ServiceName: name, VpcEndpointType: types.VpcEndpointTypeInterface}, "UnsupportedOperation", ""},
		{"a bad policy", ec2.CreateVpcEndpointInput{VpcId: vpc, ServiceName: name, PolicyDocument: aws.String("[]")}, "InvalidPolicyDocument", ""},
	} {
		_, err := c.CreateVpcEndpoint(ctx, &row.in)
		t.Log(row.name)
		refusedWith(t, err, row.code, row.text)
	}
	_, err := client(t, srv, "s3only").CreateVpcEndpoint(ctx, &ec2.CreateVpcEndpointInput{VpcId: vpc, ServiceName: name})
	refusedWith(t, err, "UnauthorizedOperation", "vpc/vpc-02")
	_, err = client(t, srv, "s3only").DeleteVpcEndpoints(ctx, &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{"vpce-01"}})
	refusedWith(t, err, "UnauthorizedOperation", "vpc-endpoint/vpce-01")
	for range 19 {
		if _, err := c.CreateVpcEndpoint(ctx, &ec2.CreateVpcEndpointInput{VpcId: vpc, ServiceName: name}); err != nil {
			t.Fatal(err)
		}
	}
	_, err = c.CreateVpcEndpoint(ctx, &ec2.CreateVpcEndpointInput{VpcId: vpc, ServiceName: name})
	refusedWith(t, err, "VpcEndpointLimitExceeded", "")
	var ids []string
	pages := ec2.NewDescribeVpcEndpointsPaginator(c, &ec2.DescribeVpcEndpointsInput{MaxResults: aws.Int32(6)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.VpcEndpoints {
			ids = append(ids, *e.VpcEndpointId)
		}
	}
	if len(ids) != 20 {
		t.Errorf("20 endpoints, in pages of 6: %d", len(ids))
	}
}
