package exchange

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"

	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

// Arrive has a call meet the rules of its world, and is the stage arrival. Error: what is
// told in place of an answer.
func Arrive(c Call, counts *fault.Counts) error {
	f := c.Base()
	rules := f.Moment.Faults
	if rules.Empty() {
		return nil
	}
	asked := c.ForRules()
	asked.HTTP, asked.Now, asked.Caller = f.Request, f.Now, f.claims()
	f.Visit = counts.Meet(rules, &asked)
	f.Request.Body = f.Visit.Read(f.Request.Body)
	if told := f.Visit.Reach(fault.Arrival); told != nil || !f.Visit.Expires() {
		return told
	}
	return f.expire()
}

// expire ends the session that the request claims, as a change of the world.
func (f *Frame) expire() error {
	for {
		m := f.Live.Now()
		state := world.Expire(m.State, sigv4.ClaimedKey(f.Request), f.Now)
		if err := f.Live.Commit(f.Request.Context(), m, store.World{State: state}); !errors.Is(err, store.ErrMoved) {
			f.Moment = f.Live.Now()
			return err
		}
	}
}

// claims is the name of the caller whose key the request names, whether or not it can
// prove to be that; empty: nobody has the key.
func (f *Frame) claims() string {
	if f.For != "" {
		return f.For
	}
	key := sigv4.ClaimedKey(f.Request)
	if key == "" {
		return fault.Anonymous
	}
	if c := f.State().Credential(key); c != nil {
		return c.Known()
	}
	return ""
}

// caller is the name of who makes the call, as far as that got, or claims to.
func (f *Frame) caller() string {
	switch {
	case f.Caller != nil:
		return f.Caller.Known()
	case f.Moment == nil:
		return ""
	}
	return f.claims()
}

// Serve has an allowed call do what was asked for, between the stages before and after
// its commit. A call that commits nothing reaches both before its answer; one that only
// reads, before it looks. Errors: as Call.Serve, and what is told in place of an answer.
func Serve(c Call) (*Reply, error) {
	v := c.Base().Visit
	if v == nil {
		return c.Serve()
	}
	if v.Request.Operation.Class.Has(fault.Reads) {
		if err := v.Reach(fault.BeforeCommit); err != nil {
			return nil, err
		}
	}
	reply, err := c.Serve()
	if err != nil {
		return nil, err
	}
	for _, stage := range []fault.Stage{fault.BeforeCommit, fault.AfterCommit} {
		if err := v.Reach(stage); err != nil {
			reply.drop()
			return nil, err
		}
	}
	return reply.shaped(v.Change), nil
}

// Leave is the last stage of a call: its answer leaves.
func Leave(c Call, r *Reply) *Reply {
	v := c.Base().Visit
	if v == nil || r.HangUp != nil {
		return r
	}
	was := v.Answer()
	r = r.shaped(v.Leave)
	if now := v.Answer(); was == nil && now != nil { // it cannot leave so
		r.drop()
		return Fail(c, now)
	}
	return r
}

// Fail is what the client reads of an error; where a fault rule has made the answer, that,
// whatever came of it.
func Fail(c Call, err error) *Reply {
	if made := c.Base().Visit.Answer(); made != nil {
		err = made
	}
	if hangUp, ok := errors.AsType[*fault.HangUp](err); ok {
		return &Reply{HangUp: hangUp}
	}
	if whole, ok := errors.AsType[*fault.Answer](err); ok {
		return new(Reply).become(whole)
	}
	reply := c.Fail(err)
	if told, ok := errors.AsType[*fault.Refusal](err); ok {
		reply.tell(told)
	}
	return reply
}

// tell gives a rule's error the headers that it brings, and takes away what it has not.
func (r *Reply) tell(told *fault.Refusal) {
	if told.Bare {
		r.drop()
		r.Header, r.Body, r.Length = http.Header{}, http.NoBody, 0
	}
	if told.Late {
		r.putOff()
	}
	for name, values := range told.Header {
		r.Header[name] = values
	}
}

// patience is the white space that S3 sends while an operation takes its time.
var patience = []byte("\n\n\n")

// putOff has white space stand between the declaration of the body, which is in memory, and
// its document.
func (r *Reply) putOff() {
	body, err := io.ReadAll(r.Body)
	if head := bytes.IndexByte(body, '\n') + 1; err == nil {
		body = slices.Concat(body[:head], patience, body[head:])
	}
	r.drop()
	r.Reason, r.Body, r.Length = "", Text(body), int64(len(body))
}

// drop lets go of a body that nobody is to read.
func (r *Reply) drop() {
	if r.Body != nil {
		r.Body.Close()
	}
}

// shaped is the reply as an effect leaves it.
func (r *Reply) shaped(by func(*fault.Answer)) *Reply {
	a := &fault.Answer{
		Status: r.Status, Header: r.Header, Length: r.Length, Body: r.Body, Code: r.Code, Message: r.Message,
	}
	by(a)
	return r.become(a)
}

func (r *Reply) become(a *fault.Answer) *Reply {
	r.Status, r.Header, r.Length, r.Body, r.Code, r.Message = a.Status, a.Header, a.Length, a.Body, a.Code, a.Message
	return r
}

// faults are the strikes at a request as the journal has them, in the order of the path,
// and the one that made the answer, or else the last; nil: there were none.
func (f *Frame) faults() (all []journal.Fault, one *journal.Fault) {
	for _, s := range f.Visit.Strikes() {
		all = append(all, struck(s))
	}
	if s := f.Visit.Made(); s != nil {
		made := struck(s)
		made.Answered = f.Visit.Answer() != nil
		one = &made
	}
	return all, one
}

func struck(s *fault.Strike) journal.Fault {
	return journal.Fault{Rule: s.Rule.Name, Stage: string(s.Stage), Effect: s.Effect.Name(), At: s.At()}
}
