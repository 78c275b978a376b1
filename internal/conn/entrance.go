package conn

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
)

// entrance is a connection of which nobody knows yet whether it is to speak TLS. Nothing
// is written to one before something was read.
type entrance struct {
	net.Conn
	config *tls.Config
	warn   func(string)
	secure atomic.Pointer[tls.Conn] // nil: not known yet, or plain
	plain  atomic.Bool
}

// handshake is the first byte of a TLS connection (RFC 8446, 5.1). No HTTP method begins
// with it.
const handshake = 0x16

// Read reads what the client sent, as it is behind TLS.
func (e *entrance) Read(p []byte) (int, error) {
	if c := e.secure.Load(); c != nil {
		return c.Read(p)
	}
	n, err := e.Conn.Read(p)
	if n == 0 || e.plain.Load() {
		return n, err
	}
	if p[0] != handshake {
		e.plain.Store(true)
		return n, err
	}
	c := tls.Server(&begun{Conn: e.Conn, read: append([]byte(nil), p[:n]...)}, e.config)
	e.secure.Store(c)
	if err := c.Handshake(); err != nil {
		e.warn(failed(err))
		return 0, err
	}
	return c.Read(p)
}

// failed says why no TLS came of it; empty: the client just went away.
func failed(err error) string {
	op, isOp := errors.AsType[*net.OpError](err)
	told := isOp && (op.Op == "remote error" || op.Op == "local error")
	if !told && !strings.HasPrefix(err.Error(), "tls: ") {
		return ""
	}
	text := "a client and the server did not come to speak TLS: " + err.Error()
	switch {
	case isOp && op.Op == "remote error" && strings.Contains(err.Error(), "certificate"):
		text += "; the client does not trust the server's authority"
	case strings.Contains(err.Error(), "bad record MAC"):
		// With TLS 1.3 OpenSSL says so before it has the keys of its side.
		text += "; perhaps the client does not trust the server's authority"
	}
	return text
}

// Write sends p.
func (e *entrance) Write(p []byte) (int, error) {
	if c := e.secure.Load(); c != nil {
		return c.Write(p)
	}
	return e.Conn.Write(p)
}

// ReadFrom sends what r has: a file goes out without a copy where there is no TLS.
func (e *entrance) ReadFrom(r io.Reader) (int64, error) {
	if c := e.secure.Load(); c != nil {
		return io.Copy(c, r)
	}
	return io.Copy(e.Conn, r)
}

// Close ends the connection.
func (e *entrance) Close() error {
	if c := e.secure.Load(); c != nil {
		return c.Close()
	}
	return e.Conn.Close()
}

// CloseWrite sends the end of what is written: that of TLS, and that of TCP.
func (e *entrance) CloseWrite() error {
	var ended error
	if c := e.secure.Load(); c != nil {
		ended = c.CloseWrite()
	}
	if half, ok := e.Conn.(interface{ CloseWrite() error }); ok {
		return errors.Join(ended, half.CloseWrite())
	}
	return ended
}

// NetConn is the connection below.
func (e *entrance) NetConn() net.Conn { return e.Conn }

// TLS is what was agreed on with the client; nil: it speaks plain HTTP, or nothing yet.
func (c *Conn) TLS() *tls.ConnectionState {
	e, ok := c.Conn.(*entrance)
	if !ok {
		return nil
	}
	secure := e.secure.Load()
	if secure == nil {
		return nil
	}
	state := secure.ConnectionState()
	return &state
}

// begun is a connection of which something has been read.
type begun struct {
	net.Conn
	read []byte
}

func (b *begun) Read(p []byte) (int, error) {
	if len(b.read) == 0 {
		return b.Conn.Read(p)
	}
	n := copy(p, b.read)
	b.read = b.read[n:]
	return n, nil
}

// NetConn is the connection below.
func (b *begun) NetConn() net.Conn { return b.Conn }

// CloseWrite sends the end of what is written.
func (b *begun) CloseWrite() error {
	if half, ok := b.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}
