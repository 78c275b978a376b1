package tree

// Merge is target with patch merged into it as a JSON merge patch (RFC 7386):
// mappings deeply, everything else replaced, null takes a key away. `defaults`,
// `fix_patch` and PATCH all use it. Neither tree is changed.
func Merge(target, patch *Node) *Node {
	if patch.Kind != Mapping {
		return patch
	}
	merged := &Node{Kind: Mapping, At: patch.At, Broken: patch.Broken}
	values := make(map[string]*Node, len(patch.Keys))
	for i, k := range patch.Keys {
		values[k.Text] = patch.Items[i]
	}
	var old *Node
	if target != nil && target.Kind == Mapping {
		old, merged.Broken = target, patch.Broken || target.Broken
	} else {
		old = &Node{Kind: Mapping}
	}
	seen := make(map[string]bool, len(old.Keys))
	for i, k := range old.Keys {
		seen[k.Text] = true
		merged.put(k, old.Items[i], values[k.Text])
	}
	for i, k := range patch.Keys {
		if !seen[k.Text] {
			merged.put(k, nil, patch.Items[i])
		}
	}
	return merged
}

// put adds the outcome of one key: its old value, changed by a new one.
func (n *Node) put(key, old, value *Node) {
	if value != nil && value.Kind == Null {
		return
	}
	if value != nil {
		old = Merge(old, value)
	}
	n.Keys = append(n.Keys, key)
	n.Items = append(n.Items, old)
}
