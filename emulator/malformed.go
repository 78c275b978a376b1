package emulator

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/s3fault/s3fault/internal/s3err"
)

// net/http answers what it cannot parse by itself, in plain text, before any
// handler runs. S3 answers in XML even then, so the connection puts S3's words
// in the place of net/http's.

type malformedListener struct{ net.Listener }

func (l malformedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &malformedConn{Conn: c}, nil
}

type malformedConn struct{ net.Conn }

// plainError is how every answer of net/http's own begins behind its status
// line. No reply of ours has these headers, in this order, and no others.
var plainError = []byte("\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n")

func (c *malformedConn) Write(p []byte) (int, error) {
	line, _, ok := bytes.Cut(p, plainError)
	status, isStatus := bytes.CutPrefix(line, []byte("HTTP/1.1 "))
	if !ok || !isStatus || bytes.ContainsRune(line, '\n') {
		return c.Conn.Write(p)
	}
	if _, err := c.Conn.Write(malformedReply(string(status))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// CloseWrite lets net/http hang up in order after a request that it refused.
func (c *malformedConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// malformedReply is S3's answer for a request that net/http refused with that
// status line.
func malformedReply(status string) []byte {
	refused := s3err.New(s3err.BadRequest).WithMessage("An error occurred when parsing the HTTP request.")
	switch status[:min(3, len(status))] {
	case "431":
		refused = s3err.New(s3err.RequestHeaderSectionTooLarge)
	case "501":
		refused = s3err.New(s3err.NotImplemented)
	}
	id, host := s3err.NewRequestID(), s3err.NewHostID()
	body := refused.XML(id, host)
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", refused.Status, http.StatusText(refused.Status))
	fmt.Fprintf(&b, "x-amz-request-id: %s\r\nx-amz-id-2: %s\r\n", id, host)
	fmt.Fprintf(&b, "Content-Type: application/xml\r\nContent-Length: %d\r\n", len(body))
	fmt.Fprintf(&b, "Date: %s\r\nServer: AmazonS3\r\nConnection: close\r\n\r\n", time.Now().UTC().Format(http.TimeFormat))
	b.Write(body)
	return b.Bytes()
}
