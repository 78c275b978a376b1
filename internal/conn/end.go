package conn

import (
	"io"
	"net"
	"syscall"
	"time"
)

const (
	// deliveryTime is how long Reset waits until the client's side has what was written.
	deliveryTime = time.Second
	// partingTime and partingBytes are how long, and for how much, End reads what the
	// client still sends.
	partingTime  = time.Second
	partingBytes = 32 << 20
)

// Reset ends the connection with a TCP RST. What was written before reaches the client.
func (c *Conn) Reset() error {
	s := c.socket()
	if tcp, ok := s.(*net.TCPConn); ok {
		delivered(tcp)
		if err := tcp.SetLinger(0); err != nil {
			return err
		}
	}
	return s.Close()
}

// delivered waits until the other side has acknowledged everything: a reset throws away
// what is still to be sent. No event tells of that.
func delivered(c *net.TCPConn) {
	raw, err := c.SyscallConn()
	if err != nil {
		return
	}
	until := time.Now().Add(deliveryTime)
	for pause := 50 * time.Microsecond; waiting(raw) && time.Now().Before(until); pause *= 2 {
		time.Sleep(pause)
	}
}

func waiting(raw syscall.RawConn) bool {
	n := 0
	_ = raw.Control(func(fd uintptr) { n = unacknowledged(fd) })
	return n > 0
}

// End ends the connection in order: the client reads what was written and then the end.
// What it still sends is read for a while, or it would get a reset for it.
func (c *Conn) End() error {
	if err := c.CloseWrite(); err != nil {
		return err
	}
	if c.SetReadDeadline(time.Now().Add(partingTime)) == nil {
		_, _ = io.CopyN(io.Discard, c.Conn, partingBytes)
	}
	return c.Close()
}

// CloseWrite sends the end of what is written.
func (c *Conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}
