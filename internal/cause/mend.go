package cause

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

// worksOn stands in a problem between an action and what it needs.
const worksOn = " works on "

// mend is what there is to do about a document of whose fault no nearest name is known.
func (d Document) mend(p policy.Error, statement int) []journal.Change {
	if action, kinds, ok := strings.Cut(p.Detail, worksOn); ok {
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
			c := d.instead(right, wrong, statement, resource)
			if d.misses(d.replaced([]string{right}, wrong, statement, resource), statement) {
				c = d.beside(right, wrong, statement)
			}
			c.Text = strings.TrimSuffix(c.Text, ".") + ": " + action + " works on " + strings.Join(kinds, ", ") + "."
			return []journal.Change{c}
		}
	}
	return nil
}

// resource is the element of a statement that says what it is about.
const resource = "Resource"

// misses says whether a statement has an action that works on none of its resources.
func (d Document) misses(document string, statement int) bool {
	at := "Statement[" + strconv.Itoa(statement) + "]."
	return slices.ContainsFunc(policy.Check([]byte(document), d.rules()), func(p *policy.Error) bool {
		return strings.HasPrefix(p.Path, at) && strings.Contains(p.Detail, worksOn)
	})
}

// beside is the cure that gives a statement a second resource: its other actions need the first.
func (d Document) beside(more, there string, statement int) journal.Change {
	c := as(journal.OfValue, Cure("add "+more+" beside "+there+"."))
	c.Wanted, c.Seen, c.Corrected = more, there, there+", "+more
	d.putting(&c, d.with([]string{there, more}, there, statement, resource))
	return c
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
