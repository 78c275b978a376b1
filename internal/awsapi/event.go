package awsapi

import (
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/journal"
	"github.com/s3fault/s3fault/internal/trail"
)

// Note writes down what was asked for, and what became of it.
func (c *Call) Note(e *journal.Entry, reply *exchange.Reply) {
	e.Service, e.Operation, e.Lacks = c.Service.Name, c.Name, c.lacks()
	e.AuthorizationID = c.AuthorizationID
	if !reply.Refusal() {
		e.Warnings = c.Warnings
	}
}

// lacks says why there is no such action, for the journal: the client reads what the
// service says of one that does not exist.
func (c *Call) lacks() string {
	switch {
	case c.Action != nil:
		return ""
	case c.early:
		return "AWS has no action " + c.Name + " of " + c.Service.Name + " yet on the day that this world answers as of"
	}
	return "s3fault has no action " + c.Name + " of " + c.Service.Name
}

// Happened is the answered request as CloudTrail sees it.
func (c *Call) Happened(reply *exchange.Reply) *trail.Happened {
	if c.Action == nil || c.Unproved != nil || c.Presented == nil {
		return nil
	}
	h := &trail.Happened{
		Asker: c.Asker(), Service: c.Service.Name, Name: c.Action.Event, Management: true, ReadOnly: c.Action.ReadOnly,
		Region: c.Region(), Parameters: c.parameters(), Code: reply.Code, Message: reply.Message,
	}
	if h.Service == "s3control" {
		h.Service = "s3" // its events are told as S3's
	}
	return h
}
