package emulator

import (
	"io"
	"net/http"
	"strconv"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/awsapi/accessanalyzer"
	"github.com/s3fault/s3fault/internal/awsapi/cloudtrail"
	"github.com/s3fault/s3fault/internal/awsapi/ec2"
	"github.com/s3fault/s3fault/internal/awsapi/iam"
	"github.com/s3fault/s3fault/internal/awsapi/iamtoolbox"
	"github.com/s3fault/s3fault/internal/awsapi/kms"
	"github.com/s3fault/s3fault/internal/awsapi/organizations"
	"github.com/s3fault/s3fault/internal/awsapi/s3control"
	"github.com/s3fault/s3fault/internal/awsapi/sts"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/sigv4"
)

// services are the control APIs that are served beside S3.
var services = []*awsapi.Service{
	accessanalyzer.Service,
	cloudtrail.Service,
	ec2.Service,
	iam.Service,
	iamtoolbox.Service,
	kms.Service,
	organizations.Service,
	s3control.Service,
	sts.Service,
}

// answerAPI is the path of a request to a control API: the same as S3's, but that
// the whole body is read first, because the signature covers it.
func (x *exchange) answerAPI(s *awsapi.Service, r *http.Request, at place) *awsapi.Answer {
	call := awsapi.Read(s, r, at.Path)
	x.adoptAPI(call)
	x.proveAPI(call)
	for {
		answer, refused := x.attemptAPI()
		switch {
		case refused == nil:
			return answer
		case !awsapi.Moved(refused):
			return call.Fail(refused)
		}
		call.Moment = x.realm.live.Now()
	}
}

func (x *exchange) adoptAPI(c *awsapi.Call) {
	x.api = c
	c.RequestID, c.HostID = x.entry.RequestID, x.entry.HostID
	c.Enter(x.realm.live)
	c.Events, c.Details = &x.realm.events, &x.realm.details
	c.Now = c.State().Clock.Now(x.entry.Time)
	c.SourceIP = sourceIP(c.State().Network, c.Request)
	x.entry.Service, x.entry.Operation, x.entry.Lacks = c.Service.Name, c.Name, c.Missing()
	x.entry.SourceIP = c.SourceIP
}

// proveAPI finds out who signed; as in S3, a signature that does not hold is no
// error yet.
func (x *exchange) proveAPI(c *awsapi.Call) {
	c.Presented, c.Unproved = sigv4.Parse(c.Request)
	if c.Unproved != nil || c.Presented == nil {
		return
	}
	caller, unproved := claimed(c.State(), c.Presented, c.Now)
	if unproved != nil {
		c.Unproved = unproved
		return
	}
	key := sigv4.Key{Secret: caller.SecretAccessKey, Now: c.Now, PayloadHash: sigv4.HashPayload(c.Body)}
	body, unproved := c.Presented.Verify(c.Request, key)
	if unproved == nil {
		_, unproved = io.Copy(io.Discard, body)
	}
	if sigv4.ReasonOf(unproved) == sigv4.SignatureDoesNotMatch {
		x.entry.Diagnosis = c.Presented.Diagnose(c.Request, key, candidates(c.State(), caller))
	}
	c.Unproved = unproved
}

// attemptAPI decides the call against its snapshot and acts on it.
func (x *exchange) attemptAPI() (*awsapi.Answer, *awsapi.Error) {
	c := x.api
	c.Caller, c.Principal, c.Unproved = identify(c.State(), c.Presented, c.Unproved)
	x.noteCaller(c.Caller)
	noteUse(c.Moment, c.Caller, c.Presented, c.Unproved, c.Now)
	questions, refused := c.Checks()
	if refused != nil {
		return nil, refused
	}
	c.Decisions = evaluate(questions)
	x.entry.Decisions = c.Decisions
	if refused := c.Refused(); refused != nil {
		c.KeepDetails(questions)
		return nil, refused
	}
	return c.Serve()
}

// apiAnswer is a control API's.
type apiAnswer struct{ *awsapi.Answer }

func (a *apiAnswer) note(x *exchange) {
	x.entry.Status, x.entry.Code, x.entry.Message = a.Status, a.Code, a.Message
	x.entry.AuthorizationID = x.api.AuthorizationID
	if a.Status < http.StatusBadRequest {
		x.entry.Warnings = x.api.Warnings
	}
}

func (a *apiAnswer) write(x *exchange, w http.ResponseWriter, r *http.Request) {
	for name, values := range a.Header {
		w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(a.Body)))
	s3err.Spell(w.Header())
	w.WriteHeader(a.Status)
	// A client that went away needs no answer, and there is nobody else to tell.
	_, _ = w.Write(a.Body)
	if a.Status >= http.StatusBadRequest {
		drain(w, r)
	}
}
