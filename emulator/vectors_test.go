package emulator_test

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/play"
	"github.com/s3fault/s3fault/scenarios"
)

// vector is a file of testdata/vectors: a scenario that shows one fact.
type vector struct {
	path     string
	scenario *scenarios.Scenario
}

// vectors are all files of testdata/vectors; none is a failure.
func vectors(t *testing.T) []*vector {
	t.Helper()
	all, err := vectorFiles()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var vectorFiles = sync.OnceValues(func() ([]*vector, error) {
	paths, err := filepath.Glob(filepath.Join("testdata", "vectors", "*.yaml"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no vectors: %v", err)
	}
	all := make([]*vector, len(paths))
	for i, path := range paths {
		if all[i], err = readVector(path); err != nil {
			return nil, err
		}
	}
	return all, nil
})

// readVector reads a file, whose one scenario has its name.
func readVector(path string) (*vector, error) {
	file, err := scenarios.Load(path)
	if err != nil {
		return nil, err
	}
	names := file.Names()
	if want := strings.TrimSuffix(filepath.Base(path), ".yaml"); len(names) != 1 || names[0] != want {
		return nil, fmt.Errorf("%s has the scenarios %q, want %s alone", path, names, want)
	}
	scenario, err := file.Scenario(names[0])
	return &vector{path, scenario}, err
}

// calls are all that is expected of the vector's world, before its fix and after.
func (v *vector) calls() []scenarios.Call {
	return slices.Concat(v.scenario.Expect, v.scenario.AfterFix, v.scenario.StillDenied)
}

// TestVectors plays every vector over HTTP.
func TestVectors(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.scenario.Name, func(t *testing.T) {
			t.Parallel()
			if !slices.ContainsFunc(v.calls(), refuses) {
				t.Error("it shows no refusal")
			}
			srv := emulatortest.Start(t, v.scenario.Name, emulatortest.File(v.path))
			report := play.Check(context.Background(), player(t, srv, v.scenario), v.scenario)
			for _, failure := range report.Failures {
				t.Errorf("%s: %s", v.scenario.Source, failure)
			}
		})
	}
}

// refuses says whether a call is to be refused, as a whole or for one of its keys.
func refuses(c scenarios.Call) bool { return c.Want.Status >= 400 || c.Want.Layer != "" }

// player plays calls of the scenario against the server.
func player(t testing.TB, srv *emulatortest.Server, s *scenarios.Scenario) *play.Player {
	t.Helper()
	var described emulator.Scenario
	control(t, srv, "GET", "/scenarios/"+srv.World, 200, &described)
	return &play.Player{
		Endpoint: srv.Endpoint, Control: srv.Endpoint + "/_s3fault", World: srv.World, Region: srv.Region,
		Callers: described.Credentials(), Tokens: described.Tokens(), Responses: s.Responses(),
	}
}

// Every row of the facts has a vector, and every vector is of a row.
func TestVectorsCoverTheFacts(t *testing.T) {
	shown := map[string]bool{}
	for _, v := range vectors(t) {
		shown[v.scenario.Source] = true
		if !slices.Contains(factRows, v.scenario.Source) {
			t.Errorf("%s: there is no row %q", v.path, v.scenario.Source)
		}
	}
	for i, row := range factRows {
		if !shown[row] {
			t.Errorf("no vector shows %s", row)
		}
		if slices.Contains(factRows[:i], row) {
			t.Errorf("%s is listed twice", row)
		}
	}
}

// notPlayed are the layers that refuse no vector's call, and why.
var notPlayed = map[authz.Layer]string{
	authz.RequestForm: "a scenario's calls are no forms: form_test.go and the matrix send them",
	authz.CORS:        "its facts are not of those pages: cors_test.go and the matrix send preflights",
	authz.TrustPolicy: "it answers calls of STS, which no vector plays: controls/trust_test.go",
	authz.Fault:       "it is an answer that a fault rule made, which asks nobody: emulator/faults",
}

// Every layer refuses something in a vector, or there is a reason why not.
func TestVectorsCoverTheLayers(t *testing.T) {
	refused := map[string]bool{}
	for _, v := range vectors(t) {
		for _, c := range v.calls() {
			refused[c.Want.In(v.scenario.Responses()).Layer] = true
		}
	}
	for _, l := range authz.Layers() {
		if _, skipped := notPlayed[l]; refused[string(l)] == skipped {
			t.Errorf("the layer %s refuses a vector: %v, a reason to refuse none: %v", l, refused[string(l)], skipped)
		}
	}
}

// Every sentence that a refusal can say is what some vector wants: the pieces in
// refusal*.go and reason.go that have a space, and both forms of each policy's.
func TestVectorsCoverTheMessages(t *testing.T) {
	var wanted []string
	for _, v := range vectors(t) {
		for _, c := range v.calls() {
			wanted = append(wanted, c.Want.Message)
		}
	}
	said := func(piece string) bool {
		return slices.ContainsFunc(wanted, func(m string) bool { return strings.Contains(m, piece) })
	}
	for _, piece := range append(refusalTexts(t), policyReasons()...) {
		if !said(piece) {
			t.Errorf("no vector wants a message with %q", piece)
		}
	}
}

// refusalTexts are the sentences of every file that words refusals.
func refusalTexts(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("../internal/s3api/refusal*.go")
	if err != nil || len(paths) < 2 {
		t.Fatalf("the words of refusals are in %q: %v", paths, err)
	}
	var all []string
	for _, path := range append(paths, "../internal/reason/reason.go") {
		all = append(all, sentences(t, path)...)
	}
	return all
}

// sentences are the texts of a Go file that are parts of messages: those with a
// space in them.
func sentences(t *testing.T, path string) []string {
	t.Helper()
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := parser.ParseFile(token.NewFileSet(), path, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	ast.Inspect(tree, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(literal.Value)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(text, " ") {
			all = append(all, text)
		}
		return true
	})
	if len(all) == 0 {
		t.Fatalf("%s says nothing", path)
	}
	return all
}

// policyReasons are the reasons of authorization.md 1.10: what each kind of policy
// does not allow, and denies.
func policyReasons() []string {
	all := []string{"with an explicit deny in a resource control policy"}
	for _, p := range []struct{ article, name string }{
		{"an", "identity-based policy"}, {"a", "resource-based policy"}, {"a", "permissions boundary"},
		{"a", "session policy"}, {"a", "service control policy"}, {"a", "VPC endpoint policy"},
	} {
		all = append(all, "because no "+p.name+" allows the s3:", fmt.Sprintf("with an explicit deny in %s %s", p.article, p.name))
	}
	return all
}
