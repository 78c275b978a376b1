package exchange

import (
	"bytes"
	"io"
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/journal"
)

// Call is one request, read, as the path sees it. Its errors are refusals in the words
// of its service, which Fail writes down; store.ErrMoved says of an attempt that what it
// was decided on has changed, and that nothing was done.
type Call interface {
	Base() *Frame
	// Prove finds out who signed. A signature that does not hold is no error, but a
	// fact (Frame.Unproved), which the authentication layer reports with all the others.
	Prove() error
	// Checks are the questions that the call must be allowed. An error means that they
	// cannot be put.
	Checks() ([]*authz.Request, error)
	// Refused is the answer to the first question that was answered with no; nil when
	// the call is to be served.
	Refused() error
	// ForRules is what fault rules look at: the operation and what it is for.
	ForRules() fault.Request
	// Serve does what was asked for.
	Serve() (*Reply, error)
	// Fail is what the client reads of an error.
	Fail(error) *Reply
	// Note completes the entry of the answered call with what it was for.
	Note(*journal.Entry)
	// Happened is the call as CloudTrail sees it; nil: it is no event of its, or a data
	// event that nobody can have asked for. A Message stands in the place of the reply's.
	Happened() *trail.Happened
	// Close frees what the call put into the store and did not commit.
	Close()
	// Settle lets a call that was denied go of the connection, the world and what will not be asked
	// Again, once it is answered. What it returns is how many bytes of a body it still holds.
	// Again is a settled call whose questions are put to another moment, with the parameters
	// of how in the place of its own: the rest of how is for Frame.Remake, and who the caller
	// is there for Recognise to say. It acts on nothing.
	Settle() int
	Again(m *store.Moment, how journal.Remake) Call
}

// Reply is what a client reads: a success or a refusal.
type Reply struct {
	Status int // 0: 200
	// Reason is the reason phrase; empty: the usual one of the status.
	Reason string
	Header http.Header
	// Length is that of Body in bytes; -1: it is not told, and the body is chunked.
	Length int64
	// Body may be an io.WriterTo; nil: there is none. It is not read for a HEAD.
	Body io.ReadCloser
	// Code and Message are those of a refusal; an empty Code: it is none.
	Code, Message string
	// Cause is why, for the journal alone; nil: the Decisions say it, or nobody does.
	Cause *journal.Cause
	// Written is how many bytes of Body have left.
	Written int64
	// HangUp is what happens to the connection in place of a reply; nil: this is one.
	HangUp *fault.HangUp

	room [10]string // of headers' values
	held int        // how many are there
}

// Set gives the reply a header of one value, by its name as net/http keeps it.
func (r *Reply) Set(name, value string) {
	if r.Header == nil {
		r.Header = make(http.Header, 8)
	}
	r.Header[name] = r.value(value)
}

// value is a header's one value, in the reply's own memory as long as that has room.
func (r *Reply) value(v string) []string {
	if r.held == len(r.room) {
		return []string{v}
	}
	r.room[r.held] = v
	r.held++
	return r.room[r.held-1 : r.held : r.held]
}

// LacksHeader names, in an answer, what S3 or another service would have done and s3fault
// does not have.
const LacksHeader = "x-s3fault-lacks"

// Refusal says that the reply is one.
func (r *Reply) Refusal() bool { return r.Code != "" || r.Status >= http.StatusBadRequest }

// Text is a body that is in memory.
func Text(b []byte) io.ReadCloser { return text{bytes.NewReader(b)} }

type text struct{ *bytes.Reader }

// Close has nothing to let go of.
func (text) Close() error { return nil }
