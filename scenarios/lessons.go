package scenarios

import (
	"slices"

	"github.com/s3fault/s3fault/internal/tree"
)

// withLessons is the scenarios of a file, each with what the mapping `lessons` has
// under its name; nil and null have nothing.
func withLessons(scenarios, lessons *tree.Node) (*tree.Node, error) {
	if lessons == nil || lessons.Kind == tree.Null {
		return scenarios, nil
	}
	if lessons.Kind != tree.Mapping {
		return scenarios, tree.Wanted(lessons, "a mapping")
	}
	index := make(map[string]int, len(scenarios.Keys))
	var names []string
	for i, key := range scenarios.Keys {
		index[key.Text] = i
		names = append(names, key.Text)
	}
	var errs []error
	all := *scenarios
	all.Items = slices.Clone(scenarios.Items)
	for i, key := range lessons.Keys {
		at, ok := index[key.Text]
		if !ok {
			errs = append(errs, tree.Unknown(key, "scenario", key.Text, names))
			continue
		}
		var err error
		all.Items[at], err = withLesson(all.Items[at], key.Text, lessons.Items[i])
		errs = append(errs, err)
	}
	return &all, tree.Join(errs...)
}

// withLesson is a scenario with the entry that lessons have for it. What is no
// mapping is left to the error of who reads scenarios.
func withLesson(scenario *tree.Node, name string, entry *tree.Node) (*tree.Node, error) {
	good, err := whole.Good(entry, lessonsEntry.Shape)
	if good == nil || scenario.Kind != tree.Mapping {
		return scenario, err
	}
	errs, whole := []error{err}, *scenario
	for i, key := range good.Keys {
		if k := slices.IndexFunc(scenario.Keys, func(k *tree.Node) bool { return k.Text == key.Text }); k >= 0 {
			there := scenario.Keys[k].At
			errs = append(errs, tree.Fail(key, "the scenario %s has its %s in two places, here and at %s:%d:%d", name,
				key.Text, there.File, there.Line, there.Column))
			continue
		}
		whole.Keys = append(slices.Clip(whole.Keys), key)
		whole.Items = append(slices.Clip(whole.Items), good.Items[i])
	}
	return &whole, tree.Join(errs...)
}
