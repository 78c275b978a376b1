package scenarios

// merge is target with patch merged into it as a JSON merge patch (RFC 7386):
// mappings deeply, everything else replaced, null takes a key away. `defaults`,
// `fix_patch` and PATCH all use it. Neither tree is changed.
func merge(target, patch *node) *node {
	if patch.kind != mappingKind {
		return patch
	}
	merged := &node{kind: mappingKind, at: patch.at}
	values := make(map[string]*node, len(patch.keys))
	for i, k := range patch.keys {
		values[k.text] = patch.items[i]
	}
	var old *node
	if target != nil && target.kind == mappingKind {
		old = target
	} else {
		old = &node{kind: mappingKind}
	}
	seen := make(map[string]bool, len(old.keys))
	for i, k := range old.keys {
		seen[k.text] = true
		merged.put(k, old.items[i], values[k.text])
	}
	for i, k := range patch.keys {
		if !seen[k.text] {
			merged.put(k, nil, patch.items[i])
		}
	}
	return merged
}

// put adds the outcome of one key: its old value, changed by a new one.
func (n *node) put(key, old, value *node) {
	if value != nil && value.kind == nullKind {
		return
	}
	if value != nil {
		old = merge(old, value)
	}
	n.keys = append(n.keys, key)
	n.items = append(n.items, old)
}
