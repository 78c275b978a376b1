package conn

import (
	"errors"
	"os"
	"time"
)

// Read reads from the client. Where a "100 Continue" is late it sends that in its time,
// unless the client goes on without it.
func (c *Conn) Read(p []byte) (int, error) {
	c.reading.Lock()
	defer c.reading.Unlock()
	if c.continueIn > 0 {
		return c.readLate(p)
	}
	n, err := c.Conn.Read(p)
	if !c.met && n > 0 {
		c.meet(p[0])
	}
	return n, err
}

// meet looks at the first byte of what the client says.
func (c *Conn) meet(first byte) {
	c.met = true
	if first == handshake {
		c.warn("a client speaks TLS, and this server has plain HTTP alone: come over http://, or serve --tls")
	}
}

func (c *Conn) readLate(p []byte) (int, error) {
	late := c.continueIn
	c.continueIn = 0
	if c.patience > 0 && c.patience < late {
		return c.Conn.Read(p)
	}
	if err := c.Conn.SetReadDeadline(time.Now().Add(late)); err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(p)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		_, err = c.Conn.Write(goOn)
	}
	if n > 0 || err != nil {
		return n, err
	}
	if err := c.limitReads(); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}
