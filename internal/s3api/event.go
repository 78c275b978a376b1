package s3api

import (
	"strings"

	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/journal"
)

// Note completes the entry with what was asked for.
func (c *Call) Note(e *journal.Entry) {
	e.Bucket, e.Key = c.Bucket, c.Key
	if c.Op != nil {
		e.Operation = c.Op.Name
	}
	if e.Status == c.lack.status {
		e.Lacks = c.lack.text
	}
	if e.Code == "" { // otherwise nothing was done that there could be a warning about
		e.Warnings = c.Warnings
	}
}

// Happened is the answered request as CloudTrail sees it. Data events are for trails
// alone: where the world has none, nobody can have asked for one.
func (c *Call) Happened() *trail.Happened {
	if c.Op == nil || c.Unproved != nil {
		return nil
	}
	if c.Op.Data && len(c.State().Trails) == 0 {
		return nil
	}
	h := &trail.Happened{
		Asker: c.asker(), Service: "s3", Name: c.Op.Event(), Management: !c.Op.Data, Resource: c.Resource(),
		ReadOnly: c.ReadOnly, Region: endpointRegion(c),
		Parameters: parameters(c),
	}
	if b := c.State().Bucket(c.Bucket); b != nil {
		h.Owner, h.Region = b.Owner, b.Region
	}
	if d := c.Denied(); d != nil {
		h.Message = recorded(c, d)
	}
	return h
}

// parameters are what a record says of the request: the names in it, and its query.
func parameters(c *Call) map[string]any {
	all := map[string]any{"Host": c.Request.Host}
	if c.Bucket != "" {
		all["bucketName"] = c.Bucket
	}
	if c.Key != "" {
		all["key"] = c.Key
	}
	for p := range c.Query.All() {
		if !strings.HasPrefix(p.Name, "X-Amz-") && p.Name != "Signature" {
			all[p.Name] = p.Value
		}
	}
	for _, name := range []string{"x-amz-acl", "x-amz-copy-source", "x-amz-server-side-encryption"} {
		if v := c.Request.Header.Get(name); v != "" {
			all[name] = v
		}
	}
	return all
}
