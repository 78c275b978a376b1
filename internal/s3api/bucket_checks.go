package s3api

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
)

// checksOwn asks for the operation's own permission, on its own resource.
func checksOwn(c *Call) ([]*authz.Request, *s3err.Error) {
	return []*authz.Request{c.question(c.Op.action, c.Resource())}, nil
}

// checksHeadBucket asks for s3:ListBucket, without the keys of a list
// (authorization.md 2).
func checksHeadBucket(c *Call) ([]*authz.Request, *s3err.Error) {
	return []*authz.Request{c.plainQuestion(c.Op.action, c.bucketARN())}, nil
}
