package exchange

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

// Record is one answered request: what was asked for, the questions that it was
// decided by, which hold all that mattered of its world, and what became of it. The
// journal's entry, `why`, CloudTrail's event and advice are made from it. It is safe for
// concurrent use once it is settled.
type Record struct {
	at     time.Time // when it arrived, by the real clock
	world  string
	panic  string
	call   Call
	status int
	code   string // of a refusal
	text   string
	cause  *journal.Cause
	faults []journal.Fault // that struck it
	fault  *journal.Fault  // the one that made the answer, or else the last
	in     int64           // bytes that were read of the request's body
	caller string          // as the request claims it, for rules
	header http.Header     // of the reply, until the record is settled
	length int64           // of the reply's body; -1: it is not known

	warnings []string // about strikes that could not be

	mu        sync.Mutex
	questions []*authz.Request // nil: nobody need look any more
	decisions []authz.Decision
	answered  bool // to the end; what follows is known then
	out       int64
	took      time.Duration
}

// NewRecord is what became of a call. at is the real time when the request arrived, world
// the name of the world that it reached, panicked what a handler with a bug said.
func NewRecord(call Call, reply *Reply, at time.Time, world, panicked string) *Record {
	f := call.Base()
	faults, one := f.faults()
	return &Record{
		faults: faults, fault: one, warnings: f.Visit.Warnings(),
		at: at, world: world, panic: panicked, call: call,
		status: reply.StatusCode(), code: reply.Code, text: reply.Message, cause: causeOf(f, reply),
		in: f.body.n, caller: f.caller(), header: reply.Header, length: replied(f, reply),
		questions: f.Questions, decisions: f.Decisions,
	}
}

// replied is how long the body of the reply is that leaves.
func replied(f *Frame, reply *Reply) int64 {
	if f.Request.Method == http.MethodHead || reply.Body == nil {
		return 0
	}
	return reply.Length
}

// ID is the request's.
func (r *Record) ID() string { return r.call.Base().RequestID }

// Account is that of who made the request; empty: nobody could be named.
func (r *Record) Account() string {
	f := r.call.Base()
	switch {
	case f.Caller != nil:
		return f.Caller.Account
	case f.Principal != nil:
		return f.Principal.Account // of the provider whose token it has
	}
	return ""
}

// Cause is why the operation itself refused it; nil: it did not, or nobody knows.
func (r *Record) Cause() *journal.Cause { return r.cause }

// Host is the name that it came under.
func (r *Record) Host() string { return r.call.Base().Request.Host }

// Asked is the request as fault rules see one, without the world's time.
func (r *Record) Asked() fault.Request {
	asked := r.call.ForRules()
	asked.HTTP, asked.Caller = r.call.Base().Request, r.caller
	return asked
}

// Names are those of the caller and of the fault rules that struck, which an Asked and an
// Entry have too.
func (r *Record) Names() (caller string, rules []string) {
	for _, f := range r.faults {
		rules = append(rules, f.Rule)
	}
	return r.caller, rules
}

// Settle lets go of the connection, the world and the bytes of the body, so that the
// record can be kept. What was refused can be asked Again.
func (r *Record) Settle() {
	r.header = nil
	r.call.Settle(r.Denied() != nil)
}

// Answered completes the record once nothing more is written. out is how many bytes of
// the answer's body were, end the real time.
func (r *Record) Answered(out int64, end time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answered, r.out, r.took = true, out, end.Sub(r.at)
}

// Denied is the first decision that was a no; nil: there is none.
func (r *Record) Denied() *authz.Decision { return denied(r.known()) }

// Again puts the questions of a refused request to another moment of its world, as if it
// had been made as how says: who asks there, and what. Error: they cannot be put.
func (r *Record) Again(m *store.Moment, how journal.Remake) (*Frame, error) {
	call := r.call.Again(m, how)
	f := call.Base()
	f.Remake(how)
	f.Recognise()
	if how.Omitted {
		return f, nil
	}
	var err error
	f.Questions, err = call.Checks()
	return f, err
}

// Entry is the record as the journal has it, with what every layer said. Of an allowed
// request that is worked out when somebody looks, once.
func (r *Record) Entry() journal.Entry {
	e := r.Brief()
	e.Decisions = r.explained()
	asked := r.call.ForRules()
	e.UploadID, e.Part = asked.Upload, asked.Part
	e.Carries = carried(r.call.Base().Request.Header)
	return e
}

// Brief is the Entry without what the layers said of an allowed request.
func (r *Record) Brief() journal.Entry {
	f := r.call.Base()
	e := journal.Entry{
		RequestID: f.RequestID, HostID: f.HostID, Time: r.at, World: r.world,
		Method: f.Request.Method, Host: f.Request.Host, Path: f.Request.URL.EscapedPath(), Query: unsigned(f.Request.URL),
		SourceIP: f.SourceIP,
		Status:   r.status, Code: r.code, Message: r.text, Diagnosis: f.Diagnosis.Text, Panic: r.panic, Cause: r.cause,
		Decisions: r.known(),
	}
	if e.Fault = r.fault; len(r.faults) > 1 {
		e.Faults = r.faults
	}
	if r.caller != fault.Anonymous {
		e.Caller = r.caller
	}
	if f.Caller != nil {
		e.Principal = f.Caller.Principal.ARN
	}
	noteClient(&e, f.Request.Header)
	e.BytesIn = r.in
	e.Answered, e.BytesOut, e.Duration = r.measured()
	r.call.Note(&e)
	e.Warnings = slices.Concat(e.Warnings, r.warnings)
	return e
}

// noteClient adds what a client says of itself.
func noteClient(e *journal.Entry, h http.Header) {
	e.UserAgent, e.Invocation = h.Get("User-Agent"), h.Get("Amz-Sdk-Invocation-Id")
	e.Attempt = fault.Attempt(h)
}

// measured is what is known once the answer is written.
func (r *Record) measured() (answered bool, out int64, took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.answered, r.out, r.took
}

// known is the decisions as far as they are worked out.
func (r *Record) known() []authz.Decision {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.decisions
}

func (r *Record) explained() []authz.Decision {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.questions != nil && denied(r.decisions) == nil {
		r.decisions = Explain(r.questions)
	}
	r.questions = nil
	return r.decisions
}

// Happened is the request as CloudTrail sees it; nil where it does not: a request
// without a proved signer, one that a VPC endpoint's policy refused, and one that is no
// operation (authorization.md 11). Ask before the record is settled.
func (r *Record) Happened() *trail.Happened {
	if d := r.Denied(); d != nil && unseen[d.Cause] {
		return nil
	}
	h := r.call.Happened()
	if h == nil {
		return nil
	}
	f := r.call.Base()
	h.RequestID, h.HostID, h.Code = f.RequestID, f.HostID, r.code
	if h.Message == "" {
		h.Message = r.text
	}
	h.SignatureVersion, h.AuthenticationMethod = signature(f.Presented)
	h.Connection.Host = f.Request.Host
	h.Connection.TLS, h.Connection.CipherSuite = f.Secured()
	h.Answer, h.In, h.Out = r.header, r.in, r.length
	if r.code != "" && r.Denied() == nil {
		h.Also = nil // what it would have brought with it did not come to pass
	}
	for _, also := range h.Also {
		also.RequestID, also.HostID, also.Connection = h.RequestID, h.HostID, h.Connection
		also.SignatureVersion, also.AuthenticationMethod = h.SignatureVersion, h.AuthenticationMethod
		also.In, also.Out = -1, -1
	}
	return h
}

// unseen are the layers whose refusals CloudTrail does not see.
var unseen = map[authz.Layer]bool{authz.Authentication: true, authz.RequestForm: true, authz.VPCEndpoint: true}

// signature is how CloudTrail calls the way in which a request was signed.
func signature(p *sigv4.Presented) (version, method string) {
	switch {
	case p == nil:
		return "", ""
	case p.Location == sigv4.Query:
		return "Sig" + p.Scheme.String(), "QueryString"
	}
	return "Sig" + p.Scheme.String(), "AuthHeader"
}

// Settle is the frame's part of Call.Settle.
func (f *Frame) Settle() {
	r := f.Request
	f.uncount()
	f.settled = http.Request{
		Method: r.Method, URL: r.URL, Header: r.Header, Host: r.Host, TLS: r.TLS,
		ContentLength: r.ContentLength, TransferEncoding: r.TransferEncoding, Body: http.NoBody,
	}
	f.Request = &f.settled
	f.Live, f.World, f.Moment, f.Questions, f.Decisions, f.Visit = nil, nil, nil, nil, nil, nil
}

// unsigned is the query of a URL but for what signs it: a journal keeps no credentials.
func unsigned(u *url.URL) string {
	query := u.Query()
	for name := range query {
		switch lower := strings.ToLower(name); {
		case strings.HasPrefix(lower, "x-amz-"), lower == "awsaccesskeyid", lower == "signature", lower == "expires":
			delete(query, name)
		}
	}
	return query.Encode()
}
