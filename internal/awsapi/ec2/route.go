package ec2

import (
	"maps"
	"slices"
	"strconv"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

type describeTablesInput struct {
	DryRun        bool
	RouteTableIds []string `aws:"RouteTableId"`
	Filters       []filter `aws:"Filter"`
	MaxResults    *int
	NextToken     string
}

type describeTablesOutput struct {
	RouteTables awsapi.Items[routeTable] `xml:"routeTableSet"`
	NextToken   string                   `xml:"nextToken,omitempty"`
}

// routeTable is a table with the routes that this world knows of: within the VPC, and to S3.
type routeTable struct {
	Associations    awsapi.Items[tableAssociation] `xml:"associationSet"`
	PropagatingVgws awsapi.Items[string]           `xml:"propagatingVgwSet"`
	RouteTableId    string                         `xml:"routeTableId"`
	Routes          awsapi.Items[route]            `xml:"routeSet"`
	Tags            awsapi.Items[tag]              `xml:"tagSet"`
	VpcId           string                         `xml:"vpcId"`
	OwnerId         string                         `xml:"ownerId"`
}

// tableAssociation is that of a table with a subnet or, of a main one, with its VPC.
type tableAssociation struct {
	RouteTableAssociationId string `xml:"routeTableAssociationId"`
	RouteTableId            string `xml:"routeTableId"`
	SubnetId                string `xml:"subnetId,omitempty"`
	Main                    bool   `xml:"main"`
	AssociationState        state  `xml:"associationState"`
}

type route struct {
	DestinationCidrBlock    string `xml:"destinationCidrBlock,omitempty"`
	DestinationPrefixListId string `xml:"destinationPrefixListId,omitempty"`
	GatewayId               string `xml:"gatewayId"`
	Origin                  string `xml:"origin"`
	State                   string `xml:"state"`
}

func describedTable(s *world.State, t *world.RouteTable) routeTable {
	return routeTable{
		Associations: associationsOf(s, t), RouteTableId: t.ID, Routes: routesOf(s, t), Tags: tagsOf(t.Tags), VpcId: t.VPC,
		OwnerId: t.Account,
	}
}

// associationsOf are those of a table: as its VPC's main one first.
func associationsOf(s *world.State, t *world.RouteTable) (all awsapi.Items[tableAssociation]) {
	if isMain(s, t) {
		all = append(all, tableAssociation{associationID(t, ""), t.ID, "", true, state{associated}})
	}
	for _, subnet := range t.Subnets {
		all = append(all, tableAssociation{associationID(t, subnet), t.ID, subnet, false, state{associated}})
	}
	return all
}

// prefixLists are the ids of the lists of S3's addresses, which AWS has in each
// region. Those of other regions are made up here [unsure].
var prefixLists = map[string]string{
	"us-east-1": "pl-63a5400a", "us-east-2": "pl-7ba54012", "us-west-1": "pl-6ba54002", "us-west-2": "pl-68a54001",
	"eu-west-1": "pl-6da54004", "eu-central-1": "pl-6ea54007", "sa-east-1": "pl-6aa54003",
	"ap-southeast-1": "pl-6fa54006", "ap-southeast-2": "pl-6ca54005", "ap-northeast-1": "pl-61a54008",
}

func prefixList(region string) string {
	if id := prefixLists[region]; id != "" {
		return id
	}
	return "pl-s3-" + region
}

// routesOf are the routes of a table: within the VPC first, as AWS has them, then to the endpoint
// that S3 is reached by.
func routesOf(s *world.State, t *world.RouteTable) awsapi.Items[route] {
	within := world.AnyRange
	if v := s.OwnVPCs[t.VPC]; v != nil {
		within = v.Range
	}
	all := awsapi.Items[route]{{
		DestinationCidrBlock: within.String(), GatewayId: "local", Origin: "CreateRouteTable", State: "active",
	}}
	if e := s.RouteOf(t.ID, t.Region); e != nil {
		all = append(all, route{"", prefixList(t.Region), e.ID, "CreateRoute", "active"})
	}
	return all
}

// tableAttributes are EC2's filters of route tables; of gateways and other routes this world
// knows nothing.
func tableAttributes(s *world.State) attributes[*world.RouteTable] {
	routes := func(field func(*route) string) func(*world.RouteTable) []string {
		return func(t *world.RouteTable) (values []string) {
			for _, r := range routesOf(s, t) {
				values = append(values, field(&r))
			}
			return values
		}
	}
	associations := func(field func(*tableAssociation) string) func(*world.RouteTable) []string {
		return func(t *world.RouteTable) (values []string) {
			for _, a := range associationsOf(s, t) {
				values = append(values, field(&a))
			}
			return values
		}
	}
	return attributes[*world.RouteTable]{
		"owner-id":                         func(t *world.RouteTable) []string { return []string{t.Account} },
		"route-table-id":                   func(t *world.RouteTable) []string { return []string{t.ID} },
		"vpc-id":                           func(t *world.RouteTable) []string { return []string{t.VPC} },
		"route.destination-prefix-list-id": routes(func(r *route) string { return r.DestinationPrefixListId }),
		"route.gateway-id":                 routes(func(r *route) string { return r.GatewayId }),
		"route.origin":                     routes(func(r *route) string { return r.Origin }),
		"route.state":                      routes(func(r *route) string { return r.State }),
		"route.destination-cidr-block":     routes(func(r *route) string { return r.DestinationCidrBlock }),
		"association.main": associations(func(a *tableAssociation) string {
			return strconv.FormatBool(a.Main)
		}),
		"association.route-table-association-id": associations(func(a *tableAssociation) string {
			return a.RouteTableAssociationId
		}),
		"association.route-table-id":        associations(func(a *tableAssociation) string { return a.RouteTableId }),
		"association.subnet-id":             associations(func(a *tableAssociation) string { return a.SubnetId }),
		"tag-key":                           func(t *world.RouteTable) []string { return slices.Sorted(maps.Keys(t.Tags)) },
		"association.gateway-id":            nil,
		"route.destination-ipv6-cidr-block": nil, "route.egress-only-internet-gateway-id": nil, "route.instance-id": nil,
		"route.nat-gateway-id": nil, "route.transit-gateway-id": nil, "route.vpc-peering-connection-id": nil,
	}
}

func describeRouteTables(c *awsapi.Call, in *describeTablesInput) (*describeTablesOutput, error) {
	all, next, err := listed(tables(c), listing[*world.RouteTable]{
		ids: in.RouteTableIds, filters: in.Filters, size: in.MaxResults, token: in.NextToken, most: 100,
		called: "routeTableIds", id: func(t *world.RouteTable) string { return t.ID }, missing: noTable,
		known: tableAttributes(c.State()), tags: func(t *world.RouteTable) map[string]string { return t.Tags },
		dryRun: in.DryRun,
	})
	out := &describeTablesOutput{NextToken: next}
	for _, t := range all {
		out.RouteTables = append(out.RouteTables, describedTable(c.State(), t))
	}
	return out, err
}

func noTable(id string) error {
	return awsapi.Refuse("InvalidRouteTableID.NotFound", "The routeTable ID '%s' does not exist", id)
}

// tables are the route tables of the caller's account in the call's region, in order
// of id.
func tables(c *awsapi.Call) []*world.RouteTable {
	var all []*world.RouteTable
	for _, id := range slices.Sorted(maps.Keys(c.State().RouteTables)) {
		if t := table(c, id); t != nil {
			all = append(all, t)
		}
	}
	return all
}

// table is one of the caller's account in the call's region; nil: it has none of that
// id.
func table(c *awsapi.Call, id string) *world.RouteTable {
	if t := c.State().RouteTables[id]; t != nil && t.Account == c.CallerAccount() && t.Region == c.Region() {
		return t
	}
	return nil
}
