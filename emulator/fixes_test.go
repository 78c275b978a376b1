package emulator_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/play"
	"github.com/s3fault/s3fault/scenarios"
)

// The refusals of every scenario whose cure is in the world are there before it and
// gone after it, whether the control plane applies fix_patch by name or is sent the
// same patch. (Typed as fix_commands, the lessons' tests do it.)
func TestFixesOfTheLibrary(t *testing.T) {
	file, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	ways := map[string]func(*testing.T, *emulatortest.Server, *scenarios.Scenario){
		"fix": func(t *testing.T, srv *emulatortest.Server, s *scenarios.Scenario) {
			tell(t, srv, http.MethodPost, "/worlds/"+srv.World+"/fix", nil, http.StatusOK, new(struct{}))
		},
		"PATCH": func(t *testing.T, srv *emulatortest.Server, s *scenarios.Scenario) {
			tell(t, srv, http.MethodPatch, "/worlds/"+srv.World, s.FixPatchJSON(), http.StatusOK, new(struct{}))
		},
	}
	fixed := 0
	for _, name := range file.Names() {
		s, err := file.Scenario(name)
		if err != nil {
			t.Fatal(err)
		}
		if !s.HasPatch() {
			continue
		}
		fixed++
		for way, apply := range ways {
			t.Run(name+" by "+way, func(t *testing.T) {
				t.Parallel()
				srv := emulatortest.Start(t, name)
				p := player(t, srv, s)
				report(t, play.Before(context.Background(), p, s))
				apply(t, srv, s)
				report(t, play.After(context.Background(), p, s))
				if err := srv.Reset(); err != nil {
					t.Fatal(err)
				}
				report(t, play.Before(context.Background(), p, s))
			})
		}
	}
	if fixed == 0 {
		t.Fatal("no scenario has a fix_patch")
	}
	t.Logf("%d scenarios, each by %d ways", fixed, len(ways))
}

func report(t *testing.T, r play.Report) {
	t.Helper()
	for _, failure := range r.Failures {
		t.Error(failure)
	}
}
