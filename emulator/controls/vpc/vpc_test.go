package vpc

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(out T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// A VPC is made with its main route table, and goes once nothing is in it any more.
func TestVPCFromBeginningToEnd(t *testing.T) {
	t.Parallel()
	c := client(t, start(t), "all")
	made := must[*ec2.CreateVpcOutput](t)(c.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.7.3.0/16")}))
	id := made.Vpc.VpcId
	if *made.Vpc.CidrBlock != "10.7.0.0/16" || made.Vpc.State != types.VpcStateAvailable {
		t.Errorf("made %+v", made.Vpc)
	}
	of := []types.Filter{{Name: aws.String("vpc-id"), Values: []string{*id}}}
	tables := func() []types.RouteTable {
		return must[*ec2.DescribeRouteTablesOutput](t)(c.DescribeRouteTables(ctx,
			&ec2.DescribeRouteTablesInput{Filters: of})).RouteTables
	}
	main := tables()
	if len(main) != 1 || !*main[0].Associations[0].Main || *main[0].Routes[0].DestinationCidrBlock != "10.7.0.0/16" {
		t.Fatalf("the VPC has the route tables %+v", main)
	}
	subnet := must[*ec2.CreateSubnetOutput](t)(c.CreateSubnet(ctx,
		&ec2.CreateSubnetInput{VpcId: id, CidrBlock: aws.String("10.7.1.0/24")})).Subnet
	table := must[*ec2.CreateRouteTableOutput](t)(c.CreateRouteTable(ctx,
		&ec2.CreateRouteTableInput{VpcId: id})).RouteTable
	association := must[*ec2.AssociateRouteTableOutput](t)(c.AssociateRouteTable(ctx, &ec2.AssociateRouteTableInput{
		RouteTableId: table.RouteTableId, SubnetId: subnet.SubnetId})).AssociationId
	_, err := c.AssociateRouteTable(ctx, &ec2.AssociateRouteTableInput{
		RouteTableId: main[0].RouteTableId, SubnetId: subnet.SubnetId})
	refusedWith(t, err, "Resource.AlreadyAssociated", *main[0].RouteTableId)
	endpoint := must[*ec2.CreateVpcEndpointOutput](t)(c.CreateVpcEndpoint(ctx, &ec2.CreateVpcEndpointInput{VpcId: id,
		ServiceName: aws.String("com.amazonaws.us-east-1.s3"), RouteTableIds: []string{*table.RouteTableId}})).VpcEndpoint
	if endpoint.DnsOptions.DnsRecordIpType != types.DnsRecordIpTypeServiceDefined {
		t.Errorf("the DNS options are %+v", endpoint.DnsOptions)
	}

	deleteVPC := func() error {
		_, err := c.DeleteVpc(ctx, &ec2.DeleteVpcInput{VpcId: id})
		return err
	}
	deleteTable := &ec2.DeleteRouteTableInput{RouteTableId: table.RouteTableId}
	refusedWith(t, deleteVPC(), "DependencyViolation", *id)
	_, err = c.DeleteRouteTable(ctx, deleteTable)
	refusedWith(t, err, "DependencyViolation", *table.RouteTableId)
	must[*ec2.DisassociateRouteTableOutput](t)(c.DisassociateRouteTable(ctx,
		&ec2.DisassociateRouteTableInput{AssociationId: association}))
	must[*ec2.DeleteRouteTableOutput](t)(c.DeleteRouteTable(ctx, deleteTable))
	ends := must[*ec2.DescribeVpcEndpointsOutput](t)(c.DescribeVpcEndpoints(ctx,
		&ec2.DescribeVpcEndpointsInput{VpcEndpointIds: []string{*endpoint.VpcEndpointId}})).VpcEndpoints
	if len(ends[0].RouteTableIds) != 0 {
		t.Errorf("the endpoint has still routes in %v", ends[0].RouteTableIds)
	}
	must[*ec2.DeleteVpcEndpointsOutput](t)(c.DeleteVpcEndpoints(ctx,
		&ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{*endpoint.VpcEndpointId}}))
	refusedWith(t, deleteVPC(), "DependencyViolation", *id)
	must[*ec2.DeleteSubnetOutput](t)(c.DeleteSubnet(ctx, &ec2.DeleteSubnetInput{SubnetId: subnet.SubnetId}))
	if err := deleteVPC(); err != nil {
		t.Fatal(err)
	}
	refusedWith(t, deleteVPC(), "InvalidVpcID.NotFound", *id)
	if left := tables(); len(left) != 0 {
		t.Errorf("left are %+v", left)
	}
}

// A VPC that only a file's route tables are of is there, with a range, and a new table in it is
// not its main one.
func TestVPCOfRouteTablesAlone(t *testing.T) {
	t.Parallel()
	c := client(t, start(t), "all")
	all := must[*ec2.DescribeVpcsOutput](t)(c.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})).Vpcs
	if len(all) != 2 || *all[0].VpcId != "vpc-01" || *all[0].CidrBlock != "10.0.0.0/16" {
		t.Errorf("the VPCs are %+v", all)
	}
	table := must[*ec2.CreateRouteTableOutput](t)(c.CreateRouteTable(ctx,
		&ec2.CreateRouteTableInput{VpcId: aws.String("vpc-01")})).RouteTable
	if len(table.Associations) != 0 {
		t.Errorf("the new table has the associations %+v", table.Associations)
	}
	must[*ec2.DeleteRouteTableOutput](t)(c.DeleteRouteTable(ctx,
		&ec2.DeleteRouteTableInput{RouteTableId: table.RouteTableId}))
}

// Tags are put on what a call makes only by who may tag it, and changed by CreateTags.
func TestTags(t *testing.T) {
	t.Parallel()
	c := client(t, start(t), "all")
	resources := []string{"vpce-01", "rtb-0a"}
	must[*ec2.CreateTagsOutput](t)(c.CreateTags(ctx, &ec2.CreateTagsInput{Resources: resources,
		Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("red")}}}))
	must[*ec2.DeleteTagsOutput](t)(c.DeleteTags(ctx, &ec2.DeleteTagsInput{Resources: resources,
		Tags: []types.Tag{{Key: aws.String("Name"), Value: aws.String("other")}}}))
	tags := must[*ec2.DescribeTagsOutput](t)(c.DescribeTags(ctx, &ec2.DescribeTagsInput{})).Tags
	if len(tags) != 3 || *tags[0].ResourceId != "rtb-0a" || *tags[1].Key != "Name" || *tags[2].Value != "red" {
		t.Errorf("the tags are %+v", tags)
	}
	_, err := c.CreateTags(ctx, &ec2.CreateTagsInput{Resources: resources,
		Tags: []types.Tag{{Key: aws.String("AWS:x"), Value: aws.String("")}}})
	refusedWith(t, err, "InvalidParameterValue", "reserved")
	_, err = client(t, start(t), "s3only").CreateTags(ctx, &ec2.CreateTagsInput{Resources: resources,
		Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("red")}}})
	refusedWith(t, err, "UnauthorizedOperation", "ec2:CreateTags")
}
