package emulator

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/awsapi/s3control"
	"github.com/s3fault/s3fault/internal/awsapi/sts"
	"github.com/s3fault/s3fault/internal/awshost"
	"github.com/s3fault/s3fault/internal/conn"
	"github.com/s3fault/s3fault/internal/doors"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3api"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/services"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/sigv4"
)

// passage is one request on its way through the server, and what becomes of it.
type passage struct {
	server *Server
	bare   string        // the world at the bare address it came to; empty: any that its key names
	only   *World        // that it is for, whatever its address names; nil: that decides
	world  *World        // nil: its address names none
	call   exchange.Call // nil: nothing could be read of it
	at     time.Time     // when it arrived, by the real clock
	ids    ids
	sent   io.ReadCloser // the body as net/http has it
	empty  *emptyBody    // nil: the client waits for no "100 Continue" without a body
	panic  string        // what a handler with a bug said
	told   Entry         // to who observes requests; only while there is one
}

// ids are those of a request.
type ids struct{ request, host string }

// serve is the path of a request, whichever service it is for: it is read, its
// signer is proved, its questions are put to every layer, the operation acts, and
// what happened is written down before the answer leaves. bare is the world of the port
// that it came to, empty at the server's own addresses.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, bare string) {
	if playProvider(s, w, r, bare) {
		return
	}
	s.metrics.Begin()
	defer s.metrics.End()
	p := newPassage(s, w, r)
	p.bare = bare
	p.finish(w, r, p.answer(r))
}

func newPassage(s *Server, w http.ResponseWriter, r *http.Request) passage {
	p := passage{server: s, at: s.config.Now()}
	p.ids.request, p.ids.host = s3err.NewIDs()
	p.sent = conn.LimitBody(r)
	p.empty = expectEmpty(w, r)
	return p
}

// answer leads a request through its stages, at each of which a fault can strike. A
// panic on the way is answered as an error that nobody foresaw.
func (p *passage) answer(r *http.Request) (reply *exchange.Reply) {
	defer func() {
		if what := recover(); what != nil {
			reply = p.panicked(r, what)
		}
	}()
	call, err := p.read(r)
	p.call = call
	call.Base().CountBody()
	defer call.Close()
	if err == nil {
		err = p.world.readable()
	}
	if err == nil {
		err = exchange.Arrive(call, &p.world.counts)
	}
	if err == nil {
		err = call.Prove() // Stage request_body: from here on the body is read.
	}
	if err != nil {
		return exchange.Fail(call, err)
	}
	for {
		reply, err := p.attempt(call)
		switch {
		case err == nil:
			return reply // Stage response_body: it is read as it is written.
		case !errors.Is(err, store.ErrMoved):
			return exchange.Fail(call, err)
		}
		call.Base().Moment = p.world.live.Now()
	}
}

// read finds the world and the service that a request is for. Where it refuses, the
// call has as much as could be read.
func (p *passage) read(r *http.Request) (exchange.Call, error) {
	host := hostName(r.Host)
	at := locateName(host, r.URL.EscapedPath(), r.Header.Get("X-Amz-Account-Id"), p.server.config.Domains)
	w := p.only
	if w == nil {
		var refused error
		if w, refused = p.server.worldAt(cmp.Or(at.world, p.bare), host, at.Path, r); refused != nil {
			return &s3api.Call{Frame: p.frame(r, nil)}, refused
		}
	}
	p.world = w
	w.age(p.at)
	f := p.frame(r, w.live)
	f.World = w
	if at.Bucket == "" && !awshost.Is(host) { // where nothing of ours is
		if call := doors.Read(f, at.Path); call != nil {
			return call, nil
		}
	}
	if service := serviceOf(host, at.Path, r); service != nil && !at.Website {
		if id := service.NewRequestID(); id != "" {
			f.RequestID, p.ids.request = id, id
		}
		call := awsapi.Read(service, f, at.Path)
		call.Events, call.Details, call.Keys = &w.events, w.details, w.oidc
		return call, nil
	}
	return s3api.Route(f, at.Address)
}

// serviceOf is the control API that a request is for; nil: S3. Where AWS's own name of an
// endpoint says it, nothing else does.
func serviceOf(host, path string, r *http.Request) *awsapi.Service {
	name, ok := awshost.Read(host)
	if !ok {
		return awsapi.Recognise(services.All, r, path)
	}
	for _, s := range services.All {
		if s.Name == name.Service {
			return s
		}
	}
	return awsapi.Recognise([]*awsapi.Service{s3control.Service}, r, path)
}

// worldAt is the world of that name; empty: the one that the access key is of which the
// request claims, or whose provider signed the token that it brings instead, or else the
// default scenario's. path is after /~NAME. A body is read for a token of STS's alone.
func (s *Server) worldAt(name, host, path string, r *http.Request) (*World, error) {
	if name == "" {
		if w := s.worlds.ofKey(sigv4.ClaimedKey(r)); w != nil {
			return w, nil
		}
		if serviceOf(host, path, r) == sts.Service {
			if w := s.worlds.ofToken(awsapi.BearerToken(r)); w != nil {
				return w, nil
			}
		}
		name = s.config.Scenario
	}
	w, err := s.worlds.find("scenario or world", name)
	if err != nil {
		return nil, s3err.New(s3err.InvalidRequest).WithMessage("s3fault: " + err.Error())
	}
	return w, nil
}

func (p *passage) frame(r *http.Request, live *store.Live) exchange.Frame {
	f := exchange.NewFrame(r, live, p.at)
	f.RequestID, f.HostID = p.ids.request, p.ids.host
	return f
}

// attempt decides the call against its snapshot and acts on it.
func (p *passage) attempt(call exchange.Call) (*exchange.Reply, error) {
	f := call.Base()
	f.Recognise()
	f.NoteUse()
	var err error
	if f.Questions, err = call.Checks(); err != nil {
		return nil, err
	}
	f.Decisions = exchange.Decide(f.Questions)
	if err := call.Refused(); err != nil {
		return nil, err
	}
	return exchange.Serve(call) // Stages before_commit and after_commit.
}
