package conn

import (
	"net"
	"net/http"
	"sync"
)

// Tunnel is what a client wanted to be connected to through us, its proxy.
type Tunnel struct {
	Host  string // in lower case, without a dot at its end
	World string // that the client named; empty: none
}

// Tunnel is that through which the connection came; nil of a Conn that came by itself, and
// of a nil Conn.
func (c *Conn) Tunnel() *Tunnel {
	if c == nil {
		return nil
	}
	return c.tunnel
}

// Tunnels is a listener for a server that has another: of the connections in which clients
// go on behind their CONNECT. They are those that the clients have had already, so there
// are never more of them than of clients.
type Tunnels struct {
	address net.Addr // of the other listener
	entered chan net.Conn
	closed  chan struct{}
	close   sync.Once
}

// NewTunnels is one beside a listener at that address.
func NewTunnels(address net.Addr) *Tunnels {
	return &Tunnels{address: address, entered: make(chan net.Conn), closed: make(chan struct{})}
}

// tunnelled is a connection to which a client has said where it is to lead.
type tunnelled struct {
	begun
	to *Tunnel
}

// established is the answer after which the connection is the tunnel.
const established = "HTTP/1.1 200 Connection established\r\n\r\n"

// Enter answers the CONNECT that w is for, and has its connection served as that of a
// client of to. Error: the server has no connection to give.
func (t *Tunnels) Enter(w http.ResponseWriter, to *Tunnel) error {
	c, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return err
	}
	if own, ok := c.(*Conn); ok {
		c = own.Conn // it looks for answers in what is written, which are those of the tunnel now
	}
	// What a client sends without waiting for the answer.
	early, _ := buffered.Reader.Peek(buffered.Reader.Buffered())
	inner := &tunnelled{begun{Conn: c, read: append([]byte(nil), early...)}, to}
	if _, err := c.Write([]byte(established)); err != nil {
		_ = c.Close()
		return nil // the client has gone
	}
	select {
	case t.entered <- inner:
	case <-t.closed:
		_ = c.Close()
	}
	return nil
}

// Accept is the next connection.
func (t *Tunnels) Accept() (net.Conn, error) {
	select {
	case c := <-t.entered:
		return c, nil
	case <-t.closed:
		return nil, net.ErrClosed
	}
}

// Close lets nobody in any more.
func (t *Tunnels) Close() error {
	t.close.Do(func() { close(t.closed) })
	return nil
}

// Addr is the address that clients reach.
func (t *Tunnels) Addr() net.Addr { return t.address }
