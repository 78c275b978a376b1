package emulator_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/play"
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

// TestAdviceOnVectors takes the advice on the first refusal of every vector: the
// world that has it answers the same call without a denial, or the cure is in the
// program.
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
			if programCures(v, srv.Why(id)) {
				if a.Proved || len(a.Patch) > 0 || len(a.Changes) != 1 {
					t.Errorf("proved %v, patch %v, changes %+v", a.Proved, a.Patch, a.Changes)
				}
				return
			}
			follow(t, srv, a)
			if d := lastDecision(t, srv, p, call); d.Denied() {
				t.Errorf("with %+v it is denied by %v", a.Changes, d.DeniedBy)
			}
		})
	}
}

// programCures says that no change of the world would let the vector's call pass.
func programCures(v *vector, d *emulator.Decision) bool {
	switch v.scenario.Name {
	case "missing-bucket-article": // there is no bucket that somebody could be let into
		return true
	case "kms-managed-other-account": // nobody edits the policy of AWS's key
		return true
	case "kms-usage-mac": // a key stays what it is
		return true
	case "lock-overwrite", "lock-plain-delete": // a file has the newest versions alone
		return true
	}
	switch d.Cause {
	case authz.Authentication, authz.Region, authz.ExpectedOwner, authz.RequesterPays:
		return true
	}
	return false
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
func firstDenied(t *testing.T, srv *emulatortest.Server, p *play.Player, s *scenarios.Scenario) (scenarios.Call, string) {
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
