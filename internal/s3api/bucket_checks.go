package s3api

import (
	"github.com/s3fault/s3fault/authz"
)

// checksOwn asks for the operation's own permission, on its own resource.
func checksOwn(c *Call) ([]*authz.Request, error) {
	return []*authz.Request{c.question(c.Op.action, c.Resource())}, nil
}

// checksHeadBucket asks for s3:ListBucket, without the keys of a list
// (authorization.md 2).
func checksHeadBucket(c *Call) ([]*authz.Request, error) {
	return []*authz.Request{c.plainQuestion(c.Op.action, c.bucketARN())}, nil
}
