package awsapi

import (
	"reflect"
	"strings"

	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/journal"
)

// Note completes the entry with what was asked for.
func (c *Call) Note(e *journal.Entry) {
	e.Service, e.Operation, e.Lacks = c.Service.Name, c.Name, c.lacks()
	e.AuthorizationID = c.AuthorizationID
	if c.Bearer != nil && e.Principal == "" {
		e.Principal = asker.BearerID(c.Principal, c.Bearer)
	}
	if e.Code == "" {
		e.Warnings = c.Warnings
	}
}

// lacks says why there is no such action, for the journal: the client reads what the
// service says of one that does not exist.
func (c *Call) lacks() string {
	switch {
	case c.Action != nil, c.malformed != nil: // of another version of the API
		return c.Lacking
	case c.early:
		return "AWS has no action " + c.Name + " of " + c.Service.Name + " yet on the day that this world answers as of"
	}
	return "s3fault has no action " + c.Name + " of " + c.Service.Name + "; AWS would have done it, if it has one"
}

// Happened is the answered request as CloudTrail sees it.
func (c *Call) Happened() *trail.Happened {
	if c.Action == nil || c.Unproved != nil || c.Presented == nil && c.Bearer == nil {
		return nil
	}
	h := &trail.Happened{
		Asker: c.Asker(), Service: c.Service.Name, Name: c.Action.Event, Management: true, ReadOnly: c.Action.ReadOnly,
		Region: c.Region(), Parameters: c.parameters(), About: c.about(), Response: c.response(),
	}
	if c.Action.veiled && c.Denied() != nil {
		h.Parameters, h.About = nil, nil
	}
	if len(h.About) > 0 {
		h.Owner = *h.About[0].AccountID // whose account has the event too
	}
	if c.Bearer != nil && c.Denied() != nil {
		h.Message = "An unknown error occurred" // as AWS records it (web-identity.md W9)
	}
	if h.Service == "s3control" {
		h.Service = "s3" // its events are told as S3's
	}
	return h
}

// about are the resources that the call's record names: KMS keys that it asked about, and
// what its row says.
func (c *Call) about() []trail.Resource {
	var all []trail.Resource
	for _, q := range c.Questions {
		if q.Key != nil && strings.HasPrefix(q.Resource, "arn:") {
			account := q.ResourceAccount
			all = append(all, trail.Resource{Type: trail.KeyType, ARN: q.Resource, AccountID: &account})
		}
	}
	if c.Action.about != nil && c.in != nil && c.malformed == nil {
		for _, r := range c.Action.about(c.in) {
			account := accountOf(r.ARN, "")
			r.AccountID = &account
			all = append(all, r)
		}
	}
	return all
}

// response is the call's answer as its record has it; nil: what only reads is not told
// there, unless it hands out credentials.
func (c *Call) response() map[string]any {
	if c.out == nil || c.ReadOnly && !c.Action.responds {
		return nil
	}
	if told := answered(reflect.ValueOf(c.out).Elem()); len(told) > 0 {
		return told
	}
	return nil
}
