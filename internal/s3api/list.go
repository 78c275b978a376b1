package s3api

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// pageSize is the most entries of a page of any list.
const pageSize = 1000

// listing is what the lists of a bucket have in common.
type listing struct {
	prefix, delimiter string
	max               int
	encoding          string // "url" or empty
}

// listing reads the parameters; maxParameter is how the list calls the size of a
// page.
func (c *Call) listing(maxParameter string) (listing, error) {
	l := listing{prefix: c.Query.Get("prefix"), delimiter: c.Query.Get("delimiter"), encoding: c.Query.Get("encoding-type")}
	if l.encoding != "" && l.encoding != "url" {
		return l, s3err.Argument("Invalid Encoding Method specified in Request", "encoding-type", l.encoding)
	}
	n, err := c.pageNumber(maxParameter, pageSize)
	if v := c.Query.Get(maxParameter); err != nil && maxParameter == "max-keys" && isNegative(v) {
		// Lists of objects alone call it by another name here (recorded).
		err = s3err.Argument("Argument maxKeys must be an integer between 0 and 2147483647", "maxKeys", v)
	}
	l.max = min(n, pageSize)
	return l, err
}

func isNegative(v string) bool {
	digits, ok := strings.CutPrefix(v, "-")
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// encode writes a name as the client asked for it.
func (l listing) encode(name string) string {
	if l.encoding == "" {
		return name
	}
	return urlEncoded(name)
}

// urlEncoded is S3's encoding-type=url: letters, digits, - _ . * and / stay, a
// space is a plus sign, all else is %XX of its bytes in UTF-8 (recorded).
func urlEncoded(s string) string {
	const hex = "0123456789ABCDEF"
	out := make([]byte, 0, len(s)+8)
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == '.', c == '*', c == '/':
			out = append(out, c)
		case c == ' ':
			out = append(out, '+')
		default:
			out = append(out, '%', hex[c>>4], hex[c&15])
		}
	}
	return string(out)
}

// page reads a page of the bucket.
func (c *Call) page(l listing, after string) (store.Page, error) {
	contents := c.contents()
	if contents == nil {
		return store.Page{}, store.ErrMoved
	}
	return contents.List(store.ListQuery{Prefix: l.prefix, Delimiter: l.delimiter, After: after, Max: l.max}), nil
}

// bytesPerEntry is about what one object takes in a list, keys of the usual
// length.
const bytesPerEntry = 400

// listWriter writes the entries of a list of objects. Most objects of a bucket
// have one owner, who is looked up once.
type listWriter struct {
	*xmlWriter
	call   *Call
	list   listing
	owners bool // show who owns the objects

	account string
	owner   userXML
}

func (c *Call) newList(l listing, root string, entries int, owners bool) *listWriter {
	return &listWriter{xmlWriter: newXML(root, bytesPerEntry*entries), call: c, list: l, owners: owners}
}

// listed is newList for a page of objects.
func (c *Call) listed(l listing, page *store.Page, owners bool) *listWriter {
	return c.newList(l, listRoot, len(page.Objects)+len(page.Prefixes), owners)
}

const listRoot = "ListBucketResult"

func (w *listWriter) entries(page *store.Page) {
	for _, o := range page.Objects {
		w.object(o)
	}
	w.prefixes(w.list, page.Prefixes)
}

func (w *listWriter) object(o *store.Object) {
	w.open("Contents")
	w.text("Key", w.list.encode(o.Key))
	w.time("LastModified", o.Modified)
	w.facts(o)
	if w.owners {
		w.ownerOf(o)
	}
	w.class(o)
	w.close("Contents")
}

func (w *listWriter) facts(o *store.Object) {
	w.etag(o.ETag)
	w.optional("ChecksumAlgorithm", o.Checksum.Algorithm)
	w.optional("ChecksumType", o.Checksum.Type)
	w.number("Size", o.Size)
}

func (w *listWriter) ownerOf(o *store.Object) {
	if w.account != o.Owner || w.owner.ID == "" {
		w.account, w.owner = o.Owner, w.call.ownerXML(w.call.ownerShown(o.Owner))
	}
	w.user("Owner", w.owner)
}

func (w *listWriter) class(o *store.Object) {
	class := o.StorageClass
	if class == "" {
		class = standard
	}
	w.text("StorageClass", class)
}

// prefixes writes common prefixes, which every list of a bucket may have.
func (w *xmlWriter) prefixes(l listing, found []string) {
	for _, p := range found {
		w.open("CommonPrefixes")
		w.text("Prefix", l.encode(p))
		w.close("CommonPrefixes")
	}
}

func serveListObjects(c *Call) (*Reply, error) {
	l, err := c.listing("max-keys")
	if err != nil {
		return nil, err
	}
	marker := c.Query.Get("marker")
	page, err := c.page(l, marker)
	if err != nil {
		return nil, err
	}
	w := c.listed(l, &page, true)
	w.text("Name", c.Bucket)
	w.text("Prefix", l.encode(l.prefix))
	w.text("Marker", l.encode(marker))
	// Without a delimiter the last key says where to go on (S3 API Reference,
	// "ListObjects").
	if page.Truncated && l.delimiter != "" {
		w.text("NextMarker", l.encode(page.Next))
	}
	w.number("MaxKeys", int64(l.max))
	w.optional("Delimiter", l.encode(l.delimiter))
	w.optional("EncodingType", l.encoding)
	w.flag("IsTruncated", page.Truncated)
	w.entries(&page)
	return c.placed(w.reply(listRoot)), nil
}

func serveListObjectsV2(c *Call) (*Reply, error) {
	l, err := c.listing("max-keys")
	if err != nil {
		return nil, err
	}
	after, token, err := c.listPosition()
	if err != nil {
		return nil, err
	}
	page, err := c.page(l, after)
	if err != nil {
		return nil, err
	}
	w := c.listed(l, &page, c.Query.Get("fetch-owner") == "true")
	w.text("Name", c.Bucket)
	w.text("Prefix", l.encode(l.prefix))
	w.optional("StartAfter", l.encode(c.Query.Get("start-after")))
	w.optional("ContinuationToken", token)
	if page.Truncated {
		w.text("NextContinuationToken", sealToken(c.Bucket, page.Next))
	}
	w.number("KeyCount", int64(len(page.Objects)+len(page.Prefixes)))
	w.number("MaxKeys", int64(l.max))
	w.optional("Delimiter", l.encode(l.delimiter))
	w.optional("EncodingType", l.encoding)
	w.flag("IsTruncated", page.Truncated)
	w.entries(&page)
	return c.placed(w.reply(listRoot)), nil
}

// listPosition is where ListObjectsV2 begins: behind the token, which counts more
// than start-after.
func (c *Call) listPosition() (after, token string, err error) {
	token, sent := c.Query.Lookup("continuation-token")
	if !sent {
		return c.Query.Get("start-after"), "", nil
	}
	after, ok := openToken(c.Bucket, token)
	if !ok {
		return "", "", badToken()
	}
	return after, token, nil
}

// placed tells where the bucket is, as S3 does with lists and HeadBucket.
func (c *Call) placed(reply *Reply) *Reply {
	reply.Header.Set(bucketRegionHeader, c.bucketRegion())
	return reply
}

// tokenCheck is how many bytes of a continuation token tell it from a text that
// a client made up, or took from the list of something else.
const tokenCheck = 6

// sealToken makes a continuation token of the last name of a page of that list.
func sealToken(list, name string) string {
	sum := sha256.Sum256([]byte("continuation token\x00" + list + "\x00" + name))
	return base64.StdEncoding.EncodeToString(append(sum[:tokenCheck:tokenCheck], name...))
}

func openToken(list, token string) (string, bool) {
	raw, err := base64.StdEncoding.DecodeString(token)
	if err != nil || len(raw) <= tokenCheck {
		return "", false
	}
	name := string(raw[tokenCheck:])
	return name, sealToken(list, name) == token
}

// badToken refuses a continuation token; S3 does not repeat it (recorded).
func badToken() error {
	return s3err.New(s3err.InvalidArgument, s3err.E("ArgumentName", "continuation-token")).
		WithMessage("The continuation token provided is incorrect")
}
