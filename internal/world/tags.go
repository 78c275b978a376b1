package world

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The limits of S3's tags, the first two in characters (S3 User Guide, "Categorizing your objects using tags", "Using
// tags with S3 general purpose buckets").
const (
	maxTagKey     = 128
	maxTagValue   = 256
	MaxBucketTags = 50
)

// What S3 says of tags that it does not take.
const (
	TooManyBucketTags = "Bucket tag count cannot be greater than 50"
	TagKeyTwice       = "Cannot provide multiple Tags with the same key"
	BadTagValue       = "The TagValue you have provided is invalid"
)

// SystemTag says that AWS keeps a key to itself.
func SystemTag(key string) bool { return strings.HasPrefix(strings.ToLower(key), "aws:") }

// BadTag is what S3 says of a tag that it does not take; empty: it takes it.
func BadTag(key, value string) string {
	switch {
	case SystemTag(key):
		return "Your TagKey cannot be prefixed with aws:"
	case key == "" || utf8.RuneCountInString(key) > maxTagKey || !TagText(key):
		return "The TagKey you have provided is invalid"
	case utf8.RuneCountInString(value) > maxTagValue || !TagText(value):
		return BadTagValue
	}
	return ""
}

// TagText says whether a tag may be written so: letters, numbers and spaces of
// any language and + - = . _ : / @.
func TagText(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if !unicode.In(r, unicode.L, unicode.Z, unicode.N, unicode.M) && !strings.ContainsRune("+-=._:/@", r) {
			return false
		}
	}
	return true
}
