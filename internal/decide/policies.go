package decide

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/jsontree"
	"github.com/s3fault/s3fault/policy"
)

// policies fills in everything that a case says in policies.
func (d *Decider) policies(c *object, r *authz.Request) (err error) {
	for _, list := range []struct {
		name string
		kind policy.Kind
		into *[]authz.Named
	}{
		{"identityPolicies", policy.Identity, &r.Identity},
		{"permissionBoundaries", policy.Boundary, &r.Boundaries},
		{"vpcEndpointPolicies", policy.Endpoint, &r.Endpoint},
	} {
		if *list.into, err = d.named(c, list.name, list.kind); err != nil {
			return err
		}
	}
	if err = d.accessPoint(c, r); err != nil {
		return err
	}
	if r.Session, err = d.session(c); err != nil {
		return err
	}
	if err = d.resourcePolicy(c, r); err != nil {
		return err
	}
	if r.SCPs, err = d.levels(c, "scps", policy.SCP); err != nil {
		return err
	}
	if r.RCPs, err = d.levels(c, "rcps", policy.RCP); err != nil {
		return err
	}
	r.RestrictPublicBuckets, err = c.flag("restrictPublicBuckets")
	return err
}

// accessPoint reads the policies of the access point that the request takes, which is of the account in the resource's
// ARN. What resourcePolicy is asked about stands in request.bucketResource; without it, it is the same resource.
func (d *Decider) accessPoint(c *object, r *authz.Request) error {
	all, err := d.named(c, "accessPointPolicies", policy.AccessPoint)
	if err != nil || len(all) == 0 && !isARN(r.Resource, "s3", "accesspoint/") {
		return err
	}
	n, err := c.need("request")
	if err != nil {
		return err
	}
	asked, err := newObject("request", n)
	if err != nil {
		return err
	}
	beyond, err := asked.text("bucketResource")
	r.AccessPoint = &authz.AccessPoint{Account: r.ResourceAccount, Policies: all, Beyond: beyond}
	if isARN(r.Resource, "s3", "accesspoint/") {
		r.AccessPoint.Account = strings.SplitN(r.Resource, ":", 6)[4]
	}
	return err
}

// resourcePolicy reads the policy of the bucket, the key or the role that the question is about. A key and a role
// always have one and, unlike a bucket's, it must allow (authorization.md 4; IAM User Guide, "Roles terms and
// concepts").
func (d *Decider) resourcePolicy(c *object, r *authz.Request) error {
	aboutRole := isAction(r.Action, "sts:") && isARN(r.Resource, "iam", "role/")
	kind := policy.Bucket
	if aboutRole {
		kind = policy.Trust
	}
	p, err := d.one(c, "resourcePolicy", kind)
	switch {
	case aboutRole:
		r.Trust = cmp.Or(p, &authz.Named{})
	case isAction(r.Action, "kms:") && isARN(r.Resource, "kms", "key/"):
		r.Key = &authz.Key{Account: r.ResourceAccount, Policy: p}
	default:
		r.BucketPolicy = p
	}
	return err
}

func isAction(action, service string) bool {
	return len(action) > len(service) && strings.EqualFold(action[:len(service)], service)
}

// isARN knows arn:PARTITION:SERVICE:REGION:ACCOUNT:KIND...
func isARN(s, service, kind string) bool {
	parts := strings.SplitN(s, ":", 6)
	return len(parts) == 6 && parts[0] == "arn" && parts[2] == service && strings.HasPrefix(parts[5], kind)
}

// named reads a list of {name, policy}.
func (d *Decider) named(o *object, name string, kind policy.Kind) (list []authz.Named, err error) {
	err = o.each(name, func(item *object) error {
		n, err := item.text("name")
		if err != nil {
			return err
		}
		p, err := d.policy(item, "policy", kind)
		list = append(list, authz.Named{Name: n, Policy: p})
		return err
	})
	return list, err
}

// one reads a single policy. It has no name in a case and goes by that of its field.
func (d *Decider) one(o *object, name string, kind policy.Kind) (*authz.Named, error) {
	p, err := d.policy(o, name, kind)
	if p == nil || err != nil {
		return nil, err
	}
	return &authz.Named{Name: name, Policy: p}, nil
}

// maxSessionPolicies is how many policies limit one session: that of the call that made it, and those of the three
// calls that may scope it further (new-since-2025.md 5.1).
const maxSessionPolicies = 4

// session reads what limits a session: one policy, or a list of them, each of which must allow.
func (d *Decider) session(c *object) ([]authz.Level, error) {
	const name = "sessionPolicy"
	n := c.get(name)
	if n == nil || n.Kind != jsontree.List {
		p, err := d.one(c, name, policy.Session)
		if p == nil || err != nil {
			return nil, err
		}
		return []authz.Level{{Policies: []authz.Named{*p}}}, nil
	}
	items := n.Members
	if len(items) > maxSessionPolicies {
		return nil, fmt.Errorf("%s%s has %d policies; a session is limited by %d at most", c.path, name, len(items), maxSessionPolicies)
	}
	levels := make([]authz.Level, len(items))
	for i := range items {
		at := fmt.Sprintf("%s[%d]", name, i)
		p, err := d.document(c.path+at, &items[i].Value, policy.Session)
		if err != nil {
			return nil, err
		}
		levels[i].Policies = []authz.Named{{Name: at, Policy: p}}
	}
	return levels, nil
}

// levels reads a list of {orgIdentifier, policies}.
func (d *Decider) levels(o *object, name string, kind policy.Kind) (list []authz.Level, err error) {
	err = o.each(name, func(item *object) error {
		level := authz.Level{}
		var err error
		if level.Name, err = item.text("orgIdentifier"); err != nil {
			return err
		}
		level.Policies, err = d.named(item, "policies", kind)
		list = append(list, level)
		return err
	})
	return list, err
}

// policy reads one document, nil where it is absent.
func (d *Decider) policy(o *object, name string, kind policy.Kind) (*policy.Policy, error) {
	n := o.get(name)
	if n == nil {
		return nil, nil
	}
	return d.document(o.path+name, n, kind)
}

// document reads the policy at a path of the case. It may also be JSON in a string, as AWS's own APIs give it.
func (d *Decider) document(path string, n *jsontree.Node, kind policy.Kind) (*policy.Policy, error) {
	doc := n.Raw
	if n.Kind == jsontree.String {
		doc = n.Text()
	}
	p, err := d.compiled.get(doc, kind)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}
