package iam

import (
	"maps"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

type tag = awsapi.KeyValue

// mostTags is how many tags an IAM resource can have.
const mostTags = 50

// tagsOf is a list of tags as a map, of as many as a resource can have.
func tagsOf(list []tag) (map[string]string, error) {
	tags, err := awsapi.TagMap(list, "InvalidInput")
	if len(tags) > mostTags {
		return nil, quotaExceeded("TagsPerResource", mostTags)
	}
	return tags, err
}

// tagList is the tags in the order of their keys.
func tagList(tags map[string]string) awsapi.List[tag] {
	list := make(awsapi.List[tag], 0, len(tags))
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, tag{Key: key, Value: new(tags[key])})
	}
	return list
}

func (i *identity) tagKeys() []awsapi.Key {
	if i.tags == nil {
		return nil
	}
	return awsapi.ResourceTags(*i.tags)
}

// The parameters of the calls about tags of users and roles.
type (
	tagging struct {
		Tags []tag `aws:",required"`
	}
	untagging struct {
		TagKeys []string `aws:",required"`
	}

	tagUserInput struct {
		userName
		tagging
	}
	tagRoleInput struct {
		roleName
		tagging
	}
	untagUserInput struct {
		userName
		untagging
	}
	untagRoleInput struct {
		roleName
		untagging
	}
)

func (t tagging) added() []tag        { return t.Tags }
func (t untagging) removed() []string { return t.TagKeys }

type taggingInput interface {
	named
	added() []tag
}

type untaggingInput interface {
	named
	removed() []string
}

func checkTagging[In taggingInput](c *awsapi.Call, in *In) ([]*authz.Request, error) {
	k, name := (*in).identity()
	return askAbout(c, k, name, awsapi.RequestTags((*in).added())...)
}

func checkUntagging[In untaggingInput](c *awsapi.Call, in *In) ([]*authz.Request, error) {
	k, name := (*in).identity()
	return askAbout(c, k, name, awsapi.Key{Name: "aws:TagKeys", Values: (*in).removed()})
}

func addTags[In taggingInput](c *awsapi.Call, in *In) (*awsapi.Nothing, error) {
	tags, err := tagsOf((*in).added())
	if err != nil {
		return nil, err
	}
	err = edit(c, in, func(_ *world.Account, i *identity) error {
		all := make(map[string]string, len(*i.tags)+len(tags))
		maps.Copy(all, *i.tags)
		maps.Copy(all, tags)
		if len(all) > mostTags {
			return quotaExceeded("TagsPerResource", mostTags)
		}
		*i.tags = all
		return nil
	})
	return &awsapi.Nothing{}, err
}

func removeTags[In untaggingInput](c *awsapi.Call, in *In) (*awsapi.Nothing, error) {
	err := edit(c, in, func(_ *world.Account, i *identity) error {
		rest := maps.Clone(*i.tags)
		for _, key := range (*in).removed() {
			delete(rest, key)
		}
		*i.tags = rest
		return nil
	})
	return &awsapi.Nothing{}, err
}

type tagsOutput struct {
	Tags awsapi.List[tag]
	cut
}

func listTags[In interface {
	named
	part() paging
}](c *awsapi.Call, in *In) (*tagsOutput, error) {
	i, err := look(c, in)
	if err != nil {
		return nil, err
	}
	list, rest, err := page(c, (*in).part(), tagList(*i.tags), func(t tag) string { return t.Key })
	return &tagsOutput{list, rest}, err
}
