package s3api

import (
	"maps"
	"net/http"
	"strings"

	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/journal"
)

// Settle lets go of the connection, the world and the bytes of the body. What Checks
// read of the body stays.
func (c *Call) Settle() int {
	c.Frame.Settle()
	c.Body, c.upload, c.digested = nil, nil, nil
	if c.form != nil {
		c.form = &wire.Form{Fields: c.form.Fields, Header: c.form.Header}
	}
	c.renew(nil)
	return len(c.document.text) + c.form.Bytes()
}

// Again is a settled call whose questions are put to another moment, with other
// parameters where how says so. It acts on nothing.
func (c *Call) Again(m *store.Moment, how journal.Remake) exchange.Call {
	k := *c
	k.Query = c.Query.With(how.Query)
	k.hoisted, k.hoistedOf = nil, nil
	if k.form != nil {
		k.form = k.form.With(how.Headers)
	}
	if how.Bucket != "" && k.Bucket != "" {
		k.Bucket, k.through = how.Bucket, through{}
	}
	if how.Key != "" && k.Key != "" {
		k.Key = how.Key
	}
	if how.Region != "" && k.Address.Region != "" {
		k.Address.Region = how.Region
	}
	if how.Body != "" {
		k.document = document{read: true, text: []byte(how.Body)}
		k.Request = unclaimed(k.Request)
	}
	k.Document = k.document.text
	k.renew(m)
	return &k
}

// unclaimed is a request that says nothing of its body.
func unclaimed(r *http.Request) *http.Request {
	k := *r
	k.Header = maps.Clone(r.Header)
	maps.DeleteFunc(k.Header, func(name string, _ []string) bool {
		return name == "Content-Md5" || strings.HasPrefix(name, "X-Amz-Checksum-") || name == "X-Amz-Sdk-Checksum-Algorithm"
	})
	return &k
}

// renew gives the call another moment, and forgets what it found in the one
// before.
func (c *Call) renew(m *store.Moment) {
	c.Moment, c.contexts, c.wrongRegion, c.doing = m, contexts{}, nil, nil
}
