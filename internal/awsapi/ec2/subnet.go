package ec2

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

type subnet struct {
	SubnetId                      string                `xml:"subnetId"`
	SubnetArn                     string                `xml:"subnetArn"`
	State                         string                `xml:"state"`
	OwnerId                       string                `xml:"ownerId"`
	VpcId                         string                `xml:"vpcId"`
	CidrBlock                     string                `xml:"cidrBlock"`
	Ipv6CidrBlockAssociationSet   awsapi.Items[subnet6] `xml:"ipv6CidrBlockAssociationSet"`
	AvailableIpAddressCount       int                   `xml:"availableIpAddressCount"`
	AvailabilityZone              string                `xml:"availabilityZone"`
	AvailabilityZoneId            string                `xml:"availabilityZoneId"`
	DefaultForAz                  bool                  `xml:"defaultForAz"`
	MapPublicIpOnLaunch           bool                  `xml:"mapPublicIpOnLaunch"`
	MapCustomerOwnedIpOnLaunch    bool                  `xml:"mapCustomerOwnedIpOnLaunch"`
	AssignIpv6AddressOnCreation   bool                  `xml:"assignIpv6AddressOnCreation"`
	EnableDns64                   bool                  `xml:"enableDns64"`
	Ipv6Native                    bool                  `xml:"ipv6Native"`
	PrivateDnsNameOptionsOnLaunch dnsNames              `xml:"privateDnsNameOptionsOnLaunch"`
	Tags                          awsapi.Items[tag]     `xml:"tagSet"`
}

// subnet6 is a range of IPv6, of which there are none here.
type subnet6 struct{}

type dnsNames struct {
	HostnameType                    string `xml:"hostnameType"`
	EnableResourceNameDnsARecord    bool   `xml:"enableResourceNameDnsARecord"`
	EnableResourceNameDnsAAAARecord bool   `xml:"enableResourceNameDnsAAAARecord"`
}

const subnetKind = "subnet"

func describedSubnet(c *awsapi.Call, n *world.Subnet) subnet {
	return subnet{
		SubnetId: n.ID, SubnetArn: arn(c, subnetKind+"/"+n.ID), State: available, OwnerId: c.CallerAccount(), VpcId: n.VPC,
		CidrBlock: n.Range.String(), AvailableIpAddressCount: world.Addresses(n.Range), AvailabilityZone: n.Zone,
		AvailabilityZoneId: zoneID(c.Region(), n.Zone), MapPublicIpOnLaunch: n.MapPublicIP,
		PrivateDnsNameOptionsOnLaunch: dnsNames{HostnameType: "ip-name"}, Tags: tagsOf(n.Tags),
	}
}

var directions = strings.NewReplacer("north", "n", "south", "s", "east", "e", "west", "w", "central", "c", "-", "")

// zoneID is the id of a zone, which is the same in all accounts: use1-az1. AWS gives each account
// letters of its own for them; here they are in order.
func zoneID(region, zone string) string {
	return directions.Replace(region) + "-az" + strconv.Itoa(1+slices.Index(world.ZonesOf(region), zone))
}

type createSubnetInput struct {
	DryRun             bool
	VpcId              string `aws:",required"`
	CidrBlock          string
	AvailabilityZone   string
	AvailabilityZoneId string
	TagSpecifications  []tagSpecification `aws:"TagSpecification"`
}

type createSubnetOutput struct {
	Subnet subnet `xml:"subnet"`
}

func checkCreateSubnet(c *awsapi.Call, in *createSubnetInput) ([]*authz.Request, error) {
	tags := tagged(in.TagSpecifications, subnetKind)
	return append(askOne(c, vpcKind, in.VpcId), askNew(c, subnetKind, tags, regionKey(c))...), nil
}

func createSubnet(c *awsapi.Call, in *createSubnetInput) (*createSubnetOutput, error) {
	v, err := vpcAt(c, in.VpcId)
	if err != nil {
		return nil, err
	}
	n := &world.Subnet{ID: newID("subnet"), VPC: v.ID, Tags: tagged(in.TagSpecifications, subnetKind)}
	if n.Zone, err = in.zone(c); err != nil {
		return nil, err
	}
	if n.Range, err = in.within(c, v); err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	err = c.Change(func(s *world.State) (*world.State, error) {
		if s.OwnVPCs[v.ID] == nil {
			s = v.In(s, nil)
		}
		return n.In(s), nil
	})
	return &createSubnetOutput{describedSubnet(c, n)}, err
}

// within is the range of the subnet, which is a part of the VPC's that no other has.
func (in *createSubnetInput) within(c *awsapi.Call, v *world.VPC) (netip.Prefix, error) {
	p, err := rangeOf(in.CidrBlock)
	switch {
	case in.CidrBlock == "":
		return p, awsapi.Refuse("MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.")
	case err != nil || p.Bits() < v.Range.Bits() || !v.Range.Contains(p.Addr()):
		return p, awsapi.Refuse("InvalidSubnet.Range", "The CIDR '%s' is invalid.", in.CidrBlock)
	case v.SubnetAt(c.State(), p, "") != nil:
		return p, awsapi.Refuse("InvalidSubnet.Conflict", "The CIDR '%s' conflicts with another subnet", in.CidrBlock)
	}
	return p, nil
}

// zone is the subnet's availability zone; unless it is said, the first.
func (in *createSubnetInput) zone(c *awsapi.Call) (string, error) {
	zones := world.ZonesOf(c.Region())
	for _, zone := range zones {
		if in.AvailabilityZone == zone || in.AvailabilityZone == "" && in.AvailabilityZoneId == zoneID(c.Region(), zone) {
			return zone, nil
		}
	}
	if asked := cmp.Or(in.AvailabilityZone, in.AvailabilityZoneId); asked != "" {
		return "", awsapi.Refuse("InvalidParameterValue", "Value (%s) for parameter availabilityZone is invalid. "+
			"Subnets can currently only be created in the following availability zones: %s.", asked, strings.Join(zones, ", "))
	}
	return zones[0], nil
}

// allSubnets are those of the caller's account in the call's region, in order of id.
func allSubnets(c *awsapi.Call) []*world.Subnet {
	var all []*world.Subnet
	for _, v := range allVPCs(c) {
		all = append(all, v.SubnetsOf(c.State())...)
	}
	slices.SortFunc(all, func(a, b *world.Subnet) int { return strings.Compare(a.ID, b.ID) })
	return all
}

func subnetAt(c *awsapi.Call, id string) (*world.Subnet, error) {
	all := allSubnets(c)
	if i := slices.IndexFunc(all, func(n *world.Subnet) bool { return n.ID == id }); i >= 0 {
		return all[i], nil
	}
	return nil, noSubnet(id)
}

func noSubnet(id string) error {
	return awsapi.Refuse("InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist", id)
}

type subnetInput struct {
	DryRun   bool
	SubnetId string `aws:",required"`
}

func checkSubnet(c *awsapi.Call, in *subnetInput) ([]*authz.Request, error) {
	return askOne(c, subnetKind, in.SubnetId), nil
}

// deleteSubnet deletes a subnet; its association with a route table goes with it.
func deleteSubnet(c *awsapi.Call, in *subnetInput) (*done, error) {
	n, err := subnetAt(c, in.SubnetId)
	if err == nil {
		err = dryRun(in.DryRun)
	}
	if err != nil {
		return nil, err
	}
	return &done{}, c.Change(func(s *world.State) (*world.State, error) { return n.OutOf(s), nil })
}

type modifySubnetInput struct {
	SubnetId            string `aws:",required"`
	MapPublicIpOnLaunch *given
}

func checkModifySubnet(c *awsapi.Call, in *modifySubnetInput) ([]*authz.Request, error) {
	return askOne(c, subnetKind, in.SubnetId), nil
}

// modifySubnet says whether instances get a public address, the one attribute that subnets have
// here.
func modifySubnet(c *awsapi.Call, in *modifySubnetInput) (*done, error) {
	old, err := subnetAt(c, in.SubnetId)
	if err != nil {
		return nil, err
	}
	n := *old
	if on := in.MapPublicIpOnLaunch; on != nil && on.Value != nil {
		n.MapPublicIP = *on.Value
	}
	return &done{}, c.Change(func(s *world.State) (*world.State, error) { return n.In(s), nil })
}

type describeSubnetsInput struct {
	DryRun     bool
	SubnetIds  []string `aws:"SubnetId"`
	Filters    []filter `aws:"Filter"`
	MaxResults *int
	NextToken  string
}

type describeSubnetsOutput struct {
	Subnets   awsapi.Items[subnet] `xml:"subnetSet"`
	NextToken string               `xml:"nextToken,omitempty"`
}

// subnetAttributes are EC2's filters of subnets, by what describe tells of them.
func subnetAttributes(c *awsapi.Call) attributes[*world.Subnet] {
	told := func(field func(subnet) string) func(*world.Subnet) []string {
		return func(n *world.Subnet) []string { return []string{field(describedSubnet(c, n))} }
	}
	known := attributes[*world.Subnet]{
		"available-ip-address-count": told(func(n subnet) string { return strconv.Itoa(n.AvailableIpAddressCount) }),
		"availability-zone-id":       told(func(n subnet) string { return n.AvailabilityZoneId }),
		"map-public-ip-on-launch":    told(func(n subnet) string { return strconv.FormatBool(n.MapPublicIpOnLaunch) }),
		"owner-id":                   told(func(n subnet) string { return n.OwnerId }),
		"state":                      told(func(n subnet) string { return n.State }),
		"subnet-arn":                 told(func(n subnet) string { return n.SubnetArn }),
		"subnet-id":                  told(func(n subnet) string { return n.SubnetId }),
		"vpc-id":                     told(func(n subnet) string { return n.VpcId }),
		"tag-key":                    func(n *world.Subnet) []string { return slices.Sorted(maps.Keys(n.Tags)) },

		"ipv6-cidr-block-association.ipv6-cidr-block": nil, "ipv6-cidr-block-association.association-id": nil,
		"ipv6-cidr-block-association.state": nil, "outpost-arn": nil, "customer-owned-ipv4-pool": nil,
	}
	for names, values := range map[[2]string]func(*world.Subnet) []string{
		{"availability-zone", "availabilityZone"}: told(func(n subnet) string { return n.AvailabilityZone }),
		{"cidr-block", "cidr"}:                    told(func(n subnet) string { return n.CidrBlock }),
		{"default-for-az", "defaultForAz"}:        told(func(n subnet) string { return strconv.FormatBool(n.DefaultForAz) }),
	} {
		known[names[0]], known[names[1]] = values, values
	}
	return known
}

func describeSubnets(c *awsapi.Call, in *describeSubnetsInput) (*describeSubnetsOutput, error) {
	all, next, err := listed(allSubnets(c), listing[*world.Subnet]{
		ids: in.SubnetIds, filters: in.Filters, size: in.MaxResults, token: in.NextToken, most: 1000, called: "subnetIds",
		id: func(n *world.Subnet) string { return n.ID }, missing: noSubnet, known: subnetAttributes(c),
		tags: func(n *world.Subnet) map[string]string { return n.Tags }, dryRun: in.DryRun,
	})
	out := &describeSubnetsOutput{NextToken: next}
	for _, n := range all {
		out.Subnets = append(out.Subnets, describedSubnet(c, n))
	}
	return out, err
}
