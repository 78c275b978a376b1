package ec2

import (
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// What every VPC has from the beginning: a security group and a network ACL. Nothing changes
// them here, and no instance is in them.

const everywhere = "0.0.0.0/0"

// defaultGroup is the id of a VPC's security group, defaultACL that of its network ACL.
func defaultGroup(v *world.VPC) string { return world.DerivedID("sg", v.ID) }
func defaultACL(v *world.VPC) string   { return world.DerivedID("acl", v.ID) }

type (
	cidrRange struct {
		CidrIp string `xml:"cidrIp"`
	}
	groupPair struct {
		GroupId string `xml:"groupId"`
		UserId  string `xml:"userId"`
	}
	permission struct {
		IpProtocol       string                  `xml:"ipProtocol"`
		UserIdGroupPairs awsapi.Items[groupPair] `xml:"groups"`
		IpRanges         awsapi.Items[cidrRange] `xml:"ipRanges"`
	}
	securityGroup struct {
		OwnerId             string                   `xml:"ownerId"`
		GroupId             string                   `xml:"groupId"`
		GroupName           string                   `xml:"groupName"`
		Description         string                   `xml:"groupDescription"`
		VpcId               string                   `xml:"vpcId"`
		IpPermissions       awsapi.Items[permission] `xml:"ipPermissions"`
		IpPermissionsEgress awsapi.Items[permission] `xml:"ipPermissionsEgress"`
		SecurityGroupArn    string                   `xml:"securityGroupArn"`
		Tags                awsapi.Items[tag]        `xml:"tagSet"`
	}
)

const groupTold = "default VPC security group"

func describedGroup(c *awsapi.Call, v *world.VPC) securityGroup {
	id := defaultGroup(v)
	itself := awsapi.Items[groupPair]{{id, v.Account}}
	return securityGroup{
		OwnerId: v.Account, GroupId: id, GroupName: "default", Description: groupTold, VpcId: v.ID,
		IpPermissions:       awsapi.Items[permission]{{IpProtocol: "-1", UserIdGroupPairs: itself}},
		IpPermissionsEgress: awsapi.Items[permission]{{IpProtocol: "-1", IpRanges: awsapi.Items[cidrRange]{{everywhere}}}},
		SecurityGroupArn:    arn(c, "security-group/"+id),
	}
}

type describeGroupsInput struct {
	DryRun     bool
	GroupIds   []string `aws:"GroupId"`
	GroupNames []string `aws:"GroupName"`
	Filters    []filter `aws:"Filter"`
	MaxResults *int
	NextToken  string
}

type describeGroupsOutput struct {
	SecurityGroups awsapi.Items[securityGroup] `xml:"securityGroupInfo"`
	NextToken      string                      `xml:"nextToken,omitempty"`
}

var groupAttributes = attributes[*world.VPC]{
	"description":               func(*world.VPC) []string { return []string{groupTold} },
	"group-id":                  func(v *world.VPC) []string { return []string{defaultGroup(v)} },
	"group-name":                func(*world.VPC) []string { return []string{"default"} },
	"owner-id":                  func(v *world.VPC) []string { return []string{v.Account} },
	"vpc-id":                    func(v *world.VPC) []string { return []string{v.ID} },
	"tag-key":                   nil,
	"egress.ip-permission.cidr": func(*world.VPC) []string { return []string{everywhere} },
	"ip-permission.group-id":    func(v *world.VPC) []string { return []string{defaultGroup(v)} },
}

func describeGroups(c *awsapi.Call, in *describeGroupsInput) (*describeGroupsOutput, error) {
	filters := in.Filters
	if len(in.GroupNames) > 0 {
		filters = append(filters, filter{"group-name", in.GroupNames})
	}
	all, next, err := listed(allVPCs(c), listing[*world.VPC]{
		ids: in.GroupIds, filters: filters, size: in.MaxResults, token: in.NextToken, most: 1000, called: "groupIds",
		id: defaultGroup, missing: func(id string) error {
			return awsapi.Refuse("InvalidGroup.NotFound", "The security group '%s' does not exist", id)
		}, known: groupAttributes, tags: noTags[*world.VPC], dryRun: in.DryRun,
	})
	out := &describeGroupsOutput{NextToken: next}
	for _, v := range all {
		out.SecurityGroups = append(out.SecurityGroups, describedGroup(c, v))
	}
	return out, err
}

type (
	aclEntry struct {
		RuleNumber int    `xml:"ruleNumber"`
		Protocol   string `xml:"protocol"`
		RuleAction string `xml:"ruleAction"`
		Egress     bool   `xml:"egress"`
		CidrBlock  string `xml:"cidrBlock"`
	}
	aclAssociation struct {
		NetworkAclAssociationId string `xml:"networkAclAssociationId"`
		NetworkAclId            string `xml:"networkAclId"`
		SubnetId                string `xml:"subnetId"`
	}
	networkACL struct {
		NetworkAclId string                       `xml:"networkAclId"`
		VpcId        string                       `xml:"vpcId"`
		IsDefault    bool                         `xml:"default"`
		Entries      awsapi.Items[aclEntry]       `xml:"entrySet"`
		Associations awsapi.Items[aclAssociation] `xml:"associationSet"`
		OwnerId      string                       `xml:"ownerId"`
		Tags         awsapi.Items[tag]            `xml:"tagSet"`
	}
)

// lastRule is the number of the rule behind all others, which denies.
const lastRule = 32767

func describedACL(c *awsapi.Call, v *world.VPC) networkACL {
	acl := networkACL{NetworkAclId: defaultACL(v), VpcId: v.ID, IsDefault: true, OwnerId: v.Account}
	for _, egress := range []bool{true, false} {
		acl.Entries = append(acl.Entries, aclEntry{100, "-1", "allow", egress, everywhere},
			aclEntry{lastRule, "-1", "deny", egress, everywhere})
	}
	for _, n := range v.SubnetsOf(c.State()) {
		id := world.DerivedID("aclassoc", v.ID, n.ID)
		acl.Associations = append(acl.Associations, aclAssociation{id, acl.NetworkAclId, n.ID})
	}
	return acl
}

type describeACLsInput struct {
	DryRun        bool
	NetworkAclIds []string `aws:"NetworkAclId"`
	Filters       []filter `aws:"Filter"`
	MaxResults    *int
	NextToken     string
}

type describeACLsOutput struct {
	NetworkAcls awsapi.Items[networkACL] `xml:"networkAclSet"`
	NextToken   string                   `xml:"nextToken,omitempty"`
}

func aclAttributes(s *world.State) attributes[*world.VPC] {
	return attributes[*world.VPC]{
		"association.network-acl-id": func(v *world.VPC) []string { return []string{defaultACL(v)} },
		"association.subnet-id": func(v *world.VPC) (ids []string) {
			for _, n := range v.SubnetsOf(s) {
				ids = append(ids, n.ID)
			}
			return ids
		},
		"default":        func(*world.VPC) []string { return []string{"true"} },
		"network-acl-id": func(v *world.VPC) []string { return []string{defaultACL(v)} },
		"owner-id":       func(v *world.VPC) []string { return []string{v.Account} },
		"vpc-id":         func(v *world.VPC) []string { return []string{v.ID} },
		"tag-key":        nil,
	}
}

func describeACLs(c *awsapi.Call, in *describeACLsInput) (*describeACLsOutput, error) {
	all, next, err := listed(allVPCs(c), listing[*world.VPC]{
		ids: in.NetworkAclIds, filters: in.Filters, size: in.MaxResults, token: in.NextToken, most: 1000,
		called: "networkAclIds", id: defaultACL, missing: func(id string) error {
			return awsapi.Refuse("InvalidNetworkAclID.NotFound", "The networkAcl ID '%s' does not exist", id)
		}, known: aclAttributes(c.State()), tags: noTags[*world.VPC], dryRun: in.DryRun,
	})
	out := &describeACLsOutput{NextToken: next}
	for _, v := range all {
		out.NetworkAcls = append(out.NetworkAcls, describedACL(c, v))
	}
	return out, err
}

type describeInterfacesInput struct {
	DryRun              bool
	NetworkInterfaceIds []string `aws:"NetworkInterfaceId"`
	Filters             []filter `aws:"Filter"`
	MaxResults          *int
	NextToken           string
}

type describeInterfacesOutput struct {
	NetworkInterfaces awsapi.Items[struct{}] `xml:"networkInterfaceSet"`
	NextToken         string                 `xml:"nextToken,omitempty"`
}

// describeInterfaces tells of none: gateway endpoints have none, and nothing else is in the
// subnets. Its filters are not looked at.
func describeInterfaces(_ *awsapi.Call, in *describeInterfacesInput) (*describeInterfacesOutput, error) {
	if len(in.NetworkInterfaceIds) > 0 {
		return nil, awsapi.Refuse("InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '%s' does not exist",
			in.NetworkInterfaceIds[0])
	}
	_, next, err := page([]string{}, func(id string) string { return id },
		piece{least: 5, most: 1000, size: in.MaxResults, token: in.NextToken})
	if err == nil {
		err = dryRun(in.DryRun)
	}
	return &describeInterfacesOutput{NextToken: next}, err
}
