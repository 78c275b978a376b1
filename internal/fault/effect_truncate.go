package fault

import (
	"fmt"

	"github.com/s3fault/s3fault/internal/conn"
	"github.com/s3fault/s3fault/internal/facts"
)

const (
	truncateAfterName = "truncate_after"
	truncateAtName    = "truncate_at"
)

// truncating ends an answer within its body: behind so many bytes of it, or (at) before
// that byte of the object, whatever range of it was asked for. The Content-Length is that
// of the whole.
type truncating struct {
	breaking
	bytes int64
	at    bool
}

func (e *truncating) Write(s *Strike, a *Answer) {
	bytes := e.bytes
	if e.at {
		bytes = max(0, bytes-firstByte(a))
	}
	e.within(s, a, bytes)
}

// firstByte is that of the object with which the answer's body begins.
func firstByte(a *Answer) (first int64) {
	if _, err := fmt.Sscanf(a.Header.Get("Content-Range"), "bytes %d-", &first); err != nil {
		return 0
	}
	return first
}

// Act is none of it: a body is cut, and nothing else.
func (e *truncating) Act(*Strike) error { return nil }

func truncates(name string, at bool) facts.Kind[*truncating] {
	return asType(facts.Size, func(e *truncating) int64 { return e.bytes }, func(bytes int64) *truncating {
		return &truncating{breaking{name, (*conn.Conn).End}, bytes, at}
	})
}
