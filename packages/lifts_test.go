package packages

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
)

// What importing emulatortest does to the go.mod of somebody who pins an older SDK is what
// its doc comment says: modules that both have are raised to ours, and others stay.
func TestWhatEmulatortestLifts(t *testing.T) {
	programs.Need(t) // it loads the older SDK
	top, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	const module = "github.com/s3fault/s3fault"
	folder := outside(t, theProgram)
	before := requirements(t, folder)
	golang(t, folder, at(""), "mod", "edit", "-replace", module+"="+top, "-require", module+"@v0.0.0")
	write(t, folder, "read_test.go", liftingTest)
	golang(t, folder, at(""), "mod", "tidy")
	after, ours := requirements(t, folder), requirements(t, top)
	raised := 0
	for name, version := range before {
		want := version
		if our, both := ours[name]; both && name != "go" && older(version, our) {
			want = our
			raised++
		}
		if after[name] != "" && after[name] != want {
			t.Errorf("%s was %s and is %s, want %s", name, version, after[name], want)
		}
	}
	told, err := os.ReadFile("../emulator/emulatortest/emulatortest.go")
	if err != nil {
		t.Fatal(err)
	}
	for name := range after {
		if _, theirs := before[name]; !theirs && !strings.Contains(string(told), name) {
			t.Errorf("%s %s is new, and the doc comment does not say so", name, after[name])
		}
	}
	t.Logf("raised: %d of %d requirements, aws-sdk-go-v2 from %s to %s",
		raised, len(before), before[theirSDK], after[theirSDK])
	if raised == 0 || after[theirSDK] != ours[theirSDK] {
		t.Error("the SDK is not raised, and the doc comment says so")
	}
	golang(t, folder, at(""), "test", "-count=1", ".")
}

const liftingTest = `package theirs

import (
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
)

func TestRead(t *testing.T) {
	if emulatortest.Start(t, "plain").Endpoint == "" {
		t.Error("no endpoint")
	}
}
`

// older says whether a version without a suffix, as the SDK's all are, comes before another.
func older(a, b string) bool {
	var left, right [3]int
	for version, into := range map[string]*[3]int{a: &left, b: &right} {
		if _, err := fmt.Sscanf(version, "v%d.%d.%d", &into[0], &into[1], &into[2]); err != nil {
			panic(version + ": " + err.Error())
		}
	}
	return slices.Compare(left[:], right[:]) < 0
}
