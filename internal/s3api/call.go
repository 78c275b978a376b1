// Package s3api speaks S3's REST protocol: one table of operations, each with
// the questions it must be allowed (Checks) and what it then does (Serve).
package s3api

import (
	"net/http"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
	"github.com/s3fault/s3fault/sigv4"
)

// Address is what the host name and the front of the path said before S3's own
// protocol begins (interface.md "Endpoints").
type Address struct {
	Bucket string // from the host; empty: path style
	Region string // from the host; empty: the endpoint has no region in its name
	Path   string // escaped path, beginning with /, after /~NAME
}

// Call is one S3 request on its way through the house. Route fills the first
// group; the emulator the others, in this order.
type Call struct {
	Op      *Operation
	Address Address
	Bucket  string
	Key     string
	Query   wire.Query
	Request *http.Request

	RequestID, HostID string

	// Live is the world as served. Moment is the snapshot that this attempt is
	// decided against; it is renewed when a write finds that what it was decided
	// on has moved (store.ErrMoved).
	Live   *store.Live
	Moment *store.Moment
	Now    time.Time // the world's clock

	Presented *sigv4.Presented // nil: anonymous
	Caller    *world.Caller    // nil: anonymous, or nobody that the world knows
	Principal *policy.Principal
	SourceIP  string // of the peer, unless the world's network says otherwise
	// Unproved is the authentication refusal, for the Decision and the reply.
	Unproved error
	// Body is the decoded request body, verified while it is read. It can be read
	// once: what is read of it is kept on the Call, for a second attempt.
	Body *sigv4.Body
	// Decisions answer the questions of Checks, one each, in their order. Serve
	// runs when none is a no; DeleteObjects, which answers key by key, also then.
	Decisions []authz.Decision
	// Warnings are about what was done and S3 might have refused.
	Warnings []string

	asked
	work
}

// State is the snapshot of the world that the call is decided against.
func (c *Call) State() *world.State { return c.Moment.State }

// Operation is one row of the table.
type Operation struct {
	Name string // as AWS names it: "GetObject"
	// action is the permission that it asks for first, "s3:GetObject".
	action string
	// match says how a request for it looks.
	match match
	// checks puts the questions, at least one. It may read a bounded body, and the
	// record of the object, on which serve then acts.
	checks func(*Call) ([]*authz.Request, error)
	serve  func(*Call) (*Reply, error)
	// perKey: a no to one question is an entry of the reply, not the reply.
	perKey bool
}

// Reply is a successful answer. Errors are values of their own, and written by
// the same writer at the end.
type Reply struct {
	Status int // 0: 200
	Header http.Header
	// Length is that of Body; -1: unknown.
	Length int64
	Body   Content
}

// Content is a reply's body.
type Content interface {
	// WriteTo writes the body; it is not called for HEAD.
	WriteTo(w http.ResponseWriter) error
	Close() error
}
