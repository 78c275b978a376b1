package doors

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/fault"
)

// refusal is an error of a door. Without a code the service's own checks refuse, and with
// one the service behind it.
type refusal struct {
	Status        int
	Code, Message string
}

func (r *refusal) Error() string { return cmp.Or(r.Message, http.StatusText(r.Status)) }

// form is how a door refuses.
type form interface {
	// tell is the body of a refusal, and its type.
	tell(c *Call, r *refusal) (kind, body string)
	// untrusted refuses for a role that trusts somebody else.
	untrusted(c *Call) error
}

// Errors are the errors of which a fault rule need give the code alone: those of EKS Auth's
// AssumeRoleForPodIdentity, which the agent passes on (EKS Auth API Reference), and that of
// the instance metadata service (IAM User Guide, "Troubleshoot IAM and Amazon EC2").
func Errors() []fault.Told {
	return slices.Clone(told)
}

var told = []fault.Told{
	{Code: "AccessDeniedException", Status: 400, Message: podUntrusted},
	{Code: "ExpiredTokenException", Status: 400, Message: "The token included in the request is expired"},
	{Code: "InternalServerException", Status: 500, Message: "Internal server error"},
	{Code: "InvalidParameterException", Status: 400, Message: "Invalid parameter"},
	{Code: "InvalidRequestException", Status: 400, Message: "Invalid request"},
	{Code: "InvalidTokenException", Status: 400, Message: "The token included in the request is invalid"},
	{Code: "ResourceNotFoundException", Status: 404, Message: "No association found"},
	{Code: "ServiceUnavailableException", Status: 503, Message: "Service unavailable"},
	{Code: "ThrottlingException", Status: 429, Message: "Rate exceeded"},
	{Code: unauthorizedAccess, Status: http.StatusOK},
}

// podUntrusted is what a pod is told whose role does not trust EKS (eks-pod-identity-agent#139).
const podUntrusted = "Unauthorized Exception! EKS does not have permissions to assume the associated role."

// unauthorizedAccess is the code of a role that does not trust EC2.
const unauthorizedAccess = "AssumeRoleUnauthorizedAccess"

// Fail is what the client reads of an error.
func (c *Call) Fail(err error) *exchange.Reply {
	r := &refusal{Status: http.StatusInternalServerError}
	errors.As(err, &r)
	if ruled, ok := errors.AsType[*fault.Refusal](err); ok {
		r = c.ruled(ruled)
	}
	kind, body := c.operation.form.tell(c, r)
	reply := document(kind, body)
	reply.Status, reply.Code, reply.Message, reply.Cause = r.Status, r.Code, r.Message, cause.Of(err)
	if c.operation.form == asMetadata {
		reply.Header.Set("Server", metadataServer)
	}
	return reply
}

// ruled is a fault rule's error.
func (c *Call) ruled(by *fault.Refusal) *refusal {
	r := &refusal{Status: by.Status, Code: by.Code}
	if i := slices.IndexFunc(told, func(t fault.Told) bool { return t.Code == by.Code }); i >= 0 {
		r.Status, r.Message = cmp.Or(r.Status, told[i].Status), told[i].Message
	}
	if by.Message != nil {
		r.Message = *by.Message
	}
	r.Status = cmp.Or(r.Status, http.StatusInternalServerError)
	return r
}

type agent struct{}

// asAgent is the form of the EKS Pod Identity agent: a line of text.
var asAgent form = agent{}

func (agent) tell(c *Call, r *refusal) (kind, body string) {
	text := r.Error()
	if r.Code != "" {
		whose := "client"
		if r.Status >= http.StatusInternalServerError {
			whose = "server"
		}
		text = fmt.Sprintf("[%s]: (%s): %s, fault: %s", c.RequestID, r.Code, r.Message, whose)
	}
	return "text/plain; charset=utf-8", text + "\n"
}

func (agent) untrusted(*Call) error {
	return &refusal{Status: http.StatusBadRequest, Code: "AccessDeniedException", Message: podUntrusted}
}

type process struct{}

// asProcess is what `s3fault credentials` reads, as calls of the control plane are refused.
var asProcess form = process{}

func (process) tell(_ *Call, r *refusal) (kind, body string) {
	text := r.Error()
	if r.Code != "" {
		text = r.Code + ": " + r.Message
	}
	return "application/json", written(map[string]string{"error": text})
}

func (process) untrusted(*Call) error { return &refusal{Status: http.StatusForbidden} }

type metadataForm struct{}

// asMetadata is the form of the instance metadata service: a page, or the document with
// another code.
var asMetadata form = metadataForm{}

func (metadataForm) tell(c *Call, r *refusal) (kind, body string) {
	if r.Status == http.StatusOK {
		return plainText, indented(failedDocument{r.Code, cmp.Or(r.Message, c.cannotAssume()), c.told(c.Now)})
	}
	return "text/html", fmt.Sprintf(page, r.Status, http.StatusText(r.Status))
}

func (metadataForm) untrusted(c *Call) error {
	return &refusal{Status: http.StatusOK, Code: unauthorizedAccess, Message: c.cannotAssume()}
}

func (c *Call) cannotAssume() string {
	role := ""
	if caller := c.caller(); caller != nil {
		role = caller.Role
	}
	return "EC2 cannot assume the role " + role + ".  Please see documentation at " +
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc."
}

const page = `<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
	"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
 <head>
  <title>%[1]d - %[2]s</title>
 </head>
 <body>
  <h1>%[1]d - %[2]s</h1>
 </body>
</html>
`

func written(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // it is made of texts
	}
	return string(text)
}

// indented is a document as the instance metadata service writes it.
func indented(v any) string {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(err) // it is made of texts
	}
	return string(text)
}
