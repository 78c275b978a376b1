package vpc

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// Which way a request takes follows from the route tables.
func TestModifyRoutesMovesTraffic(t *testing.T) {
	t.Parallel()
	srv := start(t)
	c := client(t, srv, "all")
	_, err := c.ModifyVpcEndpoint(ctx, &ec2.ModifyVpcEndpointInput{
		VpcEndpointId: aws.String("vpce-01"), RemoveRouteTableIds: []string{"rtb-0a"}, AddRouteTableIds: []string{"rtb-0b"}, ResetPolicy: aws.Bool(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	refusedWith(t, get(t, srv, "through-only"), "AccessDenied", "explicit deny in a resource-based policy")
	if got := routes(t, c, "rtb-0a"); got != "" {
		t.Errorf("rtb-0a still leads to %q", got)
	}
	if got := routes(t, c, "rtb-0b"); got != "pl-63a5400a vpce-01" {
		t.Errorf("rtb-0b leads to %q", got)
	}
	if _, err := c.ModifyVpcEndpoint(ctx, &ec2.ModifyVpcEndpointInput{VpcEndpointId: aws.String("vpce-01"), AddRouteTableIds: []string{"rtb-0a"}}); err != nil {
		t.Fatal(err)
	}
	if err := get(t, srv, "through-only"); err != nil {
		t.Errorf("through the endpoint: %v", err)
	}
}

// routes are the routes of a table behind that within its VPC: destinations and gateways.
func routes(t *testing.T, c *ec2.Client, table string) string {
	t.Helper()
	out, err := c.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{RouteTableIds: []string{table}})
	if err != nil || len(out.RouteTables) != 1 {
		t.Fatalf("%v, %+v", err, out)
	}
	var all []string
	local := out.RouteTables[0].Routes[0]
	if *local.DestinationCidrBlock != "10.0.0.0/16" || *local.GatewayId != "local" || local.Origin != "CreateRouteTable" {
		t.Errorf("the first route is %+v", local)
	}
	for _, r := range out.RouteTables[0].Routes[1:] {
		all = append(all, *r.DestinationPrefixListId, *r.GatewayId)
	}
	return strings.Join(all, " ")
}

func TestDescribeRouteTables(t *testing.T) {
	t.Parallel()
	srv := start(t)
	c := client(t, srv, "all")
	for _, row := range []struct{ name, value, want string }{
		{"vpc-id", "vpc-01", "rtb-0a rtb-0b"},
		{"route-table-id", "rtb-0?", "rtb-0a rtb-0b rtb-0c"},
		{"route.gateway-id", "vpce-01", "rtb-0a"},
		{"association.subnet-id", "subnet-1", ""},
		{"association.main", "true", "rtb-0a rtb-0c"},
		{"route.destination-cidr-block", "10.0.0.0/16", "rtb-0a rtb-0b rtb-0c"},
	} {
		out, err := c.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{Filters: filter(row.name, row.value)})
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, table := range out.RouteTables {
			ids = append(ids, *table.RouteTableId)
		}
		if got := strings.Join(ids, " "); got != row.want {
			t.Errorf("%s=%s: %q, want %q", row.name, row.value, got, row.want)
		}
	}
	_, err := c.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{RouteTableIds: []string{"rtb-0d"}})
	refusedWith(t, err, "InvalidRouteTableID.NotFound", "The routeTable ID 'rtb-0d' does not exist")
	_, err = client(t, srv, "s3only").DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{})
	refusedWith(t, err, "UnauthorizedOperation", "ec2:DescribeRouteTables")
}
