package emulator_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/play"
	"github.com/s3fault/s3fault/scenarios"
)

// advised is one refusal and the advice on it.
type advised struct {
	scenario, call string
	decision       *emulator.Decision
	advice         *emulator.Advice
	took           time.Duration
}

// adviseAll plays what is expected of a scenario, and takes advice on all that a layer refuses.
func adviseAll(t *testing.T, srv *emulatortest.Server, s *scenarios.Scenario) (all []advised) {
	t.Helper()
	play.Before(context.Background(), player(t, srv, s), s)
	for _, r := range srv.Requests() {
		id := r.RequestID
		d := srv.Why(id)
		if d == nil || !d.Denied() {
			continue
		}
		begin := time.Now()
		a, err := srv.Advice(id)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, advised{s.Name, d.Action, d, a, time.Since(begin)})
	}
	return all
}

func TestAdviceTable(t *testing.T) {
	file, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	var all []advised
	for _, name := range file.Names() {
		s, err := file.Scenario(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, adviseAll(t, emulatortest.Start(t, name), s)...)
	}
	for _, v := range vectors(t) {
		all = append(all, adviseAll(t, emulatortest.Start(t, v.scenario.Name, emulatortest.File(v.path)), v.scenario)...)
	}
	for _, a := range all {
		texts := []string{}
		for _, c := range a.advice.Changes {
			texts = append(texts, c.Text)
		}
		fmt.Printf("%s | %s | %s | %s | %v | %d/%d | %v | %s\n", a.scenario, a.call, a.decision.Cause, a.advice.Class, a.advice.Proved, a.advice.Opened, a.advice.Asked, a.took.Round(100*time.Microsecond), strings.Join(texts, " ;; "))
	}
}
