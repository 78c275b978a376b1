// Package exchange is what a request to any service is on its way through the
// house: what it has of its world (Frame), what the path asks of it (Call), and
// what a client reads in the end (Reply). The path itself is emulator/serve.go.
package exchange

import (
	"crypto/tls"
	"net/http"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
	"github.com/s3fault/s3fault/sigv4"
)

// Frame is what every call has, whichever service it is for. The path fills it in
// as it goes: the world on arrival, the signer once, and the rest anew for each
// attempt.
type Frame struct {
	Request           *http.Request
	RequestID, HostID string

	// Live is the world as served. Moment is the snapshot that this attempt is
	// decided against; it is renewed when a write finds that what it was decided
	// on has moved (store.ErrMoved).
	Live   *store.Live
	Moment *store.Moment
	Now    time.Time // the world's clock
	real   time.Time // the machine's clock, at the same moment
	// SourceIP is the peer's, unless the world's network says otherwise.
	SourceIP string

	Presented *sigv4.Presented // nil: anonymous
	// Unproved is why the signer did not prove who it is; nil: it did, or is anonymous.
	Unproved error
	// Misformed is why a form's own policy does not let it through; nil: it does, or it is no form.
	Misformed error
	// Diagnosis says what a signature that did not match was made for; zero: it matched.
	Diagnosis sigv4.Diagnosis
	// World is what there is around the request; nil: it has reached none.
	World     World
	Caller    *world.Caller     // nil: anonymous, or nobody that the world knows
	Principal *policy.Principal // nil: nobody could be named
	// For is the name of the caller for whom the request is made that nobody signs; empty:
	// who signs makes it.
	For string

	// ReadOnly says that the call changes nothing.
	ReadOnly bool

	// Questions are those that the call must be allowed, Decisions what was answered,
	// one each, in their order.
	Questions []*authz.Request
	Decisions []authz.Decision
	// Warnings are about what was done and AWS might have refused.
	Warnings []string
	// Visit is the fault rules that the request matches; nil: none does.
	Visit *fault.Visit

	// Document is the body of a call that is asked again, where it was read whole.
	Document []byte

	body counted // of the Request
}

// World is the world around a request, as far as it helps to explain one.
type World interface {
	// Hosts are the names under which requests have lately come.
	Hosts() []string
}

// NewFrame is a request that has reached a world at the real time now. live may be nil:
// the request has reached none.
func NewFrame(r *http.Request, live *store.Live, now time.Time) Frame {
	f := Frame{Request: r, Live: live, Now: now, real: now}
	if live == nil {
		return f
	}
	f.Moment = live.Now()
	f.Now = f.State().Clock.Now(now)
	f.SourceIP = sourceIP(f.State().Network, r)
	return f
}

// Base is the frame of the call that it is embedded in.
func (f *Frame) Base() *Frame { return f }

// State is the snapshot of the world that the call works on. A call that only reads may be
// shown a stale one.
func (f *Frame) State() *world.State {
	if f.ReadOnly && f.Moment.State.Propagation.Reads == world.ReadsStale {
		return f.InForce()
	}
	return f.Moment.State
}

// InForce is the State as the call is decided against it: without what has not propagated.
func (f *Frame) InForce() *world.State { return f.Moment.InForce(f.Now) }

// Commit changes the world that the call was decided on, in one step. It is the only
// way in which a call changes anything, and before the first time it is the stage
// before_commit. Errors: those of store.Live.Commit; what a fault rule tells, which Fail
// finds again.
func (f *Frame) Commit(c store.Change) error {
	if err := f.Visit.Reach(fault.BeforeCommit); err != nil {
		return err
	}
	if w, ok := c.(store.World); ok && w.State != nil {
		w.State = world.Changed(f.Moment.State, w.State, f.Now)
		c = w
	}
	return f.Live.Commit(f.Request.Context(), f.Moment, c)
}

// Denied is the first decision that was a no; nil: there is none.
func (f *Frame) Denied() *authz.Decision { return denied(f.Decisions) }

func denied(all []authz.Decision) *authz.Decision {
	for i := range all {
		if all[i].Denied() {
			return &all[i]
		}
	}
	return nil
}

// Secure says whether the request came over TLS, or is to be taken as if it had.
func (f *Frame) Secure() bool {
	if s := f.State().Network.SecureTransport; s != nil {
		return *s
	}
	return f.Request.TLS != nil
}

// Secured is the version ("1.3") and the cipher suite of the TLS over which the request
// came; empty: over none. A request that is to be taken as if it had come over TLS has what
// S3 and the clients of today agree on.
func (f *Frame) Secured() (version, suite string) {
	switch on := f.Request.TLS; {
	case !f.Secure():
		return "", ""
	case on != nil:
		return strings.TrimPrefix(tls.VersionName(on.Version), "TLS "), tls.CipherSuiteName(on.CipherSuite)
	}
	return asker.AssumedTLS, tls.CipherSuiteName(tls.TLS_AES_128_GCM_SHA256)
}
