// Package awsapi is the frame of AWS's control APIs, the ones that a person types
// when S3 says no: how a request for one is told from S3's, read and answered in
// the service's own protocol. What a service does is in a package of its own
// below this one: a table of actions, each with the questions that it must be
// allowed (checks) and what it then does (serve), as in s3api.
package awsapi

import (
	"cmp"
	"crypto/rand"
	"reflect"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi/form"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/internal/world"
)

// Service is one AWS API.
type Service struct {
	Name string // "iam"
	// Prefix is what stands in the credential scope and in front of the permissions;
	// empty: the name.
	Prefix  string
	Version string // of a query API: "2010-05-08"
	// Namespace is that of the XML answers.
	Namespace string
	// Paths are the beginnings of a REST API's, its own actions' and those that are not
	// here: all others are S3's.
	Paths []string
	// Target is what stands before the action in X-Amz-Target, with its dot.
	Target   string
	Protocol Protocol
	// MessageName is what a JSON API's exceptions call their message; empty: "message".
	MessageName string
	// Missing refuses a call without a parameter that it must have; nil: in the words
	// of the protocol.
	Missing func(parameter string) error
	// Malformed refuses parameters that break constraints of the service's model, in words
	// of its own; nil of the function or the refusal: see Service.malformed.
	Malformed func(c *Call, broken []form.Broken) *Error
	// TellsAll says that a refusal of what is about no resource tells "on resource: *".
	TellsAll bool
	// Unexplained is what a refusal about the resource says to whom the service does not
	// tell the reason; nil: it tells it. Without the function, the service tells everybody
	// whom it can name.
	Unexplained func(c *Call, resource string) error
	// Traced are the actions whose refusals have an authorization ID, of which
	// GetRequestAuthorizationDetails tells why.
	Traced  map[string]bool
	Actions []*Action
	// Unsigned are actions that AWS takes without a signature and s3fault does not have.
	Unsigned []string
	// Faults are errors of the service's own that fault rules can tell by their code.
	Faults []fault.Told
}

// scope is the service in the credential scope of its requests, and in front of its
// permissions.
func (s *Service) scope() string { return cmp.Or(s.Prefix, s.Name) }

// NewRequestID is an id for a request to the service: a UUID; empty: the service has
// S3's, as S3 Control does (control-apis.md R1).
func (s *Service) NewRequestID() string {
	if s.Protocol == RESTXML {
		return ""
	}
	var b [16]byte
	rand.Read(b[:])
	return world.UUID(b)
}

// Action is one call of a service, a row of its table.
type Action struct {
	Name string // as AWS names it: "CreateUser"
	// Event is what CloudTrail calls it.
	Event string
	// ReadOnly is CloudTrail's readOnly: the call changes nothing.
	ReadOnly bool
	// Permission is what the call asks for first, without the service: the name,
	// unless they differ.
	Permission string
	// Method and Path are those of a REST API; a segment of the path in braces is a
	// parameter: "/authorization-details/{authorizationId}", "/tags/{ResourceArn+}".
	Method, Path string

	about    func(in any) []trail.Resource
	responds bool              // records have its answer, though it only reads
	veiled   bool              // a record of its refusal has no parameters
	unsigned bool              // who calls proves itself otherwise
	since    *world.Difference // nil: it was always there
	status   int               // of its answer, in a REST API; 0: 200
	input    func() any
	output   reflect.Type
	checks   func(*Call, any) ([]*authz.Request, error)
	serve    func(*Call, any) (any, error)
	told     func(in any, resource string) string
}

// NewAction is a row. In is the struct that the parameters are read into: a field
// has its parameter's name, or that of its tag `aws:"Name"`; one with
// `aws:",required"` must be there. checks puts the questions, none where the call
// needs no permission; serve acts once all are allowed. Out is marshalled in the
// service's protocol: Nothing is an empty answer.
func NewAction[In, Out any](name string, checks func(*Call, *In) ([]*authz.Request, error), serve func(*Call, *In) (*Out, error)) *Action {
	return &Action{
		Name: name, Event: name, Permission: name,
		input:  func() any { return new(In) },
		output: reflect.TypeFor[Out](),
		checks: func(c *Call, in any) ([]*authz.Request, error) { return checks(c, in.(*In)) },
		serve: func(c *Call, in any) (any, error) {
			out, err := serve(c, in.(*In))
			if err != nil {
				return nil, err
			}
			return out, nil
		},
	}
}

// Logged gives the action another name in CloudTrail.
func (a *Action) Logged(event string) *Action {
	a.Event = event
	return a
}

// Reads marks a row as one that changes nothing.
func (a *Action) Reads() *Action {
	a.ReadOnly = true
	return a
}

// Asks gives a row another permission than its name.
func (a *Action) Asks(permission string) *Action {
	a.Permission = permission
	return a
}

// At gives a row of a REST API its method and path.
func (a *Action) At(method, path string) *Action {
	a.Method, a.Path = method, path
	return a
}

// Answers gives a row of a REST API another status than 200.
func (a *Action) Answers(status int) *Action {
	a.status = status
	return a
}

// Since gives a row the day from which on AWS has the action.
func (a *Action) Since(d world.Difference) *Action {
	a.since = &d
	return a
}

// Unsigned marks a row as one that needs no signature, and looks at none: its checks say
// who calls (Call.Bear).
func (a *Action) Unsigned() *Action {
	a.unsigned = true
	return a
}

// About gives a row the resources that its records name.
func (a *Action) About(resources func(in any) []trail.Resource) *Action {
	a.about = resources
	return a
}

// Responds says of a row that only reads that its records have the answer all the same.
func (a *Action) Responds() *Action {
	a.responds = true
	return a
}

// Veiled says of a row that records of its refusals have no parameters.
func (a *Action) Veiled() *Action {
	a.veiled = true
	return a
}

// Told gives a row the form in which its refusals name the resource of a question,
// given the call's parameters; without one they tell the ARN.
func (a *Action) Told(form func(in any, resource string) string) *Action {
	a.told = form
	return a
}

// Input is the type of the struct that the parameters are read into, for tests that
// hold it against the SDK's.
func (a *Action) Input() reflect.Type { return reflect.TypeOf(a.input()).Elem() }

// Output is the type of the answer, for the same tests.
func (a *Action) Output() reflect.Type { return a.output }

// Nothing is the answer of a call that tells nothing.
type Nothing struct{}

// action is the row of that name; nil: the service, or s3fault, has none.
func (s *Service) action(name string) *Action {
	for _, a := range s.Actions {
		if a.Name == name {
			return a
		}
	}
	return nil
}
