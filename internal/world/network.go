package world

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/s3fault/s3fault/authz"
)

// VPCEndpoint is a gateway endpoint for S3 in a VPC.
type VPCEndpoint struct {
	ID, VPC, Region string
	Account         string       // that owns the VPC; empty: nobody in the world
	RouteTables     []string     // with a route to it
	Policy          *authz.Named // nil: AWS's, which allows everything
	Created         time.Time
	Tags            map[string]string
}

// RouteTable is a route table of a VPC, which is in one region.
type RouteTable struct {
	ID, VPC, Region string
	Account         string // that owns the VPC; empty: nobody in the world
	Main            bool   // the VPC's, which subnets have that are in no other
	Subnets         []string
	Tags            map[string]string
}

// WithEndpoint is the state with e in place of the endpoint of that id, or added.
func (s *State) WithEndpoint(e *VPCEndpoint) *State {
	c := *s
	c.Endpoints = with(s.Endpoints, e.ID, e)
	return &c
}

// WithoutEndpoints is the state without those endpoints. What took one of them goes
// over the internet then.
func (s *State) WithoutEndpoints(ids ...string) *State {
	c := *s
	c.Endpoints = without(s.Endpoints, ids...)
	if c.Endpoints[c.Network.VPCEndpoint] == nil {
		c.Network.VPCEndpoint = ""
	}
	return &c
}

// RouteOf is the endpoint that a route table has a route to for S3 in the region;
// nil: it has none.
func (s *State) RouteOf(table, region string) *VPCEndpoint {
	for _, id := range slices.Sorted(maps.Keys(s.Endpoints)) {
		if e := s.Endpoints[id]; e.Region == region && slices.Contains(e.RouteTables, table) {
			return e
		}
	}
	return nil
}

// EndpointTo is the VPC endpoint that a request to S3 in the region takes; nil:
// it goes over the internet. A gateway endpoint takes what leaves a subnet whose
// route table has a route to it, and serves its own region only (AWS PrivateLink
// Guide, "Gateway endpoints for Amazon S3").
func (s *State) EndpointTo(region string) *VPCEndpoint {
	n := &s.Network
	if n.VPCEndpoint != "" {
		return s.Endpoints[n.VPCEndpoint]
	}
	if n.RouteTable == "" {
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(s.Endpoints)) {
		e := s.Endpoints[id]
		if e.Region == region && e.VPC == s.vpc() && slices.Contains(e.RouteTables, n.RouteTable) {
			return e
		}
	}
	return nil
}

// vpc is the VPC that requests come out of.
func (s *State) vpc() string {
	if t := s.RouteTables[s.Network.RouteTable]; t != nil && s.Network.VPC == "" {
		return t.VPC
	}
	return s.Network.VPC
}

// Policies is what the endpoint's policy layer reads.
func (e *VPCEndpoint) Policies() []authz.Named {
	if e.Policy == nil {
		return []authz.Named{openEndpoint}
	}
	return []authz.Named{*e.Policy}
}

// openEndpoint is the policy of an endpoint that was given none.
var openEndpoint = mustName("default", "", `{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`)

// checkNetwork finds names that lead nowhere, and places that contradict each
// other.
func checkNetwork(s *State) error {
	n := &s.Network
	if n.VPCEndpoint != "" && s.Endpoints[n.VPCEndpoint] == nil {
		return fmt.Errorf("network: there is no VPC endpoint %q", n.VPCEndpoint)
	}
	if n.RouteTable != "" {
		t := s.RouteTables[n.RouteTable]
		if t == nil {
			return fmt.Errorf("network: there is no route table %q", n.RouteTable)
		}
		if n.VPC != "" && t.VPC != n.VPC {
			return fmt.Errorf("network: the route table %s is of the VPC %q, not of %q", n.RouteTable, t.VPC, n.VPC)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.Endpoints)) {
		if err := s.Endpoints[id].checkRoutes(s.RouteTables); err != nil {
			return fmt.Errorf("VPC endpoint %s: %w", id, err)
		}
	}
	return nil
}

// checkRoutes: an endpoint has routes in tables of its own VPC only.
func (e *VPCEndpoint) checkRoutes(tables map[string]*RouteTable) error {
	for _, id := range e.RouteTables {
		switch t := tables[id]; {
		case t == nil:
			return fmt.Errorf("there is no route table %q", id)
		case t.VPC != e.VPC:
			return fmt.Errorf("the route table %s is of the VPC %q, not of %q", id, t.VPC, e.VPC)
		}
	}
	return nil
}
