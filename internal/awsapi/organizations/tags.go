package organizations

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// The limits of tags (Organizations User Guide, "Tagging considerations").
const (
	mostTags    = 50
	mostTagKey  = 128
	mostTagText = 256
)

type tag struct {
	Key   string  `aws:",required"`
	Value *string `aws:",required"` // it may be empty
}

// Pair is awsapi.Tag.
func (t tag) Pair() (key, value string) {
	if t.Value == nil {
		return t.Key, ""
	}
	return t.Key, *t.Value
}

// The parameters of the calls about tags. A resource is a policy, an account, a unit or the
// root, by its id.
type (
	resource struct {
		ResourceId string `aws:",required"`
	}
	listTagsInput struct {
		resource
		NextToken string
	}
	listTagsOutput struct {
		Tags      []tag
		NextToken string `json:",omitempty"`
	}
	tagInput struct {
		resource
		Tags []tag `aws:",required"`
	}
	untagInput struct {
		resource
		TagKeys []string `aws:",required"`
	}
)

// at is the ARN of the resource; an error that there is none.
func (r *resource) at(s *world.State) (string, error) {
	if p, err := withID(s.Organization, r.ResourceId); err == nil {
		return p.ARN, nil
	}
	t, err := target(s, r.ResourceId)
	return t.ARN, err
}

// ask asks for the call's permission on the resource, with its tags and the keys that the call
// gives.
func (r *resource) ask(c *awsapi.Call, keys ...awsapi.Key) ([]*authz.Request, error) {
	o := c.State().Organization
	if o == nil {
		return c.Ask("*")
	}
	arn, err := r.at(c.State())
	if err != nil {
		return c.Ask("*", keys...)
	}
	return c.Ask(arn, append(keys, tagKeys(o, r.ResourceId)...)...)
}

// tagKeys are the condition keys of the tags of a policy or a place.
func tagKeys(o *world.Organization, id string) (keys []awsapi.Key) {
	for key, value := range o.Tags[id] {
		keys = append(keys, awsapi.Key{Name: "aws:ResourceTag/" + key, Values: []string{value}})
	}
	return keys
}

func checkListTags(c *awsapi.Call, in *listTagsInput) ([]*authz.Request, error) { return in.ask(c) }

func checkTag(c *awsapi.Call, in *tagInput) ([]*authz.Request, error) {
	return in.ask(c, awsapi.RequestTags(in.Tags)...)
}

func checkUntag(c *awsapi.Call, in *untagInput) ([]*authz.Request, error) {
	return in.ask(c, awsapi.Key{Name: "aws:TagKeys", Values: in.TagKeys})
}

func listTags(c *awsapi.Call, in *listTagsInput) (*listTagsOutput, error) {
	if _, err := in.at(c.State()); err != nil {
		return nil, err
	}
	tags, out := c.State().Organization.Tags[in.ResourceId], &listTagsOutput{Tags: []tag{}}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		out.Tags = append(out.Tags, tag{key, new(tags[key])})
	}
	return out, nil
}

// tagsWith is the tags of a resource with others among them. The words are [unsure].
func tagsWith(had map[string]string, list []tag) (map[string]string, error) {
	all := maps.Clone(had)
	if all == nil {
		all = map[string]string{}
	}
	given := map[string]bool{}
	for _, t := range list {
		key, value := t.Pair()
		switch {
		case given[key]:
			return nil, invalid("DUPLICATE_TAG_KEY", "You specified the tag key %s more than once.", key)
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			return nil, invalid("INVALID_SYSTEM_TAGS_PARAMETER", "You can't add, edit, or delete system tag keys.")
		case key == "" || utf8.RuneCountInString(key) > mostTagKey || utf8.RuneCountInString(value) > mostTagText:
			return nil, invalid("MAX_LENGTH_EXCEEDED", "A tag key has 1 to %d characters, a value at most %d.",
				mostTagKey, mostTagText)
		}
		all[key], given[key] = value, true
	}
	if len(all) > mostTags {
		return nil, constraint("MAX_TAG_LIMIT_EXCEEDED", "You have exceeded the number of tags allowed on this resource.")
	}
	return all, nil
}

// retag gives the resource other tags.
func (r *resource) retag(c *awsapi.Call, tags map[string]string) (*awsapi.Nothing, error) {
	err := change(c, func(o *world.Organization) { o.Tag(r.ResourceId, tags) })
	return &awsapi.Nothing{}, err
}

func tagResource(c *awsapi.Call, in *tagInput) (*awsapi.Nothing, error) {
	if _, err := in.at(c.State()); err != nil {
		return nil, err
	}
	tags, err := tagsWith(c.State().Organization.Tags[in.ResourceId], in.Tags)
	if err != nil {
		return nil, err
	}
	return in.retag(c, tags)
}

func untagResource(c *awsapi.Call, in *untagInput) (*awsapi.Nothing, error) {
	if _, err := in.at(c.State()); err != nil {
		return nil, err
	}
	rest := maps.Clone(c.State().Organization.Tags[in.ResourceId])
	for _, key := range in.TagKeys {
		delete(rest, key)
	}
	return in.retag(c, rest)
}

type enabledService struct {
	ServicePrincipal string
	DateEnabled      float64
}

type serviceAccessOutput struct {
	EnabledServicePrincipals []enabledService
	NextToken                string `json:",omitempty"`
}

// listServiceAccess lists none: no service works in the accounts of an organization here, and
// no call lets one.
func listServiceAccess(_ *awsapi.Call, in *pageInput) (*serviceAccessOutput, error) {
	list, next, err := paged([]enabledService{}, in)
	return &serviceAccessOutput{list, next}, err
}
