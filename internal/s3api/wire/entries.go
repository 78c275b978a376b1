package wire

import (
	"strconv"

	"github.com/s3fault/s3fault/internal/store"
)

// The entries of lists, of which a page may have a thousand: each is appended to what is
// there, in as few pieces as it has values. Element order is S3's. ETags, checksums and
// classes have no character that is escaped.

// name appends a key or a common prefix as the client asked for it.
func (w *Document) name(b []byte, l Listing, name string) []byte {
	if l.Encoding == "" {
		return w.text.Append(b, name)
	}
	return appendURLEncoded(b, name) // which leaves nothing to escape
}

// Object writes an object; owner is the element of that name, empty where it is not shown.
func (w *Document) Object(l Listing, o *store.Object, owner string) {
	b := append(w.b, "<Contents><Key>"...)
	b = append(w.name(b, l, o.Key), "</Key><LastModified>"...)
	b = append(append(b, w.time(o.Modified)...), "</LastModified>"...)
	b = append(appendFacts(b, o), owner...)
	w.b = append(appendClass(b, o.StorageClass), "</Contents>"...)
}

// Version writes a version of an object, or a delete marker.
func (w *Document) Version(l Listing, v store.VersionEntry, owner string) {
	element := "Version"
	if v.Marker {
		element = "DeleteMarker"
	}
	b := append(appendOpen(w.b, element), "<Key>"...)
	b = append(w.name(b, l, v.Key), "</Key><VersionId>"...)
	b = append(append(b, v.Object.Version...), "</VersionId><IsLatest>"...)
	b = append(strconv.AppendBool(b, v.Latest), "</IsLatest><LastModified>"...)
	b = append(append(b, w.time(v.Modified)...), "</LastModified>"...)
	if v.Marker {
		w.b = appendClose(append(b, owner...), element)
		return
	}
	b = append(appendFacts(b, v.Object), owner...)
	w.b = appendClose(appendClass(b, v.StorageClass), element)
}

// appendFacts appends what all lists of objects tell of one.
func appendFacts(b []byte, o *store.Object) []byte {
	b = append(append(append(b, "<ETag>&quot;"...), o.ETag...), "&quot;</ETag>"...)
	b = appendChecksumKind(b, o.Checksum)
	return append(strconv.AppendInt(append(b, "<Size>"...), o.Size, 10), "</Size>"...)
}

func appendChecksumKind(b []byte, sum store.Checksum) []byte {
	if sum.Algorithm != "" {
		b = append(append(append(b, "<ChecksumAlgorithm>"...), sum.Algorithm...), "</ChecksumAlgorithm>"...)
	}
	if sum.Type != "" {
		b = append(append(append(b, "<ChecksumType>"...), sum.Type...), "</ChecksumType>"...)
	}
	return b
}

func appendClass(b []byte, class string) []byte {
	if class == "" {
		class = StandardClass
	}
	return append(append(append(b, "<StorageClass>"...), class...), "</StorageClass>"...)
}

// Upload writes an unfinished upload; owner is the element of that name.
func (w *Document) Upload(l Listing, u *store.Upload, initiator UserXML, owner string) {
	b := append(w.b, "<Upload><Key>"...)
	b = append(w.name(b, l, u.Key), "</Key><UploadId>"...)
	w.b = append(append(b, u.ID...), "</UploadId>"...)
	w.User("Initiator", initiator)
	b = appendClass(append(w.b, owner...), u.StorageClass)
	b = append(append(append(b, "<Initiated>"...), w.time(u.Initiated)...), "</Initiated>"...)
	w.b = append(appendChecksumKind(b, u.Checksum), "</Upload>"...)
}

// Part writes a part of an upload, with its checksum if that is to be told.
func (w *Document) Part(p *store.Part, summed bool) {
	b := strconv.AppendInt(append(w.b, "<Part><PartNumber>"...), int64(p.Number), 10)
	b = append(append(b, "</PartNumber><LastModified>"...), w.time(p.Modified)...)
	b = append(append(b, "</LastModified><ETag>&quot;"...), p.ETag...)
	b = append(strconv.AppendInt(append(b, "&quot;</ETag><Size>"...), p.Size, 10), "</Size>"...)
	if summed {
		b = appendSum(b, p.Checksum)
	}
	w.b = append(b, "</Part>"...)
}

// Prefixes writes common prefixes, which every list of a bucket may have.
func (w *Document) Prefixes(l Listing, found []string) {
	for _, p := range found {
		b := w.name(append(w.b, "<CommonPrefixes><Prefix>"...), l, p)
		w.b = append(b, "</Prefix></CommonPrefixes>"...)
	}
}

// UserElement is a user as an element, for entries that have the same.
func (w *Document) UserElement(name string, u UserXML) string {
	from := len(w.b)
	w.User(name, u)
	text := string(w.b[from:])
	w.b = w.b[:from]
	return text
}
