package s3api

import (
	"encoding/base64"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// systemHeaders are the headers of an upload that S3 keeps and gives back (S3
// User Guide, "Working with object metadata").
var systemHeaders = []string{
	"Content-Type", "Cache-Control", "Content-Disposition", "Content-Encoding",
	"Content-Language", "Expires", websiteRedirect,
}

const (
	websiteRedirect = "X-Amz-Website-Redirect-Location"
	metaPrefix      = "X-Amz-Meta-"
	defaultType     = "binary/octet-stream"
	standard        = "STANDARD"
	// maxMetadata is how many bytes names and values of user metadata may have
	// together.
	maxMetadata = 2048
)

// storageClasses are those that an object of a general purpose bucket can be
// written with, and whether its bytes must be restored before they are read.
var storageClasses = map[string]bool{
	standard: false, "REDUCED_REDUNDANCY": false, "STANDARD_IA": false, "ONEZONE_IA": false,
	"INTELLIGENT_TIERING": false, "GLACIER_IR": false, "GLACIER": true, "DEEP_ARCHIVE": true,
}

// described is what a request says of the object that it writes, apart from its
// bytes.
type described struct {
	headers  http.Header
	metadata map[string]string
	class    string
	tags     map[string]string
}

// description reads the metadata, storage class and tags that the request gives.
func (c *Call) description() (described, error) {
	d := described{headers: c.systemMetadata(), metadata: c.userMetadata()}
	if size := metadataSize(d.metadata); size > maxMetadata {
		return d, s3err.New(s3err.MetadataTooLarge,
			s3err.E("Size", decimal(int64(size))), s3err.E("MaxSizeAllowed", decimal(maxMetadata)))
	}
	if to := d.headers.Get(websiteRedirect); to != "" && !redirectable(to) {
		return d, s3err.New(s3err.InvalidRequest).WithMessage("The website redirect location must have a prefix of 'http://' or 'https://' or '/'.")
	}
	var err error
	if d.class, err = c.storageClass(); err != nil {
		return d, err
	}
	d.tags, err = parseTagging(c.header("x-amz-tagging"))
	return d, err
}

func redirectable(to string) bool {
	return strings.HasPrefix(to, "/") || strings.HasPrefix(to, "http://") || strings.HasPrefix(to, "https://")
}

// systemMetadata are the system headers of the request. aws-chunked was the
// encoding of the transfer, not the object's.
func (c *Call) systemMetadata() http.Header {
	kept := http.Header{}
	for _, name := range systemHeaders {
		v := c.header(name)
		if name == "Content-Encoding" {
			v = withoutChunked(v)
		}
		if v != "" {
			kept[name] = []string{v}
		}
	}
	return kept
}

func withoutChunked(value string) string {
	if !strings.Contains(strings.ToLower(value), "aws-chunked") {
		return value
	}
	var kept []string
	for part := range strings.SplitSeq(value, ",") {
		if part = strings.TrimSpace(part); part != "" && !strings.EqualFold(part, "aws-chunked") {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ",")
}

// userMetadata is x-amz-meta-*: of the headers, of a presigned URL's parameters,
// or of a form's fields. Several headers of one name are joined.
func (c *Call) userMetadata() map[string]string {
	found := map[string]string{}
	if c.fields != nil {
		for name, values := range c.fields {
			if short, ok := strings.CutPrefix(name, metaPrefix); ok {
				found[strings.ToLower(short)] = strings.Join(values, ",")
			}
		}
		return found
	}
	if c.Presented != nil {
		addMetadata(found, c.Presented.HoistedHeaders(c.Request))
	}
	addMetadata(found, c.Request.Header)
	return found
}

func addMetadata(found map[string]string, h http.Header) {
	for name, values := range h {
		if short, ok := strings.CutPrefix(name, metaPrefix); ok {
			found[strings.ToLower(short)] = decodedWords(strings.Join(values, ","))
		}
	}
}

// decodedWords undoes RFC 2047, in which clients write what is not ASCII. What
// cannot be decoded is kept as it was sent.
func decodedWords(v string) string {
	if !strings.Contains(v, "=?") {
		return v
	}
	var words mime.WordDecoder
	if text, err := words.DecodeHeader(v); err == nil {
		return text
	}
	return v
}

// encodedWord writes a value as S3 gives it back: as it is when it is printable
// ASCII, else as one word of RFC 2047.
func encodedWord(v string) string {
	plain, text := true, utf8.ValidString(v)
	for _, r := range v {
		plain = plain && (r >= ' ' && r < 0x7f || r == '\t')
		text = text && r >= ' ' && r != 0x7f && r != utf8.RuneError
	}
	switch {
	case plain:
		return v
	case !text:
		return "=?UTF-8?B?" + base64.StdEncoding.EncodeToString([]byte(v)) + "?="
	}
	b := append(make([]byte, 0, 3*len(v)+12), "=?UTF-8?Q?"...)
	for i := range len(v) {
		b = appendQ(b, v[i])
	}
	return string(append(b, "?="...))
}

func appendQ(b []byte, c byte) []byte {
	const digits = "0123456789ABCDEF"
	switch {
	case c == ' ':
		return append(b, '_')
	case c < ' ' || c >= 0x7f || c == '=' || c == '?' || c == '_':
		return append(b, '=', digits[c>>4], digits[c&15])
	default:
		return append(b, c)
	}
}

func metadataSize(m map[string]string) int {
	n := 0
	for k, v := range m {
		n += len(k) + len(v)
	}
	return n
}

func (c *Call) storageClass() (string, error) {
	class := c.header("x-amz-storage-class")
	if class == "" {
		return standard, nil
	}
	if _, ok := storageClasses[class]; !ok {
		return "", s3err.New(s3err.InvalidStorageClass, s3err.E("StorageClassRequested", class))
	}
	return class, nil
}

// archived refuses to read an object whose bytes are in an archive.
func archived(o *store.Object) error {
	if !storageClasses[o.StorageClass] {
		return nil
	}
	return s3err.New(s3err.InvalidObjectState, s3err.E("StorageClass", o.StorageClass))
}

// defaultTypes is shared by replies, which do not change the values they are
// given.
var defaultTypes = []string{defaultType}

// describe puts into a reply what an object gives back besides its bytes.
func describe(h http.Header, o *store.Object) {
	h["Content-Type"] = defaultTypes
	for name, values := range o.Headers {
		h[name] = values
	}
	for name, v := range o.Metadata {
		h["x-amz-meta-"+name] = []string{encodedWord(v)}
	}
	h["Etag"] = []string{quoted(o.ETag)}
	h["Last-Modified"] = []string{httpTime(o.Modified)}
	if o.StorageClass != "" && o.StorageClass != standard {
		h.Set("x-amz-storage-class", o.StorageClass)
	}
	setEncryption(h, o.Encryption)
}
