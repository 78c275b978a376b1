package emulator

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/s3fault/s3fault"
	"github.com/s3fault/s3fault/internal/control"
	"github.com/s3fault/s3fault/internal/journal"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/internal/world"
)

// plane is the Server as the control plane sees it.
type plane struct{ *Server }

var _ control.Emulator = plane{}

func (p plane) Health() control.Health {
	return control.Health{Status: "ok", Version: s3fault.Version, Scenarios: len(p.names), Default: p.config.Scenario}
}

func (p plane) Scenarios() []control.Summary {
	all := make([]control.Summary, len(p.names))
	for i, name := range p.names {
		all[i] = summary(p.realms[name])
	}
	return all
}

func (p plane) Scenario(name, base string) (*control.Scenario, error) { return p.Describe(name, base) }

func (p plane) Request(id string) (*journal.Entry, error) {
	if e, ok := p.journal.Find(id); ok {
		return &e, nil
	}
	return nil, &control.NotFound{Kind: "request", Name: id}
}

func (p plane) World(name string) (json.RawMessage, error) { return p.Facts(name) }

func (p plane) Requests(name string) ([]journal.Entry, error) {
	if _, err := p.named("world", name); err != nil {
		return nil, err
	}
	return p.journal.World(name), nil
}

func (p plane) Trails(name string) ([]*trail.Record, error) {
	r, err := p.named("world", name)
	if err != nil {
		return nil, err
	}
	return r.events.Written(), nil
}

// Describe is a scenario as GET /scenarios/{name} answers it, for a server that
// is reached at base ("http://HOST:PORT").
func (s *Server) Describe(name, base string) (*control.Scenario, error) {
	r, err := s.named("scenario", name)
	if err != nil {
		return nil, err
	}
	state := r.live.Now().State
	return &control.Scenario{
		Summary:     summary(r),
		Endpoint:    base + "/~" + name,
		Region:      state.Region,
		Callers:     callers(state),
		Buckets:     slices.Sorted(maps.Keys(state.Buckets)),
		Expect:      r.scenario.ExpectJSON(),
		FixCommands: r.scenario.FixCommandsJSON(),
	}, nil
}

func summary(r *realm) control.Summary {
	return control.Summary{Name: r.name, Title: r.scenario.Title, Fix: append([]int{}, r.scenario.Fix...)}
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
func (s *Server) Requests(world string) []Entry { return s.journal.World(world) }

// Why is the decision that denied a request or, when none did, its last one; nil
// when the request is not known or nothing was decided.
func (s *Server) Why(requestID string) *Decision {
	e, ok := s.journal.Find(requestID)
	if !ok || len(e.Decisions) == 0 {
		return nil
	}
	if d := e.Denied(); d != nil {
		return d
	}
	return &e.Decisions[len(e.Decisions)-1]
}

// Reset puts a world back as it was loaded, in one step.
func (s *Server) Reset(name string) error {
	r, err := s.named("world", name)
	if err != nil {
		return err
	}
	return s.reset(r)
}

// Fix applies the fix_patch of a world's scenario, whole or not at all; without
// one nothing changes.
func (s *Server) Fix(name string) error {
	r, err := s.named("world", name)
	if err != nil {
		return err
	}
	return s.fix(r)
}

func (s *Server) named(kind, name string) (*realm, error) {
	if r := s.realms[name]; r != nil {
		return r, nil
	}
	e := s.noRealm(name)
	e.Kind = kind
	return nil, e
}

// noRealm is the error for a name that no world has.
func (s *Server) noRealm(name string) *control.NotFound {
	return &control.NotFound{Kind: "scenario or world", Name: name, Nearest: nearest.Name(name, s.names)}
}
