// Package emulatortest gives Go tests an S3 endpoint that says no:
//
//	srv := emulatortest.Start(t, "ip-deny")
//	client := sdkv2.S3(t, srv, "app")
//	_, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("file.txt")})
//
// Every Start is a server and a world of its own on a free loopback port, so
// that tests may run in parallel.
package emulatortest

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/scenarios"
)

// Server is a running emulator whose bare address is the scenario's world.
type Server struct {
	// Endpoint is "http://127.0.0.1:PORT".
	Endpoint string
	// Region is the scenario's region.
	Region string

	t        testing.TB
	scenario string
	server   *emulator.Server
	callers  map[string]Caller
}

// Caller is a set of credentials of the scenario.
type Caller struct {
	AccessKeyID, SecretAccessKey, SessionToken, ARN string
}

type options struct {
	config emulator.Config
	err    error
}

// Option changes what Start starts.
type Option func(*options)

// File takes the scenarios from a file instead of the built-in library.
func File(path string) Option {
	return func(o *options) { o.config.File, o.err = scenarios.Load(path) }
}

// YAML takes the scenarios from a text in the form of the scenario file.
func YAML(text string) Option {
	return func(o *options) { o.config.File, o.err = scenarios.Parse("test.yaml", []byte(text)) }
}

// Responses overrides the file's `responses`: "aws" or "article".
func Responses(r string) Option { return func(o *options) { o.config.Responses = r } }

// AsOf overrides the file's `as_of`.
func AsOf(day time.Time) Option { return func(o *options) { o.config.AsOf = day } }

// Now sets the real clock, which the world's own clock follows.
func Now(now func() time.Time) Option { return func(o *options) { o.config.Now = now } }

// Domain also serves the host names under d.
func Domain(d string) Option {
	return func(o *options) { o.config.Domains = append(o.config.Domains, d) }
}

// Start serves the scenario until the test ends. It fails the test when it
// cannot.
func Start(t testing.TB, scenario string, opts ...Option) *Server {
	t.Helper()
	o := options{}
	for _, opt := range opts {
		opt(&o)
		if o.err != nil {
			t.Fatalf("emulatortest: %v", o.err)
		}
	}
	if o.config.File == nil {
		o.config.File = library(t)
	}
	o.config.Scenario = scenario
	server, err := emulator.New(o.config)
	if err != nil {
		t.Fatalf("emulatortest: %v", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("emulatortest: %v", err)
	}
	run(t, server, listener)
	s := &Server{Endpoint: "http://" + listener.Addr().String(), t: t, scenario: scenario, server: server}
	s.read()
	return s
}

// read takes over what the control plane tells of the scenario.
func (s *Server) read() {
	s.t.Helper()
	sc, err := s.server.Describe(s.scenario, s.Endpoint)
	if err != nil {
		s.t.Fatalf("emulatortest: %v", err)
	}
	s.Region, s.callers = sc.Region, map[string]Caller{}
	for name, c := range sc.Callers {
		s.callers[name] = Caller(c)
	}
}

// parsed is the library, which is the same for every Start.
var parsed = sync.OnceValues(scenarios.Library)

func library(t testing.TB) *scenarios.File {
	t.Helper()
	file, err := parsed()
	if err != nil {
		t.Fatalf("emulatortest: %v", err)
	}
	return file
}

func run(t testing.TB, server *emulator.Server, listener net.Listener) {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("emulatortest: %v", err)
		}
	})
}

// Caller is the named caller's credentials; a name that the scenario does not
// have fails the test.
func (s *Server) Caller(name string) Caller {
	s.t.Helper()
	c, ok := s.callers[name]
	if !ok {
		s.t.Fatalf("emulatortest: scenario %s has no caller %q", s.scenario, name)
	}
	return c
}

// Requests is what happened in the scenario's world, newest last.
func (s *Server) Requests() []emulator.Entry { return s.server.Requests(s.scenario) }

// Why is the decision that denied the request of that id or, when none did, its
// last one; nil when the request is not known or nothing was decided.
func (s *Server) Why(requestID string) *emulator.Decision { return s.server.Why(requestID) }

// Advice is what would let the denied request of that id pass, proved on a copy of
// the world.
func (s *Server) Advice(requestID string) (*emulator.Advice, error) {
	return s.server.Advice(requestID)
}

// Patch changes the world by a JSON merge patch in the form of the scenario file,
// whole or not at all.
func (s *Server) Patch(patch string) error { return s.server.Patch(s.scenario, []byte(patch)) }

// Fix applies the scenario's fix_patch; without one nothing changes.
func (s *Server) Fix() error { return s.server.Fix(s.scenario) }

// Reset puts the world back as it was loaded.
func (s *Server) Reset() error { return s.server.Reset(s.scenario) }
