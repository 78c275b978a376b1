package fault

import (
	"io"
	"strings"
)

// incoming is the body of a request of which bytes pass as a flow has it. They are those
// of the payload: what frames an aws-chunked body does not count.
type incoming struct {
	io.ReadCloser
	strike *Strike
	flow   flow
	alter  alter   // nil: nothing is changed
	frames *frames // nil: all is payload
	passed int64
	end    error // of reading, told once the flow has had its say
}

// incoming is the body with that flow.
func (s *Strike) incoming(body io.ReadCloser, f flow, a alter) io.ReadCloser {
	b := &incoming{ReadCloser: body, strike: s, flow: f, alter: a}
	if strings.HasPrefix(s.Header().Get("X-Amz-Content-Sha256"), "STREAMING-") {
		b.frames = &frames{}
	}
	return b
}

func (b *incoming) Read(p []byte) (int, error) {
	if b.end != nil {
		return 0, b.end
	}
	if len(p) == 0 {
		return 0, nil
	}
	most, err := b.flow(b.passed, false)
	if err != nil {
		b.end = b.strike.Tell(err)
		return 0, b.end
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), most)])
	b.pass(p[:n])
	return n, b.ended(err)
}

// pass lets bytes pass, of which some may be payload.
func (b *incoming) pass(p []byte) {
	if b.frames == nil {
		b.payload(p)
		return
	}
	b.frames.payload(p, b.payload)
}

func (b *incoming) payload(run []byte) {
	if b.alter != nil {
		b.alter(b.passed, run)
	}
	b.passed += int64(len(run))
}

// ended is the end of the body, before which the flow has its say: a strike may be behind
// the last byte.
func (b *incoming) ended(err error) error {
	if err != io.EOF {
		return err
	}
	if _, told := b.flow(b.passed, true); told != nil {
		err = b.strike.Tell(told)
	}
	b.end = err
	return err
}
