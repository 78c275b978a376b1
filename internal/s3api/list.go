package s3api

import (
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/store"
)

// listing is one request for a page of what is in a bucket.
type listing struct {
	wire.Listing
	call *Call
}

// readListing reads what all lists of a bucket are asked for; most is the parameter
// that says how many entries a page may have.
func readListing(c *Call, most string) (listing, error) {
	l, err := wire.ReadListing(c.Query, most)
	return listing{l, c}, err
}

// page reads a page of the bucket's objects.
func (l listing) page(after string) (store.Page, error) {
	q := store.ListQuery{Prefix: l.Prefix, Delimiter: l.Delimiter, After: after, Max: l.Max}
	page, err := l.call.objects().List(l.call.Request.Context(), l.call.Bucket, q)
	if err != nil {
		return page, openRefused(err)
	}
	return page, nil
}

// bytesPerEntry is about what one object takes in a list, keys of the usual
// length.
const bytesPerEntry = 400

// listWriter writes the entries of a list of objects. Most objects of a bucket
// have one owner, whose element is made once.
type listWriter struct {
	*wire.Document
	list   listing
	owners bool // show who owns the objects

	account string
	owner   string // the element of account; empty: it is not made
}

// writer begins the document of a page with that many entries.
func (l listing) writer(root string, entries int, owners bool) *listWriter {
	return &listWriter{Document: wire.NewDocument(root, bytesPerEntry*entries), list: l, owners: owners}
}

// objects is writer for a page of objects.
func (l listing) objects(page *store.Page, owners bool) *listWriter {
	return l.writer(listRoot, len(page.Objects)+len(page.Prefixes), owners)
}

const listRoot = "ListBucketResult"

func (w *listWriter) entries(page *store.Page) {
	for _, o := range page.Objects {
		w.Object(w.list.Listing, o, w.ownerOf(o.Owner))
	}
	w.Prefixes(w.list.Listing, page.Prefixes)
}

// ownerOf is the element of who is shown as the owner of what an account wrote; empty: the list
// shows none.
func (w *listWriter) ownerOf(writer string) string {
	if w.owners && (w.account != writer || w.owner == "") {
		c := w.list.call
		w.account, w.owner = writer, w.UserElement("Owner", ownerXML(c.State(), ownerShown(c, writer)))
	}
	return w.owner
}

func serveListObjects(c *Call) (*Reply, error) {
	l, err := readListing(c, "max-keys")
	if err != nil {
		return nil, err
	}
	marker := c.Query.Get("marker")
	page, err := l.page(marker)
	if err != nil {
		return nil, err
	}
	w := l.objects(&page, true)
	w.Text("Name", c.Bucket)
	w.Text("Prefix", l.Encode(l.Prefix))
	w.Text("Marker", l.Encode(marker))
	// Without a delimiter the last key says where to go on (S3 API Reference,
	// "ListObjects").
	if page.Truncated && l.Delimiter != "" {
		w.Text("NextMarker", l.Encode(page.Next))
	}
	w.Number("MaxKeys", int64(l.Max))
	w.Optional("Delimiter", l.Encode(l.Delimiter))
	w.Optional("EncodingType", l.Encoding)
	w.Flag("IsTruncated", page.Truncated)
	w.entries(&page)
	return placed(c, documentReply(w.End(listRoot))), nil
}

func serveListObjectsV2(c *Call) (*Reply, error) {
	l, err := readListing(c, "max-keys")
	if err != nil {
		return nil, err
	}
	after, token, err := l.position()
	if err != nil {
		return nil, err
	}
	page, err := l.page(after)
	if err != nil {
		return nil, err
	}
	w := l.objects(&page, c.Query.Get("fetch-owner") == "true")
	w.Text("Name", c.Bucket)
	w.Text("Prefix", l.Encode(l.Prefix))
	if token == "" { // beside one, S3 does not tell it (recorded)
		w.Optional("StartAfter", l.Encode(c.Query.Get("start-after")))
	}
	w.Optional("ContinuationToken", token)
	if page.Truncated {
		w.Text("NextContinuationToken", wire.SealToken(c.Bucket, page.Next))
	}
	w.Number("KeyCount", int64(len(page.Objects)+len(page.Prefixes)))
	w.Number("MaxKeys", int64(l.Max))
	w.Optional("Delimiter", l.Encode(l.Delimiter))
	w.Optional("EncodingType", l.Encoding)
	w.Flag("IsTruncated", page.Truncated)
	w.entries(&page)
	return placed(c, documentReply(w.End(listRoot))), nil
}

// position is where ListObjectsV2 begins: behind the token, which counts more
// than start-after.
func (l listing) position() (after, token string, err error) {
	c := l.call
	token, sent := c.Query.Lookup("continuation-token")
	if !sent {
		return c.Query.Get("start-after"), "", nil
	}
	after, ok := wire.OpenToken(c.Bucket, token)
	if !ok {
		return "", "", wire.BadToken()
	}
	return after, token, nil
}
