package ec2

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// The limits of tags (Amazon EC2 User Guide, "Tag restrictions").
const (
	mostTags    = 50
	mostTagKey  = 127
	mostTagText = 255
)

// tagged are the tags that a call gives what it makes.
func tagged(specifications []tagSpecification, kind string) map[string]string {
	tags := map[string]string{}
	for _, s := range specifications {
		if s.ResourceType != kind {
			continue
		}
		for _, t := range s.Tags {
			tags[t.Key] = t.Value
		}
	}
	return tags
}

// askNew asks for the call's permission on what it makes and, where that gets tags, for
// ec2:CreateTags.
func askNew(c *awsapi.Call, kind string, tags map[string]string, keys ...awsapi.Key) []*authz.Request {
	keys = append(keys, awsapi.RequestTags(tagsOf(tags))...)
	questions := askAll(c, kind, []string{"*"}, keys...)
	if len(tags) > 0 {
		keys = append(keys, awsapi.Key{Name: "ec2:CreateAction", Values: []string{c.Action.Name}})
		questions = append(questions, c.Question("ec2:CreateTags", arn(c, kind+"/*"), keys...))
	}
	return questions
}

// askOne asks for the call's permission on something that is there, with its tags.
func askOne(c *awsapi.Call, kind, id string, more ...awsapi.Key) []*authz.Request {
	keys := append(more, regionKey(c))
	if h := holderOf(c, id); h != nil {
		for key, value := range h.tags {
			keys = append(keys, awsapi.Key{Name: "aws:ResourceTag/" + key, Values: []string{value}},
				awsapi.Key{Name: "ec2:ResourceTag/" + key, Values: []string{value}})
		}
	}
	return askAll(c, kind, []string{id}, keys...)
}

// holder is something that has tags.
type holder struct {
	id, kind string
	tags     map[string]string
	put      func(s *world.State, tags map[string]string) *world.State
}

// holders are all that have tags, in order of kind and id.
func holders(c *awsapi.Call) []holder {
	var all []holder
	for _, t := range tables(c) {
		all = append(all, holder{t.ID, tableKind, t.Tags, func(s *world.State, tags map[string]string) *world.State {
			with := *t
			with.Tags = tags
			return with.In(s)
		}})
	}
	for _, n := range allSubnets(c) {
		all = append(all, holder{n.ID, subnetKind, n.Tags, func(s *world.State, tags map[string]string) *world.State {
			with := *n
			with.Tags = tags
			return with.In(s)
		}})
	}
	for _, v := range allVPCs(c) {
		all = append(all, holder{v.ID, vpcKind, v.Tags, func(s *world.State, tags map[string]string) *world.State {
			with := *v
			with.Tags = tags
			return with.In(s, nil)
		}})
	}
	for _, e := range endpoints(c) {
		all = append(all, holder{e.ID, taggedKind, e.Tags, func(s *world.State, tags map[string]string) *world.State {
			with := *e
			with.Tags = tags
			return s.WithEndpoint(&with)
		}})
	}
	return all
}

// holderOf is the one of that id; nil: there is none.
func holderOf(c *awsapi.Call, id string) *holder {
	all := holders(c)
	if i := slices.IndexFunc(all, func(h holder) bool { return h.id == id }); i >= 0 {
		return &all[i]
	}
	return nil
}

type tagsInput struct {
	DryRun    bool
	Resources []string `aws:"ResourceId,required"`
}

type (
	createTagsInput struct {
		tagsInput
		Tags []tag `aws:"Tag,required"`
	}
	deletedTag struct {
		Key   string
		Value *string // nil: whatever it is
	}
	deleteTagsInput struct {
		tagsInput
		Tags []deletedTag `aws:"Tag"` // none: all
	}
)

// ask asks for the call's permission on each resource.
func (in *tagsInput) ask(c *awsapi.Call, keys ...awsapi.Key) (questions []*authz.Request) {
	for _, id := range in.Resources {
		kind := "*"
		if h := holderOf(c, id); h != nil {
			kind = h.kind
		}
		questions = append(questions, askOne(c, kind, id, slices.Clone(keys)...)...)
	}
	return questions
}

func checkCreateTags(c *awsapi.Call, in *createTagsInput) ([]*authz.Request, error) {
	return in.ask(c, awsapi.RequestTags(in.Tags)...), nil
}

func checkDeleteTags(c *awsapi.Call, in *deleteTagsInput) ([]*authz.Request, error) {
	names := make([]string, len(in.Tags))
	for i, t := range in.Tags {
		names[i] = t.Key
	}
	return in.ask(c, awsapi.Key{Name: "aws:TagKeys", Values: names}), nil
}

// change gives every resource other tags, all or none.
func (in *tagsInput) change(c *awsapi.Call, tags func(map[string]string) (map[string]string, error)) (*done, error) {
	var steps []func(*world.State) *world.State
	for _, id := range in.Resources {
		h := holderOf(c, id)
		if h == nil {
			return nil, awsapi.Refuse("InvalidID", "The ID '%s' is not valid", id)
		}
		next, err := tags(h.tags)
		if err != nil {
			return nil, err
		}
		steps = append(steps, func(s *world.State) *world.State { return h.put(s, next) })
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	return &done{}, c.Change(func(s *world.State) (*world.State, error) {
		for _, step := range steps {
			s = step(s)
		}
		return s, nil
	})
}

func createTags(c *awsapi.Call, in *createTagsInput) (*done, error) {
	return in.change(c, func(had map[string]string) (map[string]string, error) {
		all := make(map[string]string, len(had)+len(in.Tags))
		maps.Copy(all, had)
		for _, t := range in.Tags {
			if err := t.check(); err != nil {
				return nil, err
			}
			all[t.Key] = t.Value
		}
		if len(all) > mostTags {
			return nil, awsapi.Refuse("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.")
		}
		return all, nil
	})
}

// check refuses tags that EC2 does not take. The words are [unsure].
func (t tag) check() error {
	switch {
	case strings.HasPrefix(strings.ToLower(t.Key), "aws:"):
		return awsapi.Refuse("InvalidParameterValue",
			"Tag keys starting with 'aws:' are reserved for internal use")
	case t.Key == "" || utf8.RuneCountInString(t.Key) > mostTagKey:
		return awsapi.Refuse("InvalidParameterValue", "Tag key exceeds the maximum length of %d characters", mostTagKey)
	case utf8.RuneCountInString(t.Value) > mostTagText:
		return awsapi.Refuse("InvalidParameterValue", "Tag value exceeds the maximum length of %d characters", mostTagText)
	}
	return nil
}

func deleteTags(c *awsapi.Call, in *deleteTagsInput) (*done, error) {
	return in.change(c, func(had map[string]string) (map[string]string, error) {
		rest := maps.Clone(had)
		for _, t := range in.Tags {
			if value, ok := rest[t.Key]; ok && (t.Value == nil || *t.Value == value) {
				delete(rest, t.Key)
			}
		}
		if len(in.Tags) == 0 {
			clear(rest)
		}
		return rest, nil
	})
}

type describeTagsInput struct {
	DryRun     bool
	Filters    []filter `aws:"Filter"`
	MaxResults *int
	NextToken  string
}

type tagOf struct {
	ResourceId   string `xml:"resourceId"`
	ResourceType string `xml:"resourceType"`
	Key          string `xml:"key"`
	Value        string `xml:"value"`
}

type describeTagsOutput struct {
	Tags      awsapi.Items[tagOf] `xml:"tagSet"`
	NextToken string              `xml:"nextToken,omitempty"`
}

var tagAttributes = attributes[tagOf]{
	"key":           func(t tagOf) []string { return []string{t.Key} },
	"resource-id":   func(t tagOf) []string { return []string{t.ResourceId} },
	"resource-type": func(t tagOf) []string { return []string{t.ResourceType} },
	"value":         func(t tagOf) []string { return []string{t.Value} },
}

func describeTags(c *awsapi.Call, in *describeTagsInput) (*describeTagsOutput, error) {
	var all []tagOf
	for _, h := range holders(c) {
		for _, t := range tagsOf(h.tags) {
			all = append(all, tagOf{h.id, h.kind, t.Key, t.Value})
		}
	}
	id := func(t tagOf) string { return t.ResourceId + " " + t.Key }
	slices.SortFunc(all, func(a, b tagOf) int { return strings.Compare(id(a), id(b)) })
	shown, next, err := listed(all, listing[tagOf]{
		filters: in.Filters, size: in.MaxResults, token: in.NextToken, most: 1000, id: id, known: tagAttributes,
		tags: func(t tagOf) map[string]string { return map[string]string{t.Key: t.Value} }, dryRun: in.DryRun,
	})
	return &describeTagsOutput{shown, next}, err
}
