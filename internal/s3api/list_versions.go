package s3api

import (
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

const versionsRoot = "ListVersionsResult"

func serveListObjectVersions(c *Call) (*Reply, error) {
	l, err := readListing(c, "max-keys")
	if err != nil {
		return nil, err
	}
	q, err := l.versions()
	if err != nil {
		return nil, err
	}
	contents, err := surely(c)
	if err != nil {
		return nil, err
	}
	if err := contents.ListDamage(q.Prefix); err != nil {
		return nil, unkept(err)
	}
	page := contents.ListVersions(q)
	w := l.writer(versionsRoot, len(page.Versions)+len(page.Prefixes), true)
	w.Text("Name", c.Bucket)
	w.Text("Prefix", l.Encode(l.Prefix))
	w.Text("KeyMarker", l.Encode(q.KeyMarker))
	w.Text("VersionIdMarker", q.VersionIDMarker)
	if page.Truncated {
		w.Text("NextKeyMarker", l.Encode(page.NextKey))
		w.Optional("NextVersionIdMarker", page.NextVersionID)
	}
	w.Number("MaxKeys", int64(l.Max))
	w.Optional("Delimiter", l.Encode(l.Delimiter))
	w.Optional("EncodingType", l.Encoding)
	w.Flag("IsTruncated", page.Truncated)
	for _, v := range page.Versions {
		w.Version(l.Listing, v, w.ownerOf(v.Owner))
	}
	w.Prefixes(l.Listing, page.Prefixes)
	return placed(c, documentReply(w.End(versionsRoot))), nil
}

// versions reads where the list begins (recorded).
func (l listing) versions() (store.VersionQuery, error) {
	c := l.call
	q := store.VersionQuery{Prefix: l.Prefix, Delimiter: l.Delimiter, Max: l.Max, KeyMarker: c.Query.Get("key-marker")}
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
