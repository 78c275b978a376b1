// Package conn is the connection to a client below HTTP: what an answer needs that
// net/http does not let a handler do.
package conn

import (
	"io"
	"net"
)

// Listen makes every connection of l a Conn. It is to be served by net/http.
func Listen(l net.Listener) net.Listener { return listener{l} }

type listener struct{ net.Listener }

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &Conn{c}, nil
}

// Conn is a connection whose answers are S3's even where net/http answers by itself.
type Conn struct{ net.Conn }

// Write sends p, or S3's words in the place of net/http's own.
func (c *Conn) Write(p []byte) (int, error) {
	status, ok := plainError(p)
	if !ok {
		return c.Conn.Write(p)
	}
	if _, err := c.Conn.Write(malformed(status)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// ReadFrom sends what r has, which is never the beginning of an answer: net/http has
// written the header by then.
func (c *Conn) ReadFrom(r io.Reader) (int64, error) { return io.Copy(c.Conn, r) }

// CloseWrite lets net/http hang up in order after a request that it refused.
func (c *Conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}
