package conn

import (
	"errors"
	"io"
	"net/http"
	"os"

	"github.com/s3fault/s3fault/internal/s3err"
)

// body is the body of the present request, which may not stall for longer than its
// connection has patience: reading it then fails with S3's RequestTimeout (s3-errors.md 4).
type body struct {
	io.ReadCloser
	conn  *Conn
	begun bool // some of it was asked for
	err   error
}

// LimitBody lets the body of a request stall for as long as its connection has patience.
// What it returns is the body that net/http wants to find in r when it answers.
func LimitBody(r *http.Request) (was io.ReadCloser) {
	was = r.Body
	c := Of(r.Context())
	if c == nil {
		return was
	}
	c.body = body{}
	if was == nil || was == http.NoBody {
		return was
	}
	_ = c.limitReads() // of what net/http reads when nobody else has
	c.body = body{ReadCloser: was, conn: c}
	r.Body = &c.body
	return was
}

// Stalled says whether the body of the present request stalled for too long; false of a nil
// Conn.
func (c *Conn) Stalled() bool { return c != nil && errors.Is(c.body.err, errStalled) }

// BodyBegun says whether some of the body of the present request was asked for, so that a
// client that waits for "100 Continue" was told to send it.
func (c *Conn) BodyBegun() bool { return c.body.begun }

// errStalled is what a body that stalls ends with.
var errStalled error = s3err.New(s3err.RequestTimeout)

// Read reads the next bytes, within the time that they may take.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	b.begun = true
	// Once the body has ended, net/http reads on by itself to see whether the client is
	// there, for as long as it takes.
	if err := b.conn.limitReads(); err != nil {
		return 0, err
	}
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = errStalled
	}
	b.err = err
	return n, err
}
