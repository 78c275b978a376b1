package conn

import (
	"errors"
	"io"
	"os"
	"time"
)

// What a body must bring in each window to be read on: 1 MiB a second. mostDrained bytes
// are more than any request that S3 takes has.
const (
	drainWindow = 2 * time.Second
	drainEach   = 2 << 20
	mostDrained = 6 << 30
)

// Drain reads to its end the body of a request that is answered, as long as it comes at
// 1 MiB a second or more. Otherwise the connection ends in order once the answer is
// finished, so that the client can read it.
func (c *Conn) Drain(body io.Reader) {
	for range mostDrained / drainEach {
		if c.Conn.SetReadDeadline(time.Now().Add(drainWindow)) != nil {
			return
		}
		_, err := io.CopyN(io.Discard, body, drainEach)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			break
		}
		if err != nil { // it is at its end; net/http sets a deadline of its own for what comes next
			return
		}
	}
	c.parting.Store(true)
}

// Close closes the connection: in order, if its client may still be sending.
func (c *Conn) Close() error {
	if c.closed.CompareAndSwap(false, true) {
		c.memory.Freed(memorySize)
	}
	if !c.parting.CompareAndSwap(true, false) {
		return c.Conn.Close()
	}
	return c.End()
}
