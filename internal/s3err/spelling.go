package s3err

import (
	"net/http"
	"strings"
)

// spellings are header names that AWS does not write as net/http does; those of AWS that are
// not here are worked out. Names
// are compared without regard to case by whoever follows HTTP; htslib before 1.17
// looks for "ETag: " to the letter, and shell scripts for x-amz-request-id.
var spellings = map[string]string{
	"Etag":                         "ETag",
	"X-Amz-Bucket-Region":          "x-amz-bucket-region",
	"X-Amz-Checksum-Crc32":         "x-amz-checksum-crc32",
	"X-Amz-Checksum-Crc64nvme":     "x-amz-checksum-crc64nvme",
	"X-Amz-Checksum-Type":          "x-amz-checksum-type",
	"X-Amz-Delete-Marker":          "x-amz-delete-marker",
	"X-Amz-Id-2":                   "x-amz-id-2",
	"X-Amz-Request-Id":             "x-amz-request-id",
	"X-Amz-Server-Side-Encryption": "x-amz-server-side-encryption",
	"X-Amz-Version-Id":             "x-amz-version-id",
	"X-Amzn-Errortype":             "x-amzn-ErrorType",
	"X-Amzn-Requestid":             "x-amzn-RequestId",
}

// Spelled is the name of a header as AWS writes it on the wire: ETag, and everything of AWS's
// own in small letters. Header.Get does not find a header by it.
func Spelled(name string) string {
	if spelled, ok := spellings[name]; ok {
		return spelled
	}
	if strings.HasPrefix(name, "x-amz-") && strings.ToLower(name) == name {
		return name
	}
	name = http.CanonicalHeaderKey(name)
	if spelled, ok := spellings[name]; ok {
		return spelled
	}
	if strings.HasPrefix(name, "X-Amz-") {
		return strings.ToLower(name)
	}
	return name
}
