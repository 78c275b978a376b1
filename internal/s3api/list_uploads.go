package s3api

import (
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

const uploadsRoot = "ListMultipartUploadsResult"

func serveListMultipartUploads(c *Call) (*Reply, error) {
	l, err := readListing(c, "max-uploads")
	if err != nil {
		return nil, err
	}
	contents, err := surely(c)
	if err != nil {
		return nil, err
	}
	q := store.UploadQuery{
		Prefix: l.Prefix, Delimiter: l.Delimiter, Max: l.Max,
		KeyMarker: c.Query.Get("key-marker"), UploadIDMarker: c.Query.Get("upload-id-marker"),
	}
	if err := markerReadable(contents, q); err != nil {
		return nil, err
	}
	if err := contents.UploadsDamage(); err != nil {
		return nil, unkept(err)
	}
	page := contents.ListUploads(q)
	w := l.writer(uploadsRoot, 2*(len(page.Uploads)+len(page.Prefixes)), true)
	w.Text("Bucket", c.Bucket)
	w.Text("KeyMarker", l.Encode(q.KeyMarker))
	w.Text("UploadIdMarker", q.UploadIDMarker)
	w.Text("NextKeyMarker", l.Encode(page.NextKey))
	w.Text("NextUploadIdMarker", page.NextUploadID)
	w.Optional("Prefix", l.Encode(l.Prefix))
	w.Optional("Delimiter", l.Encode(l.Delimiter))
	w.Optional("EncodingType", l.Encoding)
	w.Number("MaxUploads", int64(l.Max))
	w.Flag("IsTruncated", page.Truncated)
	for _, u := range page.Uploads {
		w.Upload(l.Listing, u, initiatorXML(c.State(), u), w.ownerOf(u.Owner))
	}
	w.Prefixes(l.Listing, page.Prefixes)
	return documentReply(w.End(uploadsRoot)), nil
}

// markerReadable refuses an upload-id-marker that is no id of an upload, or that is the id
// of one of another key (recorded by LocalStack). One that is over is as good as any, for
// lists go on while uploads end [unsure]. Without a key-marker it has no meaning.
func markerReadable(contents *store.Bucket, q store.UploadQuery) error {
	switch id := q.UploadIDMarker; {
	case q.KeyMarker == "" || id == "", store.IsUploadID(id) && !contents.OfAnotherKey(id, q.KeyMarker):
		return nil
	default:
		return s3err.Argument("Invalid uploadId marker", "upload-id-marker", id)
	}
}
