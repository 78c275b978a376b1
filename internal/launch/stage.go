package launch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/authority"
	"github.com/s3fault/s3fault/internal/shell"
	"github.com/s3fault/s3fault/scenarios"
)

// Config says what is served. The zero value of every field but File is a good default.
type Config struct {
	File      *scenarios.File
	Scenario  string // at the bare address of the server; empty: the first of the file
	Responses string // "aws" or "article", over the file's
	Proxy     bool   // programs reach AWS's own host names, with the server as their proxy
	Warn      func(world, warning string)
}

// Stage is a running server, and a folder for the files of the programs.
type Stage struct {
	config     Config
	server     *emulator.Server
	base       string // http://HOST:PORT
	stop       func() error
	folder     string
	trust      []shell.Setting // of its certificates, under Proxy
	trustStore string          // Java's
	worlds     atomic.Int64    // that were opened
}

// Open starts the server. ctx ends it.
func Open(ctx context.Context, c Config) (*Stage, error) {
	s := &Stage{config: c}
	served := emulator.Config{File: c.File, Scenario: c.Scenario, Responses: c.Responses, Warn: c.Warn}
	var a *authority.Authority
	if c.Proxy {
		var err error
		if a, err = authority.New(); err != nil {
			return nil, err
		}
		served.TLS, served.CA = a.Config(), a.PEM()
	}
	var err error
	if s.server, err = emulator.New(served); err != nil {
		return nil, err
	}
	if s.folder, err = os.MkdirTemp("", "s3fault-run-"); err != nil {
		return nil, err
	}
	if s.trust, err = s.trusted(a); err == nil {
		s.base, s.stop, err = s.server.Loopback(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.folder))
	}
	return s, nil
}

// trusted is what has programs trust the server's certificates; nil: it has none.
func (s *Stage) trusted(a *authority.Authority) ([]shell.Setting, error) {
	if a == nil {
		return nil, nil
	}
	if err := s.javaTrust(a.PEM()); err != nil {
		return nil, err
	}
	t, err := shell.Keep(s.folder, a.PEM())
	return shell.Trust(t), err
}

// Close ends the server, with all worlds, and takes the folder away.
func (s *Stage) Close() error {
	err := s.stop()
	s.server.Close()
	return errors.Join(err, os.RemoveAll(s.folder))
}

// World makes a private copy of a scenario's world on a port of its own; patch is a JSON merge
// patch of it, nil: none. Errors name the place in the patch, and the nearest scenario.
func (s *Stage) World(scenario string, patch []byte) (*World, error) {
	made, err := s.server.CreateWorld(emulator.NewWorld{Scenario: scenario, Patch: patch, Listen: true})
	if err != nil {
		return nil, err
	}
	w := &World{stage: s, served: made, Name: made.Name(), Of: cmp.Or(scenario, s.server.Default())}
	w.folder = filepath.Join(s.folder, strconv.FormatInt(s.worlds.Add(1), 10))
	if w.Scenario, err = s.server.Describe(w.Name, s.base); err == nil {
		err = w.furnish()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the world of %s: %w", scenario, err), w.Close())
	}
	return w, nil
}
