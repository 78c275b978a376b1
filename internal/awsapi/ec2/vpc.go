package ec2

import (
	"encoding/xml"
	"maps"
	"net/netip"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// mostVPCs is how many VPCs an account has in a region (Amazon VPC User Guide, "Amazon VPC
// quotas").
const mostVPCs = 5

// state is how an association stands.
type state struct {
	State string `xml:"state"`
}

type rangeAssociation struct {
	AssociationId  string `xml:"associationId"`
	CidrBlock      string `xml:"cidrBlock"`
	CidrBlockState state  `xml:"cidrBlockState"`
}

type vpc struct {
	VpcId                   string                         `xml:"vpcId"`
	OwnerId                 string                         `xml:"ownerId"`
	State                   string                         `xml:"state"`
	CidrBlock               string                         `xml:"cidrBlock"`
	CidrBlockAssociationSet awsapi.Items[rangeAssociation] `xml:"cidrBlockAssociationSet"`
	DhcpOptionsId           string                         `xml:"dhcpOptionsId"`
	Tags                    awsapi.Items[tag]              `xml:"tagSet"`
	InstanceTenancy         string                         `xml:"instanceTenancy"`
	IsDefault               bool                           `xml:"isDefault"`
}

const (
	tenancy    = "default"
	associated = "associated"
)

func describedVPC(v *world.VPC) vpc {
	cidr := v.Range.String()
	return vpc{
		VpcId: v.ID, OwnerId: v.Account, State: available, CidrBlock: cidr,
		CidrBlockAssociationSet: awsapi.Items[rangeAssociation]{{
			world.DerivedID("vpc-cidr-assoc", v.ID, cidr), cidr, state{associated},
		}},
		DhcpOptionsId:   world.DerivedID("dopt", v.Account, v.Region),
		Tags:            tagsOf(v.Tags),
		InstanceTenancy: tenancy,
	}
}

type createVPCInput struct {
	DryRun            bool
	CidrBlock         string
	InstanceTenancy   string
	TagSpecifications []tagSpecification `aws:"TagSpecification"`
}

type createVPCOutput struct {
	Vpc vpc `xml:"vpc"`
}

const vpcKind = "vpc"

func checkCreateVPC(c *awsapi.Call, in *createVPCInput) ([]*authz.Request, error) {
	return askNew(c, vpcKind, tagged(in.TagSpecifications, vpcKind), regionKey(c)), nil
}

// createVPC makes a VPC with its main route table.
func createVPC(c *awsapi.Call, in *createVPCInput) (*createVPCOutput, error) {
	cidr, err := rangeOf(in.CidrBlock)
	switch {
	case in.CidrBlock == "":
		return nil, awsapi.Refuse("MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.")
	case err != nil:
		return nil, awsapi.Refuse("InvalidVpc.Range", "The CIDR '%s' is invalid.", in.CidrBlock)
	case in.InstanceTenancy != "" && in.InstanceTenancy != tenancy:
		return nil, awsapi.Refuse("UnsupportedOperation", "s3fault has VPCs of the tenancy %s only.", tenancy)
	case len(allVPCs(c)) >= mostVPCs:
		return nil, awsapi.Refuse("VpcLimitExceeded", "The maximum number of VPCs has been reached.")
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	v := &world.VPC{
		ID: newID("vpc"), Region: c.Region(), Account: c.CallerAccount(), Range: cidr,
		Tags: tagged(in.TagSpecifications, vpcKind),
	}
	main := &world.RouteTable{ID: newID("rtb"), VPC: v.ID, Region: v.Region, Account: v.Account, Main: true}
	err = c.Change(func(s *world.State) (*world.State, error) { return v.In(s, main), nil })
	return &createVPCOutput{describedVPC(v)}, err
}

// rangeOf reads a range of addresses. AWS counts from its first address.
func rangeOf(text string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	if wrong := world.NotARange(p.Masked().String()); wrong != "" {
		return netip.Prefix{}, awsapi.Refuse("InvalidParameterValue", "%s", wrong)
	}
	return p.Masked(), nil
}

type vpcInput struct {
	DryRun bool
	VpcId  string `aws:",required"`
}

// done is the answer of a call that says no more than that it succeeded, which the SDKs do not
// read.
type done struct{}

// MarshalXML writes <return>true</return>.
func (done) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	return e.EncodeElement(struct {
		Return bool `xml:"return"`
	}{true}, start)
}

// allVPCs are those of the caller's account in the call's region, in order of id.
func allVPCs(c *awsapi.Call) []*world.VPC {
	return world.VPCsOf(c.State(), c.CallerAccount(), c.Region())
}

// vpcAt is one of them.
func vpcAt(c *awsapi.Call, id string) (*world.VPC, error) {
	all := allVPCs(c)
	if i := slices.IndexFunc(all, func(v *world.VPC) bool { return v.ID == id }); i >= 0 {
		return all[i], nil
	}
	return nil, noVPC(id)
}

func noVPC(id string) error {
	return awsapi.Refuse("InvalidVpcID.NotFound", "The vpc ID '%s' does not exist", id)
}

func checkVPC(c *awsapi.Call, in *vpcInput) ([]*authz.Request, error) {
	return askOne(c, vpcKind, in.VpcId), nil
}

// dependent refuses to delete what something is in.
func dependent(what, id string) error {
	return awsapi.Refuse("DependencyViolation", "The %s '%s' has dependencies and cannot be deleted.", what, id)
}

// deleteVPC deletes a VPC that nothing is in but its main route table.
func deleteVPC(c *awsapi.Call, in *vpcInput) (*done, error) {
	v, err := vpcAt(c, in.VpcId)
	if err != nil {
		return nil, err
	}
	of := func(e *world.VPCEndpoint) bool { return e.VPC == v.ID }
	tables := v.TablesOf(c.State())
	if len(tables) > 1 || len(v.SubnetsOf(c.State())) > 0 || slices.ContainsFunc(endpoints(c), of) {
		return nil, dependent("vpc", v.ID)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	return &done{}, c.Change(func(s *world.State) (*world.State, error) { return v.OutOf(s), nil })
}

type describeVPCsInput struct {
	DryRun     bool
	VpcIds     []string `aws:"VpcId"`
	Filters    []filter `aws:"Filter"`
	MaxResults *int
	NextToken  string
}

type describeVPCsOutput struct {
	Vpcs      awsapi.Items[vpc] `xml:"vpcSet"`
	NextToken string            `xml:"nextToken,omitempty"`
}

var vpcAttributes = attributes[*world.VPC]{
	"cidr":                              func(v *world.VPC) []string { return []string{v.Range.String()} },
	"cidr-block-association.cidr-block": func(v *world.VPC) []string { return []string{v.Range.String()} },
	"cidr-block-association.state":      func(*world.VPC) []string { return []string{associated} },
	"cidr-block-association.association-id": func(v *world.VPC) []string {
		return []string{describedVPC(v).CidrBlockAssociationSet[0].AssociationId}
	},
	"dhcp-options-id": func(v *world.VPC) []string { return []string{describedVPC(v).DhcpOptionsId} },
	"is-default":      func(*world.VPC) []string { return []string{"false"} },
	"isDefault":       func(*world.VPC) []string { return []string{"false"} },
	"owner-id":        func(v *world.VPC) []string { return []string{v.Account} },
	"state":           func(*world.VPC) []string { return []string{available} },
	"tag-key":         func(v *world.VPC) []string { return slices.Sorted(maps.Keys(v.Tags)) },
	"vpc-id":          func(v *world.VPC) []string { return []string{v.ID} },
	"ipv6-cidr-block-association.ipv6-cidr-block": nil, "ipv6-cidr-block-association.ipv6-pool": nil,
	"ipv6-cidr-block-association.association-id": nil, "ipv6-cidr-block-association.state": nil,
}

func describeVPCs(c *awsapi.Call, in *describeVPCsInput) (*describeVPCsOutput, error) {
	all, next, err := listed(allVPCs(c), listing[*world.VPC]{
		ids: in.VpcIds, filters: in.Filters, size: in.MaxResults, token: in.NextToken, most: 1000, called: "vpcIds",
		id: func(v *world.VPC) string { return v.ID }, missing: noVPC, known: vpcAttributes,
		tags: func(v *world.VPC) map[string]string { return v.Tags }, dryRun: in.DryRun,
	})
	out := &describeVPCsOutput{NextToken: next}
	for _, v := range all {
		out.Vpcs = append(out.Vpcs, describedVPC(v))
	}
	return out, err
}

// value is an attribute that is true or false.
type value struct {
	Value bool `xml:"value"`
}

type vpcAttributeInput struct {
	DryRun    bool
	Attribute string `aws:",required"`
	VpcId     string `aws:",required"`
}

type vpcAttributeOutput struct {
	VpcId                            string `xml:"vpcId"`
	EnableDnsSupport                 *value `xml:"enableDnsSupport"`
	EnableDnsHostnames               *value `xml:"enableDnsHostnames"`
	EnableNetworkAddressUsageMetrics *value `xml:"enableNetworkAddressUsageMetrics"`
}

func checkVPCAttribute(c *awsapi.Call, in *vpcAttributeInput) ([]*authz.Request, error) {
	return askOne(c, vpcKind, in.VpcId), nil
}

func describeVPCAttribute(c *awsapi.Call, in *vpcAttributeInput) (*vpcAttributeOutput, error) {
	v, err := vpcAt(c, in.VpcId)
	if err != nil {
		return nil, err
	}
	out := &vpcAttributeOutput{VpcId: v.ID}
	switch in.Attribute {
	case "enableDnsSupport":
		out.EnableDnsSupport = &value{!v.NoDNSSupport}
	case "enableDnsHostnames":
		out.EnableDnsHostnames = &value{v.DNSHostnames}
	case "enableNetworkAddressUsageMetrics":
		out.EnableNetworkAddressUsageMetrics = &value{}
	default:
		return nil, awsapi.Refuse("InvalidParameterValue",
			"Value (%s) for parameter attribute is invalid. Unknown VPC attribute.", in.Attribute) // [unsure: the words]
	}
	return out, dryRun(in.DryRun)
}

type given struct{ Value *bool }

type modifyVPCInput struct {
	VpcId                            string `aws:",required"`
	EnableDnsHostnames               *given
	EnableDnsSupport                 *given
	EnableNetworkAddressUsageMetrics *given
}

func checkModifyVPC(c *awsapi.Call, in *modifyVPCInput) ([]*authz.Request, error) {
	return askOne(c, vpcKind, in.VpcId), nil
}

// attributes is how many attributes the call modifies: EC2 takes one at a time (EC2 API
// Reference, "ModifyVpcAttribute").
func (in *modifyVPCInput) attributes() (n int) {
	for _, a := range []*given{in.EnableDnsHostnames, in.EnableDnsSupport, in.EnableNetworkAddressUsageMetrics} {
		if a != nil && a.Value != nil {
			n++
		}
	}
	return n
}

// modifyVPC turns DNS on and off.
func modifyVPC(c *awsapi.Call, in *modifyVPCInput) (*done, error) {
	switch n := in.attributes(); { // [unsure: the words of both]
	case n == 0:
		return nil, awsapi.Refuse("MissingParameter", "The request must contain exactly one attribute to modify.")
	case n > 1:
		return nil, awsapi.Refuse("InvalidParameterCombination", "Fields for multiple attribute types specified")
	}
	old, err := vpcAt(c, in.VpcId)
	if err != nil {
		return nil, err
	}
	v := *old
	if on := in.EnableDnsSupport; on != nil && on.Value != nil {
		v.NoDNSSupport = !*on.Value
	}
	if on := in.EnableDnsHostnames; on != nil && on.Value != nil {
		v.DNSHostnames = *on.Value
	}
	if on := in.EnableNetworkAddressUsageMetrics; on != nil && on.Value != nil && *on.Value {
		return nil, awsapi.Refuse("UnsupportedOperation", "s3fault has no network address usage metrics.")
	}
	return &done{}, c.Change(func(s *world.State) (*world.State, error) { return v.In(s, nil), nil })
}
