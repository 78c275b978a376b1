package iam

import (
	"maps"
	"slices"
	"strings"

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

// addTags tags a user or a role, whose tag keys are one whatever their case: the new one
// is kept (IAM User Guide, "Rules for tagging in IAM and AWS STS").
func addTags[In taggingInput](c *awsapi.Call, in *In) (*awsapi.Nothing, error) {
	err := edit(c, in, func(_ *world.Account, i *identity) (err error) {
		had := *i.tags
		for _, t := range (*in).added() {
			had = otherThan(had, t.Key)
		}
		*i.tags, err = tagged(had, (*in).added())
		return err
	})
	return &awsapi.Nothing{}, err
}

func removeTags[In untaggingInput](c *awsapi.Call, in *In) (*awsapi.Nothing, error) {
	err := edit(c, in, func(_ *world.Account, i *identity) error {
		for _, key := range (*in).removed() {
			*i.tags = otherThan(*i.tags, key)
		}
		return nil
	})
	return &awsapi.Nothing{}, err
}

// tagged is the tags with others among them, of as many as a resource can have.
func tagged(had map[string]string, list []tag) (map[string]string, error) {
	tags, err := tagsOf(list)
	if err != nil {
		return nil, err
	}
	all := make(map[string]string, len(had)+len(tags))
	maps.Copy(all, had)
	maps.Copy(all, tags)
	if len(all) > mostTags {
		return nil, quotaExceeded("TagsPerResource", mostTags)
	}
	return all, nil
}

// untagged is the tags without those keys.
func untagged(had map[string]string, keys []string) map[string]string {
	rest := maps.Clone(had)
	for _, key := range keys {
		delete(rest, key)
	}
	return rest
}

// otherThan is the tags but for those whose key is that one in any case.
func otherThan(had map[string]string, key string) map[string]string {
	rest := maps.Clone(had)
	maps.DeleteFunc(rest, func(known, _ string) bool { return strings.EqualFold(known, key) })
	return rest
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
