package floors

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floor is the map. A package imports only packages of lower floors; its tests
// may use any. A new package is a new line here.
var floor = map[string]int{
	// Below the ground floor: policy, on it, offers the nearest name too
	// (ARCHITECTURE.md, "Where we left the first plan").
	"internal/nearest":   -1,
	"internal/oidc":      -1,
	"internal/ring":      -1,
	"internal/awshost":   -1,
	"internal/wholefile": -1,
	"internal/sheet":     -1,
	"internal/jsontree":  -1,
	"internal/giveback":  -1,
	"internal/pattern":   -1,
	"internal/vectors":   -1, // for tests alone
	"internal/book":      -1, // for tests alone
	"internal/programs":  -1, // for tests alone
	"internal/rounds":    -1, // for tests alone

	"":                               0,
	"sigv4":                          0,
	"policy":                         0,
	"internal/s3err":                 0,
	"internal/store/blob":            0,
	"internal/authority":             0,
	"internal/version":               1,
	"internal/minting":               0,
	"internal/conn":                  1,
	"internal/proxy":                 0,
	"internal/floors":                0,
	"internal/tree":                  0,
	"internal/facts":                 1,
	"authz":                          1,
	"journal":                        2,
	"internal/inquiry":               3,
	"internal/cause":                 3,
	"internal/world":                 2,
	"internal/decide":                2,
	"internal/lifecycle":             4,
	"internal/lifecycle/rules":       3,
	"internal/data":                  1,
	"internal/store":                 3,
	"internal/asker":                 3,
	"internal/keymaterial":           3,
	"internal/reason":                3,
	"internal/authdetails":           4,
	"internal/trail":                 4,
	"internal/fault":                 2,
	"internal/s3api/authentication":  4,
	"internal/s3api/checksum":        4,
	"internal/s3api/wire":            5,
	"internal/s3api/configuration":   6,
	"internal/exchange":              5,
	"internal/s3api":                 7,
	"internal/doors":                 6,
	"internal/build":                 4,
	"internal/deeds":                 4,
	"internal/advice":                5,
	"internal/awscli":                5,
	"internal/awsapi":                6,
	"internal/awsapi/form":           1,
	"internal/awsapi/accessanalyzer": 7,
	"internal/awsapi/cloudtrail":     7,
	"internal/awsapi/ec2":            7,
	"internal/awsapi/iam":            7,
	"internal/awsapi/iamtoolbox":     7,
	"internal/awsapi/kms":            7,
	"internal/awsapi/organizations":  7,
	"internal/awsapi/s3control":      7,
	"internal/awsapi/sts":            7,
	"internal/awsapi/wiretest":       7, // for tests alone
	"internal/services":              8,
	"internal/metrics":               9,
	"scenarios":                      9,
	"internal/worldtest":             10, // for tests alone
	"internal/lesson":                10,
	"internal/play":                  10,
	"internal/grade":                 10,
	"internal/ui":                    10,
	"internal/shell":                 12,
	"emulator":                       11,
	"internal/why":                   12,
	"internal/finding":               9,
	"internal/launch":                13,
	"internal/audit":                 14,
	"internal/mcp":                   13,
	"internal/rehearse":              13,
	"emulator/emulatortest":          13,
	"emulator/emulatortest/sdkv2":    14,
	"emulator/browsers":              14, // for tests alone
	"emulator/clients":               14,
	"emulator/controls":              14,
	"emulator/controls/plan":         14, // for tests alone
	"emulator/faults":                14, // for tests alone
	"emulator/grades":                14, // for tests alone
	"emulator/model":                 14, // for tests alone
	"emulator/recorded":              14, // for tests alone
	"emulator/threads":               14, // for tests alone
	"emulator/controls/vpc":          14,
	"cmd/s3fault":                    15,
	"perf":                           14,
	"release":                        14,
	"deploy":                         14, // for tests alone
	"packages":                       14, // for tests alone

	// Programs that somebody might have written, and what holds them.
	"examples":                        14, // for tests alone
	"examples/bad-read/bug":           14,
	"examples/bad-read/mended":        14,
	"examples/ignored-refusal/bug":    14,
	"examples/ignored-refusal/mended": 14,
	"examples/lost-write/bug":         14,
	"examples/lost-write/mended":      14,
	"examples/pointless-retry/bug":    14,
	"examples/pointless-retry/mended": 14,
	"examples/unsafe-retry/bug":       14,
	"examples/unsafe-retry/mended":    14,
}

// law finds what in the sources is against it.
type law func(all []source) []string

var laws = map[string]law{
	"every package has a floor":              everyPackageHasAFloor,
	"imports go down":                        importsGoDown,
	"decisions know nothing of HTTP":         decisionsKnowNothingOfHTTP,
	"what is reserved stays with its holder": reservedStaysWithItsHolder,
	"other programs are behind the switch":   otherProgramsAreBehindTheSwitch,
	"one file knows which responses are on":  oneFileKnowsTheResponses,
	"one place evaluates":                    onePlaceEvaluates,
	"operations stand in their table":        operationsStandInTheirTable,
}

func TestLaws(t *testing.T) {
	all := house(t)
	for name, find := range laws {
		t.Run(name, func(t *testing.T) {
			for _, against := range find(all) {
				t.Error(against)
			}
		})
	}
}

func everyPackageHasAFloor(all []source) (against []string) {
	for _, s := range all {
		if _, ok := floor[s.dir]; !ok {
			against = append(against, s.path()+": its package is not in the map")
		}
	}
	return against
}

func importsGoDown(all []source) (against []string) {
	for _, s := range all {
		for _, imported := range s.imports {
			dir, ok := ours(imported)
			if !ok {
				continue
			}
			below, known := floor[dir]
			switch {
			case !known:
				against = append(against, fmt.Sprintf("%s imports %s, which is not in the map", s.path(), imported))
			case !s.test && below >= floor[s.dir]:
				against = append(against, fmt.Sprintf("%s on floor %d imports %s on floor %d", s.path(), floor[s.dir], dir, below))
			}
		}
	}
	return against
}

// decisionsKnowNothingOfHTTP keeps net/http out of policy, authz and world, also
// by way of our own packages that they import.
func decisionsKnowNothingOfHTTP(all []source) (against []string) {
	for _, pure := range []string{"policy", "authz", "internal/world"} {
		seen := map[string]bool{pure: true}
		for queue := []string{pure}; len(queue) > 0; queue = queue[1:] {
			for _, s := range all {
				if s.dir != queue[0] || s.test && s.dir != pure {
					continue
				}
				for _, imported := range s.imports {
					if imported == "net/http" || strings.HasPrefix(imported, "net/http/") {
						against = append(against, fmt.Sprintf("%s imports %s, on behalf of %s", s.path(), imported, pure))
					}
					if dir, ok := ours(imported); ok && !seen[dir] && !s.test {
						seen[dir] = true
						queue = append(queue, dir)
					}
				}
			}
		}
	}
	return against
}

// reserved says which modules only some packages may import.
var reserved = []struct {
	prefix     string
	holder     string
	inTests    bool // any test may, too
	inExamples bool // and the programs of examples, which are as somebody else writes them
}{
	{prefix: "github.com/johannesboyne/gofakes3", holder: "internal/store/blob"},
	{prefix: "go.etcd.io/bbolt", holder: "internal/data"},
	// Wire structs are ours; tests hold them against the SDK's.
	{prefix: "github.com/aws/", holder: "emulator/emulatortest/sdkv2", inTests: true, inExamples: true},
	{prefix: "gopkg.in/yaml", holder: "internal/tree"},
	{prefix: "go.yaml.in/yaml", holder: "internal/tree"},
	{prefix: "sigs.k8s.io/yaml", holder: "internal/tree"},
	{prefix: "github.com/goccy/go-yaml", holder: "internal/tree"},
}

func reservedStaysWithItsHolder(all []source) (against []string) {
	for _, s := range all {
		for _, imported := range s.imports {
			for _, r := range reserved {
				may := s.dir == r.holder || s.test && r.inTests || r.inExamples && strings.HasPrefix(s.dir, "examples/")
				if strings.HasPrefix(imported, r.prefix) && !may {
					against = append(against, fmt.Sprintf("%s imports %s, which is %s's alone", s.path(), imported, r.holder))
				}
			}
		}
	}
	return against
}

// Tests run programs that are not ours by way of programs alone, which does so
// where S3FAULT_CLIENTS says so; of the code, only what types the lessons runs any, and what
// runs the program of whoever calls us.
var runners = []string{"internal/programs", "internal/rehearse", "internal/launch", "perf", "release"}

func otherProgramsAreBehindTheSwitch(all []source) (against []string) {
	for _, s := range all {
		own := slices.Contains(runners, s.dir) && !s.test
		if slices.Contains(s.imports, "os/exec") && !own {
			against = append(against, s.path()+" imports os/exec")
		}
	}
	return against
}

// answersFile is the one file that knows what `responses` means.
const answersFile = "internal/world/answers.go"

// Whoever answers a request asks Answers.Has and nothing else: the setting's two
// names, its day and the way back to it (Settings) stay with the answers file.
// The setting as text is the business of the packages through which it comes in:
// build, which reads it from the file and hands it to NewAnswers, scenarios, which
// checks what is expected of each, and cmd, which reads the flag. Tests may name it.
var (
	settingNames   = []string{"ResponsesAWS", "ResponsesArticle", "ArticleDay"}
	settingHolders = []string{"internal/build", "scenarios", "cmd/s3fault"}
)

func oneFileKnowsTheResponses(all []source) (against []string) {
	found := false
	for _, s := range all {
		if s.path() == answersFile {
			found = true
			continue
		}
		if s.test {
			continue
		}
		holder := slices.Contains(settingHolders, s.dir)
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				if slices.Contains(settingNames, n.Name) {
					against = append(against, fmt.Sprintf("%s mentions %s", s.path(), n.Name))
				}
			case *ast.SelectorExpr:
				if !holder && readsSetting(n) {
					against = append(against, fmt.Sprintf("%s asks for the setting by %s", s.path(), n.Sel.Name))
				}
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil && text == "article" && !holder {
					against = append(against, s.path()+` knows of "article"`)
				}
			}
			return true
		})
	}
	if !found {
		against = append(against, answersFile+" is not there")
	}
	return against
}

// readsSetting says whether an expression gets at the setting: world.Responses,
// or the Settings of something called answers.
func readsSetting(n *ast.SelectorExpr) bool {
	switch x := n.X.(type) {
	case *ast.Ident:
		return x.Name == "world" && n.Sel.Name == "Responses" || strings.EqualFold(x.Name, "answers") && n.Sel.Name == "Settings"
	case *ast.SelectorExpr:
		return x.Sel.Name == "Answers" && n.Sel.Name == "Settings"
	}
	return false
}

// evaluator is the one place that puts a request's question to the layers: reply,
// journal and `why` share the Decision that it gets. decider is for cases that are
// no requests, permitter asks authz.Allows for what only decides whether a reply
// shows something, simulator for IAM's policy simulator, whose answers are decisions about requests
// that nobody makes; as are those of supposer, about what somebody might do.
const (
	evaluator = "internal/exchange/decide.go"
	decider   = "internal/decide/decide.go"
	permitter = "internal/s3api/decide.go"
	simulator = "internal/awsapi/iam/evaluation.go"
	supposer  = "internal/deeds/decide.go"
)

// evaluations are the functions that decide a question, with who may call them.
var evaluations = map[string][]string{
	"Evaluate": {evaluator, decider, simulator, supposer}, "Allows": {evaluator, permitter, supposer},
}

func onePlaceEvaluates(all []source) (against []string) {
	calls := map[string]int{}
	for _, s := range all {
		if s.test {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := selector.X.(*ast.Ident); !ok || x.Name != "authz" {
				return true
			}
			places, decides := evaluations[selector.Sel.Name]
			if !decides {
				return true
			}
			call := s.path() + " " + selector.Sel.Name
			calls[call]++
			if !slices.Contains(places, s.path()) || calls[call] > 1 {
				against = append(against, s.path()+" evaluates a question")
			}
			return true
		})
	}
	if calls[evaluator+" Evaluate"] == 0 {
		against = append(against, "nothing evaluates a question")
	}
	return against
}
