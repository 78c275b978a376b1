package conn

import (
	"bytes"
	"fmt"
	"net/http"
	"time"

	"github.com/s3fault/s3fault/internal/s3err"
)

// net/http answers what it cannot parse by itself, in plain text, before any
// handler runs. S3 answers in XML even then.

// plainHead is how every answer of net/http's own goes on behind its status. No reply of
// ours has these headers, in this order, and no others.
var plainHead = []byte("\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n")

// plainError says whether net/http wrote p by itself, and with which status.
func plainError(p []byte) (status string, ok bool) {
	rest, ok := bytes.CutPrefix(p, []byte("HTTP/1.1 "))
	if !ok {
		return "", false
	}
	end := bytes.IndexByte(rest, '\r')
	if end < 0 || !bytes.HasPrefix(rest[end:], plainHead) {
		return "", false
	}
	return string(rest[:end]), true
}

// malformed is S3's answer for a request that net/http refused with that status.
func malformed(status string) []byte {
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
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", refused.Status, refused.Reason())
	fmt.Fprintf(&b, "x-amz-request-id: %s\r\nx-amz-id-2: %s\r\n", id, host)
	fmt.Fprintf(&b, "Content-Type: application/xml\r\nContent-Length: %d\r\n", len(body))
	date := time.Now().UTC().Format(http.TimeFormat)
	fmt.Fprintf(&b, "Date: %s\r\nServer: AmazonS3\r\nConnection: close\r\n\r\n", date)
	b.Write(body)
	return b.Bytes()
}
