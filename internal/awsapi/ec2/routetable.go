package ec2

import (
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

const tableKind = "route-table"

type createTableInput struct {
	DryRun            bool
	VpcId             string             `aws:",required"`
	ClientToken       string             // told back; a call that is made again makes another table
	TagSpecifications []tagSpecification `aws:"TagSpecification"`
}

type createTableOutput struct {
	RouteTable  routeTable `xml:"routeTable"`
	ClientToken string     `xml:"clientToken,omitempty"`
}

func checkCreateTable(c *awsapi.Call, in *createTableInput) ([]*authz.Request, error) {
	tags := tagged(in.TagSpecifications, tableKind)
	return append(askOne(c, vpcKind, in.VpcId), askNew(c, tableKind, tags, regionKey(c))...), nil
}

func createTable(c *awsapi.Call, in *createTableInput) (*createTableOutput, error) {
	v, err := vpcAt(c, in.VpcId)
	if err == nil {
		err = dryRun(in.DryRun)
	}
	if err != nil {
		return nil, err
	}
	t := &world.RouteTable{
		ID: newID("rtb"), VPC: v.ID, Region: v.Region, Account: v.Account, Tags: tagged(in.TagSpecifications, tableKind),
	}
	err = c.Change(func(s *world.State) (*world.State, error) { return t.In(withMain(s, v)), nil })
	if err != nil {
		return nil, err
	}
	return &createTableOutput{describedTable(c.Live.Now().State, t), in.ClientToken}, nil
}

// withMain is the state that says of the VPC's main route table that it is, before others come;
// a VPC of which none is known has one all the same.
func withMain(s *world.State, v *world.VPC) *world.State {
	main := world.RouteTable{ID: newID("rtb"), VPC: v.ID, Region: v.Region, Account: v.Account}
	if known := v.MainOf(s); known != nil {
		main = *known
	}
	main.Main = true
	return main.In(s)
}

type tableInput struct {
	DryRun       bool
	RouteTableId string `aws:",required"`
}

func checkTable(c *awsapi.Call, in *tableInput) ([]*authz.Request, error) {
	return askOne(c, tableKind, in.RouteTableId), nil
}

// tableAt is a route table of the caller's.
func tableAt(c *awsapi.Call, id string) (*world.RouteTable, error) {
	if t := table(c, id); t != nil {
		return t, nil
	}
	return nil, noTable(id)
}

// deleteTable deletes a route table that is neither the VPC's main one nor a subnet's. Its
// routes to endpoints go with it.
func deleteTable(c *awsapi.Call, in *tableInput) (*done, error) {
	t, err := tableAt(c, in.RouteTableId)
	if err != nil {
		return nil, err
	}
	if len(t.Subnets) > 0 || isMain(c.State(), t) {
		return nil, dependent("routeTable", t.ID)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	return &done{}, c.Change(func(s *world.State) (*world.State, error) { return t.OutOf(s), nil })
}

func isMain(s *world.State, t *world.RouteTable) bool {
	v := &world.VPC{ID: t.VPC, Account: t.Account, Region: t.Region}
	return v.MainOf(s) == t
}

type associateInput struct {
	DryRun       bool
	RouteTableId string `aws:",required"`
	SubnetId     string
	GatewayId    string
}

type associateOutput struct {
	AssociationId    string `xml:"associationId"`
	AssociationState state  `xml:"associationState"`
}

func checkAssociate(c *awsapi.Call, in *associateInput) ([]*authz.Request, error) {
	questions := askOne(c, tableKind, in.RouteTableId)
	if in.SubnetId != "" {
		questions = append(questions, askOne(c, subnetKind, in.SubnetId)...)
	}
	return questions, nil
}

// associate gives a subnet a route table in the place of the VPC's main one.
func associate(c *awsapi.Call, in *associateInput) (*associateOutput, error) {
	switch {
	case in.GatewayId != "":
		return nil, awsapi.Refuse("UnsupportedOperation", "s3fault associates route tables with subnets only.")
	case in.SubnetId == "":
		return nil, awsapi.Refuse("MissingParameter", "The request must contain the parameter subnetId")
	}
	t, n, err := pair(c, in.RouteTableId, in.SubnetId)
	if err != nil {
		return nil, err
	}
	if other := n.TableOf(c.State()); other != nil && other.ID != t.ID {
		return nil, awsapi.Refuse("Resource.AlreadyAssociated",
			"the specified association for route table %s conflicts with an existing association", t.ID)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	out := &associateOutput{associationID(t, n.ID), state{associated}}
	return out, c.Change(func(s *world.State) (*world.State, error) { return joined(t, n.ID).In(s), nil })
}

// pair is a route table and a subnet of one VPC.
func pair(c *awsapi.Call, table, subnet string) (*world.RouteTable, *world.Subnet, error) {
	t, err := tableAt(c, table)
	if err != nil {
		return nil, nil, err
	}
	n, err := subnetAt(c, subnet)
	if err == nil && n.VPC != t.VPC {
		err = awsapi.Refuse("InvalidParameterValue",
			"Route table %s and subnet %s belong to different networks", table, subnet)
	}
	return t, n, err
}

// joined is the route table with the subnet.
func joined(t *world.RouteTable, subnet string) *world.RouteTable {
	more := *t
	if !slices.Contains(t.Subnets, subnet) {
		more.Subnets = append(slices.Clone(t.Subnets), subnet)
	}
	return &more
}

// associationID is the id of the association of a route table with a subnet; without one, of the
// main one with its VPC.
func associationID(t *world.RouteTable, subnet string) string {
	return world.DerivedID("rtbassoc", t.ID, subnet)
}

type associationInput struct {
	DryRun        bool
	AssociationId string `aws:",required"`
}

// association is a route table and its subnet by the id of their association.
func association(c *awsapi.Call, id string) (*world.RouteTable, string, error) {
	for _, t := range tables(c) {
		for _, subnet := range t.Subnets {
			if associationID(t, subnet) == id {
				return t, subnet, nil
			}
		}
		if isMain(c.State(), t) && associationID(t, "") == id {
			return t, "", nil
		}
	}
	return nil, "", awsapi.Refuse("InvalidAssociationID.NotFound", "The association ID '%s' does not exist", id)
}

// askAssociation asks for the route table and the subnet of an association.
func askAssociation(c *awsapi.Call, id string) []*authz.Request {
	t, subnet, err := association(c, id)
	if err != nil {
		return askOne(c, tableKind, "*")
	}
	questions := askOne(c, tableKind, t.ID)
	if subnet != "" {
		questions = append(questions, askOne(c, subnetKind, subnet)...)
	}
	return questions
}

func checkDisassociate(c *awsapi.Call, in *associationInput) ([]*authz.Request, error) {
	return askAssociation(c, in.AssociationId), nil
}

func disassociate(c *awsapi.Call, in *associationInput) (*done, error) {
	t, subnet, err := association(c, in.AssociationId)
	switch {
	case err != nil:
		return nil, err
	case subnet == "":
		return nil, awsapi.Refuse("InvalidParameterValue",
			"cannot disassociate the main route table association %s", in.AssociationId)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	return &done{}, c.Change(func(s *world.State) (*world.State, error) { return t.Parted(subnet).In(s), nil })
}

type replaceAssociationInput struct {
	DryRun        bool
	AssociationId string `aws:",required"`
	RouteTableId  string `aws:",required"`
}

type replaceAssociationOutput struct {
	NewAssociationId string `xml:"newAssociationId"`
	AssociationState state  `xml:"associationState"`
}

func checkReplaceAssociation(c *awsapi.Call, in *replaceAssociationInput) ([]*authz.Request, error) {
	return append(askAssociation(c, in.AssociationId), askOne(c, tableKind, in.RouteTableId)...), nil
}

// replaceAssociation gives a subnet another route table, or the VPC another main one.
func replaceAssociation(c *awsapi.Call, in *replaceAssociationInput) (*replaceAssociationOutput, error) {
	from, subnet, err := association(c, in.AssociationId)
	if err != nil {
		return nil, err
	}
	to, err := tableAt(c, in.RouteTableId)
	switch {
	case err != nil:
		return nil, err
	case to.VPC != from.VPC:
		return nil, awsapi.Refuse("InvalidParameterValue",
			"Route tables %s and %s belong to different networks", from.ID, to.ID)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	out := &replaceAssociationOutput{associationID(to, subnet), state{associated}}
	return out, c.Change(func(s *world.State) (*world.State, error) {
		if subnet != "" {
			return joined(to, subnet).In(from.Parted(subnet).In(s)), nil
		}
		was, is := *from, *to
		was.Main, is.Main = false, true
		return is.In(was.In(s)), nil
	})
}
