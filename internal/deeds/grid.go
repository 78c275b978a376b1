package deeds

// spread is the grid: everybody, each action that matters, on each resource that it is
// done to, in each way.
func (n *Net) spread() []deed {
	var all []deed
	for w := range n.ways {
		for p := range n.people {
			for a := range n.acts {
				for t := range n.things {
					all = n.asked(all, deed{person: p, act: a, thing: t, way: w})
				}
			}
		}
	}
	return all
}

// asked adds a deed of the grid where it makes sense, and the same with what it would put.
func (n *Net) asked(all []deed, d deed) []deed {
	a, t := &n.acts[d.act], &n.things[d.thing]
	if a.on != t.kind || t.extra && !a.data {
		return all
	}
	all = append(all, d)
	for _, d.draft = range a.drafts {
		all = append(all, d)
	}
	return all
}
