package ec2

import (
	"maps"
	"slices"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// What all endpoints here are: gateway endpoints for S3 that are ready.
const (
	gateway   = "Gateway"
	available = "available"
	ipv4      = "ipv4"
)

type describeEndpointsInput struct {
	DryRun         bool
	VpcEndpointIds []string `aws:"VpcEndpointId"`
	Filters        []filter `aws:"Filter"`
	MaxResults     *int
	NextToken      string
}

type describeEndpointsOutput struct {
	VpcEndpoints awsapi.Items[vpcEndpoint] `xml:"vpcEndpointSet"`
	NextToken    string                    `xml:"nextToken,omitempty"`
}

type vpcEndpoint struct {
	VpcEndpointId       string               `xml:"vpcEndpointId"`
	VpcEndpointType     string               `xml:"vpcEndpointType"`
	VpcId               string               `xml:"vpcId"`
	ServiceName         string               `xml:"serviceName"`
	State               string               `xml:"state"`
	PolicyDocument      string               `xml:"policyDocument"`
	RouteTableIds       awsapi.Items[string] `xml:"routeTableIdSet"`
	SubnetIds           awsapi.Items[string] `xml:"subnetIdSet"`
	Groups              awsapi.Items[string] `xml:"groupSet"`
	IpAddressType       string               `xml:"ipAddressType"`
	DnsOptions          dnsOptions           `xml:"dnsOptions"`
	PrivateDnsEnabled   bool                 `xml:"privateDnsEnabled"`
	RequesterManaged    bool                 `xml:"requesterManaged"`
	NetworkInterfaceIds awsapi.Items[string] `xml:"networkInterfaceIdSet"`
	DnsEntries          awsapi.Items[string] `xml:"dnsEntrySet"`
	CreationTimestamp   string               `xml:"creationTimestamp"`
	Tags                awsapi.Items[tag]    `xml:"tagSet"`
	OwnerId             string               `xml:"ownerId"`
	ServiceRegion       string               `xml:"serviceRegion"`
}

// dnsOptions are those of every gateway endpoint: the names of S3 lead where they always do.
type dnsOptions struct {
	DnsRecordIpType string `xml:"dnsRecordIpType"`
}

func described(e *world.VPCEndpoint) vpcEndpoint {
	return vpcEndpoint{
		VpcEndpointId: e.ID, VpcEndpointType: gateway, VpcId: e.VPC, ServiceName: s3Service(e.Region), State: available,
		PolicyDocument: e.Policies()[0].Policy.Source(), RouteTableIds: e.RouteTables, IpAddressType: ipv4,
		DnsOptions:        dnsOptions{"service-defined"},
		CreationTimestamp: awsapi.ISO(e.Created), Tags: tagsOf(e.Tags), OwnerId: e.Account, ServiceRegion: e.Region,
	}
}

var endpointAttributes = attributes[*world.VPCEndpoint]{
	"ip-address-type":    func(*world.VPCEndpoint) []string { return []string{ipv4} },
	"service-name":       func(e *world.VPCEndpoint) []string { return []string{s3Service(e.Region)} },
	"service-region":     func(e *world.VPCEndpoint) []string { return []string{e.Region} },
	"tag-key":            func(e *world.VPCEndpoint) []string { return slices.Sorted(maps.Keys(e.Tags)) },
	"vpc-endpoint-id":    func(e *world.VPCEndpoint) []string { return []string{e.ID} },
	"vpc-endpoint-state": func(*world.VPCEndpoint) []string { return []string{available} },
	"vpc-endpoint-type":  func(*world.VPCEndpoint) []string { return []string{gateway} },
	"vpc-id":             func(e *world.VPCEndpoint) []string { return []string{e.VPC} },
}

func describeVpcEndpoints(c *awsapi.Call, in *describeEndpointsInput) (*describeEndpointsOutput, error) {
	all, next, err := listed(endpoints(c), listing[*world.VPCEndpoint]{
		ids: in.VpcEndpointIds, filters: in.Filters, size: in.MaxResults, token: in.NextToken, most: 1000,
		called: "vpcEndpointIds", id: func(e *world.VPCEndpoint) string { return e.ID }, missing: noEndpoint,
		known: endpointAttributes, tags: func(e *world.VPCEndpoint) map[string]string { return e.Tags }, dryRun: in.DryRun,
	})
	out := &describeEndpointsOutput{NextToken: next}
	for _, e := range all {
		out.VpcEndpoints = append(out.VpcEndpoints, described(e))
	}
	return out, err
}

// endpoints are those of the caller's account in the call's region, in order of id.
func endpoints(c *awsapi.Call) []*world.VPCEndpoint {
	var all []*world.VPCEndpoint
	for _, id := range slices.Sorted(maps.Keys(c.State().Endpoints)) {
		if e := endpoint(c, id); e != nil {
			all = append(all, e)
		}
	}
	return all
}

// endpoint is one of the caller's account in the call's region; nil: it has none of
// that id.
func endpoint(c *awsapi.Call, id string) *world.VPCEndpoint {
	if e := c.State().Endpoints[id]; e != nil && e.Account == c.CallerAccount() && e.Region == c.Region() {
		return e
	}
	return nil
}

// named is the things with those ids, all where none is named; one that is not there
// is an error.
func named[T any](ids []string, all []T, id func(T) string, missing func(string) error) ([]T, error) {
	for _, wanted := range ids {
		if !slices.ContainsFunc(all, func(t T) bool { return id(t) == wanted }) {
			return nil, missing(wanted)
		}
	}
	if len(ids) == 0 {
		return all, nil
	}
	return slices.DeleteFunc(all, func(t T) bool { return !slices.Contains(ids, id(t)) }), nil
}

func noEndpoint(id string) error {
	return awsapi.Refuse("InvalidVpcEndpointId.NotFound", "%s", endpointMissing(id))
}

func endpointMissing(id string) string { return "The Vpc Endpoint Id '" + id + "' does not exist" }

type tag struct {
	Key   string `xml:"key"`
	Value string `xml:"value"`
}

// Pair is awsapi.Tag.
func (t tag) Pair() (key, value string) { return t.Key, t.Value }

func tagsOf(tags map[string]string) awsapi.Items[tag] {
	var all awsapi.Items[tag]
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		all = append(all, tag{name, tags[name]})
	}
	return all
}
