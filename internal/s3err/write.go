package s3err

import "net/http"

const declaration = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// Write answers a request with the error: headers, status and, unless the
// request was a HEAD or the status has no body, the <Error> document. A Date that
// is already set is kept; otherwise net/http adds the real one.
func (e *Error) Write(w http.ResponseWriter, head bool, requestID, hostID string) {
	h := w.Header()
	for key, values := range e.Header {
		h[http.CanonicalHeaderKey(key)] = values
	}
	h.Set("x-amz-request-id", requestID)
	h.Set("x-amz-id-2", hostID)
	h.Set("Server", "AmazonS3")
	if e.Code.row().close {
		h.Set("Connection", "close")
	}
	status := e.status()
	bodyless := status == http.StatusNotModified || status == http.StatusNoContent
	if !bodyless {
		h.Set("Content-Type", "application/xml")
	}
	silent := bodyless || head
	if !silent {
		// As S3: no Content-Length on an error's body.
		h.Set("Transfer-Encoding", "chunked")
	}
	Spell(h)
	w.WriteHeader(status)
	if silent {
		return
	}
	// A client that went away needs no answer, and there is nobody else to tell.
	_, _ = w.Write(e.XML(requestID, hostID))
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
