package emulator

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/scenarios"
)

// NewWorld says what a private world is to be. The zero value of every field is a
// good default.
type NewWorld struct {
	Scenario  string        // that it is a copy of; empty: the one at the bare address
	Name      string        // letters a-z, digits and hyphens; empty: one is drawn
	Expires   time.Duration // after which real time it is gone; 0: it stays
	Responses string        // "aws" or "article"; empty: the server's
	Patch     []byte        // a JSON merge patch of the copy, in the form of the scenario file; empty: none
}

// CreateWorld makes a private copy of a scenario's world, as it was loaded, under a
// name and with access keys of its own. Requests that name one of its keys reach it at
// the bare address, too. Errors: ErrTaken, *NotFound for the scenario, and what
// is wrong with the name or in the patch.
func (s *Server) CreateWorld(n NewWorld) (*World, error) {
	w, err := s.copyOf(n)
	if err != nil {
		return nil, err
	}
	if err := s.worlds.add(w); err != nil {
		w.live.Close()
		return nil, err
	}
	return w, nil
}

// copyOf builds a private world that nobody can reach yet.
func (s *Server) copyOf(n NewWorld) (*World, error) {
	name := cmp.Or(n.Name, "w-"+strings.ToLower(rand.Text()[:12]))
	if !world.IsName(name) {
		return nil, fmt.Errorf("a world's name has a-z, 0-9 and hyphens, and begins with a letter: %q is none", name)
	}
	if n.Responses != "" && !slices.Contains(scenarios.BothResponses(), n.Responses) {
		return nil, fmt.Errorf("responses are one of %v, not %q", scenarios.BothResponses(), n.Responses)
	}
	of := cmp.Or(n.Scenario, s.config.Scenario)
	scenario, err := s.config.File.Scenario(of)
	if err != nil {
		return nil, &NotFound{Kind: "scenario", Name: of, Nearest: nearest.Name(of, s.worlds.scenarios)}
	}
	p := &privacy{seed: rand.Text(), responses: n.Responses}
	if n.Expires > 0 {
		p.expires = s.config.Now().Add(n.Expires)
	}
	m, err := s.build(scenario, p)
	if err != nil {
		return nil, err
	}
	w := newWorld(name, scenario, m)
	w.private = p
	if len(n.Patch) == 0 {
		return w, nil
	}
	if err := s.patch(w, n.Patch); err != nil {
		w.live.Close()
		return nil, err
	}
	return w, nil
}

// DeleteWorld takes a private world away, with its objects, its journal and all else.
// Errors: *NotFound, ErrScenarioWorld.
func (s *Server) DeleteWorld(name string) error { return s.worlds.remove(name) }
