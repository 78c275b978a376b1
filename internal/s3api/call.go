// Package s3api speaks S3's REST protocol: one table of operations, each with
// the questions it must be allowed (Checks) and what it then does (Serve).
package s3api

import (
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/sigv4"
)

// Address is what the host name and the front of the path said before S3's own
// protocol begins (interface.md "Endpoints").
type Address struct {
	Bucket string // from the host; empty: path style
	Region string // from the host; empty: the endpoint has no region in its name
	Path   string // escaped path, beginning with /, after /~NAME
	// Accelerated says that it is the endpoint of Transfer Acceleration.
	Accelerated bool
	// Website says that it is the bucket's website endpoint.
	Website bool
	// Point is the name of an access point of Account, from the host; empty: it names none.
	Point, Account string
	// Lacks is what the host is of that s3fault has not; empty: nothing.
	Lacks string
}

// Call is one S3 request on its way through the house, an exchange.Call.
type Call struct {
	exchange.Frame

	Op      *Operation // nil: the request could not be read
	Address Address
	Bucket  string
	Key     string
	Query   wire.Query
	// Body is the decoded request body, verified while it is read. It can be read
	// once: what is read of it is kept on the Call, for a second attempt.
	Body *sigv4.Body

	// doing is what the present attempt found.
	doing doing

	through
	records
	asked
	work
	site
}

// Reply is what the client reads.
type Reply = exchange.Reply
