package fault

import (
	"io"
	"net/http"
)

// outgoing is the body of an answer that leaves as a flow has it.
type outgoing struct {
	io.ReadCloser
	strike *Strike
	flow   flow
	alter  alter // nil: nothing is changed
	length int64 // in bytes; -1: not known
}

// outgoing gives the answer's body that flow.
func (s *Strike) outgoing(a *Answer, f flow, al alter) {
	a.Body = &outgoing{ReadCloser: a.Body, strike: s, flow: f, alter: al, length: a.Length}
}

// WriteTo sends the body. What has passed is on its way to the client before the flow is
// asked again. Error: also what the flow says, a *HangUp.
func (b *outgoing) WriteTo(w io.Writer) (passed int64, err error) {
	buf := make([]byte, pieceSize)
	for {
		flush(w)
		most, err := b.flow(passed, passed == b.length)
		if err != nil {
			return passed, err
		}
		n, err := b.Read(buf[:min(most, pieceSize)])
		if b.alter != nil {
			b.alter(passed, buf[:n])
		}
		sent, broken := w.Write(buf[:n])
		passed += int64(sent)
		switch {
		case broken != nil:
			return passed, broken
		case err == io.EOF && n == 0:
			return passed, nil
		case err != nil && err != io.EOF:
			return passed, err
		}
	}
}

// flush sends what net/http has kept back.
func flush(w io.Writer) {
	if rw, ok := w.(http.ResponseWriter); ok {
		_ = http.NewResponseController(rw).Flush()
	}
}
