package world

import (
	"strings"
	"testing"
)

func keyWithAliases(id, region string, names ...string) *Key {
	k := &Key{ID: id, ARN: KeyARN(region, account, id), Account: account, Region: region, State: KeyEnabled}
	for _, name := range names {
		k = k.WithAlias(Alias{Name: name})
	}
	return k
}

func TestAliases(t *testing.T) {
	one, two := keyWithAliases("key-1", "us-east-1", "alias/b", "alias/a"), keyWithAliases("key-2", "eu-west-1", "alias/a")
	if one.Aliases[0].Name != "alias/a" {
		t.Errorf("aliases are in order of name: %+v", one.Aliases)
	}
	raw := unsealed(t)
	raw.Keys = map[string]*Key{one.ARN: one, two.ARN: two}
	sealed, err := raw.Seal()
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*State{"not sealed": raw, "sealed": sealed} {
		for _, row := range []struct {
			ref, region string
			want        *Key
		}{
			{"alias/a", "us-east-1", one}, {"alias/b", "us-east-1", one}, {"alias/a", "eu-west-1", two}, {"alias/b", "eu-west-1", nil},
			{"arn:aws:kms:eu-west-1:123456789012:alias/a", "us-east-1", two}, {"arn:aws:kms:eu-west-1:111111111111:alias/a", "us-east-1", nil},
		} {
			if got := s.KeyNamed(row.ref, account, row.region); got != row.want {
				t.Errorf("%s: KeyNamed(%q) in %s = %+v", name, row.ref, row.region, got)
			}
		}
	}
}

// A key is changed in a State of its own, in which the aliases lead to what they lead
// to now.
func TestWithKeys(t *testing.T) {
	raw := unsealed(t)
	one, two := keyWithAliases("key-1", "us-east-1", "alias/a"), keyWithAliases("key-2", "us-east-1")
	raw.Keys = map[string]*Key{one.ARN: one, two.ARN: two}
	before, err := raw.Seal()
	if err != nil {
		t.Fatal(err)
	}
	moved := two.WithAlias(Alias{Name: "alias/a"})
	if _, err := before.WithKeys(moved); err == nil || !strings.Contains(err.Error(), "keys key-1 and key-2 both have the alias alias/a") {
		t.Errorf("one alias of two keys: %v", err)
	}
	after, err := before.WithKeys(one.WithoutAlias("alias/a"), moved)
	if err != nil {
		t.Fatal(err)
	}
	if got := after.KeyNamed("alias/a", account, "us-east-1"); got != moved {
		t.Errorf("the alias leads to %+v", got)
	}
	if got := before.KeyNamed("alias/a", account, "us-east-1"); got != one || len(two.Aliases) != 0 {
		t.Errorf("the state before has changed: %+v", got)
	}
}

func TestKeysOf(t *testing.T) {
	s := unsealed(t)
	s.Keys = map[string]*Key{}
	for _, k := range []*Key{keyWithAliases("zz", "us-east-1"), keyWithAliases("key-1", "us-east-1"), keyWithAliases("key-2", "eu-west-1")} {
		s.Keys[k.ARN] = k
	}
	s, err := s.Seal()
	if err != nil {
		t.Fatal(err)
	}
	all := s.KeysOf(account, "us-east-1")
	if len(all) != 3 || !all[0].AWSManaged || all[1].ID != "key-1" || all[2].ID != "zz" {
		t.Errorf("got %+v", all)
	}
}
