package s3api

import (
	"github.com/s3fault/s3fault/internal/store"
)

const uploadsRoot = "ListMultipartUploadsResult"

func serveListMultipartUploads(c *Call) (*Reply, error) {
	l, err := c.listing("max-uploads")
	if err != nil {
		return nil, err
	}
	contents := c.contents()
	if contents == nil {
		return nil, store.ErrMoved
	}
	q := store.UploadQuery{
		Prefix: l.prefix, Delimiter: l.delimiter, Max: l.max,
		KeyMarker: c.Query.Get("key-marker"), UploadIDMarker: c.Query.Get("upload-id-marker"),
	}
	page := contents.ListUploads(q)
	w := newXML(uploadsRoot, 2*bytesPerEntry*(len(page.Uploads)+len(page.Prefixes)))
	w.text("Bucket", c.Bucket)
	w.text("KeyMarker", l.encode(q.KeyMarker))
	w.text("UploadIdMarker", q.UploadIDMarker)
	w.text("NextKeyMarker", l.encode(page.NextKey))
	w.text("NextUploadIdMarker", page.NextUploadID)
	w.optional("Prefix", l.encode(l.prefix))
	w.optional("Delimiter", l.encode(l.delimiter))
	w.optional("EncodingType", l.encoding)
	w.number("MaxUploads", int64(l.max))
	w.flag("IsTruncated", page.Truncated)
	for _, u := range page.Uploads {
		c.writeUpload(w, l, u)
	}
	w.prefixes(l, page.Prefixes)
	return w.reply(uploadsRoot), nil
}

func (c *Call) writeUpload(w *xmlWriter, l listing, u *store.Upload) {
	w.open("Upload")
	w.text("Key", l.encode(u.Key))
	w.text("UploadId", u.ID)
	w.user("Initiator", c.initiatorXML(u))
	w.user("Owner", c.ownerXML(c.ownerShown(u.Owner)))
	w.text("StorageClass", u.StorageClass)
	w.time("Initiated", u.Initiated)
	w.optional("ChecksumAlgorithm", u.Checksum.Algorithm)
	w.optional("ChecksumType", u.Checksum.Type)
	w.close("Upload")
}
