package s3api

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
)

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
