package build

import (
	"slices"

	"github.com/s3fault/s3fault/internal/tree"
)

// Inlined is facts with the policies written out that they have in files of their own, so that
// they can be taken elsewhere. Error: a file cannot be read.
func Inlined(n *tree.Node) (*tree.Node, error) { return inlined(n, false) }

func inlined(n *tree.Node, policy bool) (*tree.Node, error) {
	if n == nil || n.Kind != tree.Mapping && n.Kind != tree.List {
		return n, nil
	}
	if policy && n.Get("file") != nil {
		written, _, err := policyTree(n)
		return written, err
	}
	copied := &tree.Node{Kind: n.Kind, Keys: n.Keys, At: n.At, Made: n.Made}
	for i, item := range n.Items {
		within := n.Kind == tree.Mapping && isPolicy(n.Keys[i].Text)
		var err error
		if n.Kind == tree.Mapping && arePolicies(n.Keys[i].Text) {
			item, err = eachInlined(item)
		} else {
			item, err = inlined(item, within)
		}
		if err != nil {
			return nil, err
		}
		copied.Items = append(copied.Items, item)
	}
	return copied, nil
}

// eachInlined is policies by their names.
func eachInlined(n *tree.Node) (*tree.Node, error) {
	if n.Kind != tree.Mapping {
		return n, nil
	}
	copied := &tree.Node{Kind: n.Kind, Keys: n.Keys, At: n.At, Made: n.Made}
	for _, item := range n.Items {
		item, err := inlined(item, true)
		if err != nil {
			return nil, err
		}
		copied.Items = append(copied.Items, item)
	}
	return copied, nil
}

// isPolicy says whether a fact of that name is a policy, arePolicies whether it is several.
func isPolicy(fact string) bool {
	return slices.Contains([]string{BucketPolicy.Key(), Trust.Key(), SessionPolicy.Key(), Boundary.Key()}, fact)
}

func arePolicies(fact string) bool {
	return slices.Contains([]string{"policies", ManagedPolicies.Key(), "versions"}, fact)
}
