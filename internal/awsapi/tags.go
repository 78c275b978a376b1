package awsapi

import "strings"

// Tag is a tag in a call; services name its two parts differently.
type Tag interface{ Pair() (key, value string) }

// RequestTags are the condition keys of the tags in a call; none where it has none
// (IAM User Guide, "Controlling access to AWS resources using tags").
func RequestTags[T Tag](list []T) []Key {
	if len(list) == 0 {
		return nil
	}
	keys, names := make([]Key, 0, len(list)+1), make([]string, 0, len(list))
	for _, t := range list {
		key, value := t.Pair()
		keys = append(keys, Key{Name: "aws:RequestTag/" + key, Values: []string{value}})
		names = append(names, key)
	}
	return append(keys, Key{Name: "aws:TagKeys", Values: names})
}

// ResourceTags are the condition keys of the tags of a user, role or policy of IAM's,
// in which AWS has them under two names.
func ResourceTags(tags map[string]string) []Key {
	keys := make([]Key, 0, 2*len(tags))
	for key, value := range tags {
		keys = append(keys, Key{"aws:ResourceTag/" + key, []string{value}}, Key{"iam:ResourceTag/" + key, []string{value}})
	}
	return keys
}

// KeyValue is a tag as IAM and STS have it.
type KeyValue struct {
	Key   string  `aws:",required"`
	Value *string `aws:",required"` // it may be empty
}

// Pair is Tag.
func (t KeyValue) Pair() (key, value string) {
	if t.Value == nil {
		return t.Key, ""
	}
	return t.Key, *t.Value
}

// TagMap is a list of tags as a map; nil where there are none. Every key may be
// there once, whatever its case: code is that of the refusal.
func TagMap(list []KeyValue, code string) (map[string]string, error) {
	if len(list) == 0 {
		return nil, nil
	}
	tags, folded := make(map[string]string, len(list)), make(map[string]bool, len(list))
	for _, t := range list {
		key, value := t.Pair()
		if folded[strings.ToLower(key)] {
			return nil, Refuse(code, "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
		tags[key], folded[strings.ToLower(key)] = value, true
	}
	return tags, nil
}
