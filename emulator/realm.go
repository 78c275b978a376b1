package emulator

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/s3fault/s3fault/internal/authdetails"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/scenarios"
)

// realm is one world as it is served: the scenario that it began as, and its
// facts and objects as they are now.
type realm struct {
	name     string
	scenario *scenarios.Scenario
	live     *store.Live
	denied   recall
	events   trail.Log
	details  authdetails.Log
}

// open builds the world of a scenario.
func (s *Server) open(name string) (*realm, error) {
	scenario, err := s.config.File.Scenario(name)
	if err != nil {
		return nil, err
	}
	moment, err := s.build(scenario)
	if err != nil {
		return nil, err
	}
	s.warn(name, nil, moment.State.AllDoubts())
	return &realm{name: name, scenario: scenario, live: store.NewLive(moment)}, nil
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
func (s *Server) build(scenario *scenarios.Scenario) (*store.Moment, error) {
	return scenario.Build(s.options(), store.NewIndex(s.blobs))
}

func (s *Server) options() scenarios.Options {
	return scenarios.Options{Responses: s.config.Responses, AsOf: s.config.AsOf, Now: s.config.Now()}
}

// realmAt is the world of that name; empty: the default scenario's.
func (s *Server) realmAt(name string) (*realm, *s3err.Error) {
	if name == "" {
		name = s.config.Scenario
	}
	if r := s.realms[name]; r != nil {
		return r, nil
	}
	return nil, s3err.New(s3err.InvalidRequest).WithMessage("s3fault: " + s.noRealm(name).Error())
}

// reset puts the realm back as it was loaded.
func (s *Server) reset(r *realm) error {
	moment, err := s.build(r.scenario)
	if err == nil {
		err = r.live.Commit(context.Background(), r.live.Now(), store.Anew{Moment: moment})
	}
	if err == nil {
		r.events.Clear()
		r.details.Clear()
	}
	return err
}

// change makes a change that is worked out from the world as it is, again where that
// has moved meanwhile.
func (r *realm) change(from func(*store.Moment) (store.World, error)) error {
	for {
		seen := r.live.Now()
		change, err := from(seen)
		if err != nil {
			return err
		}
		err = r.live.Commit(context.Background(), seen, change)
		change.Discard()
		if !errors.Is(err, store.ErrMoved) {
			return err
		}
	}
}

// fix applies the scenario's fix_patch; without one nothing changes.
func (s *Server) fix(r *realm) error {
	if !r.scenario.HasPatch() {
		return nil
	}
	err := r.change(func(m *store.Moment) (store.World, error) {
		return r.scenario.ApplyFix(s.options(), m)
	})
	if err != nil {
		return fmt.Errorf("fix_patch of %s: %w", r.name, err)
	}
	return nil
}
