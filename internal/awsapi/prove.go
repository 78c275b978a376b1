package awsapi

import (
	"io"
	"slices"

	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
	"github.com/s3fault/s3fault/sigv4"
)

// Prove finds out who signed; the signature covers the body, which was read whole. Of an
// unsigned action's nobody asks.
func (c *Call) Prove() error {
	if c.unsigned() {
		return nil
	}
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

func (c *Call) unsigned() bool {
	if c.Action == nil {
		return slices.Contains(c.Service.Unsigned, c.Name)
	}
	return c.Action.unsigned
}

// Bear says who makes the call with a token of an identity provider of the account.
func (c *Call) Bear(account string, who *world.WebIdentity) {
	c.Bearer = who
	c.Principal = &policy.Principal{
		Kind: policy.WebIdentity, Account: account, Provider: world.OIDCProviderARN(account, who.Provider),
	}
}
