package s3err

import (
	"net/http"

	"github.com/s3fault/s3fault/internal/sheet"
)

const declaration = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// The values of headers that many errors have, which nobody changes.
var (
	closing = []string{"close"}
	inXML   = []string{"application/xml"}
)

// Answer is what a client reads of the error, but for the headers that all answers
// of S3 have. body is nil where the status has none.
func (e *Error) Answer(requestID, hostID string) (status int, h http.Header, body *sheet.Body) {
	h = make(http.Header, 8)
	for key, values := range e.Header {
		h[http.CanonicalHeaderKey(key)] = values
	}
	if e.Code.row().close {
		h["Connection"] = closing
	}
	status = e.status()
	if status == http.StatusNotModified || status == http.StatusNoContent {
		return status, h, nil
	}
	h["Content-Type"] = inXML
	s := sheet.New(e.size())
	s.Text = e.appendXML(s.Text, requestID, hostID)
	return status, h, s.Body()
}

// status is a status that net/http can send as a final one, whatever a fault
// rule asked for.
func (e *Error) status() int {
	if e.Status < 200 || e.Status > 999 {
		return e.Code.Status()
	}
	return e.Status
}

// size is about how many bytes the document has.
func (e *Error) size() int {
	n := 512 + len(e.Message)
	for _, x := range e.Extras {
		n += 2*len(x.Key) + len(x.Value) + len("<></>")
	}
	return n
}

// XML is the <Error> document: on one line after the declaration, without a
// namespace and without Resource (s3-errors.md 0). Operations that fail
// after their 200 has gone out send it as their body.
func (e *Error) XML(requestID, hostID string) []byte {
	return e.appendXML(make([]byte, 0, e.size()), requestID, hostID)
}

func (e *Error) appendXML(b []byte, requestID, hostID string) []byte {
	b = append(b, declaration+"<Error>"...)
	b = appendElement(b, "Code", e.Code.String())
	b = appendElement(b, "Message", e.Message)
	for _, x := range e.Extras {
		b = appendElement(b, elementName(x.Key), x.Value)
	}
	b = appendElement(b, "RequestId", requestID)
	b = appendElement(b, "HostId", hostID)
	return append(b, "</Error>"...)
}
