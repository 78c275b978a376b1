package ec2

import (
	"crypto/rand"
	"encoding/hex"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

type createInput struct {
	DryRun            bool
	VpcEndpointType   string
	VpcId             string `aws:",required"`
	ServiceName       string `aws:",required"`
	PolicyDocument    string
	RouteTableIds     []string           `aws:"RouteTableId"`
	SubnetIds         []string           `aws:"SubnetId"`
	SecurityGroupIds  []string           `aws:"SecurityGroupId"`
	ClientToken       string             // told back; a call that is made again makes another endpoint
	TagSpecifications []tagSpecification `aws:"TagSpecification"`
}

type tagSpecification struct {
	ResourceType string
	Tags         []tag `aws:"Tag"`
}

type createOutput struct {
	VpcEndpoint vpcEndpoint `xml:"vpcEndpoint"`
	ClientToken string      `xml:"clientToken,omitempty"`
}

// maxEndpoints is how many gateway endpoints an account has in a region (Amazon VPC
// User Guide, "Amazon VPC quotas").
const maxEndpoints = 20

const taggedKind = "vpc-endpoint"

// checkCreate asks for the permission on the VPC, on the endpoint that is to be and
// on each route table, and ec2:CreateTags where the endpoint gets tags.
func checkCreate(c *awsapi.Call, in *createInput) ([]*authz.Request, error) {
	questions := askOne(c, vpcKind, in.VpcId)
	tags := tagged(in.TagSpecifications, taggedKind)
	questions = append(questions, askNew(c, taggedKind, tags, serviceKeys(c, in.ServiceName)...)...)
	for _, id := range in.RouteTableIds {
		questions = append(questions, askOne(c, tableKind, id)...)
	}
	return questions, nil
}

func createVpcEndpoint(c *awsapi.Call, in *createInput) (*createOutput, error) {
	if err := in.supported(c); err != nil {
		return nil, err
	}
	e := &world.VPCEndpoint{
		ID: newID("vpce"), VPC: in.VpcId, Region: c.Region(), Account: c.CallerAccount(), Created: c.Now,
		Tags: tagged(in.TagSpecifications, taggedKind),
	}
	if err := addTables(c, e, in.RouteTableIds); err != nil {
		return nil, err
	}
	if in.PolicyDocument != "" {
		p, err := policyOf(e.ID, in.PolicyDocument)
		if err != nil {
			return nil, err
		}
		e.Policy = p
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	return &createOutput{described(e), in.ClientToken}, put(c, e)
}

// supported refuses endpoints of other kinds, and for other services than S3 in the
// call's region.
func (in *createInput) supported(c *awsapi.Call) error {
	switch {
	case in.VpcEndpointType != "" && in.VpcEndpointType != gateway:
		return awsapi.Refuse("UnsupportedOperation", "s3fault has VPC endpoints of the type %s only.", gateway)
	case in.ServiceName != s3Service(c.Region()):
		return awsapi.Refuse("InvalidServiceName", "The Vpc Endpoint Service '%s' does not exist", in.ServiceName)
	case !slices.ContainsFunc(allVPCs(c), func(v *world.VPC) bool { return v.ID == in.VpcId }):
		return awsapi.Refuse("InvalidVpcId.NotFound", "The Vpc Id %s does not exist", in.VpcId)
	case len(in.SubnetIds) > 0:
		return onlyInterface("Subnet IDs are")
	case len(in.SecurityGroupIds) > 0:
		return onlyInterface("Security group IDs are")
	case len(endpoints(c)) >= maxEndpoints:
		return awsapi.Refuse("VpcEndpointLimitExceeded", "The maximum number of VPC endpoints has been reached.")
	}
	return nil
}

// newID is a kind of thing and 17 random hexadecimal digits: vpce-....
func newID(kind string) string {
	var b [9]byte
	_, _ = rand.Read(b[:]) // it never fails
	return kind + "-" + hex.EncodeToString(b[:])[:17]
}
