package fault

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

// Sets is the kind of lists of rules by name, as `fault_sets` of a file has them. What it
// reads is not held against the catalogue yet: see Known.With.
var Sets = facts.Map(Items)

// builtin is the sets that every file can use.
//
//go:embed sets.yaml
var builtin []byte

// NewKnown is what rules are held against in a file that has no sets of its own. Error:
// the built-in sets are not good for the catalogue.
func NewKnown(c *Catalogue) (Known, error) {
	n, err := tree.ParseYAML("the built-in fault sets", builtin)
	if err != nil {
		return Known{}, err
	}
	if err := facts.NewWhole(item.Shape).CheckForm(n, Sets.Form); err != nil {
		return Known{}, err
	}
	sets, err := Sets.Read(n)
	if err != nil {
		return Known{}, err
	}
	return Known{Catalogue: c}.With(sets, n)
}

// With adds sets to those that are known. n is the mapping. Errors: *tree.Error, with the
// place in it.
func (k Known) With(sets map[string][]Item, n *tree.Node) (Known, error) {
	all := maps.Clone(k.Sets)
	if all == nil {
		all = make(map[string][]*Rule, len(sets))
	}
	var errs []error
	for _, name := range keysOf(sets) {
		rules, err := k.Rules(called(name, sets[name]), n.Find(name))
		errs = append(errs, err)
		all[name] = rules // of one that is not good too: who uses it is not wrong
	}
	k.Sets = all
	return k, tree.Join(errs...)
}

// called names the rules of a set after it, where they have no name.
func called(set string, items []Item) []Item {
	items = slices.Clone(items)
	for i := range items {
		switch {
		case items[i].Name != "" || items[i].Use != "":
		case len(items) == 1:
			items[i].Name = set
		default:
			items[i].Name = fmt.Sprintf("%s-%d", set, i+1)
		}
	}
	return items
}

func keysOf[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
