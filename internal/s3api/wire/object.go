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

// Describe puts into a reply what an object gives back besides its bytes.
func Describe(set Setter, o *store.Object) {
	set("Content-Type", defaultType)
	for name, values := range o.Headers {
		for _, v := range values { // of one
			set(name, v)
		}
	}
	for name, v := range o.Metadata {
		set("x-amz-meta-"+name, encodedWord(v))
	}
	var room [96]byte // one text for two headers
	tag := append(append(append(room[:0], '"'), o.ETag...), '"')
	text := string(o.Modified.UTC().AppendFormat(tag, http.TimeFormat))
	set("Etag", text[:len(tag)])
	set("Last-Modified", text[len(tag):])
	if o.StorageClass != "" && o.StorageClass != StandardClass {
		set("X-Amz-Storage-Class", o.StorageClass)
	}
	SetEncryption(set, o.Encryption)
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
func VersionMade(set Setter, o *store.Object) {
	if o.Version != store.NullVersion {
		set(VersionHeaderKey, o.Version)
	}
}
