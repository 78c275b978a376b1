package lesson

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/book"
	"github.com/s3fault/s3fault/scenarios"
)

const tableHead = `<!-- Written from scenarios.yaml by go test ./internal/lesson -run Page -update: change that, not this. -->
# The scenarios

Each is a world in which S3 says no for one reason. The name leads to its lesson. The last two columns are what the program's calls are answered: by S3 as the article of 2023 has it (` + "`article`" + `), and by S3 as it is today (` + "`aws`" + `). A scenario about what S3 has only had since has no answers of the article.

| scenario | what is wrong | refused by | ` + "`article`" + ` | ` + "`aws`" + ` |
| --- | --- | --- | --- | --- |
`

// TestScenariosPage: docs/scenarios.md has a row for every scenario, in the order of
// the library.
func TestScenariosPage(t *testing.T) {
	file := library(t)
	pageOf := map[string]string{}
	all, err := chapters(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range slices.Backward(all) {
		for _, sc := range c.lesson {
			pageOf[sc.Name] = "lessons/" + c.file() + "#" + sc.Name
		}
	}
	var page strings.Builder
	page.WriteString(tableHead)
	for _, name := range file.Names() {
		sc := scenarioOf(t, file, name)
		fmt.Fprintf(&page, "| [%s](%s) | %s | %s | %s | %s |\n", name, pageOf[name], escape(sc.Title),
			refusing(t, sc), seen(sc, "article"), sameOr(sc, seen(sc, "aws")))
	}
	book.Hold(t, "../../docs/scenarios.md", page.String())
}

func scenarioOf(t *testing.T, file *scenarios.File, name string) *scenarios.Scenario {
	t.Helper()
	sc, err := file.Scenario(name)
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

// refusing is the layer that refuses; empty where nothing is wrong.
func refusing(t *testing.T, sc *scenarios.Scenario) string {
	t.Helper()
	if sc.Name == nothingWrong {
		return ""
	}
	return strings.Join(layersOf(t, sc), ", ")
}

// seen is what the calls are answered with these responses, refusals first:
// "GetObject, HeadObject: 403 AccessDenied; ListObjectsV2: 200".
func seen(sc *scenarios.Scenario, responses string) string {
	if !slices.Contains(sc.PlayedIn(), responses) {
		return ""
	}
	calls := map[string][]string{}
	var refusals, successes []string
	for _, c := range sc.Expect {
		if !c.Sends() {
			continue
		}
		answer, refused := inShort(c, responses)
		call := c.Call
		if c.As != usualCaller {
			call += " as " + c.As
		}
		if calls[answer] == nil && !refused {
			successes = append(successes, answer)
		} else if calls[answer] == nil {
			refusals = append(refusals, answer)
		}
		if !slices.Contains(calls[answer], call) {
			calls[answer] = append(calls[answer], call)
		}
	}
	var texts []string
	for _, answer := range slices.Concat(refusals, successes) {
		texts = append(texts, strings.Join(calls[answer], ", ")+": "+answer)
	}
	return escape(strings.Join(texts, "; "))
}

// inShort are the statuses and codes that the call is answered with in turn, and whether
// one of them is not good.
func inShort(c scenarios.Call, responses string) (answer string, refused bool) {
	var all []string
	for _, want := range c.Each() {
		want = want.In(responses)
		refused = refused || want.Status >= 300 || want.Broken != ""
		short := scenarios.Want{Status: want.Status, Code: want.Code, Broken: want.Broken}
		all = append(all, answerOf(short).text)
	}
	return strings.Join(slices.Compact(all), ", then "), refused
}

// sameOr is what is seen with the responses of today, in short where it is what is
// seen with the article's.
func sameOr(sc *scenarios.Scenario, today string) string {
	if today != seen(sc, "article") {
		return today
	}
	for _, c := range sc.Expect {
		if then, now := c.Want.In("article"), c.Want.In("aws"); then.Message != now.Message {
			return "the same, and the message says more"
		}
	}
	return "the same"
}

var readmeRow = regexp.MustCompile("^\\| `([a-z0-9-]+)` \\|.* \\| ([a-z-]*) ?\\|$")

// TestReadmeTable: the scenarios that the README names are there, and are refused by
// the layer that it names.
func TestReadmeTable(t *testing.T) {
	content, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	file, rows := library(t), 0
	for line := range strings.Lines(string(content)) {
		m := readmeRow.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			continue
		}
		rows++
		sc := scenarioOf(t, file, m[1])
		if layer := refusing(t, sc); layer != m[2] {
			t.Errorf("README: %s is refused by %q, not by %q", m[1], layer, m[2])
		}
	}
	if rows != 10 {
		t.Errorf("the README has %d scenarios, want ten", rows)
	}
}
