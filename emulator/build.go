package emulator

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/data"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/scenarios"
)

// open builds the world of a scenario, as it was when the server started.
func (s *Server) open(name string) (*World, error) {
	scenario, err := s.config.File.Scenario(name)
	if err != nil {
		return nil, err
	}
	shelf := data.OwnShelf(name)
	moment, f := s.keeper.kept(name, shelf, scenario)
	if moment == nil {
		if moment, err = s.build(scenario, nil, s.started); err != nil {
			return nil, err
		}
	}
	w := s.serveWorld(name, scenario, moment, nil, s.started)
	s.keeper.keep(w, shelf, f)
	return w, nil
}

// warn tells of what is probably not meant in a world that was opened.
func (w *World) warn(tell func(world, warning string)) {
	if tell != nil {
		for _, warning := range w.scenario.Warnings() {
			tell(w.name, warning.Error())
		}
	}
}

// warn tells of the doubts about a world that were not there before.
func (s *Server) warn(name string, before, now []string) {
	if s.config.Warn == nil {
		return
	}
	for _, doubt := range now {
		if !slices.Contains(before, doubt) {
			s.config.Warn(name, doubt)
		}
	}
}

// build makes the scenario's world as loaded at a real time, with its objects.
func (s *Server) build(scenario *scenarios.Scenario, p *privacy, now time.Time) (*store.Moment, error) {
	o := s.options(p)
	o.Now = now
	if p == nil && scenario.Name == s.config.Scenario {
		o.TestCaller = s.config.TestCredentials
	}
	return build.Of(scenario).Build(o, store.NewIndex(s.keeper.bytes(s.blobs)))
}

// checkTestCredentials looks for the caller who was to get them.
func (s *Server) checkTestCredentials() error {
	name := s.config.TestCredentials
	if name == "" {
		return nil
	}
	w, err := s.worlds.find("scenario", s.config.Scenario)
	if err != nil {
		return err
	}
	all := w.live.Now().State.Callers
	switch c := all[name]; {
	case c == nil:
		return &NotFound{Kind: "caller", Name: name, Nearest: nearest.Name(name, slices.Sorted(maps.Keys(all)))}
	case c.SessionToken != "":
		return fmt.Errorf("the caller %s of %s has temporary credentials, which test/test are not", name, w.name)
	case c.AccessKeyID != build.TestPair:
		return fmt.Errorf("the caller %s of %s has other keys than test/test in what %s keeps: reset the world for them",
			name, w.name, s.config.DataDir)
	}
	return nil
}

func (s *Server) options(p *privacy) build.Options {
	o := build.Options{Responses: s.config.Responses, AsOf: s.config.AsOf, Now: s.config.Now(), Bodies: &s.bodies}
	if p != nil {
		o.KeySeed = p.seed
	}
	if p != nil && p.responses != "" {
		o.Responses = p.responses
	}
	return o
}

// reset puts a world back as it was loaded.
func (s *Server) reset(w *World) error {
	moment, err := s.build(w.scenario, w.private, s.config.Now())
	if err != nil {
		return err
	}
	seen := w.live.Now()
	if err := w.live.Commit(context.Background(), seen, store.Anew{Moment: moment}); err != nil {
		moment.Index.Close()
		return err
	}
	w.counts.Forget(seen.Faults, moment.Faults)
	w.events.Clear()
	w.details.Clear()
	w.past.clear(false)
	return nil
}

// fix applies the scenario's fix_patch; without one nothing changes.
func (s *Server) fix(w *World) error {
	if !w.scenario.HasPatch() {
		return nil
	}
	err := w.change(func(m *store.Moment) (store.World, error) {
		return build.Of(w.scenario).ApplyFix(s.options(w.private), m)
	})
	if err != nil {
		return fmt.Errorf("fix_patch of %s: %w", w.name, err)
	}
	return nil
}

// patch merges a patch into the world's facts, and tells of the doubts that it brings.
func (s *Server) patch(w *World, patch *tree.Node) error {
	if w.private != nil && patch.Mentions("access_key_id") { // which may be that of a scenario's world
		if err := s.worlds.openAll(); err != nil {
			return err
		}
	}
	before := w.live.Now().State.AllDoubts()
	err := w.change(func(m *store.Moment) (store.World, error) {
		return build.Of(w.scenario).Merge(s.options(w.private), m, patch)
	})
	if err == nil {
		s.warn(w.name, before, w.live.Now().State.AllDoubts())
	}
	return err
}
