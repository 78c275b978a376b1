// Package rehearse types the lessons' commands into a real shell with the real
// AWS CLI, against a server of its own, and holds what they print against what
// the lessons say.
package rehearse

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/authority"
	"github.com/s3fault/s3fault/internal/play"
	"github.com/s3fault/s3fault/scenarios"
)

// Config says what is rehearsed. The zero value of every field but File is a good
// default.
type Config struct {
	File *scenarios.File
	// Responses override the file's, where they are set.
	Responses string
	// AWS is the AWS CLI to type into; empty: the first in PATH.
	AWS string
	// Command is the s3fault that lessons type; empty: they find it in PATH.
	Command string
	// Patience is how long one command may take; zero: a minute.
	Patience time.Duration
}

// patience is for commands that wait for something, such as the end of a
// presigned URL; the AWS CLI alone takes half a second.
const patience = time.Minute

// Stage is a running server with every world of the file, and a folder to type
// in. Scenarios may be played on it at the same time, each once at a time.
type Stage struct {
	config Config
	bash   string
	server *emulator.Server
	base   string // http://HOST:PORT
	stop   func() error
	folder string
}

// Open starts the server and looks for bash and the AWS CLI; the error says what
// is missing. ctx ends the server and whatever is being typed.
func Open(ctx context.Context, c Config) (*Stage, error) {
	s := &Stage{config: c}
	s.config.Patience = cmp.Or(c.Patience, patience)
	if err := s.findPrograms(); err != nil {
		return nil, err
	}
	serving, err := s.serving()
	if err != nil {
		return nil, err
	}
	if s.server, err = emulator.New(serving); err != nil {
		return nil, err
	}
	if s.folder, err = os.MkdirTemp("", "s3fault-rehearse-"); err != nil {
		return nil, err
	}
	if s.base, s.stop, err = s.server.Loopback(ctx); err != nil {
		_ = os.RemoveAll(s.folder)
		return nil, err
	}
	return s, nil
}

// serving is a server that speaks TLS too.
func (s *Stage) serving() (emulator.Config, error) {
	a, err := authority.New()
	if err != nil {
		return emulator.Config{}, err
	}
	return emulator.Config{
		File: s.config.File, Responses: s.config.Responses, TLS: a.Config(), CA: a.PEM(),
	}, nil
}

func (s *Stage) findPrograms() (err error) {
	s.config.AWS = cmp.Or(s.config.AWS, "aws")
	s.bash = "bash"
	for _, program := range []*string{&s.config.AWS, &s.bash} {
		if *program, err = exec.LookPath(*program); err != nil {
			return fmt.Errorf("the lessons are typed into bash and the AWS CLI: %w", err)
		}
		if *program, err = filepath.Abs(*program); err != nil {
			return err
		}
	}
	return nil
}

// Close ends the server and takes the folder away.
func (s *Stage) Close() error {
	return errors.Join(s.stop(), os.RemoveAll(s.folder))
}

// Play rehearses one scenario in its world, which is first put back as it was
// loaded: what a client sees, the lesson's commands in one shell, and what holds
// after them. The error is for a scenario that could not be rehearsed at all.
func (s *Stage) Play(ctx context.Context, name string) ([]Step, error) {
	scenario, err := s.config.File.Scenario(name)
	if err != nil {
		return nil, err
	}
	sc, err := s.server.Describe(name, s.base)
	if err != nil {
		return nil, err
	}
	responses := cmp.Or(s.config.Responses, scenario.Responses())
	player := &play.Player{
		Endpoint: sc.Endpoint, Control: s.base + emulator.ControlPrefix, World: sc.Name, Region: sc.Region,
		Callers: sc.Credentials(), Tokens: sc.Tokens(), Responses: responses,
	}
	if scenario, err = scenario.In(player.Callers, player.Tokens); err != nil {
		return nil, err
	}
	p := &rehearsal{stage: s, scenario: scenario, player: player}
	if err := s.server.Reset(name); err != nil {
		return nil, err
	}
	p.expectations(ctx, "expect", play.Before)
	// Some calls change the world, and the lesson begins with a fresh one.
	if err := s.server.Reset(name); err != nil {
		return nil, err
	}
	if err := p.lesson(ctx); err != nil {
		return nil, err
	}
	// A cure that is in the program needs none of what the lesson has left in the world.
	if !scenario.HasPatch() {
		if err := s.server.Reset(name); err != nil {
			return nil, err
		}
	}
	p.expectations(ctx, "after the fix", play.After)
	return p.steps, ctx.Err()
}
