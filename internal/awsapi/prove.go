package awsapi

import (
	"io"

	"github.com/s3fault/s3fault/sigv4"
)

// Prove finds out who signed; the signature covers the body, which was read whole.
func (c *Call) Prove() error {
	c.Presented, c.Unproved = sigv4.Parse(c.Request)
	if c.Unproved == nil && c.Presented != nil {
		c.Unproved = c.verify()
	}
	return nil
}

func (c *Call) verify() error {
	caller, unproved := c.Claimed()
	if unproved != nil {
		return unproved
	}
	if scope := c.Service.scope(); c.Presented.Service != "" && c.Presented.Service != scope {
		return c.Presented.WrongService(scope)
	}
	key := c.SigningKey(caller)
	key.PayloadHash = sigv4.HashPayload(c.Body)
	body, unproved := c.Presented.Verify(c.Request, key)
	if unproved == nil {
		_, unproved = io.Copy(io.Discard, body)
	}
	c.Diagnose(caller, key, unproved)
	return unproved
}
