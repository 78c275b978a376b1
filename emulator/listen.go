package emulator

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/s3fault/s3fault/internal/conn"
)

// How long S3 waits for a client: for the next bytes of a body, and for the next request
// on a connection (s3-errors.md 4).
const (
	bodyTime = 20 * time.Second
	idleTime = 6 * time.Second
)

// headerTime bounds how long a client may take to send its headers.
const headerTime = 60 * time.Second

// How long Serve waits for running requests when it ends; and, once it has broken off those
// that are left, for what is told of them: their log lines.
const (
	shutdownTime = 3 * time.Second
	breakOffTime = time.Second
)

// Serve answers S3 requests on l until ctx ends, then lets running requests
// finish and returns nil. Requests that are no HTTP get S3's XML as well, which
// ServeHTTP alone cannot do. It closes l.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	address := l.Addr()
	if s.address.CompareAndSwap(nil, &address) {
		s.keeper.announce(address)
	}
	return serveHTTP(ctx, proxyOn(ctx, s, l), s, s.config.IdleTimeout)
}

// Loopback serves on a free port of 127.0.0.1, reached at base
// ("http://127.0.0.1:PORT"), until stop is called or ctx ends. stop returns what
// Serve does.
func (s *Server) Loopback(ctx context.Context) (base string, stop func() error, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	serving, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(serving, l) }()
	stop = func() error {
		cancel()
		return <-ended
	}
	return "http://" + l.Addr().String(), stop, nil
}

// ServeControl does the same for the control plane alone.
func (s *Server) ServeControl(ctx context.Context, l net.Listener) error {
	return serveHTTP(ctx, entries{outer: s.listener(ctx, l)}, tell(s.control()), s.config.IdleTimeout)
}

// listener makes connections what requests need of them.
func (s *Server) listener(ctx context.Context, l net.Listener) net.Listener {
	return conn.Terms{TLS: s.config.TLS, Patience: s.config.BodyTimeout, Warn: s.misses.warn}.Listen(ctx, l)
}

// entries are the listeners of one http.Server: the one that clients reach, and that of the
// tunnels which they open through it; a nil one: it opens none.
type entries struct {
	outer, inner net.Listener
	tunnels      *conn.Tunnels
}

// proxyOn are those of a server that is a proxy on l.
func proxyOn(ctx context.Context, s *Server, l net.Listener) entries {
	t := conn.NewTunnels(l.Addr())
	return entries{s.listener(ctx, l), s.listener(ctx, t), t}
}

// serve serves all until the outer one ends, and then shuts the server down.
func (e entries) serve(server *http.Server) error {
	var inner sync.WaitGroup
	if e.inner != nil {
		inner.Go(func() { _ = server.Serve(e.inner) })
	}
	err := server.Serve(e.outer)
	end(server)
	inner.Wait()
	return err
}

// misses are what was warned of why clients and the server do not understand each other.
type misses struct {
	sync.Mutex
	told map[string]bool             // causes, mostMisses at the most
	tell func(world, warning string) // may be nil
}

// What clients send is in warnings: how many are told, and how many bytes of each.
const (
	mostMisses  = 100
	longestMiss = 300
)

// warn tells each thing once.
func (m *misses) warn(warning string) {
	warning = strings.ToValidUTF8(warning[:min(len(warning), longestMiss)], "")
	if m.isNew(warning) && m.tell != nil {
		m.tell("", warning)
	}
}

// isNew says whether the cause of a warning was not told yet, and takes it for told.
func (m *misses) isNew(warning string) bool {
	cause := warning
	if i := strings.IndexAny(cause, "0123456789([<\""); i > 0 { // here begins what a client sent
		cause = cause[:i]
	}
	m.Lock()
	defer m.Unlock()
	if m.told[cause] || len(m.told) >= mostMisses {
		return false
	}
	if m.told == nil {
		m.told = map[string]bool{}
	}
	m.told[cause] = true
	return true
}

// tell lets a handler see in a request that it came over TLS. It is nobody's proxy.
func tell(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tellTLS(r)
		if r.Method == http.MethodConnect {
			refuse(w, r, &forbidden{"the control plane is no proxy; the server's own address is"})
			return
		}
		h.ServeHTTP(w, r)
	})
}

// tellTLS does what net/http does for connections that it takes for TLS.
func tellTLS(r *http.Request) {
	if c := conn.Of(r.Context()); c != nil && r.TLS == nil {
		r.TLS = c.TLS()
	}
}

// schemeOf is how the address begins that a request came to, once tellTLS has told.
func schemeOf(r *http.Request) string {
	if r.TLS != nil {
		return "https://"
	}
	return "http://"
}

func serveHTTP(ctx context.Context, e entries, h http.Handler, idle time.Duration) error {
	server := newHTTPServer(h, e.tunnels, idle)
	ended := make(chan error, 1)
	go func() { ended <- e.serve(server) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	end(server)
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// newHTTPServer is one for a handler that opens tunnels in t; nil: none.
func newHTTPServer(h http.Handler, t *conn.Tunnels, idle time.Duration) *http.Server {
	ending, end := context.WithCancel(context.Background())
	server := &http.Server{
		Handler: &running{Handler: h, ended: make(chan struct{}, 1)}, ReadHeaderTimeout: headerTime,
		IdleTimeout: idle, ConnContext: conn.InContext,
		BaseContext: func(net.Listener) context.Context {
			base := context.WithValue(context.Background(), endingKey{}, ending)
			return context.WithValue(base, tunnelsKey{}, t)
		},
		ErrorLog: log.New(quiet{}, "", 0),
	}
	server.RegisterOnShutdown(end)
	return server
}

// endingKey is for the context that is over once a request's server shuts down: the
// request's own is not, so that it can be answered.
type endingKey struct{}

// ending is that context.
func ending(r *http.Request) context.Context {
	if ctx, ok := r.Context().Value(endingKey{}).(context.Context); ok {
		return ctx
	}
	return context.Background()
}

// end lets running requests finish, for a while. It does so once; who comes later waits.
func end(server *http.Server) {
	if r, ok := server.Handler.(*running); ok {
		r.ending.Do(func() { r.finish(server) })
	}
}

func (r *running) finish(server *http.Server) {
	grace, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	if err := server.Shutdown(grace); err == nil {
		return
	}
	_ = server.Close() // which does not wait for them
	r.wait(breakOffTime)
}

// running is the handler of a server that knows how many requests it is at.
type running struct {
	http.Handler
	n      atomic.Int64
	ended  chan struct{} // has room for one: there was a moment without any
	ending sync.Once
}

// ServeHTTP has the request counted as long as its handler runs.
func (r *running) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.n.Add(1)
	defer func() {
		if r.n.Add(-1) == 0 {
			select {
			case r.ended <- struct{}{}:
			default:
			}
		}
	}()
	r.Handler.ServeHTTP(w, req)
}

// wait waits until there is no request any more, for that long at the most. Nobody else
// may wait meanwhile.
func (r *running) wait(most time.Duration) {
	over := time.After(most)
	for r.n.Load() > 0 {
		select {
		case <-r.ended:
		case <-over:
			return
		}
	}
}

// quiet drops net/http's notes about clients that went away.
type quiet struct{}

func (quiet) Write(p []byte) (int, error) { return len(p), nil }
