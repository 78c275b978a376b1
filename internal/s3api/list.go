package s3api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"net/http"

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

func (c *Call) listing(maxParameter string) (listing, *s3err.Error) {
	l := listing{prefix: c.Query.Get("prefix"), delimiter: c.Query.Get("delimiter"), encoding: c.Query.Get("encoding-type")}
	if l.encoding != "" && l.encoding != "url" {
		return l, s3err.Argument("Invalid Encoding Method specified in Request", "encoding-type", l.encoding)
	}
	n, err := c.pageNumber(maxParameter, pageSize)
	l.max = min(n, pageSize)
	return l, err
}

// encode writes a name as the client asked for it.
func (l listing) encode(name string) string {
	if l.encoding == "" {
		return name
	}
	return urlEncoded(name)
}

// urlEncoded is S3's encoding-type=url: letters, digits, - _ . * and / stay, a
// space is a plus sign.
func urlEncoded(s string) string {
	const hex = "0123456789ABCDEF"
	out := make([]byte, 0, len(s))
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

type commonPrefix struct{ Prefix string }

func (l listing) prefixes(found []string) []commonPrefix {
	all := make([]commonPrefix, len(found))
	for i, p := range found {
		all[i].Prefix = l.encode(p)
	}
	return all
}

type listedObject struct {
	Key               string
	LastModified      string
	ETag              string
	ChecksumAlgorithm string `xml:",omitempty"`
	ChecksumType      string `xml:",omitempty"`
	Size              int64
	Owner             *userXML
	StorageClass      string
}

// objects lists the records; owners says whether with their owners.
func (c *Call) objects(l listing, found []*store.Object, owners bool) []listedObject {
	all := make([]listedObject, len(found))
	for i, o := range found {
		all[i] = listedObject{
			Key: l.encode(o.Key), LastModified: isoTime(o.Modified), ETag: quoted(o.ETag), Size: o.Size,
			ChecksumAlgorithm: o.Checksum.Algorithm, ChecksumType: o.Checksum.Type, StorageClass: o.StorageClass,
		}
		if all[i].StorageClass == "" {
			all[i].StorageClass = "STANDARD"
		}
		if owners {
			owner := c.ownerXML(o.Owner)
			all[i].Owner = &owner
		}
	}
	return all
}

// page reads a page of the bucket.
func (c *Call) page(l listing, after string) (store.Page, *s3err.Error) {
	if _, err := c.bucket(); err != nil {
		return store.Page{}, err
	}
	contents := c.contents()
	if contents == nil {
		return store.Page{}, moved
	}
	return contents.List(store.ListQuery{Prefix: l.prefix, Delimiter: l.delimiter, After: after, Max: l.max}), nil
}

type listResult struct {
	XMLName        xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListBucketResult"`
	Name           string
	Prefix         string
	Marker         string
	NextMarker     string `xml:",omitempty"`
	MaxKeys        int
	Delimiter      string `xml:",omitempty"`
	EncodingType   string `xml:",omitempty"`
	IsTruncated    bool
	Contents       []listedObject
	CommonPrefixes []commonPrefix
}

func serveListObjects(c *Call) (*Reply, *s3err.Error) {
	l, err := c.listing("max-keys")
	if err != nil {
		return nil, err
	}
	marker := c.Query.Get("marker")
	page, err := c.page(l, marker)
	if err != nil {
		return nil, err
	}
	result := listResult{
		Name: c.Bucket, Prefix: l.encode(l.prefix), Marker: l.encode(marker), MaxKeys: l.max,
		Delimiter: l.encode(l.delimiter), EncodingType: l.encoding, IsTruncated: page.Truncated,
		Contents: c.objects(l, page.Objects, true), CommonPrefixes: l.prefixes(page.Prefixes),
	}
	// Without a delimiter the last key says where to go on (S3 API Reference,
	// "ListObjects").
	if page.Truncated && l.delimiter != "" {
		result.NextMarker = l.encode(page.Next)
	}
	return xmlReply(nil, result), nil
}

type listResultV2 struct {
	XMLName               xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListBucketResult"`
	Name                  string
	Prefix                string
	StartAfter            string `xml:",omitempty"`
	ContinuationToken     string `xml:",omitempty"`
	NextContinuationToken string `xml:",omitempty"`
	KeyCount              int
	MaxKeys               int
	Delimiter             string `xml:",omitempty"`
	EncodingType          string `xml:",omitempty"`
	IsTruncated           bool
	Contents              []listedObject
	CommonPrefixes        []commonPrefix
}

func serveListObjectsV2(c *Call) (*Reply, *s3err.Error) {
	l, err := c.listing("max-keys")
	if err != nil {
		return nil, err
	}
	after := c.Query.Get("start-after")
	token, sent := c.Query.Lookup("continuation-token")
	if sent {
		var ok bool
		if after, ok = openToken(token); !ok {
			return nil, s3err.Argument("The continuation token provided is incorrect", "continuation-token", token)
		}
	}
	page, err := c.page(l, after)
	if err != nil {
		return nil, err
	}
	result := listResultV2{
		Name: c.Bucket, Prefix: l.encode(l.prefix), StartAfter: l.encode(c.Query.Get("start-after")), ContinuationToken: token,
		KeyCount: len(page.Objects) + len(page.Prefixes), MaxKeys: l.max, Delimiter: l.encode(l.delimiter),
		EncodingType: l.encoding, IsTruncated: page.Truncated,
		Contents:       c.objects(l, page.Objects, c.Query.Get("fetch-owner") == "true"),
		CommonPrefixes: l.prefixes(page.Prefixes),
	}
	if page.Truncated {
		result.NextContinuationToken = sealToken(page.Next)
	}
	return xmlReply(nil, result), nil
}

// tokenCheck is how many bytes of a continuation token tell it from a text that
// a client made up.
const tokenCheck = 6

// sealToken makes a continuation token of the last name of a page.
func sealToken(name string) string {
	sum := sha256.Sum256([]byte("continuation token\x00" + name))
	return base64.URLEncoding.EncodeToString(append(sum[:tokenCheck:tokenCheck], name...))
}

func openToken(token string) (string, bool) {
	raw, err := base64.URLEncoding.DecodeString(token)
	if err != nil || len(raw) <= tokenCheck {
		return "", false
	}
	name := string(raw[tokenCheck:])
	return name, sealToken(name) == token
}

type uploadsResult struct {
	XMLName            xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListMultipartUploadsResult"`
	Bucket             string
	KeyMarker          string
	UploadIDMarker     string `xml:"UploadIdMarker"`
	NextKeyMarker      string
	NextUploadIDMarker string `xml:"NextUploadIdMarker"`
	Prefix             string
	Delimiter          string `xml:",omitempty"`
	EncodingType       string `xml:",omitempty"`
	MaxUploads         int
	IsTruncated        bool
	Uploads            []listedUpload `xml:"Upload"`
	CommonPrefixes     []commonPrefix
}

type listedUpload struct {
	Key               string
	UploadID          string `xml:"UploadId"`
	Initiator         userXML
	Owner             userXML
	StorageClass      string
	Initiated         string
	ChecksumAlgorithm string `xml:",omitempty"`
	ChecksumType      string `xml:",omitempty"`
}

func serveListMultipartUploads(c *Call) (*Reply, *s3err.Error) {
	if _, err := c.bucket(); err != nil {
		return nil, err
	}
	l, err := c.listing("max-uploads")
	if err != nil {
		return nil, err
	}
	contents := c.contents()
	if contents == nil {
		return nil, moved
	}
	q := store.UploadQuery{
		Prefix: l.prefix, Delimiter: l.delimiter, Max: l.max,
		KeyMarker: c.Query.Get("key-marker"), UploadIDMarker: c.Query.Get("upload-id-marker"),
	}
	page := contents.ListUploads(q)
	result := uploadsResult{
		Bucket: c.Bucket, KeyMarker: l.encode(q.KeyMarker), UploadIDMarker: q.UploadIDMarker,
		NextKeyMarker: l.encode(page.NextKey), NextUploadIDMarker: page.NextUploadID,
		Prefix: l.encode(l.prefix), Delimiter: l.encode(l.delimiter), EncodingType: l.encoding,
		MaxUploads: l.max, IsTruncated: page.Truncated, CommonPrefixes: l.prefixes(page.Prefixes),
	}
	for _, u := range page.Uploads {
		result.Uploads = append(result.Uploads, listedUpload{
			Key: l.encode(u.Key), UploadID: u.ID, Initiator: c.initiatorXML(u), Owner: c.ownerXML(u.Owner),
			StorageClass: u.StorageClass, Initiated: isoTime(u.Initiated),
			ChecksumAlgorithm: u.Checksum.Algorithm, ChecksumType: u.Checksum.Type,
		})
	}
	return xmlReply(http.Header{}, result), nil
}
