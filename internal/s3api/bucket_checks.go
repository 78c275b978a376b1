package s3api

import "github.com/s3fault/s3fault/authz"

// own begins an operation that asks for its own permission, on its own resource.
func own(serve act) begin {
	return func(c *Call) (doing, []*authz.Request, error) {
		return serve, []*authz.Request{c.ownQuestion()}, nil
	}
}

// ownQuestion asks for the operation's own permission, on its own resource.
func (c *Call) ownQuestion() *authz.Request { return c.question(c.Op.action, c.Resource()) }
