package s3api

import (
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

const versionsRoot = "ListVersionsResult"

func serveListObjectVersions(c *Call) (*Reply, error) {
	l, err := c.listing("max-keys")
	if err != nil {
		return nil, err
	}
	q, err := c.versionQuery(l)
	if err != nil {
		return nil, err
	}
	contents := c.contents()
	if contents == nil {
		return nil, store.ErrMoved
	}
	page := contents.ListVersions(q)
	w := c.newList(l, versionsRoot, len(page.Versions)+len(page.Prefixes), true)
	w.text("Name", c.Bucket)
	w.text("Prefix", l.encode(l.prefix))
	w.text("KeyMarker", l.encode(q.KeyMarker))
	w.text("VersionIdMarker", q.VersionIDMarker)
	if page.Truncated {
		w.text("NextKeyMarker", l.encode(page.NextKey))
		w.optional("NextVersionIdMarker", page.NextVersionID)
	}
	w.number("MaxKeys", int64(l.max))
	w.optional("Delimiter", l.encode(l.delimiter))
	w.optional("EncodingType", l.encoding)
	w.flag("IsTruncated", page.Truncated)
	for _, v := range page.Versions {
		w.version(v)
	}
	w.prefixes(l, page.Prefixes)
	return c.placed(w.reply(versionsRoot)), nil
}

// versionQuery reads where the list begins (recorded).
func (c *Call) versionQuery(l listing) (store.VersionQuery, error) {
	q := store.VersionQuery{Prefix: l.prefix, Delimiter: l.delimiter, Max: l.max, KeyMarker: c.Query.Get("key-marker")}
	marker, sent := c.Query.Lookup("version-id-marker")
	q.VersionIDMarker = marker
	var refusal string
	switch {
	case !sent:
	case marker == "":
		refusal = "A version-id marker cannot be empty."
	case q.KeyMarker == "":
		refusal = "A version-id marker cannot be specified without a key marker."
	case marker != store.NullVersion && !store.IsVersionID(marker):
		refusal = "Invalid version id specified"
	}
	if refusal != "" {
		return q, s3err.Argument(refusal, "version-id-marker", marker)
	}
	return q, nil
}

// version writes one version: objects and delete markers stand among each other.
func (w *listWriter) version(v store.VersionEntry) {
	element := "Version"
	if v.Marker {
		element = "DeleteMarker"
	}
	w.open(element)
	w.text("Key", w.list.encode(v.Key))
	w.text("VersionId", v.Version)
	w.flag("IsLatest", v.Latest)
	w.time("LastModified", v.Modified)
	if !v.Marker {
		w.facts(v.Object)
	}
	w.ownerOf(v.Object)
	if !v.Marker {
		w.class(v.Object)
	}
	w.close(element)
}
