package build

import (
	"cmp"
	"iter"
	"net/netip"
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// networkIn is where requests seem to come from, and where it is read.
type networkIn struct {
	world *making
	node  *tree.Node
}

var network = facts.New("network",
	facts.Field("source_ip", address, func(n *networkIn) *string { return &n.world.Network.SourceIP }).
		Says("the address that requests seem to come from: aws:SourceIp", "the real one"),
	facts.Field("secure_transport", facts.Maybe, func(n *networkIn) **bool { return &n.world.Network.SecureTransport }).
		Says("whether requests seem to come over TLS: aws:SecureTransport", "whether they do"),
	facts.Field("vpc", facts.Text, func(n *networkIn) *string { return &n.world.Network.VPC }).
		Says("the VPC that requests come from"),
	facts.Field("route_table", facts.Text, func(n *networkIn) *string { return &n.world.Network.RouteTable }).
		Says("the route table of the subnet that requests come from"),
	facts.Field("vpc_endpoint", facts.Text, func(n *networkIn) *string { return &n.world.Network.VPCEndpoint }).
		Says("the VPC endpoint that requests come through"),
).Then((*networkIn).check)

var address = facts.Checked(facts.Text, func(ip string, n *tree.Node) error {
	if _, err := netip.ParseAddr(ip); err != nil && ip != "" {
		return tree.Fail(n, "%q is no IP address", ip)
	}
	return nil
})

// check finds places of clients that are not there.
func (n *networkIn) check(*tree.Node) error {
	w, d := n.world, n.world.Network
	switch table := w.RouteTables[d.RouteTable]; {
	case d.VPC != "" && !vpcForm.MatchString(d.VPC):
		return checkVPC(n.node, d.VPC)
	case d.VPCEndpoint != "" && w.Endpoints[d.VPCEndpoint] == nil:
		return tree.Unknown(n.node.Get("vpc_endpoint"), "VPC endpoint", d.VPCEndpoint, keysOf(w.Endpoints))
	case d.RouteTable != "" && table == nil:
		return tree.Unknown(n.node.Get("route_table"), "route table", d.RouteTable, keysOf(w.RouteTables))
	case d.RouteTable != "" && d.VPC != "" && table.VPC != "" && table.VPC != d.VPC:
		return tree.Fail(n.node.Get("route_table"), "the route table %s is of %s, not of %s", d.RouteTable, table.VPC, d.VPC)
	}
	return nil
}

// The forms of EC2's ids; any word will do behind the prefix.
var (
	vpcForm        = pattern.New(`^vpc-\w+$`)
	endpointForm   = pattern.New(`^vpce-\w+$`)
	routeTableForm = pattern.New(`^rtb-\w+$`)
)

// checkVPC holds a VPC's id against its form; an endpoint and a route table have one.
func checkVPC(at *tree.Node, vpc string) error {
	if !vpcForm.MatchString(vpc) {
		return tree.Fail(at.Find("vpc"), "a vpc is wanted, like vpc-1a2b3c4d, not %q", vpc)
	}
	return nil
}

// tableIn is a route table in its world, and where it is read.
type tableIn struct {
	world *making
	*world.RouteTable
	node *tree.Node
}

var routeTables = facts.Many("route_tables", facts.Names{}, routeTable, (*making).addTable,
	func(w *making) iter.Seq2[string, *tableIn] {
		return facts.ByName(w.RouteTables, func(_ string, t *world.RouteTable) *tableIn { return &tableIn{w, t, nil} })
	}).
	Says("the route tables of VPCs, by id")

var routeTable = facts.New("route table",
	facts.Field("vpc", facts.Text, func(t *tableIn) *string { return &t.VPC }).
		Says("the VPC that the route table is of"),
	facts.Field("region", region, func(t *tableIn) *string { return &t.Region }).
		Says("the region of the VPC", "that of the VPC's endpoints, or of the world"),
	facts.Field("account", facts.Text, func(t *tableIn) *string { return &t.Account }).
		Says("the account of the VPC", "that of the VPC, or the only account"),
	facts.Field("main", facts.Boolean, func(t *tableIn) *bool { return &t.Main }).
		Says("whether it is the VPC's main route table", "the first without subnets is, where none says so"),
	facts.Field("subnets", facts.Texts, func(t *tableIn) *[]string { return &t.Subnets }).
		Says("the subnets of the VPC that have it, by id"),
	facts.Field("tags", facts.Tags, func(t *tableIn) *map[string]string { return &t.Tags }).
		Says("the route table's tags"),
).Then((*tableIn).check)

func (w *making) addTable(id string, n *tree.Node) (*tableIn, error) {
	if !routeTableForm.MatchString(id) {
		return nil, tree.Fail(n, "%q is no route table's id, like rtb-1a2b3c4d", id)
	}
	t := &world.RouteTable{ID: id}
	w.RouteTables[id] = t
	return &tableIn{w, t, n}, nil
}

func (t *tableIn) check(n *tree.Node) (err error) {
	if err := checkVPC(n, t.VPC); err != nil {
		return err
	}
	if v := t.world.OwnVPCs[t.VPC]; v != nil {
		t.Region, t.Account = cmp.Or(t.Region, v.Region), cmp.Or(t.Account, v.Account)
	}
	t.Region = cmp.Or(t.Region, t.world.regionOf(t.VPC))
	t.Region, t.Account, err = t.world.place(n, t.Region, t.Account)
	return tree.Join(err, t.checkSubnets(n))
}

// regionOf is the region of the VPC by its endpoints; empty: they do not say.
func (w *making) regionOf(vpc string) string {
	endpoints := w.facts.Get("vpc_endpoints")
	for _, id := range keysOf(valuesOf(endpoints)) {
		e := endpoints.Get(id)
		if of, region := e.Get("vpc"), e.Get("region"); of != nil && of.Text == vpc && region != nil && region.Text != "" {
			return region.Text
		}
	}
	return ""
}

// place is where a part of a network is and whose: in the world's region, and of its
// only account, unless the document says otherwise.
func (w *making) place(at *tree.Node, region, account string) (string, string, error) {
	switch {
	case account != "" && w.Accounts[account] == nil:
		return "", "", tree.Unknown(at.Get("account"), "account", account, keysOf(w.Accounts))
	case account == "" && len(w.Accounts) == 1:
		account = keysOf(w.Accounts)[0]
	}
	return cmp.Or(region, w.Region), account, nil
}

// endpointIn is a VPC endpoint in its world, and where it is read.
type endpointIn struct {
	world *making
	*world.VPCEndpoint
	node *tree.Node
}

// Endpoints are the VPC endpoints by id.
var Endpoints = facts.Many("vpc_endpoints", facts.Names{}, vpcEndpoint, (*making).addEndpoint,
	func(w *making) iter.Seq2[string, *endpointIn] {
		return facts.ByName(w.Endpoints, func(_ string, e *world.VPCEndpoint) *endpointIn { return &endpointIn{w, e, nil} })
	}).
	Says("the VPC endpoints, by id")

var vpcEndpoint = facts.New("vpc endpoint",
	facts.Field("vpc", facts.Text, func(e *endpointIn) *string { return &e.VPC }).
		Says("the VPC that the endpoint is in"),
	facts.Field("region", region, func(e *endpointIn) *string { return &e.Region }).
		Says("the region that the endpoint is in", "that of the world"),
	facts.Field("account", facts.Text, func(e *endpointIn) *string { return &e.Account }).
		Says("the account that the endpoint belongs to", "the only account"),
	facts.Field("route_tables", facts.Texts, func(e *endpointIn) *[]string { return &e.RouteTables }).
		Says("the route tables that lead to the endpoint"),
	EndpointPolicy,
	facts.Field("created", facts.Instant, func(e *endpointIn) *time.Time { return &e.Created }).
		Says("when the endpoint was made", "at loading"),
	facts.Field("tags", facts.Tags, func(e *endpointIn) *map[string]string { return &e.Tags }).
		Says("the endpoint's tags"),
).Then((*endpointIn).check)

// EndpointPolicy is the policy of a VPC endpoint.
var EndpointPolicy = facts.Fact("policy", document, (*endpointIn).setPolicy,
	func(e *endpointIn) *tree.Node { return described(e.Policy) }).
	Says("the endpoint's policy", "everything is let through")

func (w *making) addEndpoint(id string, n *tree.Node) (*endpointIn, error) {
	if !endpointForm.MatchString(id) {
		return nil, tree.Fail(n, "%q is no VPC endpoint's id, like vpce-1a2b3c4d", id)
	}
	e := &world.VPCEndpoint{ID: id, Created: w.now()}
	w.Endpoints[id] = e
	return &endpointIn{w, e, n}, nil
}

func (e *endpointIn) setPolicy(doc *tree.Node, _ *tree.Node) (err error) {
	e.Policy, err = compile(doc, e.ID, "", policy.Rules{Kind: policy.Endpoint})
	return err
}

func (e *endpointIn) check(n *tree.Node) (err error) {
	if e.Region, e.Account, err = e.world.place(n, e.Region, e.Account); err != nil {
		return err
	}
	if err := checkVPC(n, e.VPC); err != nil {
		return err
	}
	for i, table := range e.RouteTables {
		at := n.Get("route_tables").Items[i]
		switch t := e.world.RouteTables[table]; {
		case t == nil:
			return tree.Unknown(at, "route table", table, keysOf(e.world.RouteTables))
		case t.VPC != "" && t.VPC != e.VPC:
			return tree.Fail(at, "the route table %s is of %s, not of %s", table, t.VPC, e.VPC)
		}
	}
	return nil
}
