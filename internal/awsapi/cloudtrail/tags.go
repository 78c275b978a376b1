package cloudtrail

import (
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/world"
)

type tag struct {
	Key   string `aws:",required"`
	Value string
}

// Pair is awsapi.Tag.
func (t tag) Pair() (key, value string) { return t.Key, t.Value }

// Bounds of tags (CloudTrail API Reference, "AddTags" and "ListTags").
const (
	maxTags = 50
	maxARNs = 20
)

// trailARN is the form of a trail's ARN.
var trailARN = pattern.New(`^arn:aws:cloudtrail:[a-z0-9-]+:[0-9]{12}:trail/[a-zA-Z0-9._-]+$`)

// taggable refuses what is no ARN of a trail: event data stores and channels are not here.
func taggable(arn string) error {
	if trailARN.MatchString(arn) {
		return nil
	}
	// The words are not seen, here and below [unsure].
	return awsapi.Refuse("CloudTrailARNInvalidException", "The specified value for an ARN is not valid: %s", arn)
}

// tagged is the trail with that ARN, in whose home region alone its tags are.
func tagged(c *awsapi.Call, arn string) (*world.Trail, error) {
	if t := c.State().Trail(c.CallerAccount(), arn); t != nil {
		return t, nil
	}
	return nil, awsapi.Refuse("ResourceNotFoundException", "The specified resource was not found: %s", arn)
}

// askTagged asks for the call's permission on a trail, with the tags that it has and those
// that the call names.
func askTagged(c *awsapi.Call, arn string, keys ...awsapi.Key) (*authz.Request, error) {
	if err := taggable(arn); err != nil {
		return nil, err
	}
	if t := c.State().Trail(c.CallerAccount(), arn); t != nil {
		for name, value := range t.Tags {
			keys = append(keys, awsapi.Key{Name: "aws:ResourceTag/" + name, Values: []string{value}})
		}
	}
	return c.Question(c.Permission(), arn, keys...), nil
}

type listTagsInput struct {
	ResourceIdList []string `aws:",required"`
	NextToken      string
}

type resourceTag struct {
	ResourceId string
	TagsList   []tag
}

type listTagsOutput struct{ ResourceTagList []resourceTag }

func checkListTags(c *awsapi.Call, in *listTagsInput) ([]*authz.Request, error) {
	if len(in.ResourceIdList) > maxARNs {
		return nil, awsapi.Refuse("InvalidParameterException", "At most %d resources can be asked for.", maxARNs)
	}
	var all []*authz.Request
	for _, arn := range in.ResourceIdList {
		q, err := askTagged(c, arn)
		if err != nil {
			return nil, err
		}
		all = append(all, q)
	}
	return all, nil
}

// listTags has an entry for each ARN that was asked for, with an empty list where a trail
// has no tags: Terraform's provider looks at the first without counting them.
func listTags(c *awsapi.Call, in *listTagsInput) (*listTagsOutput, error) {
	out := &listTagsOutput{ResourceTagList: []resourceTag{}}
	for _, arn := range in.ResourceIdList {
		t, err := tagged(c, arn)
		if err != nil {
			return nil, err
		}
		entry := resourceTag{arn, []tag{}}
		for _, name := range slices.Sorted(maps.Keys(t.Tags)) {
			entry.TagsList = append(entry.TagsList, tag{name, t.Tags[name]})
		}
		out.ResourceTagList = append(out.ResourceTagList, entry)
	}
	return out, nil
}

type addTagsInput struct {
	ResourceId string `aws:",required"`
	TagsList   []tag  `aws:",required"`
}

func checkAddTags(c *awsapi.Call, in *addTagsInput) ([]*authz.Request, error) {
	q, err := askTagged(c, in.ResourceId, awsapi.RequestTags(in.TagsList)...)
	return []*authz.Request{q}, err
}

func addTags(c *awsapi.Call, in *addTagsInput) (*awsapi.Nothing, error) {
	t, err := tagged(c, in.ResourceId)
	if err != nil {
		return nil, err
	}
	tags, err := tagsWith(t.Tags, in.TagsList)
	if err != nil {
		return nil, err
	}
	return &awsapi.Nothing{}, change(c, t, func(t *world.Trail) { t.Tags = tags })
}

// tagsWith is what a trail's tags are with more of them.
func tagsWith(old map[string]string, more []tag) (map[string]string, error) {
	if len(more) == 0 {
		return old, nil
	}
	all, given := map[string]string{}, map[string]bool{}
	maps.Copy(all, old)
	for _, t := range more {
		switch {
		case given[t.Key]:
			return nil, badTag("Duplicate tag keys are not allowed: %s", t.Key)
		case len([]rune(t.Key)) > 128 || len([]rune(t.Value)) > 256:
			return nil, badTag("A tag key has at most 128 characters, a tag value 256: %s", t.Key)
		case strings.HasPrefix(strings.ToLower(t.Key), "aws:"):
			return nil, badTag("Tag keys that begin with aws: are reserved: %s", t.Key)
		}
		all[t.Key], given[t.Key] = t.Value, true
	}
	if len(all) > maxTags {
		return nil, awsapi.Refuse("TagsLimitExceededException",
			"The number of tags per trail has exceeded the permitted amount, %d.", maxTags)
	}
	return all, nil
}

func badTag(format, key string) error {
	return awsapi.Refuse("InvalidTagParameterException", format, key)
}

type removeTagsInput struct {
	ResourceId string `aws:",required"`
	TagsList   []tag  `aws:",required"`
}

func checkRemoveTags(c *awsapi.Call, in *removeTagsInput) ([]*authz.Request, error) {
	var names []string
	for _, t := range in.TagsList {
		names = append(names, t.Key)
	}
	q, err := askTagged(c, in.ResourceId, awsapi.Key{Name: "aws:TagKeys", Values: names})
	return []*authz.Request{q}, err
}

// removeTags takes away the tags of those keys, whatever their values, and of those that
// are not there nothing.
func removeTags(c *awsapi.Call, in *removeTagsInput) (*awsapi.Nothing, error) {
	t, err := tagged(c, in.ResourceId)
	if err != nil {
		return nil, err
	}
	tags := maps.Clone(t.Tags)
	for _, gone := range in.TagsList {
		delete(tags, gone.Key)
	}
	return &awsapi.Nothing{}, change(c, t, func(t *world.Trail) { t.Tags = tags })
}
