package awsapi

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
