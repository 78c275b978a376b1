// Package conn is the connection to a client below HTTP: what an answer needs that
// net/http does not let a handler do.
package conn

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/s3fault/s3fault/internal/giveback"
)

// Terms are those on which a server lets clients in.
type Terms struct {
	// TLS is how to speak TLS with who wants to, which the first byte that a client sends
	// tells; nil: plain HTTP alone.
	TLS *tls.Config
	// Patience bounds how long the body of a request may stall; 0: it may for ever.
	Patience time.Duration
	// Warn is told why clients and the server do not understand each other; it must not
	// block. nil: nobody is.
	Warn func(warning string)
}

// Listen makes every connection of l a Conn. It is to be served by a http.Server whose
// ConnContext is InContext. When ctx ends, so does every Wait.
func (t Terms) Listen(ctx context.Context, l net.Listener) net.Listener {
	return listener{l, t, ctx.Done(), new(giveback.Account)}
}

type listener struct {
	net.Listener
	Terms
	closing <-chan struct{}
	memory  *giveback.Account
}

// memorySize is about what a connection takes in net/http: its goroutine's stack and two buffers.
const memorySize = 28 << 10

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	var to *Tunnel
	if t, ok := c.(*tunnelled); ok {
		to = t.to
	}
	if l.TLS != nil {
		c = &entrance{Conn: c, config: l.TLS, warn: l.tell}
	}
	l.memory.Taken(memorySize)
	return &Conn{
		Conn: c, closing: l.closing, patience: l.Patience, warn: l.tell, tunnel: to, memory: l.memory,
	}, nil
}

// tell passes a warning on, if there is one.
func (t Terms) tell(warning string) {
	if warning != "" && t.Warn != nil {
		t.Warn(warning)
	}
}

// Conn is a connection whose answers are S3's even where net/http answers by itself, and
// which can be made to fail. What it does to an answer is for the goroutine of the handler.
type Conn struct {
	net.Conn
	closing  <-chan struct{} // closed when the server shuts down
	patience time.Duration   // with a body that stalls; 0: it may for ever
	warn     func(string)
	tunnel   *Tunnel // nil: the client came by itself
	memory   *giveback.Account
	closed   atomic.Bool

	// reading is held by whoever reads, or watches whether there is still a client.
	reading sync.Mutex

	met        bool          // the client has sent something
	body       body          // of the present request
	reason     string        // phrase of the next answer; empty: net/http's
	parting    atomic.Bool   // the client may be sending what nobody reads
	withheld   time.Duration // of the next "100 Continue"; negative: for good
	continueIn time.Duration // the next Read sends it then, unless the body comes first
}

// key is that of a Conn in a context.
type key struct{}

// InContext is for http.Server.ConnContext.
func InContext(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, key{}, c)
}

// Of is the connection of the request with that context; nil: it came through no listener
// of ours, and only what HTTP allows can be done to it.
func Of(ctx context.Context) *Conn {
	c, _ := ctx.Value(key{}).(*Conn)
	return c
}

// socket is the connection of the operating system: below TLS and a tunnel, if there is any.
func (c *Conn) socket() net.Conn {
	below := c.Conn
	for {
		over, ok := below.(interface{ NetConn() net.Conn })
		if !ok {
			return below
		}
		below = over.NetConn()
	}
}

// limitReads lets reads from now on take as long as a body may stall.
func (c *Conn) limitReads() error {
	if c.patience == 0 {
		return c.Conn.SetReadDeadline(time.Time{})
	}
	return c.Conn.SetReadDeadline(time.Now().Add(c.patience))
}
