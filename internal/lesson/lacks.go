package lesson

import (
	"slices"

	"github.com/s3fault/s3fault/scenarios"
)

// Lacks says what a lesson does not have, without which it teaches nothing. Where nothing is
// wrong nothing has to be cured.
func Lacks(sc *scenarios.Scenario) []string {
	wrong := slices.ContainsFunc(sc.Expect, refusesProgram)
	var lacks []string
	for _, part := range []struct {
		name string
		has  bool
	}{
		{"lesson: why", sc.Lesson.Why != ""},
		{"lesson: symptom", len(sc.Lesson.Symptom) > 0},
		{"lesson: diagnose", len(sc.Lesson.Diagnose) > 0},
		{"fix_commands", len(sc.FixCommands) > 0 || !wrong},
		{"after_fix", len(sc.AfterFix) > 0 || !wrong},
	} {
		if !part.has {
			lacks = append(lacks, "it has no "+part.name)
		}
	}
	return lacks
}

// refusesProgram says that a call of somebody who has credentials does not go well; what is
// not there, is not there.
func refusesProgram(c scenarios.Call) bool {
	return c.As != "anonymous" && slices.ContainsFunc(c.Each(), func(w scenarios.Want) bool {
		w = w.In("aws")
		return w.Status >= 400 && w.Status != 404 || w.Broken != "" || w.Layer != ""
	})
}
