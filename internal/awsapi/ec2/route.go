package ec2

import (
	"maps"
	"slices"

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

// routeTable is a table with the one route that this world knows of, that to S3.
type routeTable struct {
	Associations    awsapi.Items[string] `xml:"associationSet"`
	PropagatingVgws awsapi.Items[string] `xml:"propagatingVgwSet"`
	RouteTableId    string               `xml:"routeTableId"`
	Routes          awsapi.Items[route]  `xml:"routeSet"`
	Tags            awsapi.Items[tag]    `xml:"tagSet"`
	VpcId           string               `xml:"vpcId"`
	OwnerId         string               `xml:"ownerId"`
}

type route struct {
	DestinationPrefixListId string `xml:"destinationPrefixListId"`
	GatewayId               string `xml:"gatewayId"`
	Origin                  string `xml:"origin"`
	State                   string `xml:"state"`
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

// routesOf are the routes of a table: to the endpoint that S3 is reached by.
func routesOf(s *world.State, t *world.RouteTable) awsapi.Items[route] {
	e := s.RouteOf(t.ID, t.Region)
	if e == nil {
		return nil
	}
	return awsapi.Items[route]{{prefixList(t.Region), e.ID, "CreateRoute", "active"}}
}

// tableAttributes are EC2's filters of route tables; of subnets, gateways and other
// routes this world knows nothing.
func tableAttributes(s *world.State) attributes[*world.RouteTable] {
	routes := func(field func(*route) string) func(*world.RouteTable) []string {
		return func(t *world.RouteTable) (values []string) {
			for _, r := range routesOf(s, t) {
				values = append(values, field(&r))
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
		"association.gateway-id":           nil, "association.main": nil, "association.route-table-association-id": nil,
		"association.route-table-id": nil, "association.subnet-id": nil, "route.destination-cidr-block": nil,
		"route.destination-ipv6-cidr-block": nil, "route.egress-only-internet-gateway-id": nil, "route.instance-id": nil,
		"route.nat-gateway-id": nil, "route.transit-gateway-id": nil, "route.vpc-peering-connection-id": nil, "tag-key": nil,
	}
}

func describeRouteTables(c *awsapi.Call, in *describeTablesInput) (*describeTablesOutput, error) {
	if err := notBoth(in.RouteTableIds, "routeTableIds", in.MaxResults); err != nil {
		return nil, err
	}
	id := func(t *world.RouteTable) string { return t.ID }
	all, err := named(in.RouteTableIds, tables(c), id, noTable)
	if err != nil {
		return nil, err
	}
	all, err = matching(all, in.Filters, tableAttributes(c.State()), func(*world.RouteTable) map[string]string { return nil })
	if err != nil {
		return nil, err
	}
	all, next, err := page(all, id, piece{least: 5, most: 100, size: in.MaxResults, token: in.NextToken})
	if err == nil {
		err = dryRun(in.DryRun)
	}
	out := &describeTablesOutput{NextToken: next}
	for _, t := range all {
		out.RouteTables = append(out.RouteTables, routeTable{RouteTableId: t.ID, Routes: routesOf(c.State(), t), VpcId: t.VPC, OwnerId: t.Account})
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
