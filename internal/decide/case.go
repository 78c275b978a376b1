package decide

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// noID is the id of an answer to a case without one.
var noID = json.RawMessage(`""`)

// read makes a question of a case. The id is there even where the case has an error, if it could be read.
func (d *Decider) read(doc []byte) (id json.RawMessage, r *authz.Request, err error) {
	if !utf8.Valid(doc) {
		return noID, nil, errors.New("the case is not valid UTF-8")
	}
	c, err := newObject("", doc)
	if err != nil {
		return noID, nil, unreadable(doc, err)
	}
	if id = c.get("id"); id == nil {
		id = noID
	}
	r, err = d.request(&c)
	return id, r, err
}

func (d *Decider) request(c *object) (*authz.Request, error) {
	raw, err := c.need("request")
	if err != nil {
		return nil, err
	}
	asked, err := newObject("request", raw)
	if err != nil {
		return nil, err
	}
	r := &authz.Request{}
	if err := whoAndWhat(&asked, r); err != nil {
		return nil, err
	}
	if r.Context, err = contextOf(&asked, r.Action); err != nil {
		return nil, err
	}
	if err := d.policies(c, r); err != nil {
		return nil, err
	}
	asKey(r)
	return r, nil
}

func whoAndWhat(asked *object, r *authz.Request) (err error) {
	name, err := asked.needText("principal")
	if err != nil {
		return err
	}
	principal, err := policy.ParsePrincipal(name)
	if err != nil {
		return fmt.Errorf("request.principal: %w", err)
	}
	r.Principal = &principal
	if r.Action, err = asked.needText("action"); err != nil {
		return err
	}
	if r.Resource, err = asked.needText("resource"); err != nil {
		return err
	}
	r.ResourceAccount, err = asked.text("resourceAccount")
	return err
}

// contextOf takes the condition keys as given, without those that the action does not have: they count as absent. Of
// several spellings of one key the last in the order of names counts.
func contextOf(asked *object, action string) (*policy.Context, error) {
	c := policy.NewContext()
	raw := asked.get("context")
	if raw == nil {
		return c, nil
	}
	keys, err := newObject("request.context", raw)
	if err != nil {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(keys.members)) {
		values, err := contextValues(keys.path+key, keys.get(key))
		if err != nil {
			return nil, err
		}
		if policy.IsGlobalKey(key) || policy.KeyApplies(action, key) == policy.Evaluable {
			c.Set(key, values...)
		}
	}
	return c, nil
}

// contextValues reads a value or a list of them. Numbers and booleans may stand without quotes, as in policies.
func contextValues(path string, raw json.RawMessage) ([]string, error) {
	if raw == nil {
		return nil, nil
	}
	items := []json.RawMessage{raw}
	if kindOf(raw) == "a list" {
		if err := json.Unmarshal(raw, &items); err != nil {
			return nil, err
		}
	}
	values := make([]string, len(items))
	for i, item := range items {
		switch kind := kindOf(item); kind {
		case "a string":
			if err := json.Unmarshal(item, &values[i]); err != nil {
				return nil, err
			}
		case "a number", "a boolean":
			values[i] = strings.TrimSpace(string(item))
		default:
			return nil, wrongType(path, "a string or a list of strings", kind)
		}
	}
	return values, nil
}

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
	session, err := d.one(c, "sessionPolicy", policy.Session)
	if err != nil {
		return err
	}
	if session != nil {
		r.Session = []authz.Named{*session}
	}
	if r.BucketPolicy, err = d.one(c, "resourcePolicy", policy.Bucket); err != nil {
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

// named reads a list of {name, policy}.
func (d *Decider) named(o *object, name string, kind policy.Kind) (list []authz.Named, err error) {
	err = o.each(name, func(item object) error {
		n, err := item.text("name")
		if err != nil {
			return err
		}
		p, err := d.policy(&item, "policy", kind)
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

// levels reads a list of {orgIdentifier, policies}.
func (d *Decider) levels(o *object, name string, kind policy.Kind) (list []authz.Level, err error) {
	err = o.each(name, func(item object) error {
		level := authz.Level{}
		var err error
		if level.Name, err = item.text("orgIdentifier"); err != nil {
			return err
		}
		level.Policies, err = d.named(&item, "policies", kind)
		list = append(list, level)
		return err
	})
	return list, err
}

// policy reads one document, nil where it is absent. It may also be JSON in a string, as AWS's own APIs give it.
func (d *Decider) policy(o *object, name string, kind policy.Kind) (*policy.Policy, error) {
	raw := o.get(name)
	if raw == nil {
		return nil, nil
	}
	if kindOf(raw) == "a string" {
		text, err := textAt(o.path+name, raw)
		if err != nil {
			return nil, err
		}
		raw = json.RawMessage(text)
	}
	p, err := d.compiled.get(raw, kind)
	if err != nil {
		return nil, fmt.Errorf("%s%s: %w", o.path, name, err)
	}
	return p, nil
}

// asKey makes a question to KMS of one about a key: the resource's policy is then the key's, which a key always has
// and which, unlike a bucket's, must allow (authorization.md 4).
func asKey(r *authz.Request) {
	if !isKMS(r.Action) || !isKeyARN(r.Resource) {
		return
	}
	r.Key = &authz.Key{Account: r.ResourceAccount, Policy: r.BucketPolicy}
	r.BucketPolicy = nil
}

func isKMS(action string) bool { return len(action) > 4 && strings.EqualFold(action[:4], "kms:") }

// isKeyARN knows arn:PARTITION:kms:REGION:ACCOUNT:key/ID.
func isKeyARN(s string) bool {
	parts := strings.SplitN(s, ":", 6)
	return len(parts) == 6 && parts[0] == "arn" && parts[2] == "kms" && strings.HasPrefix(parts[5], "key/")
}
