package scenarios

import "slices"

// lessonsEntryDoc is what there is to learn from a scenario and to type in it. It
// stands in the scenario, or under the scenario's name in `lessons` or in the
// lessons.yaml beside the file.
type lessonsEntryDoc struct {
	Lesson      Lesson    `yaml:"lesson"`
	FixCommands []Command `yaml:"fix_commands"`
}

// withLessons is the scenarios of a file, each with what the mapping `lessons` has
// under its name; nil and null have nothing.
func withLessons(scenarios, lessons *node) (*node, error) {
	if lessons == nil || lessons.kind == nullKind {
		return scenarios, nil
	}
	if lessons.kind != mappingKind {
		return nil, wanted(lessons, "a mapping")
	}
	index := make(map[string]int, len(scenarios.keys))
	var names []string
	for i, key := range scenarios.keys {
		index[key.text] = i
		names = append(names, key.text)
	}
	all := *scenarios
	all.items = slices.Clone(scenarios.items)
	for i, key := range lessons.keys {
		at, ok := index[key.text]
		if !ok {
			return nil, unknown(key, "scenario", key.text, names)
		}
		var err error
		if all.items[at], err = withLesson(all.items[at], key.text, lessons.items[i]); err != nil {
			return nil, err
		}
	}
	return &all, nil
}

// withLesson is a scenario with the entry that lessons have for it. What is no
// mapping is left to the error of who reads scenarios.
func withLesson(scenario *node, name string, entry *node) (*node, error) {
	if err := decode(entry, &lessonsEntryDoc{}); err != nil {
		return nil, err
	}
	if scenario.kind != mappingKind {
		return scenario, nil
	}
	whole := *scenario
	for i, key := range entry.keys {
		if k := slices.IndexFunc(scenario.keys, func(k *node) bool { return k.text == key.text }); k >= 0 {
			there := scenario.keys[k].at
			return nil, fail(key, "the scenario %s has its %s in two places, here and at %s:%d:%d", name, key.text,
				there.file, there.line, there.column)
		}
		whole.keys = append(slices.Clip(whole.keys), key)
		whole.items = append(slices.Clip(whole.items), entry.items[i])
	}
	return &whole, nil
}
