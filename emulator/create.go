package emulator

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/tree"
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
	Listen    bool          // on a free port of Config.Host too, of which the bare address is the world's
}

// newWorld is a NewWorld of which the patch has been read; nil: there is none.
type newWorld struct {
	NewWorld
	patch *tree.Node
}

// CreateWorld makes a private copy of a scenario's world, as it was loaded, under a
// name and with access keys of its own. Requests that name one of its keys reach it at
// the bare address, too. Errors: ErrTaken, *NotFound for the scenario, and what
// is wrong with the name or in the patch.
func (s *Server) CreateWorld(n NewWorld) (*World, error) {
	asked := newWorld{NewWorld: n}
	if len(n.Patch) > 0 {
		var err error
		if asked.patch, err = build.ParsePatch(n.Patch); err != nil {
			return nil, err
		}
	}
	return s.create(asked)
}

func (s *Server) create(n newWorld) (*World, error) {
	w, err := s.copyOf(n)
	if err != nil {
		return nil, err
	}
	err = s.enter(w, n.Listen)
	if err == nil {
		err = s.keeper.sync()
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// enter lets requests reach a world.
func (s *Server) enter(w *World, listen bool) (err error) {
	if listen {
		if w.port, err = s.openPort(w.name); err != nil {
			return err
		}
	}
	return s.worlds.add(w)
}

// notAName is the error for a world's name that is none.
const notAName = "a world's name has a-z, 0-9 and hyphens, and begins with a letter: %q is none"

func (n *newWorld) check() error {
	switch {
	case n.Name != "" && !world.IsName(n.Name):
		return fmt.Errorf(notAName, n.Name)
	case n.Responses != "" && !slices.Contains(scenarios.BothResponses(), n.Responses):
		return fmt.Errorf("responses are one of %v, not %q", scenarios.BothResponses(), n.Responses)
	case n.Expires < 0:
		return fmt.Errorf("a world cannot expire %s ago", -n.Expires)
	}
	return nil
}

// copyOf builds a private world that nobody can reach yet.
func (s *Server) copyOf(n newWorld) (*World, error) {
	if err := n.check(); err != nil {
		return nil, err
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
	now := s.config.Now()
	m, err := s.build(scenario, p, now)
	if err != nil {
		return nil, err
	}
	w := s.serveWorld(cmp.Or(n.Name, "w-"+strings.ToLower(rand.Text()[:12])), scenario, m, p, now)
	if err := s.keeper.keepPrivate(w); err != nil {
		w.close()
		return nil, err
	}
	if n.patch == nil {
		return w, nil
	}
	if err := s.patch(w, n.patch); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// DeleteWorld takes a private world away, with its objects, its journal and all else.
// Errors: *NotFound, ErrScenarioWorld.
func (s *Server) DeleteWorld(name string) error { return s.worlds.remove(name) }

// Close takes all private worlds away, which a Config.DataDir keeps, and waits until their ports are closed, and who
// was being answered there is done or, after some seconds, cut off. Nobody may make
// another one meanwhile.
func (s *Server) Close() {
	s.keeper.leave()
	for _, w := range s.worlds.all() {
		if w.private != nil {
			_ = s.worlds.remove(w.name) // it may have expired, or be deleted
		}
		w.closeInstance()
	}
	s.ports.Wait()
}
