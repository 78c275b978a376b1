package s3api

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/s3fault/s3fault/internal/s3err"
)

// The limits of an object's tags (S3 User Guide, "Categorizing your storage
// using tags"), in characters.
const (
	maxTags     = 10
	maxTagKey   = 128
	maxTagValue = 256
)

// parseTagging reads x-amz-tagging: a query with one tag a parameter. nil: the
// header was not sent.
func parseTagging(value string) (map[string]string, *s3err.Error) {
	if value == "" {
		return nil, nil
	}
	q, ok := ParseQuery(value)
	if !ok {
		return nil, badTagging(value)
	}
	tags := make(map[string]string, q.Len())
	for p := range q.All() {
		if _, twice := tags[p.Name]; twice || p.Name == "" || !tagText(p.Name) || !tagText(p.Value) {
			return nil, badTagging(value)
		}
		tags[p.Name] = p.Value
	}
	if len(tags) > maxTags {
		return nil, s3err.New(s3err.BadRequest).WithMessage("Object tags cannot be greater than 10")
	}
	return tags, checkTags(tags)
}

func checkTags(tags map[string]string) *s3err.Error {
	for k, v := range tags {
		switch {
		case utf8.RuneCountInString(k) > maxTagKey:
			return s3err.New(s3err.InvalidTag, s3err.E("TagKey", k)).WithMessage("The TagKey you have provided is invalid")
		case utf8.RuneCountInString(v) > maxTagValue:
			return s3err.New(s3err.InvalidTag, s3err.E("TagKey", k), s3err.E("TagValue", v)).WithMessage("The TagValue you have provided is invalid")
		case strings.HasPrefix(strings.ToLower(k), "aws:"):
			return s3err.New(s3err.InvalidTag, s3err.E("TagKey", k)).WithMessage("Your TagKey cannot be prefixed with aws:")
		}
	}
	return nil
}

// tagText says whether a tag may be written so: letters, numbers and spaces of
// any language and + - = . _ : / @.
func tagText(s string) bool {
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

func badTagging(value string) *s3err.Error {
	return s3err.Argument("The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.", "x-amz-tagging", value)
}
