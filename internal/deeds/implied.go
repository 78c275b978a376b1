package deeds

import (
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/world"
)

// implied adds to circumstances what goes with them: a request that takes a VPC endpoint comes
// out of that endpoint's VPC and from no address of the internet, and what acts for a resource
// acts for the resource's account.
func (c *catalogue) implied(over []circumstance) []circumstance {
	over = c.impliedNetwork(over)
	if arn, ok := said(over, "aws:SourceArn"); ok {
		return append(over, circumstance{"aws:SourceAccount", accountIn(arn.values)})
	}
	if account, ok := said(over, "aws:SourceAccount"); ok {
		over = append(over, circumstance{"aws:SourceArn", c.sourceIn(account.values)})
	}
	return over
}

func (c *catalogue) impliedNetwork(over []circumstance) []circumstance {
	if len(c.endpoints) == 0 {
		return over
	}
	endpoint, byEndpoint := said(over, "aws:SourceVpce")
	vpc, byVPC := said(over, "aws:SourceVpc")
	_, byAddress := said(over, "aws:SourceIp")
	switch {
	case byEndpoint:
		if !byVPC || len(endpoint.values) == 0 || c.endpoints[endpoint.values[0]] != nil || c.isKnown(vpc.values) {
			over = append(over, circumstance{"aws:SourceVpc", c.vpcOf(endpoint.values)})
		}
	case byVPC:
		over = unlessSaid(over, circumstance{"aws:SourceVpce", c.endpointIn(vpc.values)})
	case byAddress:
		over = append(over, circumstance{key: "aws:SourceVpce"}, circumstance{key: "aws:SourceVpc"})
		return unlessSaid(over, circumstance{key: "aws:VpcSourceIp"})
	default:
		return over
	}
	if len(endpoint.values)+len(vpc.values) > 0 {
		over = unlessSaid(over, circumstance{key: "aws:SourceIp"})
	}
	return over
}

// said is the circumstance about a key.
func said(over []circumstance, key string) (circumstance, bool) {
	i := slices.IndexFunc(over, func(o circumstance) bool { return strings.EqualFold(o.key, key) })
	if i < 0 {
		return circumstance{}, false
	}
	return over[i], true
}

func unlessSaid(over []circumstance, one circumstance) []circumstance {
	if _, there := said(over, one.key); there {
		return over
	}
	return append(over, one)
}

// vpcOf is the VPC of an endpoint; of none, none.
func (c *catalogue) vpcOf(endpoint []string) []string {
	if len(endpoint) == 0 {
		return nil
	}
	if e := c.endpoints[endpoint[0]]; e != nil {
		return []string{e.VPC}
	}
	return []string{"vpc-elsewhere"}
}

// isKnown says that a VPC has an endpoint in the world: then it has no other.
func (c *catalogue) isKnown(vpc []string) bool {
	for _, e := range c.endpoints {
		if slices.Contains(vpc, e.VPC) {
			return true
		}
	}
	return false
}

// endpointIn is an endpoint in a VPC; of none, none.
func (c *catalogue) endpointIn(vpc []string) []string {
	if len(vpc) == 0 {
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(c.endpoints)) {
		if c.endpoints[id].VPC == vpc[0] {
			return []string{id}
		}
	}
	return []string{"vpce-elsewhere"}
}

// sourceIn is a resource of an account, such as services are known to act for here; none,
// where none is known.
func (c *catalogue) sourceIn(account []string) []string {
	if len(account) == 0 || len(c.sources) == 0 {
		return nil
	}
	for _, arn := range c.sources {
		if slices.Equal(accountIn([]string{arn}), account) {
			return []string{arn}
		}
	}
	parts := strings.SplitN(c.sources[0], ":", 6)
	parts[4] = account[0]
	return []string{strings.Join(parts, ":")}
}

// anotherSource is a resource beside the one that a service is known to act for where conditions on
// what it acts for are met: of the same kind and account. None, where there are no such conditions.
func (c *catalogue) anotherSource(conditions []condition, met []circumstance) []string {
	if !slices.ContainsFunc(conditions, func(k condition) bool { return among(k.key, ofServices) }) {
		return nil
	}
	known := c.sources[:min(len(c.sources), 1)]
	if arn, ok := said(met, "aws:SourceArn"); ok {
		known = arn.values
	} else if account, ok := said(met, "aws:SourceAccount"); ok {
		known = c.sourceIn(account.values)
	}
	if len(accountIn(known)) == 0 {
		return nil
	}
	return []string{known[0][:strings.LastIndexAny(known[0], ":/")+1] + "another"}
}

// source remembers what a service acts for, if it is a resource of an account.
func (c *catalogue) source(arn string) {
	if len(accountIn([]string{arn})) > 0 && !slices.Contains(c.sources, arn) {
		c.sources = append(c.sources, arn)
	}
}

// accountIn is the account in the ARN of a resource; none, where there is none.
func accountIn(arn []string) []string {
	if len(arn) == 0 {
		return nil
	}
	if parts := strings.SplitN(arn[0], ":", 6); len(parts) == 6 && world.IsAccountID(parts[4]) {
		return parts[4:5]
	}
	return nil
}
