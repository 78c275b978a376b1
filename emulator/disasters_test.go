package emulator_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/play"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// disaster is a cure that opens more than it should.
type disaster struct {
	Scenario, Cure string
	Patch          json.RawMessage
}

// A scenario's own calls notice the cures that people try first, and so does the grade.
func TestDisastersAreNoticed(t *testing.T) {
	text, err := os.ReadFile("testdata/disasters.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []disaster
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	library, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		t.Run(d.Scenario+" "+d.Cure, func(t *testing.T) {
			t.Parallel()
			s, err := library.Scenario(d.Scenario)
			if err != nil {
				t.Fatal(err)
			}
			srv := emulatortest.Start(t, d.Scenario)
			if err := srv.Patch(string(d.Patch)); err != nil {
				t.Fatal(err)
			}
			var g emulator.Grade
			tell(t, srv, http.MethodGet, "/worlds/"+srv.World+"/grade", nil, http.StatusOK, &g)
			if g.Verdict != journal.TooWide {
				t.Errorf("it is graded %s", g.Verdict)
			}
			r := play.After(context.Background(), player(t, srv, s), s)
			if len(r.Failures) == 0 {
				t.Error("after_fix and still_denied take it for a cure")
			}
		})
	}
}
