package scenarios

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// session fills in what limits a caller's session, and which of its tags go along.
func session(c *world.Caller, d *callerDoc, a *world.Account, at *node) (err error) {
	if d.SessionPolicy != nil {
		if c.SessionPolicy, err = compile(d.SessionPolicy, "session", "", policy.Rules{Kind: policy.Session}); err != nil {
			return err
		}
	}
	for i, name := range d.SessionManaged {
		if a.ManagedPolicy(name) == nil {
			return unknown(at.find("session_managed_policies").items[i], "managed policy", name, managedPolicies(a))
		}
	}
	for i, key := range d.TransitiveTags {
		if _, ok := d.SessionTags[key]; !ok {
			return unknown(at.find("transitive_tags").items[i], "session tag", key, keysOf(d.SessionTags))
		}
	}
	c.ScopedPolicies, err = scopedPolicies(d.ScopedPolicies)
	return err
}

// scopedPolicies are the policies of GetScopedCredentials, in the order of the calls: a
// list, or a mapping with their names.
func scopedPolicies(n *node) ([]authz.Named, error) {
	switch {
	case n == nil:
		return nil, nil
	case n.kind != listKind && n.kind != mappingKind:
		return nil, wanted(n, "a list of policies, or policies by name,")
	case len(n.items) > world.MostScopes:
		return nil, fail(n, "a session has at most %d scoped policies", world.MostScopes)
	}
	var all []authz.Named
	for i, item := range n.items {
		name := world.ScopeName(i)
		if n.kind == mappingKind {
			name = n.keys[i].text
		}
		p, err := compile(item, name, "", policy.Rules{Kind: policy.Session})
		if err != nil {
			return nil, err
		}
		all = append(all, *p)
	}
	return all, nil
}
