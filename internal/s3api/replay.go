package s3api

import (
	"context"
	"net/http"

	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/store"
)

// Kept is the call as it can be kept once it is answered: nothing of the
// connection, of the world or of the body's bytes hangs on it. What Checks read of
// the body stays.
func (c *Call) Kept() exchange.Call {
	k := *c
	r := c.Request.WithContext(context.Background())
	r.Body = http.NoBody
	k.Frame = c.Recorded(r)
	k.Body, k.doing, k.upload, k.digested = nil, nil, nil, nil
	if c.form != nil {
		k.form = &wire.Form{Fields: c.form.Fields, Header: c.form.Header}
	}
	k.renew(nil)
	return &k
}

// Again is a kept call whose questions are put to another moment: who the caller
// is there is for Recognise to say. It acts on nothing.
func (c *Call) Again(m *store.Moment) exchange.Call {
	k := *c
	k.renew(m)
	return &k
}

// renew gives the call another moment, and forgets what it found in the one
// before.
func (c *Call) renew(m *store.Moment) {
	c.Moment, c.contexts, c.wrongRegion = m, contexts{}, nil
	c.begin()
}
