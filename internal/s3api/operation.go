package s3api

import (
	"cmp"
	"slices"

	"github.com/s3fault/s3fault/authz"
)

// Operation is one row of the table: all that an operation stands by name for.
type Operation struct {
	Name string // as AWS names it: "GetObject"
	// Data says that it is a data event to CloudTrail, and not a management event.
	Data bool
	// action is the permission that it asks for first, "s3:GetObject".
	action string
	// match says how a request for it looks.
	match match
	begin begin
	columns
}

// begin puts the questions that a call must be allowed, at least one, and returns what
// it found on the way, for serve to act on: it lives as long as the attempt. It may read
// a bounded body. An error means that the questions cannot be put.
type begin func(*Call) (doing, []*authz.Request, error)

// doing is one attempt at an operation, whose questions are put.
type doing interface {
	// serve does what the operation does, once it is allowed.
	serve(*Call) (*Reply, error)
}

// formed is a doing that comes as a form, whose policy may not allow it.
type formed interface{ formRefused() error }

// byKey is a doing that answers key by key: a no to one question may be an entry of the
// reply, and not the reply.
type byKey interface{ answersByKey() bool }

// act is a doing that needs nothing but the call.
type act func(*Call) (*Reply, error)

func (f act) serve(c *Call) (*Reply, error) { return f(c) }

// own begins an operation that asks for its own permission, on its own resource.
func own(serve act) begin {
	return func(c *Call) (doing, []*authz.Request, error) {
		return serve, []*authz.Request{c.ownQuestion()}, nil
	}
}

// columns are what is true of few operations.
type columns struct {
	event    string // its name in CloudTrail, where it is another
	anywhere bool   // where its bucket is does not matter, or is the question
	makes    bool   // its bucket need not be there
	locates  bool   // every answer tells where the bucket is, also a refusal
	unsigned bool   // nobody signs it: what looks like a signature is none
	form     bool   // it comes as a form, whose fields stand for headers
	streams  bool   // its body is bytes for the store, and may be in aws-chunked framing
	lists    bool   // it returns keys, a page at a time
	creation making
	removes  bool // it deletes a key, which may put a delete marker on top of it
	sums     bool // its checksum headers are about the object, not about its body
	asSent   bool // a wrong Content-MD5 is told as it was sent, not in hex
	// blockedAs is the action that S3 names where a setting of the bucket, not a policy,
	// keeps the write out; empty: the one that was asked for.
	blockedAs string
}

// making is what an operation that asks for s3:PutObject does to its object.
type making int

const (
	createsNot making = iota
	prepares          // an object that another operation makes
	creates
)

// data is the row of an operation that is a data event: its name, the permission that
// it asks for, what its request looks like, and what it does.
func data(name, action string, m match, b begin) *Operation {
	o := management(name, action, m, b)
	o.Data = true
	return o
}

// management is the row of an operation that is a management event.
func management(name, action string, m match, b begin) *Operation {
	return &Operation{Name: name, action: "s3:" + action, match: m, begin: b}
}

// as fills in the columns of a row.
func (o *Operation) as(c columns) *Operation {
	o.columns = c
	return o
}

// Event is what CloudTrail calls the operation.
func (o *Operation) Event() string { return cmp.Or(o.event, o.Name) }

// Operations is the table: every operation that a request can be recognised as,
// those included that are answered NotImplemented once they are allowed.
func Operations() []*Operation { return slices.Clone(table) }

// Implemented says whether the operation does what it says.
func (o *Operation) Implemented() bool { return slices.Contains(served, o) }

// Action is the permission that the operation asks for first.
func (o *Operation) Action() string { return o.action }

// blocked is the action that S3 names where a setting of the bucket, not a
// policy, keeps a write out that asked for the given one (recorded).
func (o *Operation) blocked(action string) string { return cmp.Or(o.blockedAs, action) }

// puts says that the operation itself puts something on top of a key.
func (o *Operation) puts() bool { return o.creation == creates || o.removes }
