package emulator

import (
	"cmp"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/s3api"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
	"github.com/s3fault/s3fault/sigv4"
)

// exchange is one request and what becomes of it.
type exchange struct {
	server *Server
	realm  *realm
	call   *s3api.Call  // nil: it was not for S3, or could not be read
	api    *awsapi.Call // nil: it was not for another service
	entry  Entry
}

// serve is the path of a request: it is read, its signer is proved, its
// questions are put to every layer, the operation acts, and what happened is
// written down before the answer leaves.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	x := &exchange{server: s}
	x.begin(r)
	continueEmpty(w, r)
	x.finish(w, r, x.answer(r))
}

// continueEmpty says "100 Continue" to a client that waits for it before it sends
// a body of no bytes, which net/http does not. botocore reads the next answer on
// the connection wrongly without it.
func continueEmpty(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength == 0 && r.Header.Get("Expect") != "" {
		w.WriteHeader(http.StatusContinue)
	}
}

// answer finds the world and the service that a request is for.
func (x *exchange) answer(r *http.Request) answer {
	at := locate(r.Host, r.URL.EscapedPath(), r.Header.Get("x-amz-account-id"), x.server.config.Domains)
	realm, refused := x.server.realmAt(at.world)
	if refused != nil {
		return &s3Answer{refused: refused}
	}
	x.enter(realm)
	if service := awsapi.Recognise(services, r, at.Path); service != nil {
		return &apiAnswer{x.answerAPI(service, r, at)}
	}
	reply, err := x.answerS3(r, at)
	return &s3Answer{reply, s3err.Of(err)}
}

func (x *exchange) answerS3(r *http.Request, at place) (*s3api.Reply, error) {
	call, refused := s3api.Route(at.Address, r)
	x.entry.Bucket, x.entry.Key = call.Bucket, call.Key
	if refused != nil {
		return nil, refused
	}
	x.adopt(call)
	defer call.Close()
	if refused := call.LengthTold(); refused != nil {
		return nil, refused
	}
	if refused := x.prove(r, at); refused != nil {
		return nil, refused
	}
	for {
		reply, err := x.attempt()
		if !errors.Is(err, store.ErrMoved) {
			return reply, err
		}
		call.Moment = x.realm.live.Now()
	}
}

// attempt decides the call against its snapshot and acts on it.
func (x *exchange) attempt() (*s3api.Reply, error) {
	x.recognise()
	questions, refused := x.call.Checks()
	if refused != nil {
		return nil, refused
	}
	x.call.Decisions = evaluate(questions)
	x.entry.Decisions = x.call.Decisions
	if refused := x.call.Refused(); refused != nil {
		return nil, refused
	}
	reply, refused := x.call.Serve()
	if refused == nil {
		x.noteKeyUses()
	}
	return reply, refused
}

// noteKeyUses remembers with which KMS keys S3 did what the call asked for.
func (x *exchange) noteKeyUses() {
	for i := range x.call.Decisions {
		if operation, ok := strings.CutPrefix(x.call.Decisions[i].Action, "kms:"); ok {
			x.realm.live.Now().Uses.NoteKey(x.call.Decisions[i].Resource, world.KeyUse{At: x.call.Now, Operation: operation})
		}
	}
}

func evaluate(questions []*authz.Request) []authz.Decision {
	decisions := make([]authz.Decision, len(questions))
	for i, q := range questions {
		decisions[i] = authz.Evaluate(q)
	}
	return decisions
}

// adopt gives the call the world that it was sent to.
func (x *exchange) adopt(call *s3api.Call) {
	x.call = call
	call.RequestID, call.HostID = x.entry.RequestID, x.entry.HostID
	call.Live = x.realm.live
	call.Moment = x.realm.live.Now()
	call.Now = call.State().Clock.Now(x.entry.Time)
	call.SourceIP = sourceIP(call.State().Network, call.Request)
	x.entry.Operation = call.Op.Name
	x.entry.SourceIP = call.SourceIP
}

func sourceIP(n world.Network, r *http.Request) string {
	if n.SourceIP != "" {
		return n.SourceIP
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// noteUse remembers that a request was really signed with an access key.
func noteUse(m *store.Moment, c *world.Caller, p *sigv4.Presented, unproved error, now time.Time) {
	if c != nil && p != nil && unproved == nil {
		m.Uses.Note(c, world.Use{At: now, Service: cmp.Or(p.Service, "s3"), Region: cmp.Or(p.Region, m.State.Region)})
	}
}

// recognise names the caller by the present snapshot.
func (x *exchange) recognise() {
	recognise(x.call)
	x.noteCaller(x.call.Caller)
	noteUse(x.call.Moment, x.call.Caller, x.call.Presented, x.call.Unproved, x.call.Now)
}

func (x *exchange) noteCaller(c *world.Caller) {
	if c != nil {
		x.entry.Caller, x.entry.Principal = c.Name, c.Principal.ARN
	}
}

// recognise names the caller by the call's snapshot.
func recognise(c *s3api.Call) {
	c.Caller, c.Principal, c.Unproved = identify(c.State(), c.Presented, c.Unproved)
}

// identify is who signed, as the snapshot knows it. A key that is gone since the
// signature was proved is unknown.
func identify(s *world.State, p *sigv4.Presented, unproved error) (*world.Caller, *policy.Principal, error) {
	if p == nil {
		if unproved == nil {
			return nil, &policy.Principal{Kind: policy.Anonymous, CanonicalID: world.AnonymousID}, nil
		}
		return nil, nil, unproved
	}
	caller := s.Credential(p.AccessKeyID)
	if caller == nil {
		if unproved == nil {
			unproved = p.Refuse(sigv4.AccessKeyUnknown, p.AccessKeyID)
		}
		return nil, nil, unproved
	}
	return caller, &caller.Principal, unproved
}
