package s3api

import (
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/store"
)

// readPage reads a page of the bucket.
func readPage(c *Call, l wire.Listing, after string) (store.Page, error) {
	q := store.ListQuery{Prefix: l.Prefix, Delimiter: l.Delimiter, After: after, Max: l.Max}
	return c.objects().List(c.Request.Context(), c.Bucket, q)
}

// bytesPerEntry is about what one object takes in a list, keys of the usual
// length.
const bytesPerEntry = 400

// listWriter writes the entries of a list of objects. Most objects of a bucket
// have one owner, who is looked up once.
type listWriter struct {
	*wire.Document
	call   *Call
	list   wire.Listing
	owners bool // show who owns the objects

	account string
	owner   wire.UserXML
}

func newList(c *Call, l wire.Listing, root string, entries int, owners bool) *listWriter {
	return &listWriter{Document: wire.NewDocument(root, bytesPerEntry*entries), call: c, list: l, owners: owners}
}

// listOf is newList for a page of objects.
func listOf(c *Call, l wire.Listing, page *store.Page, owners bool) *listWriter {
	return newList(c, l, listRoot, len(page.Objects)+len(page.Prefixes), owners)
}

const listRoot = "ListBucketResult"

func (w *listWriter) entries(page *store.Page) {
	for _, o := range page.Objects {
		w.object(o)
	}
	w.Prefixes(w.list, page.Prefixes)
}

func (w *listWriter) object(o *store.Object) {
	w.Open("Contents")
	w.Text("Key", w.list.Encode(o.Key))
	w.Time("LastModified", o.Modified)
	w.facts(o)
	if w.owners {
		w.ownerOf(o)
	}
	w.class(o)
	w.Close("Contents")
}

func (w *listWriter) facts(o *store.Object) {
	w.ETag(o.ETag)
	w.Optional("ChecksumAlgorithm", o.Checksum.Algorithm)
	w.Optional("ChecksumType", o.Checksum.Type)
	w.Number("Size", o.Size)
}

func (w *listWriter) ownerOf(o *store.Object) {
	if w.account != o.Owner || w.owner.ID == "" {
		w.account, w.owner = o.Owner, w.call.ownerXML(ownerShown(w.call, o.Owner))
	}
	w.User("Owner", w.owner)
}

func (w *listWriter) class(o *store.Object) {
	class := o.StorageClass
	if class == "" {
		class = wire.StandardClass
	}
	w.Text("StorageClass", class)
}

func serveListObjects(c *Call) (*Reply, error) {
	l, err := wire.ReadListing(c.Query, "max-keys")
	if err != nil {
		return nil, err
	}
	marker := c.Query.Get("marker")
	page, err := readPage(c, l, marker)
	if err != nil {
		return nil, err
	}
	w := listOf(c, l, &page, true)
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
	l, err := wire.ReadListing(c.Query, "max-keys")
	if err != nil {
		return nil, err
	}
	after, token, err := listPosition(c)
	if err != nil {
		return nil, err
	}
	page, err := readPage(c, l, after)
	if err != nil {
		return nil, err
	}
	w := listOf(c, l, &page, c.Query.Get("fetch-owner") == "true")
	w.Text("Name", c.Bucket)
	w.Text("Prefix", l.Encode(l.Prefix))
	w.Optional("StartAfter", l.Encode(c.Query.Get("start-after")))
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

// listPosition is where ListObjectsV2 begins: behind the token, which counts more
// than start-after.
func listPosition(c *Call) (after, token string, err error) {
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

// placed tells where the bucket is, as S3 does with lists and HeadBucket.
func placed(c *Call, reply *Reply) *Reply {
	reply.Header.Set(bucketRegionHeader, c.bucketRegion())
	return reply
}
