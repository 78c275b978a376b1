package cause

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

// mend is what there is to do about a document of whose fault no nearest name is known.
func (d Document) mend(p policy.Error, statement int) []journal.Change {
	if action, kinds, ok := strings.Cut(p.Detail, " works on "); ok {
		return d.resourceFor(action, strings.Split(kinds, ", "), statement)
	}
	if p.Value != "" {
		c := Cure("name somebody who is there in the place of " + p.Value + ".")
		c.Seen = p.Value
		return []journal.Change{c}
	}
	return nil
}

// resourceFor gives the statement a resource of a kind that the action works on: the
// objects of the bucket that it names, or the bucket of its objects.
func (d Document) resourceFor(action string, kinds []string, statement int) []journal.Change {
	for _, wrong := range resourcesOf(d.Text, statement) {
		bucket, _, isObject := strings.Cut(wrong, "/")
		right := bucket + "/*"
		if isObject {
			right = bucket
		}
		if slices.Contains(kinds, map[bool]string{true: "bucket", false: "object"}[isObject]) {
			c := d.instead(right, wrong)
			c.Text = strings.TrimSuffix(c.Text, ".") + ": " + action + " works on " + strings.Join(kinds, ", ") + "."
			return []journal.Change{c}
		}
	}
	return nil
}

// resourcesOf are the resources of a statement; none where the document cannot be read.
func resourcesOf(text string, statement int) []string {
	var document struct {
		Statement many[struct{ Resource many[string] }]
	}
	if json.Unmarshal([]byte(text), &document) != nil || statement < 0 || statement >= len(document.Statement) {
		return nil
	}
	return document.Statement[statement].Resource
}

// many is a list, or what stands for one of its elements alone.
type many[T any] []T

func (m *many[T]) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '[' {
		return json.Unmarshal(text, (*[]T)(m))
	}
	*m = make(many[T], 1)
	return json.Unmarshal(text, &(*m)[0])
}
