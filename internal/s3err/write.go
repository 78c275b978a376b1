package s3err

import "net/http"

const declaration = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// Answer is what a client reads of the error, but for the headers that all answers
// of S3 have. body is nil where the status has none.
func (e *Error) Answer(requestID, hostID string) (status int, h http.Header, body []byte) {
	h = make(http.Header, len(e.Header)+4)
	for key, values := range e.Header {
		h[http.CanonicalHeaderKey(key)] = values
	}
	if e.Code.row().close {
		h["Connection"] = []string{"close"}
	}
	status = e.status()
	if status == http.StatusNotModified || status == http.StatusNoContent {
		return status, h, nil
	}
	h["Content-Type"] = []string{"application/xml"}
	return status, h, e.XML(requestID, hostID)
}

// status is a status that net/http can send as a final one, whatever a fault
// rule asked for.
func (e *Error) status() int {
	if e.Status < 200 || e.Status > 999 {
		return e.Code.Status()
	}
	return e.Status
}

// XML is the <Error> document: on one line after the declaration, without a
// namespace and without Resource (s3-errors.md 0). Operations that fail
// after their 200 has gone out send it as their body.
func (e *Error) XML(requestID, hostID string) []byte {
	b := make([]byte, 0, 256+len(e.Message))
	b = append(b, declaration...)
	b = append(b, "<Error>"...)
	b = appendElement(b, "Code", e.Code.String())
	b = appendElement(b, "Message", e.Message)
	for _, x := range e.Extras {
		b = appendElement(b, elementName(x.Key), x.Value)
	}
	b = appendElement(b, "RequestId", requestID)
	b = appendElement(b, "HostId", hostID)
	return append(b, "</Error>"...)
}
