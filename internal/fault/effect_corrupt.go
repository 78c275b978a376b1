package fault

import (
	"io"

	"github.com/s3fault/s3fault/internal/facts"
)

const corruptName = "corrupt"

// corruption turns over the lowest bit of one byte of a body, counted from 0. What tells
// of the body is that of the true bytes.
type corruption struct{ At int64 }

func (*corruption) Name() string { return corruptName }

// Read changes the payload: of an aws-chunked body never what frames it.
func (e *corruption) Read(s *Strike, body io.ReadCloser) io.ReadCloser {
	return s.incoming(body, anyNumber, e.alter)
}

func (e *corruption) Write(s *Strike, a *Answer) { s.outgoing(a, anyNumber, e.alter) }

func (e *corruption) alter(passed int64, run []byte) {
	if i := e.At - passed; i >= 0 && i < int64(len(run)) {
		run[i] ^= 1
	}
}

// corruptions is the kind of a corruption.
var corruptions = facts.RecordIf(facts.New("corruption",
	facts.Field("at", facts.Size, func(e *corruption) *int64 { return &e.At }).
		Says("the byte that is changed, from 0 on").
		Must("a corruption needs at, the byte from 0 on"),
))
