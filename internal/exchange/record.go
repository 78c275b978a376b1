package exchange

import (
	"errors"
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
// journal's entry, `why` and advice are made from it. It is safe for concurrent use.
//
// Most are packed, because a journal has thousands. One that was denied can be asked Again, and is
// whole.
type Record struct {
	at time.Time // when it arrived, by the real clock

	kept kept
	rest *journal.Entry // what is no text of a kept request, or all of a whole one; nil: there is nothing
	call Call           // nil: it is kept

	in, out int64 // bytes of the bodies
	took    time.Duration
	status  int32
	mu      sync.Mutex // of what is known once it is answered to the end: out, took, answered

	answered bool
}

// Made is how a record came about.
type Made struct {
	At      time.Time // when the request arrived, by the real clock
	World   string    // the name of the one that it reached; empty: none
	Panic   string    // what a handler with a bug said
	Samples *Samples  // of the journal that the record is for
	Briefly bool      // a brief has of a refusal what the answer names of it alone
}

// NewRecord is what became of a call, and how many bytes it takes. The call is over: nothing may be
// done with it any more, but through the record. brief becomes the record's Brief, which costs less now
// than once it is packed; nil: nobody wants it.
func NewRecord(call Call, reply *Reply, made Made, brief *journal.Entry) (r *Record, bytes int) {
	t := tales.Get().(*tale)
	defer t.release()
	t.hear(call, reply, made)
	f := call.Base()
	r = &Record{at: made.At, in: f.body.n, status: int32(t.entry.Status)}
	if brief != nil {
		if *brief = r.brief(t); !made.Briefly && f.Denied() != nil {
			brief.Decisions = Explain(f.Questions)
		}
	}
	if f.Denied() != nil {
		whole := t.entry
		r.rest, r.call = &whole, call
		return r, sizes.whole + headerBytes(t.header) + decisionBytes(whole.Decisions) + questionBytes(f.Questions) +
			oddBytes(&whole) + call.Settle()
	}
	f.uncount()
	if len(t.questions) == len(t.entry.Decisions) {
		t.entry.Decisions = nil // the questions say them
	}
	r.kept, bytes = t.keep(made.Samples)
	if t.odd() {
		r.rest = t.others()
		bytes += sizes.entry + decisionBytes(r.rest.Decisions) + oddBytes(r.rest)
	}
	return r, bytes + sizes.record
}

// hear fills a tale with what is told of an answered call.
func (t *tale) hear(call Call, reply *Reply, made Made) {
	f := call.Base()
	r := f.Request
	t.asked, t.header, t.questions = call.ForRules(), r.Header, f.Questions
	t.entry = journal.Entry{
		RequestID: f.RequestID, HostID: f.HostID, Time: made.At, World: made.World, Caller: f.caller(),
		Method: r.Method, Host: r.Host, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, SourceIP: f.SourceIP,
		Status: reply.StatusCode(), Code: reply.Code, Message: reply.Message, Diagnosis: f.Diagnosis.Text,
		Panic: made.Panic, Cause: causeOf(f, reply), Decisions: f.Decisions,
	}
	if f.Caller != nil {
		t.entry.Principal = f.Caller.Principal.ARN
	}
	t.entry.Faults, t.entry.Fault = f.faults()
	call.Note(&t.entry)
	t.entry.Warnings = slices.Concat(t.entry.Warnings, f.Visit.Warnings())
}

// odd says whether the entry has something that is no text.
func (t *tale) odd() bool {
	e := &t.entry
	return e.Cause != nil || e.Fault != nil || e.Faults != nil || e.Warnings != nil || e.Refused != nil ||
		e.Diagnosis != "" || e.Lacks != "" || e.Panic != "" || e.AuthorizationID != "" || e.Decisions != nil
}

// others is the entry without its texts.
func (t *tale) others() *journal.Entry {
	for _, text := range t.plain() {
		*text = ""
	}
	e := t.entry
	e.RequestID, e.HostID = "", ""
	return &e
}

// told is all that is told of the request.
func (r *Record) told() *tale {
	t := &tale{}
	if r.rest != nil {
		t.entry = *r.rest
	}
	if r.call != nil {
		t.asked, t.header = r.call.ForRules(), r.call.Base().Request.Header
		return t
	}
	r.kept.tell(t)
	t.entry.Time, t.entry.Status = r.at, int(r.status)
	return t
}

// ID is the request's.
func (r *Record) ID() string {
	if r.call != nil {
		return r.rest.RequestID
	}
	return r.kept.id()
}

// Account is that of who made a request that was denied; empty: nobody could be named.
func (r *Record) Account() string {
	if r.call == nil {
		return ""
	}
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
func (r *Record) Cause() *journal.Cause {
	if r.rest == nil {
		return nil
	}
	return r.rest.Cause
}

// Host is the name that it came under.
func (r *Record) Host() string {
	if r.call != nil {
		return r.rest.Host
	}
	return r.kept.one(hostText)
}

// Asked is the request as fault rules see one, without the world's time: of the HTTP, the method and
// the headers.
func (r *Record) Asked() fault.Request {
	t := r.told()
	t.asked.HTTP, t.asked.Caller = &http.Request{Method: t.entry.Method, Header: t.header}, t.entry.Caller
	return t.asked
}

// Names are those of the caller and of the fault rules that struck, which an Asked and an
// Entry have too.
func (r *Record) Names() (caller string, rules []string) {
	if r.rest != nil {
		for _, f := range r.rest.Faults {
			rules = append(rules, f.Rule)
		}
	}
	if r.call != nil {
		return r.rest.Caller, rules
	}
	return r.kept.one(callerText), rules
}

// Answered completes the record, and the brief that was made with it, once nothing more is written.
// out is how many bytes of the answer's body were, end the real time.
func (r *Record) Answered(out int64, end time.Time, brief *journal.Entry) {
	took := end.Sub(r.at)
	if brief != nil {
		brief.Answered, brief.BytesOut, brief.Duration = true, out, took
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answered, r.out, r.took = true, out, took
}

// Denied is the first decision that was a no, with the finding Behind it alone; nil: there is none.
func (r *Record) Denied() *authz.Decision {
	if r.rest == nil {
		return nil
	}
	return denied(r.rest.Decisions)
}

// Again puts the questions of a denied request to another moment of its world, as if it
// had been made as how says: who asks there, and what. Error: they cannot be put.
func (r *Record) Again(m *store.Moment, how journal.Remake) (*Frame, error) {
	if r.call == nil {
		return nil, errors.New("a request that was not denied is not kept to be asked again")
	}
	call := r.call.Again(m, how)
	f := call.Base()
	f.Questions = nil
	f.Remake(how)
	f.Recognise()
	if how.Omitted {
		return f, nil
	}
	var err error
	f.Questions, err = call.Checks()
	return f, err
}

// Entry is the record as the journal has it, with what every layer said, which is worked out when
// somebody looks.
func (r *Record) Entry() journal.Entry {
	t := r.told()
	e := r.brief(t)
	switch {
	case r.call != nil:
		if asked := r.call.Base().Questions; len(asked) == len(e.Decisions) {
			e.Decisions = Explain(asked)
		}
	case len(t.questions) > 0:
		e.Decisions = r.kept.like.of.explain(r, t.questions)
	}
	e.UploadID, e.Part = t.asked.Upload, t.asked.Part
	e.Carries = carried(t.header)
	return e
}

// Brief is the Entry with no more of what the layers said than the answer needed.
func (r *Record) Brief() journal.Entry { return r.brief(r.told()) }

func (r *Record) brief(t *tale) journal.Entry {
	e := t.entry
	e.Query = unsigned(e.Query)
	if len(e.Faults) <= 1 {
		e.Faults = nil
	}
	if e.Caller == fault.Anonymous {
		e.Caller = ""
	}
	if e.Decisions == nil {
		for _, q := range t.questions {
			e.Decisions = append(e.Decisions, allowed(q))
		}
	}
	noteClient(&e, t.header)
	e.BytesIn = r.in
	e.Answered, e.BytesOut, e.Duration = r.measured()
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

// replied is how long the body of the reply is that leaves.
func replied(f *Frame, reply *Reply) int64 {
	if f.Request.Method == http.MethodHead || reply.Body == nil {
		return 0
	}
	return reply.Length
}

// Happened is an answered call as CloudTrail sees it; nil where it does not: a request
// without a proved signer, one that a VPC endpoint's policy refused, and one that is no
// operation (authorization.md 11). Ask before there is a record of it.
func Happened(call Call, reply *Reply) *trail.Happened {
	f := call.Base()
	d := f.Denied()
	if d != nil && unseen[d.Cause] {
		return nil
	}
	h := call.Happened()
	if h == nil {
		return nil
	}
	h.RequestID, h.HostID, h.Code = f.RequestID, f.HostID, reply.Code
	if h.Message == "" {
		h.Message = reply.Message
	}
	h.SignatureVersion, h.AuthenticationMethod = signature(f.Presented)
	h.Connection.Host = f.Request.Host
	h.Connection.TLS, h.Connection.CipherSuite = f.Secured()
	h.Answer, h.In, h.Out = reply.Header, f.body.n, replied(f, reply)
	if reply.Code != "" && d == nil {
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
	f.Request = &http.Request{
		Method: r.Method, URL: r.URL, Header: r.Header, Host: r.Host, TLS: r.TLS,
		ContentLength: r.ContentLength, TransferEncoding: r.TransferEncoding, Body: http.NoBody,
	}
	f.Live, f.World, f.Moment, f.Decisions, f.Visit = nil, nil, nil, nil, nil
}

// unsigned is a query but for what signs it: a journal tells no credentials.
func unsigned(raw string) string {
	if raw == "" {
		return ""
	}
	query, _ := url.ParseQuery(raw)
	for name := range query {
		switch lower := strings.ToLower(name); {
		case strings.HasPrefix(lower, "x-amz-"), lower == "awsaccesskeyid", lower == "signature", lower == "expires":
			delete(query, name)
		}
	}
	return query.Encode()
}
