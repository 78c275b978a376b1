package form

import (
	"strconv"
	"strings"
)

// Sentence is what AWS's services say of broken constraints: how many there are, and each.
func Sentence(all []Broken) string {
	errors := " validation error detected: "
	if len(all) != 1 {
		errors = " validation errors detected: "
	}
	return strconv.Itoa(len(all)) + errors + strings.Join(each(all, Broken.String), "; ")
}

// String is one clause of the sentence. A value that is secret or bytes is not told
// (control-apis.md F4).
func (b Broken) String() string {
	value := "Value "
	if !b.Hidden {
		value += b.Value + " "
	}
	return value + "at '" + b.Path + "' failed to satisfy constraint: " + b.Must
}

func each[T any](all []T, say func(T) string) []string {
	texts := make([]string, len(all))
	for i := range all {
		texts[i] = say(all[i])
	}
	return texts
}
