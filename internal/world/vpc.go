package world

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
)

// VPC is a virtual private cloud. Route tables and endpoints may be of one that no file and no
// call has made: such a VPC has AnyRange.
type VPC struct {
	ID, Region   string
	Account      string // that owns it; empty: nobody in the world
	Range        netip.Prefix
	NoDNSSupport bool // the DNS server of the VPC's is off
	DNSHostnames bool
	Tags         map[string]string
}

// AnyRange is the range of a VPC of which none is known.
var AnyRange = netip.MustParsePrefix("10.0.0.0/16")

// Subnet is a part of a VPC, in one availability zone.
type Subnet struct {
	ID, VPC     string
	Range       netip.Prefix
	Zone        string // us-east-1a
	MapPublicIP bool   // instances get a public address
	Tags        map[string]string
}

// ZonesOf are the availability zones of a region, of which every one here has three.
func ZonesOf(region string) []string { return []string{region + "a", region + "b", region + "c"} }

// VPCsOf are those of an account in a region, in order of id: the world's own, and those that
// only route tables and endpoints are of.
func VPCsOf(s *State, account, region string) []*VPC {
	all := map[string]*VPC{}
	add := func(id, of, in string) {
		if of == account && in == region && s.OwnVPCs[id] == nil {
			all[id] = &VPC{ID: id, Region: region, Account: account, Range: AnyRange}
		}
	}
	for _, t := range s.RouteTables {
		add(t.VPC, t.Account, t.Region)
	}
	for _, e := range s.Endpoints {
		add(e.VPC, e.Account, e.Region)
	}
	for id, v := range s.OwnVPCs {
		if v.Account == account && v.Region == region {
			all[id] = v
		}
	}
	return inOrder(all)
}

func inOrder[V any](all map[string]*V) []*V {
	list := make([]*V, 0, len(all))
	for _, id := range slices.Sorted(maps.Keys(all)) {
		list = append(list, all[id])
	}
	return list
}

// TablesOf are the route tables of a VPC, in order of id.
func (v *VPC) TablesOf(s *State) []*RouteTable {
	return slices.DeleteFunc(inOrder(s.RouteTables), func(t *RouteTable) bool {
		return t.VPC != v.ID || t.Account != v.Account || t.Region != v.Region
	})
}

// SubnetsOf are the subnets of a VPC, in order of id.
func (v *VPC) SubnetsOf(s *State) []*Subnet {
	return slices.DeleteFunc(inOrder(s.Subnets), func(n *Subnet) bool { return n.VPC != v.ID })
}

// MainOf is the VPC's main route table, which subnets have that are in no other: the one that
// is said to be it, or else the first without subnets; nil: there is none.
func (v *VPC) MainOf(s *State) *RouteTable {
	tables := v.TablesOf(s)
	for _, is := range []func(*RouteTable) bool{
		func(t *RouteTable) bool { return t.Main },
		func(t *RouteTable) bool { return len(t.Subnets) == 0 },
	} {
		if i := slices.IndexFunc(tables, is); i >= 0 {
			return tables[i]
		}
	}
	return nil
}

// DerivedID is the id of something of EC2's that the world does not name, like rtbassoc-... of
// a route table and a subnet: the kind and 17 hexadecimal digits.
func DerivedID(kind string, of ...string) string {
	sum := sha256.Sum256([]byte(kind + "\n" + strings.Join(of, "\n")))
	return kind + "-" + hex.EncodeToString(sum[:])[:17]
}

// In is the state with v in place of the VPC of that id, or added; with main, a table of its
// own that it did not have.
func (v *VPC) In(s *State, main *RouteTable) *State {
	c := *s
	c.OwnVPCs = with(s.OwnVPCs, v.ID, v)
	if main != nil {
		c.RouteTables = with(s.RouteTables, main.ID, main)
	}
	return &c
}

// OutOf is the state without the VPC and its route tables.
func (v *VPC) OutOf(s *State) *State {
	next := *s
	next.OwnVPCs = without(s.OwnVPCs, v.ID)
	for _, t := range v.TablesOf(s) {
		next = *t.OutOf(&next)
	}
	return &next
}

// In is the state with n in place of the subnet of that id, or added.
func (n *Subnet) In(s *State) *State {
	c := *s
	c.Subnets = with(s.Subnets, n.ID, n)
	return &c
}

// OutOf is the state without the subnet, which no route table has then.
func (n *Subnet) OutOf(s *State) *State {
	c := *s
	if t := n.TableOf(s); t != nil {
		c = *t.Parted(n.ID).In(s)
	}
	c.Subnets = without(s.Subnets, n.ID)
	return &c
}

// In is the state with t in place of the route table of that id, or added.
func (t *RouteTable) In(s *State) *State {
	c := *s
	c.RouteTables = with(s.RouteTables, t.ID, t)
	return &c
}

// OutOf is the state without the route table, to which no endpoint has a route then, and out
// of which no requests come.
func (t *RouteTable) OutOf(s *State) *State {
	c := *s
	c.RouteTables = without(s.RouteTables, t.ID)
	for id, e := range s.Endpoints {
		if slices.Contains(e.RouteTables, t.ID) {
			left := *e
			left.RouteTables = otherThan(e.RouteTables, t.ID)
			c.Endpoints = with(c.Endpoints, id, &left)
		}
	}
	if c.Network.RouteTable == t.ID {
		c.Network.RouteTable = ""
	}
	return &c
}

// Parted is the route table without the subnet.
func (t *RouteTable) Parted(subnet string) *RouteTable {
	left := *t
	left.Subnets = otherThan(t.Subnets, subnet)
	return &left
}

func otherThan(all []string, one string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(other string) bool { return other == one })
}

// NotARange is why a text is no range of a VPC or a subnet; empty: it is one. AWS takes
// ranges of 16 to 65,536 addresses (Amazon VPC User Guide, "VPC CIDR blocks").
func NotARange(text string) string {
	p, err := netip.ParsePrefix(text)
	switch {
	case err != nil || !p.Addr().Is4():
		return "it is a range like 10.0.0.0/16"
	case p.Bits() < 16 || p.Bits() > 28:
		return "a range has between 16 addresses (/28) and 65,536 (/16)"
	case p.Masked() != p:
		return fmt.Sprintf("its first address is %s", p.Masked().Addr())
	}
	return ""
}

// Addresses is how many addresses of a range instances can have: AWS keeps five.
func Addresses(p netip.Prefix) int { return 1<<(32-p.Bits()) - 5 }

// SubnetAt is the subnet of a VPC that a range overlaps, other than the one of that id; nil:
// there is none.
func (v *VPC) SubnetAt(s *State, p netip.Prefix, but string) *Subnet {
	for _, n := range v.SubnetsOf(s) {
		if n.ID != but && n.Range.Overlaps(p) {
			return n
		}
	}
	return nil
}

// TableOf is the route table that has the subnet; nil: the VPC's main one does.
func (n *Subnet) TableOf(s *State) *RouteTable {
	for _, t := range inOrder(s.RouteTables) {
		if slices.Contains(t.Subnets, n.ID) {
			return t
		}
	}
	return nil
}
