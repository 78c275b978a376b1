package s3api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/s3api/wire"
)

// ForRules is what fault rules know of the operation.
func (o *Operation) ForRules() fault.Operation {
	method, copies := o.match.method, o.match.header == wire.CopySourceHeader
	begins := o.creation == prepares && !o.streams // an upload, from nothing but headers
	sends := method == http.MethodPut || method == http.MethodPost
	return fault.Operation{
		Name: o.Name, Class: o.class(),
		RequestBody:  sends && !copies && !begins,
		ResponseBody: method == http.MethodGet || method == http.MethodPost || copies,
	}
}

// class is the classes that the operation is in, of which an operation without a method
// of its own for it is told by its row.
func (o *Operation) class() fault.Class {
	c := fault.Writes
	switch o.match.method {
	case http.MethodGet, http.MethodOptions:
		c = fault.Reads
	case http.MethodHead:
		c = fault.Reads | fault.Heads
	}
	if strings.HasPrefix(o.Name, "List") {
		c |= fault.Lists
	}
	if o.match.method == http.MethodDelete || o.removes {
		c |= fault.Deletes
	}
	return c
}

// ForRules is what fault rules look at of the call.
func (c *Call) ForRules() fault.Request {
	r := fault.Request{Bucket: c.Bucket, Key: c.Key}
	if c.Op != nil {
		r.Operation = c.Op.ForRules()
	}
	if v, ok := c.Query.Lookup("uploadId"); ok {
		r.Upload = v
	}
	if v, ok := c.Query.Lookup("partNumber"); ok {
		r.Part, _ = strconv.Atoi(v)
	}
	return r
}
