package wire

import (
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/s3err"
)

var (
	bucketForm    = pattern.New(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	addressForm   = pattern.New(`^\d+\.\d+\.\d+\.\d+$`)
	reservedFront = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	reservedEnd   = []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}
)

// MayBeBucket says whether a bucket may be given that name (S3 User Guide,
// "General purpose bucket naming rules").
func MayBeBucket(name string) bool {
	if !bucketForm.MatchString(name) || addressForm.MatchString(name) || strings.Contains(name, "..") {
		return false
	}
	for _, p := range reservedFront {
		if strings.HasPrefix(name, p) {
			return false
		}
	}
	for _, p := range reservedEnd {
		if strings.HasSuffix(name, p) {
			return false
		}
	}
	return true
}

// MaxKey is the longest key of an object, in bytes of UTF-8 (S3 User Guide,
// "Naming Amazon S3 objects").
const MaxKey = 1024

// KeyTooLong refuses a key over 1024 bytes.
func KeyTooLong(key string) error {
	return s3err.New(s3err.KeyTooLongError,
		s3err.E("Size", strconv.Itoa(len(key))), s3err.E("MaxSizeAllowed", strconv.Itoa(MaxKey)))
}

// CouldBeBucket says whether any bucket can have the name: us-east-1 once allowed
// more than CreateBucket does today (S3 User Guide, "Bucket naming rules").
func CouldBeBucket(name string) bool {
	if len(name) < 3 || len(name) > 255 {
		return false
	}
	for i := range len(name) {
		c := name[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}
