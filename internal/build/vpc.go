package build

import (
	"cmp"
	"iter"
	"net/netip"
	"slices"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// vpcIn is a VPC in its world.
type vpcIn struct {
	world *making
	*world.VPC
}

var vpcs = facts.Many("vpcs", facts.Names{}, vpc, (*making).addVPC,
	func(w *making) iter.Seq2[string, *vpcIn] {
		return facts.ByName(w.OwnVPCs, func(_ string, v *world.VPC) *vpcIn { return &vpcIn{w, v} })
	}).
	Says("the VPCs of which more is known than that route tables and endpoints are of them, by id")

var vpc = facts.New("vpc",
	facts.Field("cidr", addressRange, func(v *vpcIn) *netip.Prefix { return &v.Range }).
		Says("the VPC's range of addresses", world.AnyRange.String()),
	facts.Field("region", region, func(v *vpcIn) *string { return &v.Region }).
		Says("the region that the VPC is in", "that of the world"),
	facts.Field("account", facts.Text, func(v *vpcIn) *string { return &v.Account }).
		Says("the account that the VPC belongs to", "the only account"),
	facts.Fact("dns_support", facts.Maybe, (*vpcIn).setDNS, (*vpcIn).withoutDNS).
		Says("whether the VPC has Amazon's DNS server", "true"),
	facts.Field("dns_hostnames", facts.Boolean, func(v *vpcIn) *bool { return &v.DNSHostnames }).
		Says("whether instances have DNS names", "false"),
	facts.Field("tags", facts.Tags, func(v *vpcIn) *map[string]string { return &v.Tags }).
		Says("the VPC's tags"),
).Then((*vpcIn).check)

// addressRange is a range of a VPC or a subnet.
var addressRange = facts.Kind[netip.Prefix]{Form: facts.Text.Form, Read: readRange, Write: writeRange}

func writeRange(p netip.Prefix) *tree.Node {
	if !p.IsValid() {
		return nil
	}
	return tree.NewText(p.String())
}

func readRange(n *tree.Node) (netip.Prefix, error) {
	if wrong := world.NotARange(n.Text); wrong != "" {
		return netip.Prefix{}, tree.Fail(n, "%q is no range of addresses: %s", n.Text, wrong)
	}
	return netip.MustParsePrefix(n.Text), nil
}

func (w *making) addVPC(id string, n *tree.Node) (*vpcIn, error) {
	if !vpcForm.MatchString(id) {
		return nil, tree.Fail(n, "%q is no VPC's id, like vpc-1a2b3c4d", id)
	}
	v := &world.VPC{ID: id, Range: world.AnyRange}
	w.OwnVPCs[id] = v
	return &vpcIn{w, v}, nil
}

func (v *vpcIn) setDNS(support *bool, _ *tree.Node) error {
	v.NoDNSSupport = support != nil && !*support
	return nil
}

// withoutDNS is written where there is none.
func (v *vpcIn) withoutDNS() *bool {
	if v.NoDNSSupport {
		return new(bool)
	}
	return nil
}

func (v *vpcIn) check(n *tree.Node) (err error) {
	v.Region, v.Account, err = v.world.place(n, v.Region, v.Account)
	return err
}

// subnetIn is a subnet in its world.
type subnetIn struct {
	world *making
	*world.Subnet
}

var subnetForm = pattern.New(`^subnet-\w+$`)

var subnets = facts.Many("subnets", facts.Names{}, subnet, (*making).addSubnet,
	func(w *making) iter.Seq2[string, *subnetIn] {
		return facts.ByName(w.Subnets, func(_ string, n *world.Subnet) *subnetIn { return &subnetIn{w, n} })
	}).
	Says("the subnets of the VPCs, by id")

var subnet = facts.New("subnet",
	facts.Field("vpc", facts.Text, func(s *subnetIn) *string { return &s.VPC }).
		Says("the VPC that the subnet is of, one of vpcs").Must("a subnet has a vpc and a cidr"),
	facts.Field("cidr", addressRange, func(s *subnetIn) *netip.Prefix { return &s.Range }).
		Says("the subnet's range, within the VPC's").Must("a subnet has a vpc and a cidr"),
	facts.Field("zone", facts.Text, func(s *subnetIn) *string { return &s.Zone }).
		Says("the availability zone, like us-east-1a", "the region's first"),
	facts.Field("map_public_ip", facts.Boolean, func(s *subnetIn) *bool { return &s.MapPublicIP }).
		Says("whether instances get a public address", "false"),
	facts.Field("tags", facts.Tags, func(s *subnetIn) *map[string]string { return &s.Tags }).
		Says("the subnet's tags"),
).Then((*subnetIn).check)

func (w *making) addSubnet(id string, n *tree.Node) (*subnetIn, error) {
	if !subnetForm.MatchString(id) {
		return nil, tree.Fail(n, "%q is no subnet's id, like subnet-1a2b3c4d", id)
	}
	s := &world.Subnet{ID: id}
	w.Subnets[id] = s
	return &subnetIn{w, s}, nil
}

func (s *subnetIn) check(n *tree.Node) error {
	v := s.world.OwnVPCs[s.VPC]
	if v == nil {
		return tree.Unknown(n.Find("vpc"), "VPC", s.VPC, keysOf(s.world.OwnVPCs))
	}
	zones := world.ZonesOf(v.Region)
	s.Zone = cmp.Or(s.Zone, zones[0])
	switch other := v.SubnetAt(s.world.State, s.Range, s.ID); {
	case !slices.Contains(zones, s.Zone):
		return tree.Unknown(n.Find("zone"), "availability zone", s.Zone, zones)
	case v.Range.Bits() > s.Range.Bits() || !v.Range.Contains(s.Range.Addr()):
		return tree.Fail(n.Find("cidr"), "%s is not within %s, the range of %s", s.Range, v.Range, v.ID)
	case other != nil:
		return tree.Fail(n.Find("cidr"), "%s overlaps %s, the range of %s", s.Range, other.Range, other.ID)
	}
	return nil
}

// checkSubnets holds the subnets of a route table against those that there are, which are in
// one table each.
func (t *tableIn) checkSubnets(n *tree.Node) error {
	var errs []error
	for i, id := range t.Subnets {
		at := n.Get("subnets").Items[i]
		switch s := t.world.Subnets[id]; {
		case s == nil:
			errs = append(errs, tree.Unknown(at, "subnet", id, keysOf(t.world.Subnets)))
		case s.VPC != t.VPC:
			errs = append(errs, tree.Fail(at, "the subnet %s is of %s, not of %s", id, s.VPC, t.VPC))
		case s.TableOf(t.world.State).ID != t.ID || slices.Contains(t.Subnets[:i], id):
			errs = append(errs, tree.Fail(at, "the subnet %s has a route table already", id))
		}
	}
	return tree.Join(errs...)
}
