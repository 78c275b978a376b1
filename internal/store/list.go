package store

// ListQuery asks for a page of the current objects (ListObjects, ListObjectsV2).
type ListQuery struct {
	Prefix    string
	Delimiter string // any string; empty: no common prefixes
	// After is a key or common prefix that the list begins behind: start-after,
	// marker, or the Next of the page before. A common prefix up to it is taken
	// as listed.
	After string
	Max   int // how many objects and common prefixes together; 0 gives an empty, whole page
}

// Page is what a ListQuery finds. Objects and Prefixes are each in the order of
// their bytes; together they are the Max first of both.
type Page struct {
	Entries
	Objects []*Object
	// Next is the last key or common prefix of the page: the After of the next.
	Next string
}

// List gives a page at a cost of O(log n) and the page, whatever n and however
// many keys a common prefix stands for. Delete markers are passed one by one.
func (b *Bucket) List(q ListQuery) Page {
	page := Page{Entries: Entries{room: q.Max}}
	if q.Max <= 0 {
		return page
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	walk(&b.keys, behind(q), visitor[chain]{
		visible: func(c chain) bool { return !c.latest.Marker },
		item: func(c chain) bool {
			if !page.take() {
				return false
			}
			if page.Objects == nil {
				page.Objects = make([]*Object, 0, min(q.Max, b.keys.Len()))
			}
			page.Objects, page.Next = append(page.Objects, c.latest), c.latest.Key
			return true
		},
		group: func(prefix string) bool {
			if !page.takePrefix(prefix) {
				return false
			}
			page.Next = prefix
			return true
		},
	})
	return page
}

// objectsPage is how many records Objects reads under one lock.
const objectsPage = 1000

// Objects is every current object of the bucket, by key; of a nil Bucket there is none. What is
// written meanwhile may be among them or not.
func (b *Bucket) Objects() (all []*Object) {
	if b == nil {
		return nil
	}
	for q := (ListQuery{Max: objectsPage}); ; {
		page := b.List(q)
		all = append(all, page.Objects...)
		if !page.Truncated {
			return all
		}
		q.After = page.Next
	}
}

// behind is the span of a query: from the smallest key greater than After.
func behind(q ListQuery) span {
	s := span{prefix: q.Prefix, delimiter: q.Delimiter, after: q.After}
	if q.After != "" {
		s.from = q.After + "\x00"
	}
	return s
}
