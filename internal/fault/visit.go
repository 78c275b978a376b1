package fault

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
)

// Visit is one request that rules match, on its way. It is one goroutine's; nil is a
// request that no rule matches, and everything can be asked of it.
type Visit struct {
	Request Request

	seed    int
	met     []meeting
	passed  []passed
	strikes []*Strike
	answer  error // that a strike has made
	maker   *Strike
	over    bool // the answer is made: no stage is reached any more

	warnings []string
	charged  bool
}

// meeting is a rule that matched.
type meeting struct {
	rule    *Rule
	counter *counter
	stage   Stage
}

// passed is a stage that the request has reached, and what struck it there.
type passed struct {
	stage  Stage
	strike *Strike // nil: nothing
}

// Strike is one rule that strikes a request at a stage.
type Strike struct {
	Rule       *Rule
	Stage      Stage
	Effect     Effect
	AfterBytes *int64 // how much of a body passes first; nil: it is not said
	Request    *Request

	visit  *Visit
	draw   draw
	memory *any
}

// Strike is what strikes the request at the stage; nil: nothing does. It counts once,
// however often it is asked.
func (v *Visit) Strike(at Stage) *Strike {
	if v == nil {
		return nil
	}
	for _, p := range v.passed {
		if p.stage == at {
			return p.strike
		}
	}
	if v.over {
		return nil
	}
	struck := v.count(at)
	v.passed = append(v.passed, passed{at, struck})
	if struck != nil {
		v.strikes = append(v.strikes, struck)
	}
	return struck
}

// count has every rule of the stage count the request. The first one whose turn it is
// strikes; the others have lost theirs.
func (v *Visit) count(at Stage) (struck *Strike) {
	for _, m := range v.met {
		if m.stage != at {
			continue
		}
		s := &Strike{Rule: m.rule, Stage: at, Request: &v.Request, visit: v}
		if m.counter.meet(s, struck == nil) {
			struck = s
		}
	}
	return struck
}

// Reach is what is told in place of the answer by what strikes the request at a stage
// that is none of a body; nil: it goes on. An effect that takes time has taken it.
// However often it is asked, there is one strike.
func (v *Visit) Reach(at Stage) error {
	if v == nil {
		return nil
	}
	if v.answer == nil && !v.has(at) {
		if s := v.Strike(at); s != nil {
			if acts, ok := s.Effect.(Acting); ok {
				_ = s.Tell(acts.Act(s))
			}
		}
	}
	return v.answer
}

// has says whether the request has reached the stage.
func (v *Visit) has(at Stage) bool {
	return slices.ContainsFunc(v.passed, func(p passed) bool { return p.stage == at })
}

// Answer is what a strike has made the answer: a *Refusal, an *Answer or a *HangUp; nil:
// none has.
func (v *Visit) Answer() error {
	if v == nil {
		return nil
	}
	return v.answer
}

// Read is the request's body as it is read: the stage request_body is reached with its
// first byte.
func (v *Visit) Read(body io.ReadCloser) io.ReadCloser {
	if v == nil || !v.expects(RequestBody) {
		return body
	}
	return &reading{ReadCloser: body, visit: v}
}

func (v *Visit) expects(at Stage) bool {
	return slices.ContainsFunc(v.met, func(m meeting) bool { return m.stage == at })
}

// reading is a body of which nothing may have been read.
type reading struct {
	io.ReadCloser
	visit *Visit
	begun bool
}

func (r *reading) Read(p []byte) (int, error) {
	if !r.begun {
		r.begun = true
		if s := r.visit.Strike(RequestBody); s != nil {
			if reads, ok := s.Effect.(Reading); ok {
				r.ReadCloser = reads.Read(s, r.ReadCloser)
			}
		}
	}
	return r.ReadCloser.Read(p)
}

// Change gives the answer that the operation has made the shape that strikes before and
// after the commit want.
func (v *Visit) Change(a *Answer) {
	if v == nil {
		return
	}
	for _, s := range v.strikes {
		if changes, ok := s.Effect.(Changing); ok && !s.Stage.body() {
			changes.Change(s, a)
		}
	}
}

// Leave is the last stage: the answer is made and leaves. A refusal has no body that
// rules are about.
func (v *Visit) Leave(a *Answer) {
	if v == nil {
		return
	}
	if a.Code == "" && a.Body != nil && v.Request.HTTP.Method != http.MethodHead {
		if s := v.Strike(ResponseBody); s != nil {
			if writes, ok := s.Effect.(Writing); ok {
				writes.Write(s, a)
			}
		}
	}
	v.over = true
}

// Strikes is what has struck the request, in the order of the path.
func (v *Visit) Strikes() []*Strike {
	if v == nil {
		return nil
	}
	return v.strikes
}

// Made is the strike that made the answer, or else the last one; nil: nothing struck.
func (v *Visit) Made() *Strike {
	switch {
	case v == nil || len(v.strikes) == 0:
		return nil
	case v.maker != nil:
		return v.maker
	}
	return v.strikes[len(v.strikes)-1]
}

// Tell makes err the answer, unless there is one, and returns it. nil makes none.
func (s *Strike) Tell(err error) error {
	if err != nil && s.visit.answer == nil {
		s.visit.answer, s.visit.maker = err, s
	}
	return err
}

// At is the byte of the body, from 0 on, at which it strikes: the changed one, or the first
// that does not come; nil: it is no one byte.
func (s *Strike) At() *int64 {
	switch e := s.Effect.(type) {
	case *corruption:
		return &e.At
	case *truncating:
		if !e.at { // otherwise it is one of the object, whatever the range
			return &e.bytes
		}
	}
	return s.AfterBytes
}

// Context ends when the client is gone.
func (s *Strike) Context() context.Context { return s.Request.HTTP.Context() }

// Header is the request's.
func (s *Strike) Header() http.Header { return s.Request.HTTP.Header }

// Rand is where the chance of this strike comes from: the same for the same seed, rule,
// value and number.
func (s *Strike) Rand() *rand.Rand { return s.draw.source() }

// Memory is what the rule's effect has kept of earlier strikes in this world; make makes
// it the first time. What it returns is shared by all requests: Chooses alone runs one at
// a time.
func Memory[M any](s *Strike, make func() *M) *M {
	if *s.memory == nil {
		*s.memory = make()
	}
	return (*s.memory).(*M)
}
