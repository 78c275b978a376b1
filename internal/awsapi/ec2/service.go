// Package ec2 is Amazon EC2's part in the way that a request to S3 takes: VPC
// endpoints, their policies, the route tables that lead to them, and the VPCs and
// subnets that those are of.
package ec2

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
)

// Service is EC2.
var Service = &awsapi.Service{
	Name: "ec2", Version: "2016-11-15", Namespace: "http://ec2.amazonaws.com/doc/2016-11-15/", Protocol: awsapi.EC2Query,
	Malformed: misformed,
	Actions: []*awsapi.Action{
		awsapi.NewAction("DescribeVpcEndpoints", checkAll[describeEndpointsInput], describeVpcEndpoints).Reads(),
		awsapi.NewAction("CreateVpcEndpoint", checkCreate, createVpcEndpoint),
		awsapi.NewAction("ModifyVpcEndpoint", checkModify, modifyVpcEndpoint),
		awsapi.NewAction("DeleteVpcEndpoints", checkDelete, deleteVpcEndpoints),
		awsapi.NewAction("DescribeRouteTables", checkAll[describeTablesInput], describeRouteTables).Reads(),
		awsapi.NewAction("CreateRouteTable", checkCreateTable, createTable),
		awsapi.NewAction("DeleteRouteTable", checkTable, deleteTable),
		awsapi.NewAction("AssociateRouteTable", checkAssociate, associate),
		awsapi.NewAction("DisassociateRouteTable", checkDisassociate, disassociate),
		awsapi.NewAction("ReplaceRouteTableAssociation", checkReplaceAssociation, replaceAssociation),

		awsapi.NewAction("CreateVpc", checkCreateVPC, createVPC),
		awsapi.NewAction("DescribeVpcs", checkAll[describeVPCsInput], describeVPCs).Reads(),
		awsapi.NewAction("DeleteVpc", checkVPC, deleteVPC),
		awsapi.NewAction("DescribeVpcAttribute", checkVPCAttribute, describeVPCAttribute).Reads(),
		awsapi.NewAction("ModifyVpcAttribute", checkModifyVPC, modifyVPC),
		awsapi.NewAction("CreateSubnet", checkCreateSubnet, createSubnet),
		awsapi.NewAction("DescribeSubnets", checkAll[describeSubnetsInput], describeSubnets).Reads(),
		awsapi.NewAction("DeleteSubnet", checkSubnet, deleteSubnet),
		awsapi.NewAction("ModifySubnetAttribute", checkModifySubnet, modifySubnet),

		awsapi.NewAction("DescribePrefixLists", checkAll[describeListsInput], describePrefixLists).Reads(),
		awsapi.NewAction("DescribeManagedPrefixLists", checkAll[describeListsInput], describeManagedLists).Reads(),
		awsapi.NewAction("GetManagedPrefixListEntries", checkListEntries, listEntries).Reads(),
		awsapi.NewAction("DescribeSecurityGroups", checkAll[describeGroupsInput], describeGroups).Reads(),
		awsapi.NewAction("DescribeNetworkAcls", checkAll[describeACLsInput], describeACLs).Reads(),
		awsapi.NewAction("DescribeNetworkInterfaces", checkAll[describeInterfacesInput], describeInterfaces).Reads(),

		awsapi.NewAction("CreateTags", checkCreateTags, createTags),
		awsapi.NewAction("DeleteTags", checkDeleteTags, deleteTags),
		awsapi.NewAction("DescribeTags", checkAll[describeTagsInput], describeTags).Reads(),
	},
}

// checkAll asks for the call's own permission, which is about no resource.
func checkAll[In any](c *awsapi.Call, _ *In) ([]*authz.Request, error) {
	return c.Ask("*", regionKey(c))
}

func regionKey(c *awsapi.Call) awsapi.Key {
	return awsapi.Key{Name: "ec2:Region", Values: []string{c.Region()}}
}

// serviceKeys are the condition keys that endpoints have.
func serviceKeys(c *awsapi.Call, service string) []awsapi.Key {
	return []awsapi.Key{
		regionKey(c),
		{Name: "ec2:VpceServiceName", Values: []string{service}},
		{Name: "ec2:VpceServiceOwner", Values: []string{"amazon"}},
	}
}

// arn is the ARN of something in the caller's account and the call's region:
// vpc-endpoint/vpce-1a2b3c4d.
func arn(c *awsapi.Call, resource string) string {
	return "arn:aws:ec2:" + c.Region() + ":" + c.CallerAccount() + ":" + resource
}

// askAll asks for the call's permission on each of several resources.
func askAll(c *awsapi.Call, kind string, ids []string, keys ...awsapi.Key) []*authz.Request {
	all := make([]*authz.Request, len(ids))
	for i, id := range ids {
		all[i] = c.Question(c.Permission(), arn(c, kind+"/"+id), keys...)
	}
	return all
}

// dryRun ends a call that only wants to know whether it may.
func dryRun(asked bool) error {
	if !asked {
		return nil
	}
	return awsapi.RefuseWith(http.StatusPreconditionFailed, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
}

// s3Service is what EC2 calls S3 in a region.
func s3Service(region string) string { return "com.amazonaws." + region + ".s3" }
