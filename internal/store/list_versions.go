package store

// VersionQuery asks for a page of all versions (ListObjectVersions).
type VersionQuery struct {
	Prefix    string
	Delimiter string // any string; empty: no common prefixes
	// KeyMarker is the key or common prefix that the list begins behind, and
	// VersionIDMarker, if it is set, a version of that key behind which it begins.
	// Of a version that is gone since nobody knows which others came before it: the
	// list then begins with the key's newest, so that none is left out.
	KeyMarker       string
	VersionIDMarker string
	Max             int // how many versions and common prefixes together; 0 gives an empty, whole page
}

// VersionPage is what a VersionQuery finds: keys in the order of their bytes, the
// versions of each newest first.
type VersionPage struct {
	Entries
	Versions []VersionEntry
	// NextKey and NextVersionID are the last entry of the page, the markers of the
	// next; a common prefix has no version.
	NextKey       string
	NextVersionID string
}

// VersionEntry is one version of a key, an object or a delete marker.
type VersionEntry struct {
	*Object
	Latest bool
}

// ListVersions gives a page at a cost of O(log n) and the page, whatever n and
// however many keys a common prefix stands for.
func (b *Bucket) ListVersions(q VersionQuery) VersionPage {
	page := VersionPage{Entries: Entries{room: q.Max}}
	if q.Max <= 0 {
		return page
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	walk(&b.keys, q.span(), visitor[chain]{
		visible: func(chain) bool { return true },
		item:    func(c chain) bool { return page.add(c, q) },
		group: func(prefix string) bool {
			if !page.takePrefix(prefix) {
				return false
			}
			page.NextKey, page.NextVersionID = prefix, ""
			return true
		},
	})
	return page
}

// span is where the list begins: behind the marker's key, or with it where a
// version is named.
func (q VersionQuery) span() span {
	s := span{prefix: q.Prefix, delimiter: q.Delimiter, after: q.KeyMarker, from: q.KeyMarker}
	if q.VersionIDMarker == "" && q.KeyMarker != "" {
		s.from = q.KeyMarker + "\x00"
	}
	return s
}

// add takes the versions of a key, newest first, as far as there is room.
func (p *VersionPage) add(c chain, q VersionQuery) bool {
	newest := c.len() - 1
	first := newest
	if q.VersionIDMarker != "" && c.latest.Key == q.KeyMarker {
		if at := c.find(q.VersionIDMarker); at >= 0 {
			first = at - 1
		}
	}
	for i := first; i >= 0; i-- {
		if !p.take() {
			return false
		}
		o := c.at(i)
		p.Versions = append(p.Versions, VersionEntry{Object: o, Latest: i == newest})
		p.NextKey, p.NextVersionID = o.Key, o.Version
	}
	return true
}
