package conn

import (
	"bytes"
	"io"
	"net"
	"time"
)

// How net/http begins what it writes: an answer, and what comes before one.
var (
	statusLine    = []byte("HTTP/1.")
	informational = []byte("HTTP/1.1 1")
	goOn          = []byte("HTTP/1.1 100 Continue\r\n\r\n")
)

// Reason makes the reason phrase of the request's answer, which net/http would take from
// the status.
func (c *Conn) Reason(phrase string) { c.reason = phrase }

// WithholdContinue keeps back the "100 Continue" that net/http sends when the request's
// body is read: for d, or until the body comes without it; negative: for good.
func (c *Conn) WithholdContinue(d time.Duration) { c.withheld = d }

// Write sends p. net/http begins every answer with a Write of its own.
func (c *Conn) Write(p []byte) (int, error) {
	switch {
	case !bytes.HasPrefix(p, statusLine):
		return c.Conn.Write(p)
	case bytes.HasPrefix(p, informational):
		return c.inform(p)
	}
	return c.answer(p)
}

// inform sends what comes before an answer, or withholds it.
func (c *Conn) inform(p []byte) (int, error) {
	if c.withheld == 0 || !bytes.Equal(p, goOn) {
		return c.Conn.Write(p)
	}
	if c.withheld > 0 {
		c.continueIn = c.withheld
	}
	c.withheld = 0
	return len(p), nil
}

// answer sends the beginning of an answer: with the phrase that it is to have, or in S3's
// words where net/http answers by itself.
func (c *Conn) answer(p []byte) (int, error) {
	reason := c.reason
	c.reason, c.withheld = "", 0
	if reason != "" {
		return c.rephrased(p, reason)
	}
	status, ok := plainError(p)
	if !ok {
		return c.Conn.Write(p)
	}
	if _, err := c.Conn.Write(malformed(status)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// rephrased sends p with another reason phrase. What it returns counts the bytes of p.
func (c *Conn) rephrased(p []byte, reason string) (int, error) {
	code := len("HTTP/1.1 200 ")
	end := bytes.IndexByte(p, '\r')
	if end < code {
		return c.Conn.Write(p)
	}
	line := append(p[:code:code], reason...)
	parts := net.Buffers{line, p[end:]}
	n, err := parts.WriteTo(c.Conn)
	switch rest := int(n) - len(line); {
	case err == nil:
		return len(p), nil
	case rest > 0:
		return end + rest, err
	}
	return 0, err
}

// ReadFrom sends what r has, which is never the beginning of an answer: net/http has
// written the header by then.
func (c *Conn) ReadFrom(r io.Reader) (int64, error) { return io.Copy(c.Conn, r) }
