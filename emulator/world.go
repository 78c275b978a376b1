package emulator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/s3fault/s3fault/internal/authdetails"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/ring"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/scenarios"
)

// World is one world as it is served: the scenario that it began as, its facts and
// objects as they are now, and what is remembered of its requests.
type World struct {
	name     string
	scenario *scenarios.Scenario
	private  *privacy // nil: it is the scenario's own
	live     *store.Live

	records *records
	events  trail.Log
	details *authdetails.Log

	// The registry's, under its lock: the access keys that it holds for the world, and
	// those that the world began with. Neither map is changed.
	keys, first map[string]bool
}

// records are the newest requests of a world.
type records = ring.Ring[*exchange.Record]

// recorded is how many there are.
const recorded = 10_000

func newRecords() *records { return ring.New[*exchange.Record](recorded) }

// entries are those of the records, newest last; never nil.
func entries(kept *records) []Entry {
	all := make([]Entry, 0)
	for _, r := range kept.All() {
		all = append(all, r.Entry())
	}
	return all
}

// newWorld serves a moment under a name.
func newWorld(name string, of *scenarios.Scenario, m *store.Moment) *World {
	return &World{
		name: name, scenario: of, live: store.NewLive(m), records: newRecords(), details: authdetails.NewLog(),
	}
}

// Name is that of its address, /~NAME.
func (w *World) Name() string { return w.name }

// expired says whether its time is over.
func (w *World) expired(now func() time.Time) bool {
	return w.private != nil && !w.private.expires.IsZero() && !now().Before(w.private.expires)
}

// open builds the world of a scenario.
func (s *Server) open(name string) (*World, error) {
	scenario, err := s.config.File.Scenario(name)
	if err != nil {
		return nil, err
	}
	moment, err := s.build(scenario, nil)
	if err != nil {
		return nil, err
	}
	s.warn(name, nil, moment.State.AllDoubts())
	return newWorld(name, scenario, moment), nil
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

// build makes the scenario's world as loaded, with its objects.
func (s *Server) build(scenario *scenarios.Scenario, p *privacy) (*store.Moment, error) {
	return build.Of(scenario).Build(s.options(p), store.NewIndex(s.blobs))
}

func (s *Server) options(p *privacy) build.Options {
	o := build.Options{Responses: s.config.Responses, AsOf: s.config.AsOf, Now: s.config.Now()}
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
	moment, err := s.build(w.scenario, w.private)
	if err != nil {
		return err
	}
	if err := w.live.Commit(context.Background(), w.live.Now(), store.Anew{Moment: moment}); err != nil {
		moment.Index.Close()
		return err
	}
	w.events.Clear()
	w.details.Clear()
	return nil
}

// change makes a change that is worked out from the world as it is, again where that
// has moved meanwhile.
func (w *World) change(from func(*store.Moment) (store.World, error)) error {
	for {
		seen := w.live.Now()
		change, err := from(seen)
		if err != nil {
			return err
		}
		err = w.live.Commit(context.Background(), seen, change)
		change.Discard()
		if !errors.Is(err, store.ErrMoved) {
			return err
		}
	}
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
func (s *Server) patch(w *World, patch []byte) error {
	before := w.live.Now().State.AllDoubts()
	err := w.change(func(m *store.Moment) (store.World, error) {
		return build.Of(w.scenario).Patch(s.options(w.private), m, patch)
	})
	if err == nil {
		s.warn(w.name, before, w.live.Now().State.AllDoubts())
	}
	return err
}
