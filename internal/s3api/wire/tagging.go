package wire

import (
	"bytes"
	"encoding/xml"
	"io"
	"maps"
	"slices"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// MaxTags is how many tags an object may have (S3 User Guide, "Categorizing your
// storage using tags").
const MaxTags = 10

// ParseTagging reads x-amz-tagging: a query with one tag a parameter. nil: the
// header was not sent.
func ParseTagging(value string) (map[string]string, error) {
	if value == "" {
		return nil, nil
	}
	q, ok := ParseQuery(value)
	if !ok {
		return nil, badTagging(value)
	}
	tags := make(map[string]string, q.Len())
	for p := range q.All() {
		if _, twice := tags[p.Name]; twice || p.Name == "" || !world.TagText(p.Name) || !world.TagText(p.Value) {
			return nil, badTagging(value)
		}
		tags[p.Name] = p.Value
	}
	if len(tags) > MaxTags {
		return nil, s3err.New(s3err.BadRequest).WithMessage("Object tags cannot be greater than 10")
	}
	return tags, checkTags(tags)
}

func checkTags(tags map[string]string) error {
	for k, v := range tags {
		if err := CheckTag(k, v); err != nil {
			return err
		}
	}
	return nil
}

// CheckTag refuses a tag that S3 does not take.
func CheckTag(k, v string) error {
	said := world.BadTag(k, v)
	if said == "" {
		return nil
	}
	invalid := s3err.New(s3err.InvalidTag, s3err.E("TagKey", k)).WithMessage(said)
	if said == world.BadTagValue {
		invalid = invalid.With(s3err.E("TagValue", v))
	}
	return invalid
}

func badTagging(value string) error {
	return s3err.Argument(
		"The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
		"x-amz-tagging", value)
}

type TagXML struct {
	Key   *string
	Value *string
}

// TaggingOf is the document of a set of tags, in order of their keys.
func TaggingOf(tags map[string]string) any {
	type set struct {
		Tags []TagXML `xml:"Tag"`
	}
	document := struct {
		XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ Tagging"`
		TagSet  set
	}{}
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		v := tags[k]
		document.TagSet.Tags = append(document.TagSet.Tags, TagXML{&k, &v})
	}
	return document
}

// ParseTagSet reads a Tagging document. Every tag has a key and a value, which may
// be empty, and a document without a set has no tags (recorded).
func ParseTagSet(text []byte) ([]TagXML, error) { return parseTags(text, ParseXML) }

// ParseBucketTags is ParseTagSet of a bucket, as whose setting the document is held against
// its schema.
func ParseBucketTags(text []byte) ([]TagXML, error) { return parseTags(text, ParseSchema) }

func parseTags(text []byte, parse func(io.Reader, string, any) error) ([]TagXML, error) {
	var body struct {
		Tags []TagXML `xml:"TagSet>Tag"`
	}
	if err := parse(bytes.NewReader(text), "Tagging", &body); err != nil {
		return nil, err
	}
	if Half(body.Tags) {
		return nil, s3err.New(s3err.MalformedXML)
	}
	return body.Tags, nil
}

// Half says that a tag lacks its key or its value.
func Half(tags []TagXML) bool {
	return slices.ContainsFunc(tags, func(t TagXML) bool { return t.Key == nil || t.Value == nil })
}
