package ec2

import (
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

type modifyInput struct {
	DryRun                 bool
	VpcEndpointId          string `aws:",required"`
	ResetPolicy            bool
	PolicyDocument         string
	AddRouteTableIds       []string `aws:"AddRouteTableId"`
	RemoveRouteTableIds    []string `aws:"RemoveRouteTableId"`
	AddSubnetIds           []string `aws:"AddSubnetId"`
	RemoveSubnetIds        []string `aws:"RemoveSubnetId"`
	AddSecurityGroupIds    []string `aws:"AddSecurityGroupId"`
	RemoveSecurityGroupIds []string `aws:"RemoveSecurityGroupId"`
	PrivateDnsEnabled      *bool
}

type modifyOutput struct {
	Return bool `xml:"return"`
}

// checkModify asks for the permission on the endpoint and on each route table that
// is to get a route or to lose it.
func checkModify(c *awsapi.Call, in *modifyInput) ([]*authz.Request, error) {
	questions := askAll(c, "vpc-endpoint", []string{in.VpcEndpointId}, serviceKeys(c, s3Service(c.Region()))...)
	tables := slices.Concat(in.AddRouteTableIds, in.RemoveRouteTableIds)
	return append(questions, askAll(c, "route-table", tables, regionKey(c))...), nil
}

func modifyVpcEndpoint(c *awsapi.Call, in *modifyInput) (*modifyOutput, error) {
	old := endpoint(c, in.VpcEndpointId)
	if old == nil {
		return nil, noEndpoint(in.VpcEndpointId)
	}
	if err := in.forGateways(); err != nil {
		return nil, err
	}
	e := *old
	e.RouteTables = slices.Clone(old.RouteTables)
	for _, step := range []func(*awsapi.Call, *world.VPCEndpoint) error{in.policy, in.removeTables, in.addTables} {
		if err := step(c, &e); err != nil {
			return nil, err
		}
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	return &modifyOutput{true}, put(c, &e)
}

// forGateways refuses what only other kinds of endpoints have.
func (in *modifyInput) forGateways() error {
	switch {
	case len(in.AddSubnetIds) > 0 || len(in.RemoveSubnetIds) > 0:
		return onlyInterface("Subnet IDs are")
	case len(in.AddSecurityGroupIds) > 0 || len(in.RemoveSecurityGroupIds) > 0:
		return onlyInterface("Security group IDs are")
	case in.PrivateDnsEnabled != nil && *in.PrivateDnsEnabled:
		return onlyInterface("Private DNS is")
	}
	return nil
}

func onlyInterface(what string) error {
	return awsapi.Refuse("InvalidParameter", "%s only supported for Interface and GatewayLoadBalancer type VPC Endpoints.", what)
}

func (in *modifyInput) policy(_ *awsapi.Call, e *world.VPCEndpoint) (err error) {
	switch {
	case in.ResetPolicy && in.PolicyDocument != "":
		return awsapi.Refuse("InvalidParameterCombination", "The parameters PolicyDocument and ResetPolicy cannot be used together.")
	case in.ResetPolicy:
		e.Policy = nil
	case in.PolicyDocument != "":
		e.Policy, err = policyOf(e.ID, in.PolicyDocument)
	}
	return err
}

func policyOf(id, document string) (*authz.Named, error) {
	p, err := policy.Load([]byte(document), policy.Rules{Kind: policy.Endpoint})
	if err != nil {
		// The beginning is recorded, the reason behind it is not always [unsure].
		d := cause.Document{What: "the policy of the VPC endpoint " + id, Text: document, Kind: policy.Endpoint}
		said := "The Policy Document is not valid. " + policy.ProblemOf(err).Message
		return nil, d.Refused(awsapi.Refuse("InvalidPolicyDocument", "%s", said), err)
	}
	return &authz.Named{Name: id, Policy: p}, nil
}

func (in *modifyInput) removeTables(c *awsapi.Call, e *world.VPCEndpoint) error {
	for _, id := range in.RemoveRouteTableIds {
		if _, err := tableFor(c, e.VPC, id); err != nil {
			return err
		}
		if !slices.Contains(e.RouteTables, id) {
			return awsapi.Refuse("InvalidParameter", "The route table %s has no route to the endpoint %s", id, e.ID)
		}
		e.RouteTables = slices.DeleteFunc(e.RouteTables, func(t string) bool { return t == id })
	}
	return nil
}

func (in *modifyInput) addTables(c *awsapi.Call, e *world.VPCEndpoint) error {
	return addTables(c, e, in.AddRouteTableIds)
}

// addTables gives tables a route to the endpoint. A table has one route at most to S3
// in a region.
func addTables(c *awsapi.Call, e *world.VPCEndpoint, ids []string) error {
	for _, id := range ids {
		table, err := tableFor(c, e.VPC, id)
		if err != nil {
			return err
		}
		if other := c.State().RouteOf(id, e.Region); other != nil && other.ID != e.ID {
			return awsapi.Refuse("RouteAlreadyExists", "route table %s already has a route with destination-prefix-list-id %s", id, prefixList(table.Region))
		}
		if !slices.Contains(e.RouteTables, id) {
			e.RouteTables = append(e.RouteTables, id)
		}
	}
	return nil
}

// tableFor is a route table that an endpoint in the VPC can have a route in.
func tableFor(c *awsapi.Call, vpc, id string) (*world.RouteTable, error) {
	t := table(c, id)
	switch {
	case t == nil:
		return nil, awsapi.Refuse("InvalidRouteTableId.NotFound", "The routeTable ID '%s' does not exist", id)
	case t.VPC != vpc:
		return nil, awsapi.Refuse("InvalidParameter", "Route table %s and network %s belong to different networks", id, vpc)
	}
	return t, nil
}

// put puts an endpoint into the world, or in the place of what it was.
func put(c *awsapi.Call, e *world.VPCEndpoint) error {
	return c.Change(func(s *world.State) (*world.State, error) { return s.WithEndpoint(e), nil })
}

type deleteInput struct {
	DryRun         bool
	VpcEndpointIds []string `aws:"VpcEndpointId,required"`
}

type deleteOutput struct {
	Unsuccessful awsapi.Items[unsuccessfulItem] `xml:"unsuccessful"`
}

type unsuccessfulItem struct {
	Error      itemError `xml:"error"`
	ResourceId string    `xml:"resourceId"`
}

type itemError struct {
	Code    string `xml:"code"`
	Message string `xml:"message"`
}

func checkDelete(c *awsapi.Call, in *deleteInput) ([]*authz.Request, error) {
	return askAll(c, "vpc-endpoint", in.VpcEndpointIds, serviceKeys(c, s3Service(c.Region()))...), nil
}

// deleteVpcEndpoints deletes those that there are, and tells of each other one.
func deleteVpcEndpoints(c *awsapi.Call, in *deleteInput) (*deleteOutput, error) {
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	var out deleteOutput
	var there []string
	for _, id := range in.VpcEndpointIds {
		if endpoint(c, id) != nil {
			there = append(there, id)
			continue
		}
		e := itemError{"InvalidVpcEndpoint.NotFound", endpointMissing(id)}
		out.Unsuccessful = append(out.Unsuccessful, unsuccessfulItem{e, id})
	}
	if len(there) == 0 {
		return &out, nil
	}
	return &out, c.Change(func(s *world.State) (*world.State, error) { return s.WithoutEndpoints(there...), nil })
}
