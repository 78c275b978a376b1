package emulator

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
)

// loopback is where ports are opened unless Config.Host says otherwise.
const loopback = "127.0.0.1"

// port is a world's own: its bare address is that of the world.
type port struct {
	listener net.Listener
	cancel   func() // ends waits
	busy     *busy
}

// openPort opens a free port of the server's host for the world of that name.
func (s *Server) openPort(world string) (*port, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(cmp.Or(s.config.Host, loopback), "0"))
	if err != nil {
		return nil, fmt.Errorf("the world %s cannot listen: %w", world, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	entries := proxyOn(ctx, s, l)
	server, busy := newHTTPServer(portal{s, world}, entries.tunnels, s.config.IdleTimeout), &busy{}
	server.ConnState = busy.seen
	s.ports.Go(func() { _ = entries.serve(server) }) // it ends as the port is closed
	return &port{l, cancel, busy}, nil
}

// number is the port's, as a text.
func (p *port) number() string {
	_, number, _ := net.SplitHostPort(p.listener.Addr().String()) // it is an address
	return number
}

// close gives the port back at once; who is being answered has some time left.
func (p *port) close() {
	p.cancel()
	_ = p.listener.Close()
}

// portal is the server as it is reached at a world's own port.
type portal struct {
	*Server
	world string
}

// portKey is where the context of a call of the control plane has the world of the port
// that it came to.
type portKey struct{}

func atPort(r *http.Request, world string) *http.Request {
	if world == "" {
		return r
	}
	return r.WithContext(context.WithValue(r.Context(), portKey{}, world))
}

// bare is the name of the world at the bare address to which a call came.
func (s *Server) bare(r *http.Request) string {
	world, _ := r.Context().Value(portKey{}).(string)
	return cmp.Or(world, s.Default())
}

func (p portal) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.answer(w, r, p.world) }
