package awsapi

import (
	"net/http"

	"github.com/s3fault/s3fault/internal/exchange"
)

// Protocol is how a service is spoken to.
type Protocol interface {
	// speaks says whether a request, by its method, path and headers, can be one of
	// the service's.
	speaks(s *Service, r *http.Request, path string) bool
	// unsigned says whether a request without a signature is one.
	unsigned(s *Service, r *http.Request) bool
	// name is the action that the call asks for.
	name(c *Call) string
	// read fills in the parameters.
	read(c *Call, in any) error
	// given are the parameters as the client gave them, in the form of JSON, for who looks
	// at them by the service's model.
	given(c *Call) map[string]any
	// answer and failure are what the client reads.
	answer(c *Call, out any) *exchange.Reply
	failure(c *Call, e *Error) *exchange.Reply
	words() *words
}

// The protocols (smithy.io names them aws.protocols#awsQuery, ec2Query, awsJson1_1,
// restJson1 and restXml).
var (
	Query    Protocol = query{}
	EC2Query Protocol = ec2Query{}
	JSON     Protocol = jsonRPC{}
	RESTJSON Protocol = restJSON{}
	RESTXML  Protocol = restXML{}
)

// newReply is a reply with that body and the call's id under the name that the
// protocol has for it.
func newReply(c *Call, status int, contentType, id string, body []byte) *exchange.Reply {
	return &exchange.Reply{
		Status: status, Header: http.Header{"Content-Type": {contentType}, http.CanonicalHeaderKey(id): {c.RequestID}},
		Length: int64(len(body)), Body: exchange.Text(body),
	}
}

// amznID is the header in which most protocols tell the request's id.
const amznID = "x-amzn-RequestId"

// phrase is a refusal that all services of a protocol word alike.
type phrase struct {
	code    string
	status  int
	message string
}

func (p phrase) error() *Error { return &Error{Code: p.code, Status: p.status, Message: p.message} }

// words are a protocol's refusals of requests that no service has seen yet.
type words struct {
	noToken      phrase // nobody signed
	incomplete   phrase // the signature cannot be read
	unknownKey   phrase
	expiredToken phrase
	signature    phrase   // it does not match
	skewed       phrase   // it was made at another time; the message is worked out
	denied       phrase   // the message is worked out
	tired        []phrase // what its services say of themselves
	// invalid is the code for a parameter that breaks a constraint.
	invalid string
	// missing refuses a request without a required parameter; nil: as Call.Invalid.
	missing func(parameter string) error
	// unknown refuses an action that there is not.
	unknown func(c *Call) error
	// version refuses a version of the API that the service does not have; nil: requests name none.
	version func(c *Call) error
	// malformed is the code for a value that cannot be read.
	malformed string
}
