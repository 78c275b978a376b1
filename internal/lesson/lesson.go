// Package lesson writes scenarios down as lessons, for a terminal and as
// Markdown: the symptom, what S3 answers, why, how to see it, how to fix it, and
// what holds after the fix.
package lesson

import (
	"strings"

	"github.com/s3fault/s3fault/scenarios"
)

// section is one part of a lesson; each has either commands, answers or text.
type section struct {
	title    string
	text     []string // paragraphs
	commands []scenarios.Command
	answers  []answers
}

// sections are a lesson's parts, in the order in which they are taught.
func sections(sc *scenarios.Scenario) []section {
	all := []section{
		{title: "The symptom", commands: sc.Lesson.Symptom},
		{title: "What S3 answers", answers: answersTo(sc.Expect)},
		{title: "Why it happens", text: paragraphs(sc.Lesson.Why)},
		{title: "How to see it", commands: sc.Lesson.Diagnose},
		{title: "The fix", commands: sc.FixCommands},
		{title: "After the fix", answers: answersTo(sc.AfterFix)},
		{title: "What stays denied", answers: answersTo(sc.StillDenied)},
	}
	if len(sc.FixCommands) == 0 && sc.HasPatch() {
		all[4].text = []string{"No command does it: the cure is around the program. POST /_s3fault/worlds/" + sc.Name + "/fix brings it."}
	}
	given := all[:0]
	for _, s := range all {
		if len(s.text)+len(s.commands)+len(s.answers) > 0 {
			given = append(given, s)
		}
	}
	return given
}

// paragraphs are the lines of a text that YAML has folded, each with single
// spaces.
func paragraphs(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 {
			all = append(all, strings.Join(words, " "))
		}
	}
	return all
}

// sentence ends a text with a full stop.
func sentence(text string) string {
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}

// enter is what points a shell at the scenario with a caller's credentials.
func enter(sc *scenarios.Scenario, as string) string {
	flag := ""
	if as != usualCaller {
		flag = " --as " + as
	}
	return `eval "$(s3fault env --scenario ` + sc.Name + flag + `)"`
}

// day says of a scenario that is about S3 of one day which day that is; empty: it is
// about none.
func day(sc *scenarios.Scenario) string {
	if sc.AsOf().IsZero() {
		return ""
	}
	return "S3 as of " + sc.AsOf().Format("2 January 2006") + " (responses: " + sc.PlayedIn()[0] + ")."
}

// usualCaller is whose credentials `s3fault env` gives unless told otherwise.
const usualCaller = "app"

// firstCaller is who types the lesson's first command.
func firstCaller(sc *scenarios.Scenario) string {
	for _, commands := range [][]scenarios.Command{sc.Lesson.Symptom, sc.Lesson.Diagnose, sc.FixCommands} {
		if len(commands) > 0 {
			return commands[0].As
		}
	}
	return usualCaller
}
