package play

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// seen is an answer as a client reads it, with what the control plane says of
// the request.
type seen struct {
	status  int // 0: none came
	header  http.Header
	body    []byte // up to where it broke
	code    string
	message string
	broken  string // one of scenarios.Broken...; empty: the answer is whole

	entry      *journal.Entry // what the journal has of the request; nil: nobody has asked
	layers     []string
	statements []string
}

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 64 << 20

// How long a call may take. Where nothing more is to come the player finds out by
// waiting; what has come of the answer is there long before.
const (
	patience   = time.Minute
	impatience = time.Second
)

func (p *Player) patienceFor(want scenarios.Want) time.Duration {
	if want.Broken == scenarios.BrokenTimeout {
		return cmp.Or(p.Impatience, impatience)
	}
	return patience
}

// send sends a request and reads what comes back of it, within a time. Errors: nobody is
// there, and the end of the request's own context.
func (p *Player) send(r *http.Request, within time.Duration) (*seen, error) {
	ctx, cancel := context.WithTimeout(r.Context(), within)
	defer cancel()
	resp, err := p.client().Do(r.WithContext(ctx))
	s := &seen{}
	if err == nil {
		defer resp.Body.Close()
		s.status, s.header = resp.StatusCode, resp.Header
		s.body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	}
	if err != nil {
		if s.broken = breaking(err); s.broken == "" || r.Context().Err() != nil {
			return nil, err
		}
	}
	s.readError()
	return s, nil
}

// breaking says how a connection broke; empty: it was never there.
func breaking(err error) string {
	op, isOp := errors.AsType[*net.OpError](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return scenarios.BrokenTimeout
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return scenarios.BrokenCut
	case isOp && op.Op != "dial":
		return scenarios.BrokenReset
	}
	return ""
}

// readError reads the code and message of an error, in the form of S3's or of a Query
// service's.
func (s *seen) readError() {
	type told struct{ Code, Message string }
	var e struct {
		XMLName xml.Name
		told
		Error told
	}
	if !bytes.Contains(s.body, []byte("<Error>")) || xml.Unmarshal(s.body, &e) != nil {
		return
	}
	switch e.XMLName.Local {
	case "Error":
		s.code, s.message = e.Code, e.Message
	case "ErrorResponse":
		s.code, s.message = e.Error.Code, e.Error.Message
	}
}

// part is the text of an element of the answer, or else a header; false: it has neither.
func (s *seen) part(name string) (string, bool) {
	d := xml.NewDecoder(bytes.NewReader(s.body))
	for {
		token, err := d.Token()
		if err != nil {
			value := s.header.Get(name)
			return value, value != ""
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == name {
			var text string
			err := d.DecodeElement(&text, &start)
			return text, err == nil
		}
	}
}

// save keeps what later calls say.
func (r *run) save(parts map[string]string, s *seen) error {
	for name, part := range parts {
		value, ok := s.part(part)
		if !ok {
			return fmt.Errorf("the answer has no %s, which is to be saved as %s", part, name)
		}
		r.saved[name] = value
	}
	return nil
}
