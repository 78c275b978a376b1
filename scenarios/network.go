package scenarios

import (
	"cmp"
	"net/netip"
	"regexp"

	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

type networkDoc struct {
	At              *node  `yaml:"-"`
	SourceIP        string `yaml:"source_ip"`
	SecureTransport *bool  `yaml:"secure_transport"`
	VPC             string `yaml:"vpc"`
	RouteTable      string `yaml:"route_table"`
	VPCEndpoint     string `yaml:"vpc_endpoint"`
}

type vpcEndpointDoc struct {
	At          *node             `yaml:"-"`
	VPC         string            `yaml:"vpc"`
	Region      string            `yaml:"region"`
	Account     string            `yaml:"account"`
	RouteTables []string          `yaml:"route_tables"`
	Policy      *node             `yaml:"policy"`
	Created     instantDoc        `yaml:"created"`
	Tags        map[string]string `yaml:"tags"`
}

type routeTableDoc struct {
	At      *node  `yaml:"-"`
	VPC     string `yaml:"vpc"`
	Region  string `yaml:"region"`
	Account string `yaml:"account"`
}

// The forms of EC2's ids; any word will do behind the prefix.
var (
	vpcForm        = regexp.MustCompile(`^vpc-\w+$`)
	endpointForm   = regexp.MustCompile(`^vpce-\w+$`)
	routeTableForm = regexp.MustCompile(`^rtb-\w+$`)
)

// checkVPC holds a VPC's id against its form; an endpoint and a route table have one.
func checkVPC(at *node, vpc string) error {
	if !vpcForm.MatchString(vpc) {
		return fail(at.find("vpc"), "a vpc is wanted, like vpc-1a2b3c4d, not %q", vpc)
	}
	return nil
}

func (d *networkDoc) network() world.Network {
	return world.Network{SourceIP: d.SourceIP, SecureTransport: d.SecureTransport, VPC: d.VPC, RouteTable: d.RouteTable, VPCEndpoint: d.VPCEndpoint}
}

// network makes the way that requests take: the tables and endpoints that there
// are, and where clients seem to be.
func (b *builder) network(s *world.State) error {
	for _, step := range []func(*world.State) error{b.checkSource, b.routeTables, b.vpcEndpoints, b.checkWay} {
		if err := step(s); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) checkSource(s *world.State) error {
	if ip := s.Network.SourceIP; ip != "" {
		if _, err := netip.ParseAddr(ip); err != nil {
			return fail(b.at("network", "source_ip"), "%q is no IP address", ip)
		}
	}
	return nil
}

func (b *builder) routeTables(s *world.State) error {
	for _, id := range keysOf(b.doc.RouteTables) {
		d := b.doc.RouteTables[id]
		if !routeTableForm.MatchString(id) {
			return fail(d.At, "%q is no route table's id, like rtb-1a2b3c4d", id)
		}
		if err := checkVPC(d.At, d.VPC); err != nil {
			return err
		}
		t := &world.RouteTable{ID: id, VPC: d.VPC}
		var err error
		if t.Region, t.Account, err = b.place(s, d.At, cmp.Or(d.Region, b.regionOf(d.VPC)), d.Account); err != nil {
			return err
		}
		s.RouteTables[id] = t
	}
	return nil
}

// regionOf is the region of the VPC by its endpoints; empty: they do not say.
func (b *builder) regionOf(vpc string) string {
	for _, id := range keysOf(b.doc.VPCEndpoints) {
		if e := b.doc.VPCEndpoints[id]; e.VPC == vpc && e.Region != "" {
			return e.Region
		}
	}
	return ""
}

// place is where a part of a network is and whose: in the world's region, and of its
// only account, unless the document says otherwise.
func (b *builder) place(s *world.State, at *node, region, account string) (string, string, error) {
	region = cmp.Or(region, s.Region)
	switch {
	case !world.IsRegion(region):
		return "", "", fail(at.get("region"), "%q is no region's name", region)
	case account != "" && s.Accounts[account] == nil:
		return "", "", unknown(at.get("account"), "account", account, keysOf(s.Accounts))
	case account == "" && len(s.Accounts) == 1:
		account = keysOf(s.Accounts)[0]
	}
	return region, account, nil
}

func (b *builder) vpcEndpoints(s *world.State) error {
	for _, id := range keysOf(b.doc.VPCEndpoints) {
		e, err := b.vpcEndpoint(s, id, b.doc.VPCEndpoints[id])
		if err != nil {
			return err
		}
		s.Endpoints[id] = e
	}
	return nil
}

func (b *builder) vpcEndpoint(s *world.State, id string, d *vpcEndpointDoc) (*world.VPCEndpoint, error) {
	e := &world.VPCEndpoint{ID: id, VPC: d.VPC, RouteTables: d.RouteTables, Created: d.Created.or(s.Clock.Now(b.options.now())), Tags: d.Tags}
	if !endpointForm.MatchString(id) {
		return nil, fail(d.At, "%q is no VPC endpoint's id, like vpce-1a2b3c4d", id)
	}
	var err error
	if e.Region, e.Account, err = b.place(s, d.At, d.Region, d.Account); err != nil {
		return nil, err
	}
	if err := checkVPC(d.At, d.VPC); err != nil {
		return nil, err
	}
	if err := b.checkRoutes(s, d); err != nil || d.Policy == nil {
		return e, err
	}
	e.Policy, err = compile(d.Policy, id, "", policy.Rules{Kind: policy.Endpoint})
	return e, err
}

func (b *builder) checkRoutes(s *world.State, d *vpcEndpointDoc) error {
	for i, table := range d.RouteTables {
		at := d.At.get("route_tables").items[i]
		switch t := s.RouteTables[table]; {
		case t == nil:
			return unknown(at, "route table", table, keysOf(s.RouteTables))
		case t.VPC != d.VPC:
			return fail(at, "the route table %s is of %s, not of %s", table, t.VPC, d.VPC)
		}
	}
	return nil
}

// checkWay finds places of clients that are not there.
func (b *builder) checkWay(s *world.State) error {
	d := &b.doc.Network
	switch {
	case d.VPC != "" && !vpcForm.MatchString(d.VPC):
		return checkVPC(d.At, d.VPC)
	case d.VPCEndpoint != "" && s.Endpoints[d.VPCEndpoint] == nil:
		return unknown(d.At.get("vpc_endpoint"), "VPC endpoint", d.VPCEndpoint, keysOf(s.Endpoints))
	case d.RouteTable != "" && s.RouteTables[d.RouteTable] == nil:
		return unknown(d.At.get("route_table"), "route table", d.RouteTable, keysOf(s.RouteTables))
	case d.RouteTable != "" && d.VPC != "" && s.RouteTables[d.RouteTable].VPC != d.VPC:
		return fail(d.At.get("route_table"), "the route table %s is of %s, not of %s", d.RouteTable, s.RouteTables[d.RouteTable].VPC, d.VPC)
	}
	return nil
}

func describeNetwork(w world.Network) *node {
	n := newMapping().add("source_ip", optional(w.SourceIP))
	if w.SecureTransport != nil {
		n.add("secure_transport", newBool(*w.SecureTransport))
	}
	return n.add("vpc", optional(w.VPC)).add("route_table", optional(w.RouteTable)).add("vpc_endpoint", optional(w.VPCEndpoint))
}

func describeRouteTable(t *world.RouteTable) *node {
	return newMapping().add("vpc", newText(t.VPC)).add("region", newText(t.Region)).add("account", optional(t.Account))
}

func describeEndpoint(e *world.VPCEndpoint) *node {
	return newMapping().add("vpc", newText(e.VPC)).add("region", newText(e.Region)).add("account", optional(e.Account)).
		add("route_tables", newList(e.RouteTables)).add("policy", describePolicy(e.Policy)).
		add("created", newText(isoDate(e.Created))).add("tags", textsOf(e.Tags))
}
