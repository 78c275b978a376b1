package wire

import (
	"net/http"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/store"
)

// BareETag is an ETag without the quotes and the mark of a weak one.
func BareETag(s string) string {
	return strings.Trim(strings.TrimPrefix(s, "W/"), `"`)
}

// Quoted is an ETag as headers and documents have it.
func Quoted(etag string) string { return `"` + etag + `"` }

// HTTPTime is a time as headers have it.
func HTTPTime(t time.Time) string { return t.UTC().Format(http.TimeFormat) }

// defaultTypes is shared by replies, which do not change the values they are
// given.
var defaultTypes = []string{defaultType}

// Describe puts into a reply what an object gives back besides its bytes.
func Describe(h http.Header, o *store.Object) {
	h["Content-Type"] = defaultTypes
	for name, values := range o.Headers {
		h[name] = values
	}
	for name, v := range o.Metadata {
		h["x-amz-meta-"+name] = []string{encodedWord(v)}
	}
	values := []string{Quoted(o.ETag), HTTPTime(o.Modified)} // one piece of memory for two headers
	h["Etag"] = values[0:1:1]
	h["Last-Modified"] = values[1:2:2]
	if o.StorageClass != "" && o.StorageClass != StandardClass {
		h.Set("x-amz-storage-class", o.StorageClass)
	}
	SetEncryption(h, o.Encryption)
}

// The headers that tell of a version.
const (
	DeleteMarker  = "x-amz-delete-marker"
	VersionHeader = "x-amz-version-id"
	// VersionHeaderKey is VersionHeader as net/http keeps it.
	VersionHeaderKey = "X-Amz-Version-Id"
)

// VersionMade puts the version that was written into the headers of a reply, where
// the bucket makes versions; S3 does not tell the null version here (recorded).
func VersionMade(h http.Header, o *store.Object) {
	if o.Version != store.NullVersion {
		h[VersionHeaderKey] = []string{o.Version}
	}
}
