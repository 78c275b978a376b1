package emulator_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/play"
	"github.com/s3fault/s3fault/internal/rounds"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// advised is one refusal and the advice on it.
type advised struct {
	scenario string
	decision *emulator.Decision
	caller   string
	advice   *emulator.Advice
	took     time.Duration
}

// TestAdviceTable takes advice on every refusal of the library, and of the vectors in a long
// run. No guardrail is removed first, and what is first lets nobody do what he could not
// before, unless AWS has no words for one request alone. With -v it prints the table.
func TestAdviceTable(t *testing.T) {
	all := library(t)
	if rounds.Of(0, 1) > 0 {
		for _, v := range vectors(t) {
			srv := emulatortest.Start(t, v.scenario.Name, emulatortest.File(v.path))
			all = append(all, adviseAll(t, srv, v.scenario)...)
		}
	}
	var slowest time.Duration
	classes, asked, opening := map[journal.Class]int{}, 0, 0
	for _, a := range all {
		a.hold(t)
		t.Log(a.row())
		classes[a.advice.Class]++
		asked += a.advice.Asked
		slowest = max(slowest, a.took)
		if a.advice.Opened > 0 {
			opening++
		}
	}
	t.Logf("%d refusals, by the class of the first advice %v; %d deeds asked; %d of them open something; the slowest took %v",
		len(all), classes, asked, opening, slowest)
}

func library(t *testing.T) (all []advised) {
	t.Helper()
	for _, s := range ofLibrary(t) {
		all = append(all, adviseAll(t, emulatortest.Start(t, s.Name), s)...)
	}
	return all
}

// adviseAll plays what is expected of a scenario, and takes advice on all that a layer
// refuses.
func adviseAll(t *testing.T, srv *emulatortest.Server, s *scenarios.Scenario) (all []advised) {
	t.Helper()
	play.Before(context.Background(), player(t, srv, s), s)
	for _, r := range srv.Requests() {
		d := srv.Why(r.RequestID)
		if d == nil || !d.Denied() {
			continue
		}
		begin := time.Now()
		a, err := srv.Advice(r.RequestID)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, advised{s.Name, d, r.Caller, a, time.Since(begin)})
	}
	return all
}

func (a *advised) row() string {
	texts := make([]string, len(a.advice.Changes))
	for i, c := range a.advice.Changes {
		texts[i] = c.Text
	}
	return strings.Join([]string{a.scenario, a.decision.Action, string(a.decision.Cause), string(a.advice.Class),
		strings.Join(texts, "; and "), fmt.Sprintf("opens %d of %d", a.advice.Opened, a.advice.Asked)}, " | ")
}

// hold: an advice is never empty, removes no guardrail first, and opens nothing to others.
func (a *advised) hold(t *testing.T) {
	t.Helper()
	removesLast(t, a.advice)
	if len(a.advice.Changes) == 0 && a.advice.Moved == "" {
		t.Errorf("the advice is empty: %s", a.row())
	}
	opensNothing(t, a.advice, a.caller)
}

// opensNothing: what the first advice opens is the requester's, by a value that is corrected,
// or comes of a switch or a list that is about everybody.
func opensNothing(t *testing.T, a *emulator.Advice, caller string) {
	t.Helper()
	for _, c := range a.Changes {
		if forEverybody[c.Layer] || isSwitch(c.Text) {
			return
		}
	}
	for _, d := range a.Opens {
		if a.Class != journal.OfValue || d.As != caller {
			t.Errorf("%s opens %+v", a.Changes[0].Text, d)
		}
	}
}

// forEverybody are the layers whose settings know no principals. Neither does the state of a
// KMS key, and an ACL names accounts.
var forEverybody = map[authz.Layer]bool{
	authz.BlockPublicAccess: true, authz.ObjectOwnership: true, authz.ObjectLock: true,
}

// isSwitch says whether a change is one that knows no principals, or no more than accounts: an
// ACL, the state of a key, attribute-based access control.
func isSwitch(text string) bool {
	for _, verb := range []string{"grant ", "enable", "turn attribute-based access control on "} {
		if strings.HasPrefix(text, verb) {
			return true
		}
	}
	return false
}
