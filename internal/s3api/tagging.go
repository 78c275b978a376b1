package s3api

import (
	"bytes"
	"encoding/xml"
	"maps"
	"slices"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// taggingBody is the most bytes of a set of tags: fifty of the longest, escaped.
const taggingBody = 256 << 10

type tagXML struct {
	Key   *string
	Value *string
}

// taggingOf is the document of a set of tags, in order of their keys.
func taggingOf(tags map[string]string) any {
	type set struct {
		Tags []tagXML `xml:"Tag"`
	}
	document := struct {
		XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ Tagging"`
		TagSet  set
	}{}
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		v := tags[k]
		document.TagSet.Tags = append(document.TagSet.Tags, tagXML{&k, &v})
	}
	return document
}

// tagSet is the tags that a body brings, as they stand there, and how policies
// call them.
type tagSet struct {
	tags      []tagXML
	key, keys string // what condition keys begin with, and the one that lists them all
	err       error  // the body cannot be read
}

// tagsInBody reads the body of a tagging request.
func (c *Call) tagsInBody(key, keys string) tagSet {
	set := tagSet{key: key, keys: keys}
	text, err := c.wholeBody(taggingBody)
	switch {
	case err != nil:
		set.err = err
	case len(text) == 0:
		set.err = s3err.New(s3err.MissingRequestBodyError)
	default:
		set.tags, set.err = parseTagSet(text)
	}
	return set
}

// parseTagSet reads a Tagging document. Every tag has a key and a value, which may
// be empty.
func parseTagSet(text []byte) ([]tagXML, error) {
	var body struct {
		Set *struct {
			Tags []tagXML `xml:"Tag"`
		} `xml:"TagSet"`
	}
	if err := parseXML(bytes.NewReader(text), "Tagging", &body); err != nil {
		return nil, err
	}
	if body.Set == nil || half(body.Set.Tags) {
		return nil, s3err.New(s3err.MalformedXML)
	}
	return body.Set.Tags, nil
}

// half says that a tag lacks its key or its value.
func half(tags []tagXML) bool {
	return slices.ContainsFunc(tags, func(t tagXML) bool { return t.Key == nil || t.Value == nil })
}

// conditions are the condition keys of the tags.
func (s *tagSet) conditions() []condition {
	if len(s.tags) == 0 {
		return nil
	}
	found := make([]condition, 0, len(s.tags)+1)
	names := make([]string, 0, len(s.tags))
	for _, t := range s.tags {
		found = append(found, condition{s.key + *t.Key, []string{*t.Value}})
		names = append(names, *t.Key)
	}
	return append(found, condition{s.keys, names})
}

// of is the set as it is kept, if it keeps the rules: at most limit tags, else
// tooMany is what S3 says.
func (s *tagSet) of(limit int, tooMany string) (map[string]string, error) {
	if len(s.tags) > limit {
		return nil, s3err.New(s3err.BadRequest).WithMessage(tooMany)
	}
	tags := make(map[string]string, len(s.tags))
	for _, t := range s.tags {
		k, v := *t.Key, *t.Value
		if _, twice := tags[k]; twice {
			return nil, s3err.New(s3err.InvalidTag, s3err.E("TagKey", k)).WithMessage(world.TagKeyTwice)
		}
		if err := checkTag(k, v); err != nil {
			return nil, err
		}
		tags[k] = v
	}
	return tags, nil
}
