package awsapi

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/s3fault/s3fault/internal/fault"
)

// Errors are the errors of which a fault rule need give the code alone: those that
// refuse a request before a service has seen it, those of the protocol's services when they
// are tired, and the service's own.
func (s *Service) Errors() []fault.Told {
	w := s.Protocol.words()
	all := slices.Clone(s.Faults)
	for _, p := range append(slices.Clone(w.tired), w.noToken, w.unknownKey, w.expiredToken, w.signature) {
		all = append(all, fault.Told{Code: p.code, Status: p.status, Message: p.message})
	}
	return all
}

// ruled is a fault rule's error in the service's words.
func (c *Call) ruled(r *fault.Refusal) *Error {
	e := &Error{Code: r.Code, Status: r.Status}
	all := c.Service.Errors()
	if i := slices.IndexFunc(all, func(t fault.Told) bool { return t.Code == r.Code }); i >= 0 {
		e.Status, e.Message = cmp.Or(r.Status, all[i].Status), all[i].Message
	}
	if r.Message != nil {
		e.Message = *r.Message
	}
	e.Status = cmp.Or(e.Status, http.StatusInternalServerError)
	return e
}

// The words of services that are tired (s3-errors.md 4).
var (
	internalFailure = phrase{"InternalFailure", 500,
		"The request processing has failed because of an unknown error, exception or failure."}
	unavailable   = phrase{"ServiceUnavailable", 503, "The request has failed due to a temporary failure of the server."}
	queryTired    = []phrase{{"Throttling", 400, "Rate exceeded"}, internalFailure, unavailable}
	jsonTired     = []phrase{{"ThrottlingException", 400, "Rate exceeded"}, internalFailure, unavailable}
	restJSONTired = []phrase{{"ThrottlingException", 429, "Rate exceeded"}, internalFailure, unavailable}
	ec2Tired      = []phrase{
		{"RequestLimitExceeded", 503, "Request limit exceeded."},
		{"InternalError", 500, "An internal error has occurred"},
		{"Unavailable", 503, "The server is overloaded and can't handle the request."},
	}
	restXMLTired = []phrase{
		{"SlowDown", 503, "Please reduce your request rate."},
		{"InternalError", 500, "We encountered an internal error. Please try again."},
		{"ServiceUnavailable", 503, "Service is unable to handle request."},
	}
)
