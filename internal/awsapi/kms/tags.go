package kms

import (
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

type tag struct {
	TagKey   string  `aws:",required"`
	TagValue *string `aws:",required"` // which may be empty
}

// Pair is awsapi.Tag.
func (t tag) Pair() (key, value string) { return t.TagKey, *t.TagValue }

// maxTags is how many tags a key can have (KMS API Reference, "TagResource").
const maxTags = 50

func tagNames(names []string) []awsapi.Key {
	if len(names) == 0 {
		return nil
	}
	return []awsapi.Key{{Name: "aws:TagKeys", Values: names}}
}

// tagsWith is what a key's tags are with more of them.
func tagsWith(old map[string]string, tags []tag) (map[string]string, error) {
	if len(tags) == 0 {
		return old, nil
	}
	all, given := map[string]string{}, map[string]bool{}
	maps.Copy(all, old)
	for _, t := range tags {
		switch {
		case given[t.TagKey]:
			return nil, refuseTag("Duplicate tag keys")
		case strings.HasPrefix(strings.ToLower(t.TagKey), "aws:"):
			return nil, refuseTag("Tags beginning with aws: are reserved")
		}
		all[t.TagKey], given[t.TagKey] = *t.TagValue, true
	}
	if len(all) > maxTags {
		return nil, awsapi.Refuse("LimitExceededException", "A KMS key has at most %d tags", maxTags)
	}
	return all, nil
}

func refuseTag(told string) error { return awsapi.Refuse("TagException", "%s", told) }

type tagResourceInput struct {
	KeyId string `aws:",required"`
	Tags  []tag  `aws:",required"`
}

func checkTagResource(c *awsapi.Call, in *tagResourceInput) ([]*authz.Request, error) {
	return checkNamed(c, in.KeyId, byKey, ownAccount, awsapi.RequestTags(in.Tags)...)
}

func tagResource(c *awsapi.Call, in *tagResourceInput) (*awsapi.Nothing, error) {
	return edit(c, in.KeyId, func(k *world.Key) (err error) {
		if err := notPending(k); err != nil {
			return err
		}
		k.Tags, err = tagsWith(k.Tags, in.Tags)
		return err
	})
}

type untagResourceInput struct {
	KeyId   string   `aws:",required"`
	TagKeys []string `aws:",required"`
}

func checkUntagResource(c *awsapi.Call, in *untagResourceInput) ([]*authz.Request, error) {
	return checkNamed(c, in.KeyId, byKey, ownAccount, tagNames(in.TagKeys)...)
}

func untagResource(c *awsapi.Call, in *untagResourceInput) (*awsapi.Nothing, error) {
	return edit(c, in.KeyId, func(k *world.Key) error {
		k.Tags = maps.Clone(k.Tags)
		for _, name := range in.TagKeys {
			delete(k.Tags, name)
		}
		return notPending(k)
	})
}

type listTagsInput struct {
	KeyId string `aws:",required"`
	piece
}

func (in *listTagsInput) asked() string { return in.KeyId }

type listTagsOutput struct {
	Tags []tag
	more
}

func listResourceTags(c *awsapi.Call, in *listTagsInput) (*listTagsOutput, error) {
	key, err := find(c, in.KeyId, byKey)
	if err != nil {
		return nil, err
	}
	var all []tag
	for _, name := range slices.Sorted(maps.Keys(key.Tags)) {
		all = append(all, tag{name, new(key.Tags[name])})
	}
	tags, more, err := page(c, all, func(t *tag) string { return t.TagKey }, &in.piece, 50, 50)
	return &listTagsOutput{list(tags), more}, err
}
