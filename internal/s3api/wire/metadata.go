package wire

import (
	"encoding/base64"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// systemHeaders are the headers of an upload that S3 keeps and gives back (S3
// User Guide, "Working with object metadata").
var systemHeaders = []string{
	"Content-Type", "Cache-Control", "Content-Disposition", "Content-Encoding",
	"Content-Language", "Expires", WebsiteRedirect,
}

// Names and bounds of what an object is described with.
const (
	WebsiteRedirect = "X-Amz-Website-Redirect-Location"
	MetaPrefix      = "X-Amz-Meta-"
	defaultType     = "binary/octet-stream"
	StandardClass   = "STANDARD"
	// MaxMetadata is how many bytes names and values of user metadata may have
	// together.
	MaxMetadata = 2048
)

// storageClasses are those that an object of a general purpose bucket can be
// written with.
var storageClasses = map[string]bool{
	StandardClass: true, "REDUCED_REDUNDANCY": true, "STANDARD_IA": true, "ONEZONE_IA": true,
	"INTELLIGENT_TIERING": true, "GLACIER_IR": true, "GLACIER": true, "DEEP_ARCHIVE": true,
}

// StorageClasses are their names.
func StorageClasses() []string { return slices.Sorted(maps.Keys(storageClasses)) }

// Redirectable says whether a website may redirect there.
func Redirectable(to string) bool {
	return strings.HasPrefix(to, "/") || strings.HasPrefix(to, "http://") || strings.HasPrefix(to, "https://")
}

// SystemMetadata are the system headers of the request. aws-chunked was the
// encoding of the transfer, not the object's.
func SystemMetadata(header Header) http.Header {
	var kept http.Header
	for _, name := range systemHeaders {
		v := header(name)
		if name == "Content-Encoding" {
			v = withoutChunked(v)
		}
		if v == "" {
			continue
		}
		if kept == nil {
			kept = http.Header{}
		}
		kept[name] = []string{v}
	}
	return kept
}

// withoutChunked is a Content-Encoding without aws-chunked: that was of the transfer.
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

// AddMetadata puts the user metadata of headers into found, which is nil as long as there
// is none, and returns it. Several headers of one name are joined.
func AddMetadata(found map[string]string, h http.Header) map[string]string {
	for name, values := range h {
		short, ok := strings.CutPrefix(name, MetaPrefix)
		if !ok {
			continue
		}
		if found == nil {
			found = map[string]string{}
		}
		found[strings.ToLower(short)] = decodedWords(strings.Join(values, ","))
	}
	return found
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

// MetadataSize is the bytes of names and values together.
func MetadataSize(m map[string]string) int {
	n := 0
	for k, v := range m {
		n += len(k) + len(v)
	}
	return n
}

// StorageClass is that of the header; without it, the standard one.
func StorageClass(class string) (string, error) {
	if class == "" {
		return StandardClass, nil
	}
	if !storageClasses[class] {
		return "", s3err.New(s3err.InvalidStorageClass, s3err.E("StorageClassRequested", class))
	}
	return class, nil
}

// Archived refuses to read an object whose bytes are in an archive, without a copy at the
// time now.
func Archived(o *store.Object, now time.Time) error {
	if o.Readable(now) {
		return nil
	}
	return s3err.New(s3err.InvalidObjectState, s3err.E("StorageClass", o.StorageClass))
}
