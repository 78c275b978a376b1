package scenarios

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// told is a good file whose commands stand under lessons, from line 42 on.
var told = strings.Replace(good, `    fix_commands:
      - aws s3api delete-bucket-policy --bucket my-bucket
`, `lessons:
  one:
    lesson: {why: A Deny beats every Allow., symptom: [{as: app, run: aws s3 ls}]}
    fix_commands: [aws s3api delete-bucket-policy --bucket my-bucket]
`, 1)

// A lesson is the same wherever it stands.
func TestLessonsOfTheFile(t *testing.T) {
	apart := scenario(t, parse(t, told), "one")
	within := scenario(t, parse(t, strings.Replace(good, "    fix_commands:",
		"    lesson: {why: A Deny beats every Allow., symptom: [{as: app, run: aws s3 ls}]}\n    fix_commands:", 1)), "one")
	for _, s := range []*Scenario{apart, within} {
		if s.Lesson.Why != "A Deny beats every Allow." || len(s.Lesson.Symptom) != 1 || s.Lesson.Symptom[0].As != "app" {
			t.Errorf("the lesson is %+v", s.Lesson)
		}
		if len(s.FixCommands) != 1 || len(s.FixCommandsJSON()) != 1 || s.FixCommands[0].As != adminCaller {
			t.Errorf("the commands are %+v, as JSON %v", s.FixCommands, s.FixCommandsJSON())
		}
	}
	if none := scenario(t, parse(t, good+"lessons: null\n"), "one"); len(none.FixCommands) != 1 {
		t.Errorf("with no lessons the commands are %+v", none.FixCommands)
	}
}

// Every row puts new in the place of old in told, and has one defect.
func TestBadLessons(t *testing.T) {
	for _, row := range []struct{ name, old, new, want string }{
		{"a scenario that is not there", "  one:\n    lesson:", "  oen:\n    lesson:", `43:3: unknown scenario "oen" (did you mean "one"?)`},
		{"unknown key", "    fix_commands:", "    fix_comands:", `45:5: unknown key "fix_comands" in a lessons entry (did you mean "fix_commands"?)`},
		{"a key of the lesson", "    lesson: {why:", "    why: x\n    lesson: {why:", `44:5: the key "why" does not belong in a lessons entry, but in a lesson`},
		{"a key of the scenario", "    lesson: {why:", "    after_fix: []\n    lesson: {why:", `44:5: the key "after_fix" does not belong in a lessons entry, but in a scenario`},
		{"unknown key of the lesson", "symptom:", "symtom:", `44:46: unknown key "symtom" in a lesson (did you mean "symptom"?)`},
		{"unknown caller", "as: app, run: aws s3 ls", "as: sesion, run: aws s3 ls", `44:61: unknown caller "sesion" (did you mean "session"?)`},
		{"a list of lessons", "lessons:\n", "lessons: []\nresponse:\n",
			`42:10: a mapping is wanted here, not a list` + "\n" +
				`43:1: unknown key "response" in a file (did you mean "responses"?)`},
		{"an entry without anything", "  one:\n    lesson:", "  one: null\n  two:\n    lesson:",
			"43:8: a mapping is wanted here, not null\n44:3: unknown scenario \"two\""},
		{"twice", "lessons:\n", "    fix_commands: [aws s3 ls]\nlessons:\n", `46:5: the scenario one has its fix_commands in two places, here and at world.yaml:42:5`},
	} {
		t.Run(row.name, func(t *testing.T) {
			if strings.Count(told, row.old) != 1 {
				t.Fatalf("%q is not there once", row.old)
			}
			checkRefused(t, strings.Replace(told, row.old, row.new, 1), row.want)
		})
	}
	if _, err := Parse("world.yaml", []byte(good+"lessons: []\n")); err == nil || err.Error() != "world.yaml:44:10: a mapping is wanted here, not a list" {
		t.Errorf("lessons that are a list: %v", err)
	}
}

// folderOf is a folder with these files, name and content in turn.
func folderOf(t *testing.T, files ...string) string {
	t.Helper()
	folder := t.TempDir()
	for pair := range slices.Chunk(files, 2) {
		if err := os.WriteFile(filepath.Join(folder, pair[0]), []byte(pair[1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// A lessons.yaml belongs to the scenarios.yaml beside it, and to no other file.
func TestLessonsBeside(t *testing.T) {
	const beside = "one:\n  lesson: {why: Because.}\n"
	folder := folderOf(t, "scenarios.yaml", good, "world.yaml", good, "lessons.yaml", beside)
	for name, why := range map[string]string{"scenarios.yaml": "Because.", "world.yaml": ""} {
		f, err := Load(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := scenario(t, f, "one").Lesson.Why; got != why {
			t.Errorf("%s: why is %q, want %q", name, got, why)
		}
	}
	for name, row := range map[string]struct{ scenarios, lessons, want string }{
		"another scenario": {good, "oen: {lesson: {why: x}}\n", `lessons.yaml:1:1: unknown scenario "oen" (did you mean "one"?)`},
		"a misspelt key": {good, "one: {lesson: {symtom: []}}\n",
			`lessons.yaml:1:16: unknown key "symtom" in a lesson (did you mean "symptom"?)`},
		"an unknown caller": {good, "one: {lesson: {symptom: [{as: sesion, run: ls}]}}\n", `lessons.yaml:1:31: unknown caller "sesion" (did you mean "session"?)`},
		"twice":             {told, beside, `lessons.yaml:2:3: the scenario one has its lesson in two places, here and at scenarios.yaml:44:5`},
		"no YAML":           {good, "one: [\n", `lessons.yaml:1:6: the [ that is opened here is never closed`},
	} {
		folder := folderOf(t, "scenarios.yaml", row.scenarios, "lessons.yaml", row.lessons)
		_, err := Load(filepath.Join(folder, "scenarios.yaml"))
		if err == nil || strings.ReplaceAll(err.Error(), folder+string(filepath.Separator), "") != row.want {
			t.Errorf("%s: error\n  %v\nwant\n  %s", name, err, row.want)
		}
	}
}

// The built-in library is the two files at the top of the repository, and its
// lessons are apart from its worlds.
func TestLibrary(t *testing.T) {
	built, err := Library()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(built.Names(), library(t).Names()) {
		t.Errorf("the built-in library has %q", built.Names())
	}
	worlds, err := os.ReadFile("../scenarios.yaml")
	if err != nil {
		t.Fatal(err)
	}
	alone := parse(t, string(worlds))
	for _, name := range built.Names() {
		if scenario(t, built, name).Lesson.Why == "" {
			t.Errorf("%s has no lesson in lessons.yaml", name)
		}
		if s := scenario(t, alone, name); s.Lesson.Why != "" || len(s.FixCommands) > 0 {
			t.Errorf("%s has its lesson in scenarios.yaml", name)
		}
	}
}
