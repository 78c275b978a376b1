package floors

import "testing"

// Each law finds what is planted against it, and nothing in what is not.
func TestLawsFindWhatIsPlanted(t *testing.T) {
	const own = `"` + module
	for _, row := range []struct {
		name, law string
		files     map[string]string
		against   bool
	}{
		{"a package outside the map", "every package has a floor", map[string]string{"internal/util/x.go": `package util`}, true},
		{"a package in the map", "every package has a floor", map[string]string{"s3fault.go": `package s3fault`, "policy/x_test.go": `package policy`}, false},

		{"an import up", "imports go down", map[string]string{"policy/x.go": `package policy; import ` + own + `/authz"`}, true},
		{"an import on one floor", "imports go down", map[string]string{"policy/x.go": `package policy; import ` + own + `/sigv4"`}, true},
		{"an import of the top", "imports go down", map[string]string{"policy/x.go": `package policy; import ` + own + `"`}, true},
		{"an import of nobody", "imports go down", map[string]string{"emulator/x_test.go": `package emulator; import ` + own + `/nobody"`}, true},
		{"an import down", "imports go down", map[string]string{"authz/x.go": `package authz; import ` + own + `/policy"`}, false},
		{"a test's import up", "imports go down", map[string]string{"policy/x_test.go": `package policy_test; import ` + own + `/emulator"`}, false},
		{"a namesake of ours", "imports go down", map[string]string{"policy/x.go": `package policy; import ` + own + `-tools/x"`}, false},

		{"HTTP", "decisions know nothing of HTTP", map[string]string{"authz/x.go": `package authz; import "net/http"`}, true},
		{"HTTP under a test", "decisions know nothing of HTTP", map[string]string{"internal/world/x_test.go": `package world; import "net/http/httptest"`}, true},
		{"HTTP by way of another", "decisions know nothing of HTTP", map[string]string{
			"internal/world/x.go": `package world; import ` + own + `/internal/s3err"`,
			"internal/s3err/x.go": `package s3err; import "net/http"`,
		}, true},
		{"HTTP in another's test", "decisions know nothing of HTTP", map[string]string{
			"internal/world/x.go":      `package world; import ` + own + `/internal/s3err"`,
			"internal/s3err/x_test.go": `package s3err; import "net/http"`,
		}, false},
		{"HTTP elsewhere", "decisions know nothing of HTTP", map[string]string{"sigv4/x.go": `package sigv4; import "net/http"`, "policy/x.go": `package policy; import "net/netip"`}, false},

		{"gofakes3", "what is reserved stays with its holder", map[string]string{"internal/store/x.go": `package store; import "github.com/johannesboyne/gofakes3"`}, true},
		{"gofakes3's backend in a test", "what is reserved stays with its holder", map[string]string{"internal/store/x_test.go": `package store; import "github.com/johannesboyne/gofakes3/backend/s3mem"`}, true},
		{"gofakes3 at home", "what is reserved stays with its holder", map[string]string{"internal/store/blob/x.go": `package blob; import "github.com/johannesboyne/gofakes3"`}, false},
		{"the SDK", "what is reserved stays with its holder", map[string]string{"emulator/x.go": `package emulator; import "github.com/aws/aws-sdk-go-v2/aws"`}, true},
		{"the SDK in a test", "what is reserved stays with its holder", map[string]string{"emulator/x_test.go": `package emulator; import "github.com/aws/aws-sdk-go-v2/aws"`}, false},
		{"the SDK in emulatortest", "what is reserved stays with its holder", map[string]string{"emulator/emulatortest/x.go": `package emulatortest; import "github.com/aws/aws-sdk-go-v2/aws"`}, true},
		{"the SDK in an example", "what is reserved stays with its holder", map[string]string{"examples/lost-write/bug/x.go": `package main; import "github.com/aws/aws-sdk-go-v2/aws"`}, false},
		{"the SDK at home", "what is reserved stays with its holder", map[string]string{"emulator/emulatortest/sdkv2/x.go": `package sdkv2; import "github.com/aws/aws-sdk-go-v2/aws"`}, false},
		{"YAML", "what is reserved stays with its holder", map[string]string{"internal/world/x.go": `package world; import "gopkg.in/yaml.v3"`}, true},
		{"the other YAML", "what is reserved stays with its holder", map[string]string{"internal/world/x.go": `package world; import "go.yaml.in/yaml/v3"`}, true},
		{"YAML at home", "what is reserved stays with its holder", map[string]string{"internal/tree/x.go": `package tree; import "gopkg.in/yaml.v3"`}, false},

		{"a test that runs a program", "other programs are behind the switch", map[string]string{"internal/rehearse/x_test.go": `package rehearse; import "os/exec"`}, true},
		{"code that runs a program", "other programs are behind the switch", map[string]string{"emulator/x.go": `package emulator; import "os/exec"`}, true},
		{"programs at home", "other programs are behind the switch", map[string]string{
			"internal/programs/x.go": `package programs; import "os/exec"`, "internal/rehearse/x.go": `package rehearse; import "os/exec"`,
		}, false},

		{"the setting's name", "one file knows which responses are on", withAnswers("emulator/x.go", `package emulator; var x = world.ResponsesArticle`), true},
		{"the setting's name in its own package", "one file knows which responses are on", withAnswers("internal/world/x.go", `package world; var x = ResponsesAWS`), true},
		{"the setting's name where it comes in", "one file knows which responses are on", withAnswers("scenarios/x.go", `package scenarios; var x = world.ResponsesAWS`), true},
		{"the setting's text", "one file knows which responses are on", withAnswers("internal/s3api/x.go", "package s3api; var x = y == `article`"), true},
		{"the setting's type", "one file knows which responses are on", withAnswers("internal/s3api/x.go", `package s3api; var x world.Responses`), true},
		{"the way back", "one file knows which responses are on", withAnswers("internal/s3api/x.go", `package s3api; func f(c *Call) { c.State().Answers.Settings() }`), true},
		{"the answers file is gone", "one file knows which responses are on", map[string]string{"policy/x.go": `package policy`}, true},
		{"the text where it comes in", "one file knows which responses are on", withAnswers("scenarios/x.go", `package scenarios; var x = world.Responses("article")`), false},
		{"the question", "one file knows which responses are on", withAnswers("internal/s3api/x.go", `package s3api; func f(c *Call) bool { return c.State().Answers.Has(world.AnyACLRefused) }`), false},
		{"an operation by its name", "operations stand in their table", withOperations("emulator/x.go", `package emulator; var x = y == "GetObject"`), true},
		{"an operation of those that are not here", "operations stand in their table", withOperations("internal/trail/x.go", `package trail; var x = "GetBucketCors"`), true},
		{"no table", "operations stand in their table", map[string]string{"emulator/x.go": `package emulator`}, true},
		{"a permission", "operations stand in their table", withOperations("internal/s3api/x.go", `package s3api; var x = "s3:GetObject"`), false},
		{"an operation in a test", "operations stand in their table", withOperations("internal/s3api/x_test.go", `package s3api; var x = "GetObject"`), false},
		{"an operation in the plan", "operations stand in their table", withOperations("scenarios/x.go", `package scenarios; var x = "GetObject"`), false},
		{"a second evaluation", "one place evaluates", map[string]string{
			"internal/exchange/decide.go": `package exchange; var x = authz.Evaluate`, "internal/s3api/x.go": `package s3api; var x = authz.Evaluate`,
		}, true},
		{"two in one place", "one place evaluates", map[string]string{"internal/exchange/decide.go": `package exchange; var x, y = authz.Evaluate, authz.Evaluate`}, true},
		{"no evaluation", "one place evaluates", map[string]string{"internal/exchange/decide.go": `package exchange`}, true},
		{"the decider alone", "one place evaluates", map[string]string{"internal/decide/decide.go": `package decide; var x = authz.Evaluate`}, true},
		{"two in the decider", "one place evaluates", map[string]string{
			"internal/exchange/decide.go": `package exchange; var x = authz.Evaluate`, "internal/decide/decide.go": `package decide; var x, y = authz.Evaluate, authz.Evaluate`,
		}, true},
		{"one for requests, one for cases", "one place evaluates", map[string]string{
			"internal/exchange/decide.go": `package exchange; var x = authz.Evaluate`, "internal/decide/decide.go": `package decide; var x = authz.Evaluate`,
		}, false},
		{"one for requests, one for what is shown", "one place evaluates", map[string]string{
			"internal/exchange/decide.go": `package exchange; var x = authz.Evaluate`, "internal/s3api/decide.go": `package s3api; var x = authz.Allows`,
		}, false},
		{"what is shown needs no reasons", "one place evaluates", map[string]string{
			"internal/exchange/decide.go": `package exchange; var x = authz.Evaluate`, "internal/s3api/decide.go": `package s3api; var x = authz.Evaluate`,
		}, true},
		{"an operation that only asks", "one place evaluates", map[string]string{
			"internal/exchange/decide.go": `package exchange; var x = authz.Evaluate`, "internal/s3api/object_get.go": `package s3api; var x = authz.Allows`,
		}, true},
		{"one for requests, one for the simulator", "one place evaluates", map[string]string{
			"internal/exchange/decide.go": `package exchange; var x = authz.Evaluate`, "internal/awsapi/iam/evaluation.go": `package iam; var x = authz.Evaluate`,
		}, false},
		{"an operation on its own", "one place evaluates", map[string]string{
			"internal/exchange/decide.go": `package exchange; var x = authz.Evaluate`, "internal/s3api/object_get.go": `package s3api; var x = authz.Evaluate`,
		}, true},
		{"one evaluation", "one place evaluates", map[string]string{"internal/exchange/decide.go": `package exchange; var x = authz.Evaluate`}, false},
		{"a test", "one file knows which responses are on", withAnswers("internal/s3api/x_test.go", `package s3api; var x = world.ResponsesArticle`), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			var all []source
			for name, text := range row.files {
				s, err := read(name, []byte(text))
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, s)
			}
			find, ok := laws[row.law]
			if !ok {
				t.Fatalf("there is no law %q", row.law)
			}
			if against := find(all); (len(against) > 0) != row.against {
				t.Errorf("found %q", against)
			}
		})
	}
}

func withAnswers(name, text string) map[string]string {
	return map[string]string{answersFile: `package world; const ResponsesArticle = "article"`, name: text}
}

// withOperations is a table of operations, and another file.
func withOperations(name, text string) map[string]string {
	return map[string]string{
		"internal/s3api/operations.go":        `package s3api; var served = []*Operation{data("GetObject", "GetObject")}`,
		"internal/s3api/operations_absent.go": `package s3api; var notServed = []*Operation{management("GetBucketCors", "GetBucketCORS")}`,
		name:                                  text,
	}
}
