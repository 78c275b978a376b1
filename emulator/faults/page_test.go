package faults

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/scenarios"
)

// The examples of the user's page are good scenario files.
func TestPageExamples(t *testing.T) {
	page, err := os.ReadFile("../../docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(examples) != 3 {
		t.Fatalf("%d examples", len(examples))
	}
	for _, e := range examples {
		facts := "    " + strings.ReplaceAll(strings.TrimSpace(e[1]), "\n", "\n    ")
		file := "version: 1\nscenarios:\n  w:\n    title: an example\n    accounts: {123456789012: {}}\n" +
			"    callers: {root: {root: true}}\n    buckets: {my-bucket: {}}\n" + facts + "\n"
		if _, err := scenarios.Parse("page.yaml", []byte(file)); err != nil {
			t.Errorf("%v in\n%s", err, file)
		}
	}
}
