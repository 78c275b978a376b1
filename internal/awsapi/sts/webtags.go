package sts

import (
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/oidc"
	"github.com/s3fault/s3fault/internal/world"
)

// tagsIn are the session's tags as a token has them (IAM User Guide, "Pass session tags in
// AWS STS"), in the order of their keys; false: they are not in their form.
func tagsIn(claims map[string]any) (tags []tag, transitive []string, ok bool) {
	all, listed, ok := nestedTags(claims[tagsClaim])
	if !ok {
		return nil, nil, false
	}
	for name, value := range claims {
		key, is := strings.CutPrefix(name, tagsClaim+"/principal_tags/")
		if !is {
			continue
		}
		text, is := value.(string)
		if _, twice := all[key]; twice || !is {
			return nil, nil, false
		}
		all[key] = text
	}
	if flat, there := claims[tagsClaim+"/transitive_tag_keys"]; there {
		if listed, ok = oidc.Texts(flat); !ok {
			return nil, nil, false
		}
	}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		tags = append(tags, tag{Key: key, Value: new(all[key])})
	}
	return tags, listed, tagsGood(all, listed)
}

// nestedTags reads the claim that has them as one object.
func nestedTags(claim any) (all map[string]string, transitive []string, ok bool) {
	all = map[string]string{}
	if claim == nil {
		return all, nil, true
	}
	object, ok := claim.(map[string]any)
	if !ok {
		return nil, nil, false
	}
	principal, ok := object["principal_tags"].(map[string]any)
	if !ok && object["principal_tags"] != nil {
		return nil, nil, false
	}
	for key, value := range principal {
		values, ok := oidc.Texts(value)
		if !ok || len(values) != 1 {
			return nil, nil, false
		}
		all[key] = values[0]
	}
	if keys := object["transitive_tag_keys"]; keys != nil {
		if transitive, ok = oidc.Texts(keys); !ok {
			return nil, nil, false
		}
	}
	return all, transitive, true
}

const (
	tagsClaim   = "https://aws.amazon.com/tags"
	sourceClaim = "https://aws.amazon.com/source_identity"
	// mostTags is how many tags a session can have.
	mostTags = 50
)

// tagsGood holds tags to their lengths, and the transitive ones to be among them.
func tagsGood(all map[string]string, transitive []string) bool {
	for key, value := range all {
		if world.BadTag(key, value) != "" {
			return false
		}
	}
	return len(all) <= mostTags && !slices.ContainsFunc(transitive, func(key string) bool {
		_, there := all[key]
		return !there
	})
}
