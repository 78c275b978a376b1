// Package emulatortest gives Go tests an S3 endpoint that says no, and breaks:
//
//	srv := emulatortest.Start(t, "ip-deny")
//	client := sdkv2.S3(t, srv, "app")
//	_, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("file.txt")})
//	srv.WantDenied(err, "bucket-policy")
//
// Every Start is a world of its own, on a free loopback port of its own: what one test
// breaks, changes or sees, no other does, so that tests may run in parallel. All worlds
// are of one server, which is started for the test binary on first use; from then on a
// Start takes less than 2 ms (BenchmarkStart).
//
// # What it adds to your build, and to your go.mod
//
// No package of the AWS SDK: the clients are in emulatortest/sdkv2, for tests that have the
// SDK. What is compiled into a test binary is of s3fault itself and of these modules:
//
//	github.com/beorn7/perks
//	github.com/cespare/xxhash/v2
//	github.com/golang-jwt/jwt/v5
//	github.com/gorilla/mux
//	github.com/johannesboyne/gofakes3
//	github.com/klauspost/cpuid/v2
//	github.com/minio/crc64nvme
//	github.com/munnerz/goautoneg
//	github.com/prometheus/client_golang
//	github.com/prometheus/client_model
//	github.com/prometheus/common
//	github.com/prometheus/procfs
//	github.com/ryszard/goskiplist
//	github.com/tidwall/btree
//	github.com/zeebo/xxh3
//	go.etcd.io/bbolt
//	golang.org/x/sys
//	google.golang.org/protobuf
//	gopkg.in/yaml.v3
//
// Your go.mod gets these as requirements, and with them go.shabbyrobe.org/gocovmerge and
// golang.org/x/tools, which gofakes3 has behind a build tag. And every module that it has in common with the
// go.mod of s3fault is raised to the version there, if yours is older: also such as are not
// compiled in, the AWS SDK's among them, since s3fault tests itself with it (minimal version
// selection asks what is required, not what is imported). Where your go.mod has not got the
// SDK, it does not get it. Whoever must stay with an older version takes
// github.com/s3fault/s3fault/packages/go, which requires nothing.
package emulatortest

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/shell"
	"github.com/s3fault/s3fault/sigv4"
)

// Server is a world with a port of its own. Its methods are for the test that started it,
// and for as long as that runs.
type Server struct {
	// Endpoint is "http://127.0.0.1:PORT", with TLS "https://127.0.0.1:PORT"; its bare
	// address is the world.
	Endpoint string
	// CA is the certificate, in PEM, that clients of a server with TLS are to trust; empty:
	// it speaks none.
	CA []byte
	// Region is the scenario's region.
	Region string
	// World is the name by which the control plane knows the world.
	World string

	t        testing.TB
	server   *emulator.Server
	scenario *emulator.Scenario
}

// Caller is a set of credentials of the scenario.
type Caller = emulator.Caller

// Start makes a world of the scenario, as it was loaded and with access keys of its own,
// until the test ends. It fails the test when it cannot.
func Start(t testing.TB, scenario string, opts ...Option) *Server {
	t.Helper()
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	s := &Server{t: t}
	start := s.join
	if o.alone {
		start = s.serve
	}
	base, err := start(scenario, o)
	if err == nil {
		s.scenario, err = s.server.Describe(s.World, base)
	}
	if err != nil {
		t.Fatalf("emulatortest: %v", err)
	}
	s.Region, s.Endpoint = s.scenario.Region, s.scenario.Endpoint
	if o.alone {
		s.Endpoint = base
	}
	return s
}

// Caller is the named caller's credentials, and who that is. A name that the scenario does
// not have fails the test.
func (s *Server) Caller(name string) Caller {
	s.t.Helper()
	c, ok := s.scenario.Callers[name]
	if !ok {
		names := slices.Sorted(maps.Keys(s.scenario.Callers))
		s.t.Fatalf("emulatortest: %v", &emulator.NotFound{Kind: "caller", Name: name, Nearest: nearest.Name(name, names)})
	}
	return c
}

// Credentials are the named caller's, to sign requests with.
func (s *Server) Credentials(caller string) sigv4.Credentials {
	s.t.Helper()
	return s.Caller(caller).Credentials()
}

// Env is this process's environment, pointed at the world: exec.Cmd's Env for a program
// that is to run with the named caller's credentials. A caller with `from` has, in the
// place of keys, what leads to them (docs/credentials.md); from: process runs the s3fault
// of S3FAULT_BINARY, or else of PATH.
func (s *Server) Env(caller string) []string {
	s.t.Helper()
	c := s.Caller(caller)
	at := *s.scenario
	at.Endpoint = s.Endpoint
	if c.WebIdentity != nil {
		anew := *c.WebIdentity
		anew.Token = s.Token(emulator.NewToken{Caller: caller})
		c.WebIdentity = &anew
	}
	client := shell.Client{Name: caller, Caller: c}
	if c.From == "process" {
		client.S3fault = s.program()
	}
	_, settings, err := client.Into(&at, s.Endpoint+emulator.ControlPrefix, func(sc *emulator.Scenario) []shell.Setting {
		return shell.Direct(sc, os.Getenv("NO_PROXY"))
	})
	if err != nil {
		s.t.Fatalf("emulatortest: %v", err)
	}
	if len(s.CA) > 0 {
		settings = append(settings, shell.Trust(s.kept())...)
	}
	return shell.Apply(os.Environ(), settings)
}

// program is the path of s3fault.
func (s *Server) program() string {
	s.t.Helper()
	if path := os.Getenv("S3FAULT_BINARY"); path != "" {
		return path
	}
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		path := filepath.Join(dir, "s3fault")
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	s.t.Fatal("emulatortest: from: process runs s3fault: S3FAULT_BINARY names none, and PATH has none")
	return ""
}

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
func (s *Server) Patch(patch string) error { return s.server.Patch(s.World, []byte(patch)) }

// Fix applies the scenario's fix_patch; without one nothing changes.
func (s *Server) Fix() error { return s.server.Fix(s.World) }

// Reset puts the world back as it was loaded.
func (s *Server) Reset() error { return s.server.Reset(s.World) }
