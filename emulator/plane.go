package emulator

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/s3fault/s3fault"
	"github.com/s3fault/s3fault/internal/control"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
)

// plane is the Server as the control plane sees it.
type plane struct{ *Server }

var _ control.Emulator = plane{}

func (p plane) Health() control.Health {
	return control.Health{
		Status: "ok", Version: s3fault.Version, Scenarios: len(p.worlds.scenarios), Default: p.config.Scenario,
	}
}

func (p plane) Scenarios() []control.Summary {
	all := make([]control.Summary, 0, len(p.worlds.scenarios))
	for _, name := range p.worlds.scenarios {
		if w, err := p.worlds.find("scenario", name); err == nil { // they stay for ever
			all = append(all, summary(w))
		}
	}
	return all
}

func (p plane) Scenario(name, base string) (*control.Scenario, error) { return p.Describe(name, base) }

func (p plane) Request(id string) (*journal.Entry, error) {
	if _, r := p.record(id); r != nil {
		e := r.Entry()
		return &e, nil
	}
	return nil, &control.NotFound{Kind: "request", Name: id}
}

func (p plane) World(name string) (json.RawMessage, error) { return p.Facts(name) }

func (p plane) Requests(name string) ([]journal.Entry, error) {
	w, err := p.worlds.find("world", name)
	if err != nil {
		return nil, err
	}
	return entries(w.records), nil
}

func (p plane) Trails(name string) ([]*trail.Record, error) {
	w, err := p.worlds.find("world", name)
	if err != nil {
		return nil, err
	}
	return w.events.Written(), nil
}

// Describe is a scenario, or a private copy, as GET /scenarios/{name} answers it, for a server that
// is reached at base ("http://HOST:PORT").
func (s *Server) Describe(name, base string) (*control.Scenario, error) {
	w, err := s.worlds.find("scenario", name)
	if err != nil {
		return nil, err
	}
	state := w.live.Now().State
	return &control.Scenario{
		Summary:     summary(w),
		Endpoint:    base + "/~" + name,
		Region:      state.Region,
		Callers:     callers(state),
		Buckets:     slices.Sorted(maps.Keys(state.Buckets)),
		Expect:      w.scenario.ExpectJSON(),
		FixCommands: w.scenario.FixCommandsJSON(),
	}, nil
}

func summary(w *World) control.Summary {
	return control.Summary{Name: w.name, Title: w.scenario.Title, Fix: append([]int{}, w.scenario.Fix...)}
}

func callers(s *world.State) map[string]control.Caller {
	all := make(map[string]control.Caller, len(s.Callers))
	for name, c := range s.Callers {
		if c.Minted {
			continue
		}
		all[name] = control.Caller{
			AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey,
			SessionToken: c.SessionToken, ARN: c.Principal.ARN,
		}
	}
	return all
}

// Requests is what happened in a world, newest last; nil when there is no such
// world.
func (s *Server) Requests(world string) []Entry {
	w, err := s.worlds.find("world", world)
	if err != nil {
		return nil
	}
	return entries(w.records)
}

// record is what happened to a request, and in which world; a nil world: it reached
// none. A nil record: it is not known.
func (s *Server) record(requestID string) (*World, *exchange.Record) {
	if w, r := s.worlds.request(requestID); r != nil {
		return w, r
	}
	r, _ := s.strays.Find(requestID)
	return nil, r
}

// Why is the decision that denied a request or, when none did, its last one; nil
// when the request is not known or nothing was decided.
func (s *Server) Why(requestID string) *Decision {
	_, r := s.record(requestID)
	if r == nil {
		return nil
	}
	e := r.Entry()
	if len(e.Decisions) == 0 {
		return nil
	}
	if d := e.Denied(); d != nil {
		return d
	}
	return &e.Decisions[len(e.Decisions)-1]
}

// Reset puts a world back as it was loaded, in one step.
func (s *Server) Reset(name string) error {
	w, err := s.worlds.find("world", name)
	if err != nil {
		return err
	}
	return s.reset(w)
}

// Fix applies the fix_patch of a world's scenario, whole or not at all; without
// one nothing changes.
func (s *Server) Fix(name string) error {
	w, err := s.worlds.find("world", name)
	if err != nil {
		return err
	}
	return s.fix(w)
}
