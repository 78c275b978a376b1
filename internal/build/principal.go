package build

import (
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// What users, roles and groups have in common.

// unique is an id, which is written where it is not the derived one.
func unique[T any](of func(T) (id *string, derived string)) facts.Row[T] {
	set := func(t T, text string, _ *tree.Node) error {
		id, _ := of(t)
		*id = text
		return nil
	}
	return facts.Fact("id", facts.Text, set, func(t T) string {
		id, derived := of(t)
		if *id == derived {
			return ""
		}
		return *id
	}).
		Says("the unique id, like AIDA...", "derived from the names")
}

var iamPath = facts.Matching(pattern.New(`^/([!-~]+/)?$`), "a path begins and ends with a slash, like /team/")

// attachments are the managed policies that are attached, by name or ARN.
func attachments[T any](of func(T) (*accountIn, *[]string)) facts.Row[T] {
	set := func(t T, names []string, list *tree.Node) error {
		a, at := of(t)
		*at = names
		return known(names, list, "managed policy", managedPolicies(a.Account))
	}
	return facts.Fact(AttachedPolicies.Key(), facts.Texts, set, func(t T) []string {
		_, at := of(t)
		return *at
	}).
		Says("the managed policies that are attached, by name or ARN")
}

// known refuses names in a list that nothing has.
func known(names []string, list *tree.Node, what string, all []string) error {
	var errs []error
	for i, name := range names {
		if !slices.Contains(all, name) {
			errs = append(errs, tree.Unknown(list.Items[i], what, name, all))
		}
	}
	return tree.Join(errs...)
}

// managedPolicies are the names of the policies that an account can attach: its own
// and AWS's, which have their ARNs too.
func managedPolicies(a *world.Account) []string {
	all := slices.Concat(keysOf(a.ManagedPolicies), keysOf(world.AWSManagedPolicies()))
	for _, p := range world.AWSManagedPolicies() {
		all = append(all, p.ARN)
	}
	return all
}

func keysOf[V any](m map[string]V) []string {
	keys := slices.AppendSeq(make([]string, 0, len(m)), maps.Keys(m))
	slices.Sort(keys)
	return keys
}

// boundary is a permissions boundary: a policy, or the name of a managed one.
func boundary[T any](of func(T) (*accountIn, *authz.Named), put func(T, *authz.Named)) facts.Row[T] {
	set := func(t T, doc *tree.Node, _ *tree.Node) error {
		a, _ := of(t)
		p, err := a.boundary(doc)
		put(t, p)
		return err
	}
	return facts.Fact(Boundary.Key(), document, set, func(t T) *tree.Node {
		a, p := of(t)
		if p != nil && p.ARN != "" && a.ManagedPolicy(p.Name) != nil {
			return tree.NewText(a.PolicyRef(p))
		}
		return described(p)
	}).
		Says("the permissions boundary: a policy, or the name of a managed one")
}

func (a *accountIn) boundary(n *tree.Node) (*authz.Named, error) {
	if n != nil && n.Scalar() && !strings.HasPrefix(strings.TrimSpace(n.Text), "{") {
		if p := a.ManagedPolicy(n.Text); p != nil {
			return p, nil
		}
		return nil, tree.Unknown(n, "managed policy", n.Text, keysOf(a.ManagedPolicies))
	}
	return compile(n, "permissions-boundary", "", policy.Rules{Kind: policy.Boundary})
}
