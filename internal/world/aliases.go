package world

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// IsKeyAlias says whether a name of a KMS key is an alias.
func IsKeyAlias(name string) bool { return strings.HasPrefix(name, "alias/") }

// AliasIn is the alias in the name of a KMS key, without the rest of its ARN; empty:
// the name is another.
func AliasIn(ref string) string {
	if name := ref[strings.LastIndexByte(ref, ':')+1:]; IsKeyAlias(name) {
		return name
	}
	return ""
}

// WithKeys is the state with KMS keys in place of those with their ARNs, or added.
// Errors: two keys of an account and region have the same alias.
func (s *State) WithKeys(keys ...*Key) (*State, error) {
	c := *s
	c.Keys = make(map[string]*Key, len(s.Keys)+len(keys))
	maps.Copy(c.Keys, s.Keys)
	for _, k := range keys {
		c.Keys[k.ARN] = k
	}
	c.deletion = nextDeletion(c.Keys)
	return &c, c.indexAliases()
}

// WithoutDueKeys is the state without the KMS keys whose deletion is due at the world's time now, and so without their
// aliases and grants; the same state where none is.
func (s *State) WithoutDueKeys(now time.Time) *State {
	if s.deletion.IsZero() || now.Before(s.deletion) {
		return s
	}
	c := *s
	c.Keys, c.aliases = maps.Clone(s.Keys), maps.Clone(s.aliases)
	maps.DeleteFunc(c.Keys, func(_ string, k *Key) bool { return k.due(now) })
	maps.DeleteFunc(c.aliases, func(_ string, k *Key) bool { return k.due(now) })
	c.deletion = nextDeletion(c.Keys)
	return &c
}

// waits says whether the key is one that is going to be deleted at its DeletionDate.
func (k *Key) waits() bool { return k.State == KeyPendingDeletion && !k.DeletionDate.IsZero() }

func (k *Key) due(now time.Time) bool { return k.waits() && !now.Before(k.DeletionDate) }

// nextDeletion is when the first of the keys goes; zero: none does.
func nextDeletion(keys map[string]*Key) (at time.Time) {
	for _, k := range keys {
		if k.waits() && (at.IsZero() || k.DeletionDate.Before(at)) {
			at = k.DeletionDate
		}
	}
	return at
}

// indexAliases makes the index by alias anew.
func (s *State) indexAliases() error {
	s.aliases = make(map[string]*Key)
	for _, arn := range slices.Sorted(maps.Keys(s.Keys)) {
		k := s.Keys[arn]
		for _, a := range k.Aliases {
			name := AliasARN(k.Region, k.Account, a.Name)
			if other := s.aliases[name]; other != nil {
				return fmt.Errorf("keys %s and %s both have the alias %s", other.ID, k.ID, a.Name)
			}
			s.aliases[name] = k
		}
	}
	return nil
}

// keyWithAlias is the key with the alias of that ARN; nil: there is none.
func (s *State) keyWithAlias(arn string) *Key {
	if s.aliases != nil {
		return s.aliases[arn]
	}
	for _, k := range s.Keys { // not sealed yet
		for _, a := range k.Aliases {
			if AliasARN(k.Region, k.Account, a.Name) == arn {
				return k
			}
		}
	}
	return nil
}

// Alias is the key's alias of that name; false when it has none.
func (k *Key) Alias(name string) (Alias, bool) {
	for _, a := range k.Aliases {
		if a.Name == name {
			return a, true
		}
	}
	return Alias{}, false
}

// AllAliases are the key's aliases with that of a key that AWS manages, in order of
// name.
func (k *Key) AllAliases() []Alias {
	if k.AWSManaged {
		return []Alias{{Name: ManagedKeyAlias, Created: k.Created, Updated: k.Created}}
	}
	return k.Aliases
}

// WithAlias is the key with one more alias, or with that one changed.
func (k *Key) WithAlias(a Alias) *Key {
	c := *k.WithoutAlias(a.Name)
	c.Aliases = append(c.Aliases, a)
	slices.SortFunc(c.Aliases, func(a, b Alias) int { return strings.Compare(a.Name, b.Name) })
	return &c
}

// WithoutAlias is the key without the alias.
func (k *Key) WithoutAlias(name string) *Key {
	c := *k
	c.Aliases = slices.DeleteFunc(slices.Clone(k.Aliases), func(a Alias) bool { return a.Name == name })
	return &c
}

// KeysOf is every KMS key of an account in a region, its aws/s3 key among them, in
// order of id.
func (s *State) KeysOf(account, region string) []*Key {
	var all []*Key
	for _, k := range s.Keys {
		if k.Account == account && k.Region == region && !k.AWSManaged {
			all = append(all, k)
		}
	}
	if k := s.ManagedKey(account, region); k != nil {
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b *Key) int { return strings.Compare(a.ID, b.ID) })
	return all
}
