package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
)

// Checks puts the questions of the call, at least one, with what is already
// known against it: that its signer is not proved, or that it went to the wrong
// region.
func (c *Call) Checks() ([]*authz.Request, *s3err.Error) {
	if err := c.streamingAllowed(); err != nil {
		return nil, err
	}
	questions, err := c.Op.checks(c)
	if err != nil {
		return nil, err
	}
	unproved, region := c.unprovedRefusal(), c.regionRefusal()
	for _, q := range questions {
		q.Authentication, q.Region = unproved, region
	}
	return questions, nil
}

// Serve does what the operation is for. Call it when every question was answered
// with yes; DeleteObjects, which answers key by key, in any case.
func (c *Call) Serve() (*Reply, *s3err.Error) {
	if c.Op.action == "s3:PutObject" {
		if err := c.aclKept(); err != nil {
			return nil, err
		}
	}
	reply, err := c.Op.serve(c)
	if err != nil {
		return nil, c.withRegion(err)
	}
	return reply, nil
}

// Refused is the answer to a call that a layer refuses; nil: none does. An
// operation that answers key by key is refused as a whole only for what has
// nothing to do with its keys.
func (c *Call) Refused() *s3err.Error {
	for i := range c.Decisions {
		d := &c.Decisions[i]
		if d.Denied() && !(c.Op.perKey() && concernsKey(d.Cause)) {
			return c.Refusal(*d)
		}
	}
	return nil
}

// perKey says that the operation answers key by key inside a 200.
func (o *Operation) perKey() bool { return o.Name == "DeleteObjects" }

func concernsKey(l authz.Layer) bool {
	return l != authz.Authentication && l != authz.Region
}

// streamingAllowed refuses aws-chunked framing for what is no upload (row A33).
func (c *Call) streamingAllowed() *s3err.Error {
	if c.Presented == nil || !c.Presented.Payload.Chunked() || c.Op.uploads() {
		return nil
	}
	return s3err.New(s3err.InvalidRequest).WithMessage("The value of x-amz-content-sha256 header is invalid.")
}

func (o *Operation) uploads() bool { return o.Name == "PutObject" || o.Name == "UploadPart" }

// checksOwn asks for the operation's own permission, on its own resource.
func checksOwn(c *Call) ([]*authz.Request, *s3err.Error) {
	return []*authz.Request{c.question(c.Op.action, c.resource())}, nil
}

// checksAccount is checksOwn for an operation about the caller's account.
func checksAccount(c *Call) ([]*authz.Request, *s3err.Error) { return checksOwn(c) }

// checksBucket is checksOwn for an operation about the bucket.
func checksBucket(c *Call) ([]*authz.Request, *s3err.Error) { return checksOwn(c) }

// checksHeadBucket asks for s3:ListBucket, without the keys of a list
// (authorization.md 2).
func checksHeadBucket(c *Call) ([]*authz.Request, *s3err.Error) {
	return []*authz.Request{c.plainQuestion(c.Op.action, c.bucketARN())}, nil
}

// done is the reply of an operation that has nothing to say but that it is done.
func done(status int) *Reply { return &Reply{Status: status, Header: http.Header{}} }
