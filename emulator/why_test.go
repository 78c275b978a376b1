package emulator_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/play"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// deeds are what everybody tries in the world of advisedCases: a caller, empty for
// one that signs nothing, and a request, by the words that a case has for the two.
func deeds() map[string][3]string {
	all := map[string][3]string{}
	for _, caller := range []string{"app", "reader", "admin", ""} {
		name := or(caller, "anyone")
		for deed, request := range map[string][2]string{
			"gets file.txt":        {"GET", "/my-bucket/file.txt"},
			"gets other.txt":       {"GET", "/my-bucket/other.txt"},
			"puts":                 {"PUT", "/my-bucket/by-" + name + ".txt"},
			"deletes":              {"DELETE", "/my-bucket/none.txt"},
			"lists":                {"GET", "/my-bucket?list-type=2"},
			"reads the ACL":        {"GET", "/my-bucket/file.txt?acl"},
			"asks for the missing": {"GET", "/my-bucket/missing"},
		} {
			all[name+" "+deed] = [3]string{caller, request[0], request[1]}
		}
	}
	return all
}

// possible are the deeds that no layer denies.
func possible(t *testing.T, srv *emulatortest.Server) map[string]bool {
	t.Helper()
	done := map[string]bool{}
	for name, d := range deeds() {
		a := send(t, srv, d[0], d[1], d[2], nil)
		decided := srv.Why(a.header.Get("x-amz-request-id"))
		done[name] = decided != nil && !decided.Denied()
	}
	return done
}

// opened are the deeds that became possible; none may have become impossible.
func opened(t *testing.T, before, after map[string]bool) []string {
	t.Helper()
	var all []string
	for _, name := range slices.Sorted(maps.Keys(after)) {
		switch {
		case after[name] && !before[name]:
			all = append(all, name)
		case before[name] && !after[name]:
			t.Errorf("the change took away that %s", name)
		}
	}
	return all
}

// TestAdviceOnVectors takes the advice on the first refusal of every vector: no guardrail
// is removed first, and the world that has the first proposal of its facts answers the same
// call without a denial.
func TestAdviceOnVectors(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.scenario.Name, func(t *testing.T) {
			t.Parallel()
			srv := emulatortest.Start(t, v.scenario.Name, emulatortest.File(v.path))
			p := player(t, srv, v.scenario)
			call, id := firstDenied(t, srv, p, v.scenario)
			if id == "" {
				return // what it shows is no layer's refusal
			}
			a, err := srv.Advice(id)
			if err != nil {
				t.Fatal(err)
			}
			removesLast(t, a)
			opensNothing(t, a, call.As)
			if reason := unproved[v.scenario.Name]; a.Proved == (reason != "") {
				t.Errorf("proved %v (%s): %+v", a.Proved, reason, a.Changes)
			}
			facts := ofFacts(a)
			if facts == nil {
				return // the cure is in the program
			}
			follow(t, srv, facts)
			if d := lastDecision(t, srv, p, call); d.Denied() {
				t.Errorf("with %+v it is denied by %v", facts.Changes, d.DeniedBy)
			}
		})
	}
}

const nobodySigned = "it was not signed, and nobody who could sign it is allowed it"

// unproved are the vectors for whose first refusal nothing that can be tried is known, and
// why.
var unproved = map[string]string{
	"access-point-vpc":           "an access point keeps the VPC that it was made with, and the request comes from another",
	"layer-authentication":       "what was signed is not known",
	"missing-bucket-article":     "there is no bucket that somebody could be let into",
	"kms-managed-other-account":  "nobody edits the policy of AWS's key",
	"kms-usage-mac":              "a key stays what it is",
	"lock-compliance-shorten":    "nobody shortens a retention in COMPLIANCE mode",
	"grant-session-scoped-deny":  "the guard is against this very request: it can only be removed",
	"null-empty-prefix":          "another prefix is another question, and no grant gets round the condition that wants one",
	"missing-key-delimiter":      "S3 asks without s3:delimiter, and no grant gets round the condition that wants it",
	"key-kms-resource-tag-allow": "no grant gets round the condition that wants the key's tag",
	"message-anonymous":          nobodySigned, "grant-anonymous": nobodySigned,
	"enforced-ignores-acl": nobodySigned, "canned-public-read": nobodySigned, "canned-public-read-write": nobodySigned,
	"acl-all-users": nobodySigned, "ignore-acls-bucket": nobodySigned, "ignore-acls-account": nobodySigned,
	"organization-block-before": nobodySigned, "organization-block-none": nobodySigned,
	"organization-block-inherited": nobodySigned,
}

// removesLast: no proposal but the last removes a guardrail, and that never as the first.
func removesLast(t *testing.T, a *emulator.Advice) {
	t.Helper()
	for i, p := range slices.Concat([]journal.Proposal{a.Proposal}, a.Others) {
		for _, c := range p.Changes {
			if c.Removes && (i == 0 || i < len(a.Others)) {
				t.Errorf("proposal %d of %d: %s", i, 1+len(a.Others), c.Text)
			}
		}
	}
}

// ofFacts is the first proposal that changes the world alone, and removes no guardrail; nil:
// there is none.
func ofFacts(a *emulator.Advice) *emulator.Advice {
	for _, p := range slices.Concat([]journal.Proposal{a.Proposal}, a.Others) {
		if p.Proved && p.Class != journal.OfRequest && !slices.ContainsFunc(p.Changes,
			func(c journal.Change) bool { return c.Request != nil || c.Removes }) {
			return &emulator.Advice{Proposal: p}
		}
	}
	return nil
}

// follow makes the changes that the advice proposes.
func follow(t *testing.T, srv *emulatortest.Server, a *emulator.Advice) {
	t.Helper()
	if !a.Proved {
		t.Fatalf("not proved: %+v", a.Changes)
	}
	patch, err := json.Marshal(a.Patch)
	if err != nil {
		t.Fatal(err)
	}
	if err := srv.Patch(string(patch)); err != nil {
		t.Fatalf("%s: %v", patch, err)
	}
}

// firstDenied plays the calls of a scenario up to the first that a layer denies.
func firstDenied(t *testing.T, srv *emulatortest.Server, p *play.Player, s *scenarios.Scenario) (scenarios.Call,
	string) {
	t.Helper()
	for _, c := range s.Expect {
		if d := lastDecision(t, srv, p, c); d != nil && d.Denied() {
			all := srv.Requests()
			return c, all[len(all)-1].RequestID
		}
	}
	return scenarios.Call{}, ""
}

// lastDecision plays a call and says what was decided of it.
func lastDecision(t *testing.T, srv *emulatortest.Server, p *play.Player, c scenarios.Call) *emulator.Decision {
	t.Helper()
	if _, err := p.Play(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	all := srv.Requests()
	return srv.Why(all[len(all)-1].RequestID)
}
