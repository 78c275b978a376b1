package store

import (
	"sort"
)

// UploadQuery asks for a page of the unfinished uploads (ListMultipartUploads).
type UploadQuery struct {
	Prefix    string
	Delimiter string
	// KeyMarker is the key that the list begins behind; with UploadIDMarker, the
	// uploads of that key with a greater id come first.
	KeyMarker      string
	UploadIDMarker string // has no meaning without a KeyMarker
	Max            int
}

// UploadPage is what an UploadQuery finds: uploads by key, and those of one key in
// the order in which they were begun.
type UploadPage struct {
	Entries
	Uploads []*Upload
	// NextKey and NextUploadID are the markers of the next page; the id is empty
	// where the page ends with a common prefix.
	NextKey      string
	NextUploadID string
}

// ListUploads gives a page of the unfinished uploads, at the cost of List.
func (b *Bucket) ListUploads(q UploadQuery) UploadPage {
	page := UploadPage{Entries: Entries{room: q.Max}}
	if q.Max <= 0 {
		return page
	}
	s := span{prefix: q.Prefix, delimiter: q.Delimiter, after: q.KeyMarker}
	if q.KeyMarker != "" {
		s.from = q.KeyMarker
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	walk(&b.uploads.byKey, s, visitor[*[]*upload]{
		visible: func(*[]*upload) bool { return true },
		item: func(list *[]*upload) bool {
			for _, u := range q.behind(*list) {
				if !page.take() {
					return false
				}
				page.Uploads = append(page.Uploads, u.Upload)
				page.NextKey, page.NextUploadID = u.Key, u.ID
			}
			return true
		},
		group: func(prefix string) bool {
			if !page.takePrefix(prefix) {
				return false
			}
			page.NextKey, page.NextUploadID = prefix, ""
			return true
		},
	})
	return page
}

// behind is those uploads of one key that are behind the markers.
func (q UploadQuery) behind(list []*upload) []*upload {
	if q.KeyMarker == "" || list[0].Key != q.KeyMarker {
		return list
	}
	if q.UploadIDMarker == "" {
		return nil
	}
	return list[sort.Search(len(list), func(i int) bool { return list[i].ID > q.UploadIDMarker }):]
}

// PartPage is a page of the parts of an upload, by number (ListParts).
type PartPage struct {
	Upload    *Upload
	Parts     []*Part
	Truncated bool
	Next      int // the last number of the page: the after of the next
}

// ListParts gives at most limit parts with a number greater than after. Error:
// ErrNoSuchUpload.
func (b *Bucket) ListParts(key, id string, after, limit int) (PartPage, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	u := b.uploads.find(key, id)
	if u == nil {
		return PartPage{}, ErrNoSuchUpload
	}
	page := PartPage{Upload: u.Upload}
	if limit <= 0 || after >= MaxPartNumber {
		return page, nil
	}
	u.parts.Ascend(after+1, func(number int, p *Part) bool {
		if page.Truncated = len(page.Parts) == limit; page.Truncated {
			return false
		}
		page.Parts, page.Next = append(page.Parts, p), number
		return true
	})
	return page, nil
}
