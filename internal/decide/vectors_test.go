package decide

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/vectors"
	"github.com/s3fault/s3fault/policy"
)

// vector is one case with what must come of it. Either the decision or the error is wanted.
type vector struct {
	Source string          `json:"source"` // the section of authorization.md, and what it rests on
	Row    string          `json:"row"`    // what is said there
	Case   json.RawMessage `json:"case"`
	Want   struct {
		Decision string   `json:"decision"`
		DeniedBy []string `json:"denied_by"`
		Element  string   `json:"element"` // of the first miss of the first layer that denies
		Error    string   `json:"error"`   // a part of it
	} `json:"want"`
}

// caseKeys are the fields of a case that vectors use. A case ignores unknown ones, a vector must not have any.
type caseKeys struct {
	Request struct {
		Principal       string         `json:"principal"`
		Action          string         `json:"action"`
		Resource        string         `json:"resource"`
		ResourceAccount string         `json:"resourceAccount"`
		BucketResource  string         `json:"bucketResource"`
		Context         map[string]any `json:"context"`
	} `json:"request"`
	IdentityPolicies      []namedKeys `json:"identityPolicies"`
	PermissionBoundaries  []namedKeys `json:"permissionBoundaries"`
	VPCEndpointPolicies   []namedKeys `json:"vpcEndpointPolicies"`
	AccessPointPolicies   []namedKeys `json:"accessPointPolicies"`
	SessionPolicy         any         `json:"sessionPolicy"`
	ResourcePolicy        any         `json:"resourcePolicy"`
	SCPs                  []levelKeys `json:"scps"`
	RCPs                  []levelKeys `json:"rcps"`
	RestrictPublicBuckets bool        `json:"restrictPublicBuckets"`
}

type namedKeys struct {
	Name   string `json:"name"`
	Policy any    `json:"policy"`
}

type levelKeys struct {
	OrgIdentifier string      `json:"orgIdentifier"`
	Policies      []namedKeys `json:"policies"`
}

func loadVectors(t testing.TB) map[string]vector {
	t.Helper()
	all := vectors.Load[vector](t, "testdata/vectors")
	for name, v := range all {
		if err := vectors.Decode(v.Case, new(caseKeys)); err != nil {
			t.Fatalf("%s: case: %v", name, err)
		}
		if !hasSource(&v) || v.Row == "" || (v.Want.Decision == "") == (v.Want.Error == "") {
			t.Fatalf("%s has no source, row or outcome", name)
		}
	}
	return all
}

// hasSource says whether the vector names the facts that it rests on.
func hasSource(v *vector) bool {
	return strings.HasPrefix(v.Source, "authorization.md ") || strings.HasPrefix(v.Source, "new-since-2025.md ")
}

func TestVectors(t *testing.T) {
	decider := New()
	for name, v := range loadVectors(t) {
		t.Run(name, func(t *testing.T) {
			a := decider.Decide(v.Case)
			r := replyIn(t, a.appendLine(nil))
			if v.Want.Error != "" {
				if !strings.Contains(r.Error, v.Want.Error) {
					t.Errorf("%s\ngot %s %q, error %q", v.Row, r.Decision, r.DeniedBy, r.Error)
				}
				return
			}
			if r.Error != "" || r.Decision != v.Want.Decision || !slices.Equal(r.DeniedBy, v.Want.DeniedBy) && len(r.DeniedBy)+len(v.Want.DeniedBy) > 0 {
				t.Errorf("%s\ngot %s by %q %s, want %s by %q", v.Row, r.Decision, r.DeniedBy, r.Error, v.Want.Decision, v.Want.DeniedBy)
			}
			if got := firstMiss(&r); v.Want.Element != "" && got != v.Want.Element {
				t.Errorf("%s\nthe first miss is %q, want %q", v.Row, got, v.Want.Element)
			}
		})
	}
}

// firstMiss is the element that kept the first Allow of the first layer in the way from matching.
func firstMiss(r *reply) string {
	for _, f := range r.Findings {
		if len(r.DeniedBy) > 0 && f.Layer == r.DeniedBy[0] && len(f.Misses) > 0 {
			return f.Misses[0].Element
		}
	}
	return ""
}

// Some vector exercises every operator in every form, every rule about a key and an action, and every layer that a
// case can be denied by.
func TestVectorsCoverEverything(t *testing.T) {
	cases, denied := []string{}, map[string]bool{}
	for _, v := range loadVectors(t) {
		cases = append(cases, strings.ToLower(string(v.Case)))
		for _, l := range v.Want.DeniedBy {
			denied[l] = true
		}
	}
	for _, form := range operatorForms() {
		if !slices.ContainsFunc(cases, containing(`{"`+form+`":`)) {
			t.Errorf("no vector has %s", form)
		}
	}
	for _, rule := range keyRules(t) {
		if !slices.ContainsFunc(cases, containing(`"`+rule[0], `"action": "`+rule[1]+`"`)) {
			t.Errorf("no vector asks for %s with %s", rule[1], rule[0])
		}
	}
	for _, l := range deniable {
		if !denied[string(l)] {
			t.Errorf("no vector is denied by %s", l)
		}
	}
}

func containing(parts ...string) func(string) bool {
	return func(s string) bool {
		return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(s, strings.ToLower(part)) })
	}
}

// operatorForms lists the operators with and without IfExists and the set operators, of which Null takes none.
func operatorForms() []string {
	var forms []string
	for _, op := range policy.Operators() {
		if op == "Null" {
			forms = append(forms, op)
			continue
		}
		forms = append(forms, op, op+"IfExists", "ForAllValues:"+op, "ForAnyValue:"+op, "ForAllValues:"+op+"IfExists")
	}
	return forms
}

// keyRules reads the key and the action of each rule of authorization.md 3.1b.
func keyRules(t *testing.T) [][2]string {
	t.Helper()
	table, err := os.ReadFile("../../policy/actions/visibility.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var rules [][2]string
	for line := range strings.Lines(string(table)) {
		if row := strings.Split(line, "\t"); len(row) == 3 && row[0] != "key" {
			rules = append(rules, [2]string{row[0], row[1]})
		}
	}
	if len(rules) == 0 {
		t.Fatal("no rules in visibility.tsv")
	}
	return rules
}
