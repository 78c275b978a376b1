package world

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// WithPrincipalAs is the state in which the policies of buckets, KMS keys and roles,
// and the grants of keys, call a user or role by another name. AWS binds a policy to the unique id of whom it
// names: it shows the new ARN of a user that was renamed, and the id of one that was
// deleted, which matches nobody (authorization.md 1.4). Conditions compare texts and
// stay as they are.
func (s *State) WithPrincipalAs(arn, name string) *State {
	c := *s
	c.Buckets = changed(s.Buckets, func(b Bucket) *Bucket {
		b.Policy = renamedIn(b.Policy, arn, name)
		return &b
	})
	c.Keys = changed(s.Keys, func(k Key) *Key {
		k.Policy, k.Grants = renamedIn(k.Policy, arn, name), regranted(k.Grants, arn, name)
		return &k
	})
	c.Accounts = changed(s.Accounts, func(a Account) *Account {
		a.Roles = changed(a.Roles, func(r Role) *Role {
			r.Trust = renamedIn(r.Trust, arn, name)
			return &r
		})
		return &a
	})
	return &c
}

// changed is a map of what each value becomes.
func changed[V any](m map[string]*V, change func(V) *V) map[string]*V {
	m = maps.Clone(m)
	for name, v := range m {
		m[name] = change(*v)
	}
	return m
}

// regranted are a key's grants with that name for who was called by the ARN.
func regranted(grants []authz.KeyGrant, arn, name string) []authz.KeyGrant {
	grants = slices.Clone(grants)
	for i := range grants {
		for _, party := range []*string{&grants[i].Grantee, &grants[i].RetiringPrincipal} {
			if *party == arn {
				*party = name
			}
		}
	}
	return grants
}

func renamedIn(p *authz.Named, arn, name string) *authz.Named {
	if p == nil || p.Policy == nil {
		return p
	}
	r := renaming{document: p.Policy.Source(), arn: arn, name: name}
	r.decoder = json.NewDecoder(strings.NewReader(r.document))
	if r.value(false) != nil || !r.found {
		return p
	}
	compiled, err := policy.Parse([]byte(r.renamed.String() + r.document[r.done:]))
	if err != nil {
		return p
	}
	return &authz.Named{Name: p.Name, ARN: p.ARN, Policy: compiled}
}

// renaming reads a policy and writes it again, with another name of a principal;
// nothing else of the text changes.
type renaming struct {
	document, arn, name string
	decoder             *json.Decoder
	renamed             strings.Builder
	done                int // how much of the document is in renamed
	found               bool
}

// value reads one value; principal says that it is of a Principal or NotPrincipal.
func (r *renaming) value(principal bool) error {
	before := int(r.decoder.InputOffset())
	t, err := r.decoder.Token()
	switch {
	case err != nil:
		return err
	case t == json.Delim('{'):
		return r.members(principal)
	case t == json.Delim('['):
		return r.items(principal)
	case principal && t == r.arn:
		start := before + strings.IndexByte(r.document[before:], '"')
		r.renamed.WriteString(r.document[r.done:start] + `"` + r.name + `"`)
		r.done, r.found = int(r.decoder.InputOffset()), true
	}
	return nil
}

func (r *renaming) members(principal bool) error {
	for r.decoder.More() {
		name, err := r.decoder.Token()
		if err != nil {
			return err
		}
		if err := r.value(principal || name == "Principal" || name == "NotPrincipal"); err != nil {
			return err
		}
	}
	_, err := r.decoder.Token()
	return err
}

func (r *renaming) items(principal bool) error {
	for r.decoder.More() {
		if err := r.value(principal); err != nil {
			return err
		}
	}
	_, err := r.decoder.Token()
	return err
}
