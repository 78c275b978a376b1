package world

import (
	"maps"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// OrganizationPolicy is a policy of an organization, of whatever type.
type OrganizationPolicy struct {
	Name, ARN string
	Type      PolicyType
	Policy    *policy.Policy // of an SCP or an RCP
	S3        *S3Document    // of an S3 policy
}

// ID is the id at the end of its ARN.
func (p *OrganizationPolicy) ID() string { return lastSegment(p.ARN) }

// Source is its document as it was given.
func (p *OrganizationPolicy) Source() string {
	if p.S3 != nil {
		return p.S3.Source()
	}
	return p.Policy.Source()
}

// AWSManaged says that it is a policy of AWS's, which is attached to every level from
// the beginning; RCPs have theirs for good.
func (p *OrganizationPolicy) AWSManaged() bool {
	return p.Policy != nil && (p.Policy == fullAWSAccess.Policy || p.Policy == rcpFullAWSAccess.Policy)
}

// Policies are all policies of a type: AWS's own first, the others by name.
func (o *Organization) Policies(t PolicyType) []OrganizationPolicy {
	var all []OrganizationPolicy
	add := func(p *authz.Named) {
		all = append(all, OrganizationPolicy{Name: p.Name, ARN: p.ARN, Type: t, Policy: p.Policy})
	}
	switch t {
	case TypeS3:
		for _, name := range slices.Sorted(maps.Keys(o.S3Policies)) {
			p := o.S3Policies[name]
			all = append(all, OrganizationPolicy{Name: p.Name, ARN: p.ARN, Type: t, S3: p.Document})
		}
		return all
	case TypeRCP:
		add(&rcpFullAWSAccess)
	default:
		add(&fullAWSAccess)
	}
	own := o.authorization(t)
	for _, name := range slices.Sorted(maps.Keys(own)) {
		add(own[name])
	}
	return all
}

// authorization are the organization's own SCPs or RCPs.
func (o *Organization) authorization(t PolicyType) map[string]*authz.Named {
	if t == TypeRCP {
		return o.RCPs
	}
	return o.SCPs
}

// Put adds a policy, with its description, to a copy that WithOrganization made, or puts
// it in the place of the one of that name.
func (o *Organization) Put(p *OrganizationPolicy, description string) {
	if p.Type == TypeS3 {
		if o.S3Policies == nil {
			o.S3Policies = map[string]*S3Policy{}
		}
		o.S3Policies[p.Name] = &S3Policy{p.Name, p.ARN, p.S3}
	} else {
		o.authorization(p.Type)[p.Name] = &authz.Named{Name: p.Name, ARN: p.ARN, Policy: p.Policy}
	}
	delete(o.Descriptions, p.ARN)
	if description != "" {
		o.Descriptions[p.ARN] = description
	}
}

// Tag gives a policy or a place of such a copy other tags; none: it has none.
func (o *Organization) Tag(id string, tags map[string]string) {
	o.Tags = without(o.Tags, id)
	if len(tags) > 0 {
		o.Tags = with(o.Tags, id, tags)
	}
}

// Drop takes a policy away from such a copy.
func (o *Organization) Drop(p *OrganizationPolicy) {
	delete(o.Descriptions, p.ARN)
	if p.Type == TypeS3 {
		delete(o.S3Policies, p.Name)
		return
	}
	delete(o.authorization(p.Type), p.Name)
}
