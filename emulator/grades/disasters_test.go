package grades

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/journal"
)

// facts is what a disaster needs to know of a world.
type facts struct {
	Accounts map[string]struct{ Users, Roles map[string]any }
	Buckets  map[string]struct{ Owner any }
	Keys     map[string]any `json:"kms_keys"`
}

// disasters are cures of somebody who wants it to work at last, made on top of the scenario's
// own: a patch each, of what the world has.
var disasters = map[string]func(facts) []string{
	"everything for every user": func(f facts) (all []string) {
		for _, number := range slices.Sorted(maps.Keys(f.Accounts)) {
			for _, name := range slices.Sorted(maps.Keys(f.Accounts[number].Users)) {
				all = append(all, `{"accounts": {"`+number+`": {"users": {"`+name+`": {"policies": {"all": `+
					policyOf(mayAll)+`}}}}}}`)
			}
		}
		return all
	},
	"a role for everybody": func(f facts) (all []string) {
		for _, number := range slices.Sorted(maps.Keys(f.Accounts)) {
			for _, name := range slices.Sorted(maps.Keys(f.Accounts[number].Roles)) {
				all = append(all, `{"accounts": {"`+number+`": {"roles": {"`+name+`": {"trust": `+
					policyOf(`{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}`)+`}}}}}`)
			}
		}
		return all
	},
	"a key for everybody": func(f facts) (all []string) {
		for _, id := range slices.Sorted(maps.Keys(f.Keys)) {
			all = append(all, `{"kms_keys": {"`+id+`": {"policy": `+
				policyOf(`{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}`)+`}}}`)
		}
		return all
	},
	"a bucket for everybody": func(f facts) (all []string) {
		for _, name := range slices.Sorted(maps.Keys(f.Buckets)) {
			all = append(all, `{"buckets": {"`+name+`": {"public_access_block": "none", "policy": `+
				policyOf(`{"Effect": "Allow", "Principal": "*", "Action": "s3:*",
					"Resource": ["arn:aws:s3:::`+name+`", "arn:aws:s3:::`+name+`/*"]}`)+`}}}`)
		}
		return all
	},
}

// harmless are those that open nothing: who has all already, and who is bounded.
var harmless = map[string]string{
	"self-lockout":         `{"accounts": {"123456789012": {"users": {"admin-user"`,
	"permissions-boundary": `{"accounts": {"123456789012": {"users": {"my-user"`,
}

// A disaster on top of the scenario's own cure is too wide, in every scenario.
func TestDisasters(t *testing.T) {
	s := start(t)
	graded := 0
	for _, name := range s.library.Names() {
		var f facts
		s.ask(t, http.MethodGet, "/worlds/"+name, "", &f)
		for disaster, of := range disasters {
			for _, patch := range of(f) {
				world := s.world(t, name)
				s.ask(t, http.MethodPost, "/worlds/"+world+"/fix", "", nil)
				if _, err := s.asked(http.MethodPatch, "/worlds/"+world, patch); err != nil {
					t.Logf("%s: %s: %v", name, disaster, err)
					continue
				}
				graded++
				want := journal.TooWide
				if start, ok := harmless[name]; ok && strings.HasPrefix(patch, start) {
					want = journal.Good
				}
				if g := s.grade(t, world); g.Verdict != want || len(g.Opened) == 0 && want == journal.TooWide {
					t.Errorf("%s: %s is %s, and opens %d of %d deeds: %s",
						name, disaster, g.Verdict, len(g.Opened), g.Asked, patch)
				}
				s.ask(t, http.MethodDelete, "/worlds/"+world, "", nil)
			}
		}
	}
	t.Logf("%d disasters", graded)
}
