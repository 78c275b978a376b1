package awsapi

import (
	"github.com/s3fault/s3fault/internal/authdetails"
	"github.com/s3fault/s3fault/internal/world"
)

// traced gives the refusal of a call an authorization ID, if AWS does, and returns the
// sentence in which it tells it (IAM User Guide, "Troubleshoot access denied error
// messages with authorization ID"). Only who is named in a refusal is told one: not an
// anonymous requester, nor a service.
func (c *Call) traced() string {
	if !c.Service.Traced[c.Name] || !c.State().Answers.Has(world.AuthorizationIDs) {
		return ""
	}
	id := authdetails.NewID(c.RequestID)
	c.AuthorizationID = id
	return ". Go to https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/authorization-details/" + id +
		" for complete details, or call the GetRequestAuthorizationDetails API with the following authorization id: " + id
}

// keepDetails keeps what was evaluated for the call, if its refusal has an
// authorization ID.
func (c *Call) keepDetails() {
	if c.AuthorizationID != "" {
		c.Details.Keep(authdetails.Of(c.AuthorizationID, c.Region(), c.Asker(), c.Questions, c.Decisions))
	}
}
