package policy

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/vectors"
)

// vector is a document with the one reason for which AWS refuses it, or none.
type vector struct {
	Source  string          `json:"source"` // the section of authorization.md, and what it rests on
	Row     string          `json:"row"`    // what is said there
	Kind    string          `json:"kind"`
	Bucket  string          `json:"bucket"`
	Deleted []string        `json:"deleted"` // users and roles that do not exist
	Size    int             `json:"size"`    // an Id brings the document to so many characters
	Policy  json.RawMessage `json:"policy"`  // a document, or a string that holds what is none
	Want    struct {
		Accepted bool   `json:"accepted"`
		Code     string `json:"code"`
		Message  string `json:"message"`
		Detail   string `json:"detail"`
	} `json:"want"`
}

var vectorKinds = map[string]Rules{
	"identity": {Kind: Identity}, "bucket": {Kind: Bucket}, "scp": {Kind: SCP}, "rcp": {Kind: RCP}, "key": {Kind: Key}, "trust": {Kind: Trust},
	"session": {Kind: Session}, "access-point": {Kind: AccessPoint, Point: "arn:aws:s3:us-east-1:111122223333:accesspoint/reports"}, "boundary": {Kind: Boundary}, "endpoint": {Kind: Endpoint}, "interface-endpoint": {Kind: Endpoint, Interface: true},
}

func loadVectors(t testing.TB) map[string]vector {
	t.Helper()
	all := vectors.Load[vector](t, "testdata/vectors")
	for name, v := range all {
		if !strings.HasPrefix(v.Source, "authorization.md ") || v.Row == "" || v.Want.Accepted != (v.Want.Message == "" && v.Want.Code == "") {
			t.Fatalf("%s has no source, row or outcome", name)
		}
	}
	return all
}

// document is the text that AWS is given.
func (v *vector) document(t testing.TB) []byte {
	t.Helper()
	doc := []byte(v.Policy)
	if doc[0] == '"' {
		var text string
		if err := json.Unmarshal(doc, &text); err != nil {
			t.Fatal(err)
		}
		doc = []byte(text)
	}
	if more := v.Size - len(doc) - len(`"Id":"",`); v.Size > 0 {
		if more < 0 {
			t.Fatalf("the document is longer than %d", v.Size)
		}
		doc = []byte(strings.Replace(string(doc), "{", `{"Id":"`+strings.Repeat("x", more)+`",`, 1))
	}
	return doc
}

func (v *vector) problems(t testing.TB) []*Error {
	t.Helper()
	rules, ok := vectorKinds[v.Kind]
	if !ok {
		t.Fatalf("kind %q", v.Kind)
	}
	rules.Bucket = v.Bucket
	rules.PrincipalExists = func(arn string) bool { return !slices.Contains(v.Deleted, arn) }
	return Check(v.document(t), rules)
}

// A vector has one failure: what comes is that reason, and no other.
func TestVectors(t *testing.T) {
	for name, v := range loadVectors(t) {
		t.Run(name, func(t *testing.T) {
			problems := v.problems(t)
			switch {
			case v.Want.Accepted && len(problems) > 0:
				t.Errorf("%s\nrefused: %v", v.Row, problems)
			case v.Want.Accepted:
			case len(problems) != 1:
				t.Errorf("%s\n%d reasons, want one: %v", v.Row, len(problems), problems)
			case problems[0].Code != v.Want.Code || problems[0].Message != v.Want.Message || v.Want.Detail != "" && problems[0].Detail != v.Want.Detail:
				t.Errorf("%s\ngot  %s %q (%s)\nwant %s %q (%s)", v.Row, problems[0].Code, problems[0].Message, problems[0].Detail, v.Want.Code, v.Want.Message, v.Want.Detail)
			}
		})
	}
}

// Every message and code that the package can give, every kind, and every rule about a key and an action, is what
// some vector wants.
func TestVectorsCoverEverything(t *testing.T) {
	said, kinds, docs := "", map[string]bool{}, ""
	for _, v := range loadVectors(t) {
		said += "\n" + strings.Join([]string{v.Want.Code, v.Want.Message, v.Want.Detail}, "\n") + "\n"
		kinds[v.Kind] = true
		docs += string(v.Policy) + "\n"
	}
	for name, message := range messages(t) {
		if !strings.Contains(message, " ") { // a code, of which one may be the beginning of another
			message = "\n" + message + "\n"
		}
		if !strings.Contains(said, message) {
			t.Errorf("no vector wants %s %q", name, message)
		}
	}
	for kind := range vectorKinds {
		if !kinds[kind] {
			t.Errorf("no vector of kind %s", kind)
		}
	}
	for rule := range known().visibility {
		if !ruleHasVector(strings.ToLower(docs), rule[0], rule[1]) {
			t.Errorf("no vector has %s with %s", rule[0], rule[1])
		}
	}
}

// ruleHasVector looks for one document with both the key and the action.
func ruleHasVector(docs, key, action string) bool {
	for doc := range strings.Lines(docs) {
		if strings.Contains(doc, `"`+action+`"`) && strings.Contains(doc, `"`+key) {
			return true
		}
	}
	return false
}

// constant is a text in quotes, or the sum of several.
func constant(t *testing.T, e ast.Expr) string {
	t.Helper()
	if sum, ok := e.(*ast.BinaryExpr); ok {
		return constant(t, sum.X) + constant(t, sum.Y)
	}
	text, err := strconv.Unquote(e.(*ast.BasicLit).Value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// messages are the constants msg... and code... of the sources, and the wordings that the kinds have of their own.
func messages(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, file := range []string{"error.go", "rules.go"} {
		source, err := parser.ParseFile(gotoken.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(source, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, "msg") && !strings.HasPrefix(spec.Names[0].Name, "code") {
				return true
			}
			all[spec.Names[0].Name] = constant(t, spec.Values[0])
			return true
		})
	}
	for kind, d := range dialects {
		for field, value := range reflect.ValueOf(d).Fields() {
			if value.Kind() == reflect.String && value.String() != "" {
				all["kind "+strconv.Itoa(int(kind))+" "+field.Name] = value.String()
			}
		}
	}
	if len(all) < 30 {
		t.Fatalf("%d messages found", len(all))
	}
	return all
}
