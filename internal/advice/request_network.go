package advice

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
)

// network is a patch of where requests seem to come from.
func network(facts journal.Patch) journal.Patch { return at(facts, build.NetworkAt()) }

// here says how the world is told what the program does elsewhere.
func here(facts string) string { return "; here, network: {" + facts + "}" }

func (s *program) overTLS(_ *authz.Request, w wish) (journal.Change, bool) {
	switch w.value {
	case "true":
		return journal.Change{
			Text:  "come over TLS (https)" + overTLSHere + ", or network: {secure_transport: true}",
			Patch: network(journal.Patch{"secure_transport": true}),
		}, true
	case "false":
		return journal.Change{
			Text:  "come without TLS" + here("secure_transport: false"),
			Patch: network(journal.Patch{"secure_transport": false}),
		}, true
	}
	return journal.Change{}, false
}

// newerTLS can be tried as far as a request can be taken as if it had come over TLS, which
// is then that of today.
func (s *program) newerTLS(_ *authz.Request, w wish) (journal.Change, bool) {
	c := journal.Change{Text: "come over TLS " + w.value + overTLSHere}
	if w.value == asker.AssumedTLS {
		c.Patch = network(journal.Patch{"secure_transport": true})
	}
	return c, !w.absent
}

// overTLSHere is how a program comes to s3fault over TLS.
const overTLSHere = "; here, to the https address of s3fault serve --tls"

// endpoint is the VPC endpoint that the request came through; nil: none.
func (s *program) endpoint(q *authz.Request) *world.VPCEndpoint {
	if id, ok := q.Context.Get("aws:SourceVpce"); ok {
		return s.state().Endpoints[id[0]]
	}
	return nil
}

// internet is a network without the way through a VPC.
func (s *program) internet() journal.Patch {
	facts, n := journal.Patch{}, s.state().Network
	for key, value := range map[string]string{"vpc_endpoint": n.VPCEndpoint, "vpc": n.VPC, "route_table": n.RouteTable} {
		if value != "" {
			facts[key] = nil
		}
	}
	return facts
}

// fromAddress is a request that comes over the internet, from an address there.
func (s *program) fromAddress(q *authz.Request, w wish) (journal.Change, bool) {
	if w.absent {
		return journal.Change{}, false
	}
	if a, err := netip.ParseAddr(w.value); err != nil || s.endpoint(q) != nil && a.IsPrivate() {
		return journal.Change{}, false // the address is one in a VPC, which this key never has
	}
	facts, over := journal.Patch{"source_ip": w.value}, ""
	if s.endpoint(q) != nil {
		over, facts = "over the internet, ", s.internet()
		facts["source_ip"] = w.value
	}
	how := "send it " + over + "from an address that the policy lets through, such as " + w.value
	if s.presigned() {
		how = "use the URL " + over + "from an address that the statement lets through, such as " + w.value
	}
	return journal.Change{Text: how + here("source_ip: "+w.value), Patch: network(facts)}, true
}

// fromWithin is a request that comes from an address in its VPC.
func (s *program) fromWithin(q *authz.Request, w wish) (journal.Change, bool) {
	if w.absent {
		return s.overInternet()
	}
	c := journal.Change{Patch: journal.Patch{}}
	if s.endpoint(q) == nil {
		id := newEndpoint
		for _, name := range slices.Sorted(maps.Keys(s.state().Endpoints)) {
			id = name
			break
		}
		c, _ = s.through(q, id, newVPC)
		c.Text += ", and "
	}
	c.Text += "send it from an address in the VPC that the policy lets through, such as " + w.value +
		here("source_ip: "+w.value)
	c.Patch = join(c.Patch, network(journal.Patch{"source_ip": w.value}))
	return c, true
}

func (s *program) overInternet() (journal.Change, bool) {
	return journal.Change{
		Text:  "come over the internet, and not through a VPC endpoint; here, without network.vpc_endpoint",
		Patch: network(s.internet()),
	}, true
}

// The forms of ids that a world takes.
var (
	endpointForm = pattern.New(`^vpce-\w+$`)
	vpcForm      = pattern.New(`^vpc-\w+$`)
)

// The ids of what a world has to be given where it has no way through a VPC (EC2's own examples).
const newEndpoint, newVPC = "vpce-1a2b3c4d", "vpc-1a2b3c4d"

// throughEndpoint is a request that takes a VPC endpoint. One that the world has not is made.
func (s *program) throughEndpoint(q *authz.Request, w wish) (journal.Change, bool) {
	if w.absent {
		return s.overInternet()
	}
	return s.through(q, w.value, newVPC)
}

func (s *program) through(q *authz.Request, id, vpc string) (journal.Change, bool) {
	if !endpointForm.MatchString(id) || !vpcForm.MatchString(vpc) {
		return journal.Change{}, false
	}
	way := s.internet()
	way["vpc_endpoint"] = id
	c := journal.Change{
		Text: "come through the VPC endpoint " + id + here("vpc_endpoint: "+id), Patch: network(way),
	}
	if s.state().Endpoints[id] != nil {
		return c, true
	}
	for name := range s.state().Endpoints {
		if slip(id, name) {
			return c, false // the policy is to be corrected
		}
	}
	facts := journal.Patch{"vpc": vpc}
	bucket, _ := bucketAndKey(q.Resource)
	if b := s.state().Buckets[bucket]; b != nil {
		facts["region"] = b.Region
	}
	c.Text += ", and vpc_endpoints: {" + id + ": {vpc: " + vpc + "}}"
	c.Patch = join(c.Patch, at(facts, build.EndpointAt(id)))
	return c, true
}

// outOfVPC is a request that comes out of a VPC, by an endpoint for S3 there.
func (s *program) outOfVPC(q *authz.Request, w wish) (journal.Change, bool) {
	if w.absent {
		return s.overInternet()
	}
	id := newEndpoint
	for _, name := range slices.Sorted(maps.Keys(s.state().Endpoints)) {
		if s.state().Endpoints[name].VPC == w.value {
			id = name
			break
		}
	}
	c, ok := s.through(q, id, w.value)
	c.Text = "come out of the VPC " + w.value + ": " + c.Text
	return c, ok
}

// inRegion is a request to another region, which a bucket of the world leaves nobody to choose.
func (s *program) inRegion(q *authz.Request, w wish) (journal.Change, bool) {
	bucket, _ := bucketAndKey(q.Resource)
	if b := s.state().Buckets[bucket]; w.absent || b != nil && b.Region != w.value {
		return journal.Change{}, false
	}
	return journal.Change{Text: "sign for " + w.value + ", and send it there",
		Request: &journal.Remake{Region: w.value}}, true
}

// constrained is a request whose body names the region of the new bucket.
func (s *program) constrained(_ *authz.Request, w wish) (journal.Change, bool) {
	if w.absent {
		return journal.Change{Text: "send no LocationConstraint in the body",
			Request: &journal.Remake{Body: emptyCreation}}, true
	}
	return journal.Change{
		Text: "ask for the LocationConstraint " + w.value + " (--create-bucket-configuration " +
			"LocationConstraint=" + w.value + ")",
		Request: &journal.Remake{Body: strings.Replace(emptyCreation, "></",
			"><LocationConstraint>"+w.value+"</LocationConstraint></", 1)},
	}, true
}

// emptyCreation is the body of a CreateBucket that asks for nothing.
const emptyCreation = `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
	`</CreateBucketConfiguration>`
