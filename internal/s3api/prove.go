package s3api

import (
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/sigv4"
)

// Prove finds out who signed. Only a body without a length, or a form that cannot be
// read, ends the request here.
func (c *Call) Prove() error {
	if refused := lengthTold(c); refused != nil {
		return refused
	}
	switch {
	case c.Op.form:
		return proveForm(c)
	case c.Op.unsigned, c.Address.Website:
		return nil
	}
	c.Presented, c.Unproved = sigv4.Parse(c.Request)
	switch {
	case c.Unproved != nil:
	case c.Presented == nil:
		c.Body, c.Unproved = sigv4.OpenBody(c.Request)
	default:
		c.Unproved = proveSigner(c)
	}
	return nil
}

// proveForm reads the fields of a POST form, which carry its signature.
func proveForm(c *Call) error {
	if refused := readForm(c); refused != nil {
		return refused
	}
	c.Presented, c.Unproved = sigv4.ParseForm(c.form.Fields)
	if c.Unproved != nil || c.Presented == nil {
		return nil
	}
	caller, unproved := c.Claimed()
	if unproved == nil {
		key := c.SigningKey(caller)
		_, unproved = c.Presented.Verify(c.Request, key)
		c.Diagnose(caller, key, unproved)
	}
	c.Unproved = unproved
	return nil
}

// readForm reads the fields of a form, which then stand for the headers of the request.
func readForm(c *Call) error {
	form, err := wire.ReadForm(c.Request.Header.Get("Content-Type"), c.Request.Body)
	if err != nil {
		return err
	}
	c.form, c.Key = form, form.Key()
	if len(c.Key) > wire.MaxKey {
		return wire.KeyTooLong(c.Key)
	}
	return form.SetTagging()
}

// proveSigner checks the signature after what S3 checks before it: the service, the
// key, the token.
func proveSigner(c *Call) error {
	if c.Presented.Scheme == sigv4.V4 && c.Presented.Service != "s3" {
		return c.Presented.WrongService("s3")
	}
	if c.Presented.Scheme == sigv4.V2 && !c.State().SigV2Allowed(endpointRegion(c)) {
		return c.Presented.Refuse(sigv4.V2NotSupported, "")
	}
	caller, unproved := c.Claimed()
	if unproved != nil {
		return unproved
	}
	key := c.SigningKey(caller)
	key.Resource = c.Address.resource()
	signed := c.Request
	if c.signedAs != nil {
		signed = c.signedAs
	}
	body, unproved := c.Presented.Verify(signed, key)
	c.Diagnose(caller, key, unproved)
	c.Body = body
	return unproved
}

// resource is SigV2's CanonicalizedResource without its sub-resources: the
// bucket of the host name in front of the path as it was sent.
func (a Address) resource() string {
	if a.Bucket == "" {
		return a.Path
	}
	return "/" + a.Bucket + a.Path
}
