package world

import (
	"slices"
	"strings"
	"testing"
)

// connected is a world with two VPCs. The first has an endpoint in each of two
// regions and two route tables, of which one has a route.
func connected() *State {
	return &State{
		Name: "test", Region: "us-east-1",
		RouteTables: map[string]*RouteTable{
			"rtb-private": {ID: "rtb-private", VPC: "vpc-a"},
			"rtb-public":  {ID: "rtb-public", VPC: "vpc-a"},
			"rtb-b":       {ID: "rtb-b", VPC: "vpc-b"},
		},
		Endpoints: map[string]*VPCEndpoint{
			"vpce-a":    {ID: "vpce-a", VPC: "vpc-a", Region: "us-east-1", RouteTables: []string{"rtb-private"}},
			"vpce-west": {ID: "vpce-west", VPC: "vpc-a", Region: "us-west-2", RouteTables: []string{"rtb-private"}},
			"vpce-b":    {ID: "vpce-b", VPC: "vpc-b", Region: "us-east-1"},
		},
	}
}

func TestEndpointTo(t *testing.T) {
	for _, row := range []struct {
		name    string
		network Network
		region  string
		want    string // empty: over the internet
	}{
		{"no VPC", Network{}, "us-east-1", ""},
		{"a VPC, and no route table", Network{VPC: "vpc-a"}, "us-east-1", ""},
		{"a route to the endpoint", Network{RouteTable: "rtb-private"}, "us-east-1", "vpce-a"},
		{"a route, the VPC named too", Network{VPC: "vpc-a", RouteTable: "rtb-private"}, "us-east-1", "vpce-a"},
		{"no route", Network{VPC: "vpc-a", RouteTable: "rtb-public"}, "us-east-1", ""},
		{"an endpoint of the bucket's region", Network{RouteTable: "rtb-private"}, "us-west-2", "vpce-west"},
		{"no endpoint in the bucket's region", Network{RouteTable: "rtb-private"}, "eu-west-1", ""},
		{"an endpoint that no table has a route to", Network{RouteTable: "rtb-b"}, "us-east-1", ""},
		{"named outright", Network{VPCEndpoint: "vpce-b"}, "us-east-1", "vpce-b"},
		{"named outright, whatever the region", Network{VPCEndpoint: "vpce-b"}, "eu-west-1", "vpce-b"},
		{"named outright, whatever the routes", Network{VPCEndpoint: "vpce-b", RouteTable: "rtb-private"}, "us-east-1", "vpce-b"},
	} {
		s := connected()
		s.Network = row.network
		s, err := s.Seal()
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		got := ""
		if e := s.EndpointTo(row.region); e != nil {
			got = e.ID
		}
		if got != row.want {
			t.Errorf("%s: through %q, want %q", row.name, got, row.want)
		}
	}
}

// Of two endpoints with a route it is always the same one.
func TestEndpointToIsSettled(t *testing.T) {
	s := connected()
	s.Endpoints["vpce-0"] = &VPCEndpoint{ID: "vpce-0", VPC: "vpc-a", Region: "us-east-1", RouteTables: []string{"rtb-private"}}
	s.Network.RouteTable = "rtb-private"
	for range 20 {
		if e := s.EndpointTo("us-east-1"); e.ID != "vpce-0" {
			t.Fatalf("through %s", e.ID)
		}
	}
}

func TestEndpointPolicies(t *testing.T) {
	e := VPCEndpoint{}
	if p := e.Policies(); len(p) != 1 || p[0].Name != "default" || p[0].Policy.Len() != 1 {
		t.Errorf("without a policy: %+v", p)
	}
	own := named(t, "vpce-a")
	e.Policy = &own
	if p := e.Policies(); len(p) != 1 || p[0].Name != "vpce-a" {
		t.Errorf("with a policy: %+v", p)
	}
}

func TestNetworkRefuses(t *testing.T) {
	for _, row := range []struct {
		name, want string
		change     func(*State)
	}{
		{"no such endpoint", `network: there is no VPC endpoint "vpce-x"`, func(s *State) { s.Network.VPCEndpoint = "vpce-x" }},
		{"no such route table", `network: there is no route table "rtb-x"`, func(s *State) { s.Network.RouteTable = "rtb-x" }},
		{"a route table of another VPC", `network: the route table rtb-b is of the VPC "vpc-b", not of "vpc-a"`, func(s *State) { s.Network.VPC, s.Network.RouteTable = "vpc-a", "rtb-b" }},
		{"a route in no table", `VPC endpoint vpce-a: there is no route table "rtb-x"`, func(s *State) { s.Endpoints["vpce-a"].RouteTables = []string{"rtb-x"} }},
		{"a route in a table of another VPC", `VPC endpoint vpce-a: the route table rtb-b is of the VPC "vpc-b", not of "vpc-a"`, func(s *State) { s.Endpoints["vpce-a"].RouteTables = []string{"rtb-b"} }},
	} {
		s := connected()
		row.change(s)
		if sealed, err := s.Seal(); err == nil || sealed != nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.name, err, row.want)
		}
	}
}

// Endpoints come and go in a State of their own, and traffic with them.
func TestEndpointsComeAndGo(t *testing.T) {
	before := connected()
	before.Network = Network{RouteTable: "rtb-public"}
	e := &VPCEndpoint{ID: "vpce-new", VPC: "vpc-a", Region: "us-east-1", RouteTables: []string{"rtb-public"}}
	with := before.WithEndpoint(e)
	if with.EndpointTo("us-east-1") != e || with.RouteOf("rtb-public", "us-east-1") != e || before.EndpointTo("us-east-1") != nil {
		t.Errorf("with it through %+v, before through %+v", with.EndpointTo("us-east-1"), before.EndpointTo("us-east-1"))
	}
	without := with.WithoutEndpoints("vpce-new", "vpce-none")
	if without.EndpointTo("us-east-1") != nil || with.EndpointTo("us-east-1") != e {
		t.Errorf("without it through %+v", without.EndpointTo("us-east-1"))
	}
	with.Network = Network{VPCEndpoint: "vpce-new"}
	if _, err := with.WithoutEndpoints("vpce-new").Seal(); err != nil {
		t.Errorf("the network still names what is gone: %v", err)
	}
	if n := with.WithoutEndpoints("vpce-a").Network; n.VPCEndpoint != "vpce-new" {
		t.Errorf("another one gone changes the network: %+v", n)
	}
}

func TestVPCsOf(t *testing.T) {
	s := connected()
	s.RouteTables["rtb-b"].Account, s.RouteTables["rtb-b"].Region = account, "us-east-1"
	s.Endpoints["vpce-west"].Account = account
	for _, row := range []struct {
		vpc, account, region string
		want                 bool
	}{
		{"vpc-b", account, "us-east-1", true}, {"vpc-b", account, "us-west-2", false}, {"vpc-b", "111111111111", "us-east-1", false},
		{"vpc-a", account, "us-west-2", true}, {"vpc-c", account, "us-east-1", false},
	} {
		has := func(v *VPC) bool { return v.ID == row.vpc && v.Range == AnyRange }
		if got := slices.ContainsFunc(VPCsOf(s, row.account, row.region), has); got != row.want {
			t.Errorf("%s of %s in %s: %v", row.vpc, row.account, row.region, got)
		}
	}
}
