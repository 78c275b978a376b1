package emulatortest

import (
	"context"
	"sync"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/scenarios"
)

// setup is what a server is started with. Starts with equal setups share one.
type setup struct {
	path, text string // of the scenario file; neither: the library
	responses  string
	asOf       time.Time
	tls        bool
}

type options struct {
	setup
	alone   bool
	now     func() time.Time
	domains []string
}

// Option changes what Start starts. Starts with the same File, YAML, Responses, AsOf and TLS
// share a server.
type Option func(*options)

// File takes the scenarios from a file instead of the built-in library. It is read once.
func File(path string) Option { return func(o *options) { o.path, o.text = path, "" } }

// YAML takes the scenarios from a text in the form of the scenario file.
func YAML(text string) Option { return func(o *options) { o.path, o.text = "", text } }

// Responses overrides the file's `responses`: "aws" or "article".
func Responses(r string) Option { return func(o *options) { o.responses = r } }

// AsOf overrides the file's `as_of`.
func AsOf(day time.Time) Option { return func(o *options) { o.asOf = day } }

// Alone starts a server for this test alone. Its bare address is the scenario's own world,
// with its name and with the access keys of the file; the other scenarios are beside it,
// at /~NAME.
func Alone() Option { return func(o *options) { o.alone = true } }

// Now sets the real clock of a server, which the world's own clock follows. The server is
// the test's Alone; SetClock and Advance need none.
func Now(now func() time.Time) Option { return func(o *options) { o.alone, o.now = true, now } }

// Domain also serves the host names under d. The server is the test's Alone.
func Domain(d string) Option {
	return func(o *options) { o.alone, o.domains = true, append(o.domains, d) }
}

// join makes a world of the shared server, with a port of its own.
func (s *Server) join(scenario string, o options) (base string, err error) {
	at, err := shared(o.setup)
	if err != nil {
		return "", err
	}
	s.server, s.CA = at.Server, at.ca
	w, err := s.server.CreateWorld(emulator.NewWorld{Scenario: scenario, Listen: true})
	if err != nil {
		return "", err
	}
	s.World = w.Name()
	s.t.Cleanup(func() {
		s.wantStrikes()
		if err := s.server.DeleteWorld(s.World); err != nil {
			s.t.Errorf("emulatortest: %v", err)
		}
	})
	return o.scheme("http://127.0.0.1"), nil
}

// serve starts a server for the test alone.
func (s *Server) serve(scenario string, o options) (base string, err error) {
	c := emulator.Config{Scenario: scenario, Now: o.now, Domains: o.domains}
	at, err := o.setup.server(c)
	if err != nil {
		return "", err
	}
	s.server, s.CA = at.Server, at.ca
	base, stop, err := s.server.Loopback(context.Background())
	if err != nil {
		return "", err
	}
	s.World = scenario
	s.t.Cleanup(func() {
		s.wantStrikes()
		if err := stop(); err != nil {
			s.t.Errorf("emulatortest: %v", err)
		}
		s.server.Close()
	})
	return o.scheme(base), nil
}

// serving is a server, and whom its clients are to trust; nobody where it speaks no TLS.
type serving struct {
	*emulator.Server
	ca []byte
}

// servers are those that are shared: func() (serving, error) by setup. They open
// no port themselves, and stay for as long as the test binary runs.
var servers sync.Map

func shared(of setup) (serving, error) {
	once := sync.OnceValues(func() (serving, error) { return of.server(emulator.Config{}) })
	made, _ := servers.LoadOrStore(of, once)
	return made.(func() (serving, error))()
}

// server makes one with the setup.
func (s setup) server(c emulator.Config) (made serving, err error) {
	c.Responses, c.AsOf = s.responses, s.asOf
	if c.File, err = s.file(); err != nil {
		return made, err
	}
	if s.tls {
		if err := speakTLS(&c); err != nil {
			return made, err
		}
	}
	made.ca = c.CA
	made.Server, err = emulator.New(c)
	return made, err
}

func (s setup) file() (*scenarios.File, error) {
	switch {
	case s.path != "":
		return scenarios.Load(s.path)
	case s.text != "":
		return scenarios.Parse("test.yaml", []byte(s.text))
	}
	return library()
}

// library is parsed once, and the same for every server.
var library = sync.OnceValues(scenarios.Library)
