// Package s3fault gives Go tests an S3 endpoint that says no, and breaks:
//
//	w := s3fault.Start(t, "ip-deny")
//	client := newClient(w.Endpoint, w.Region, w.Credentials("app")) // whichever client you have
//	_, err := client.Get("my-bucket", "file.txt")
//	w.WantDenied(err, "bucket-policy")
//
// Every Start is a world of its own, with access keys and a loopback port of its own: what
// one test breaks, changes or sees, no other does, so that tests may run in parallel.
//
// The module has no dependency, and importing it changes no other requirement of a go.mod.
// It starts the program s3fault, once for a test binary, and asks its control plane. The
// program is the one that S3FAULT_BINARY names, else the one in PATH. It ends with the test
// binary, however that ends: nothing needs closing.
//
// Whoever can have the modules of s3fault itself in his go.mod has the same without a
// program in github.com/s3fault/s3fault/emulator/emulatortest, and faster.
package s3fault

import (
	"fmt"
	"sync"
)

// TB is what is needed of a test: a testing.TB is one.
type TB interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Start makes a world of the scenario, as it was loaded and with access keys of its own,
// until the test ends. The server is shared by all tests of the test binary, and started by
// the first. Start fails the test when it cannot.
func Start(t TB, scenario string, opts ...Option) *World {
	t.Helper()
	o := with(opts)
	s, err := shared(o.file)
	if err != nil {
		t.Fatalf("s3fault: %v", err)
		return nil
	}
	return s.World(t, scenario, opts...)
}

// Option changes the world that Start and Server.World make.
type Option func(*options)

type options struct {
	file, patch, responses, expires string
	listen                          *bool
}

func with(opts []Option) options {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// File takes the scenarios from a file instead of the built-in library. Starts with the
// same file share a server; a Server has its own file and heeds no other.
func File(path string) Option { return func(o *options) { o.file = path } }

// Patch changes the world from its beginning, by a JSON merge patch in the form of the
// scenario file.
func Patch(json string) Option { return func(o *options) { o.patch = json } }

// Responses overrides the scenario's `responses`: "aws" or "article".
func Responses(r string) Option { return func(o *options) { o.responses = r } }

// Expires has the world go by itself after a duration, as "10m", if no test ended before.
func Expires(after string) Option { return func(o *options) { o.expires = after } }

// Listen says whether the world has a port of its own on the server's machine, which it has
// where the server was started here. Without one its Endpoint is SERVER/~ID.
func Listen(port bool) Option { return func(o *options) { o.listen = &port } }

var (
	serversLock sync.Mutex
	servers     = map[string]*sharedServer{} // by scenario file; empty: the library
)

type sharedServer struct {
	once   sync.Once
	server *Server
	err    error
}

// shared is the server of this process for a scenario file.
func shared(file string) (*Server, error) {
	serversLock.Lock()
	s := servers[file]
	if s == nil {
		s = &sharedServer{}
		servers[file] = s
	}
	serversLock.Unlock()
	s.once.Do(func() {
		var args []string
		if file != "" {
			args = []string{"-f", file}
		}
		s.server, s.err = Serve(args...)
	})
	if s.err != nil {
		return nil, fmt.Errorf("no server: %w", s.err)
	}
	return s.server, nil
}
