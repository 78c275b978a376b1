package s3api

import (
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// taggingBody is the most bytes of a set of tags: fifty of the longest, escaped.
const taggingBody = 256 << 10

// tagSet is the tags that a body brings, as they stand there, and how policies
// call them.
type tagSet struct {
	tags      []wire.TagXML
	key, keys string // what condition keys begin with, and the one that lists them all
	err       error  // the body cannot be read
	// system refuses a key that AWS keeps for itself; nil: as any other bad key.
	system func(key string) error
}

// tagsInBody reads the body of a tagging request.
func tagsInBody(c *Call, key, keys string, parse func([]byte) ([]wire.TagXML, error)) tagSet {
	set := tagSet{key: key, keys: keys}
	text, err := c.wholeBody(taggingBody)
	switch {
	case err != nil:
		set.err = err
	case len(text) == 0:
		set.err = s3err.New(s3err.MissingRequestBodyError)
	default:
		set.tags, set.err = parse(text)
	}
	return set
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
		if s.system != nil && world.SystemTag(k) {
			return nil, s.system(k)
		}
		if err := wire.CheckTag(k, v); err != nil {
			return nil, err
		}
		tags[k] = v
	}
	return tags, nil
}
