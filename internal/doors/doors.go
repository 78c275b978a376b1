// Package doors is the endpoints at which containers, instances and programs get the keys
// of their role: that of ECS and EKS Pod Identity, the instance metadata service of EC2,
// and one for credential_process. What they hand out are sessions of the world's callers
// that say `from`.
package doors

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
)

// Service is the name under which the journal and fault rules have what is asked here.
const Service = fault.Credentials

// prefix is what the paths of the first two doors begin with, behind /~NAME: no bucket's
// name begins so. The instance metadata service has EC2's own paths.
const prefix = "/_credentials/"

// ContainerPath is where a program gets the keys of a caller with from: container,
// ProcessPath where `s3fault credentials` gets those of one with from: process.
func ContainerPath(caller string) string { return prefix + "container/" + url.PathEscape(caller) }

// ProcessPath is ContainerPath for from: process.
func ProcessPath(caller string) string { return prefix + "process/" + url.PathEscape(caller) }

// operation is one that can be asked for.
type operation struct {
	name  string
	class fault.Class
	form  form
	from  world.Door // whose sessions it hands out
	// checks refuses a request for what it is; nil: nothing does.
	checks func(*Call) error
	// asks says whether the role has to trust who hands out its sessions.
	asks  func(*Call) bool
	serve func(*Call) (*exchange.Reply, error)
}

var (
	containerCredentials = &operation{
		name: "ContainerCredentials", form: asAgent, from: world.FromContainer,
		checks: (*Call).checkToken, asks: always, serve: (*Call).container,
	}
	processCredentials = &operation{
		name: "ProcessCredentials", form: asProcess, from: world.FromProcess,
		checks: (*Call).checkToken, asks: never, serve: (*Call).process,
	}
	metadataToken = &operation{
		name: "MetadataToken", class: fault.Reads, form: asMetadata, from: world.FromInstance,
		checks: (*Call).checkSessionRequest, asks: never, serve: (*Call).sessionToken,
	}
	instanceCredentials = &operation{
		name: "InstanceCredentials", form: asMetadata, from: world.FromInstance,
		checks: (*Call).checkMetadata, asks: (*Call).isDocument, serve: (*Call).metadata,
	}
	instanceMetadata = &operation{
		name: "InstanceMetadata", class: fault.Reads, form: asMetadata, from: world.FromInstance,
		checks: (*Call).checkMetadata, asks: never, serve: (*Call).metadata,
	}
	// noDoor answers for a kind of door that there is not. Rules cannot name it.
	noDoor = &operation{form: asAgent, checks: (*Call).checkKind, asks: never}

	operations = []*operation{
		containerCredentials, processCredentials, metadataToken, instanceCredentials, instanceMetadata,
	}
)

func always(*Call) bool { return true }
func never(*Call) bool  { return false }

// Operations are what fault rules know of them.
func Operations() []fault.Operation {
	all := make([]fault.Operation, len(operations))
	for i, o := range operations {
		all[i] = o.forRules()
	}
	return all
}

func (o *operation) forRules() fault.Operation {
	return fault.Operation{Service: Service, Name: o.name, Class: o.class, ResponseBody: true}
}

// Call is one request to a door, an exchange.Call.
type Call struct {
	exchange.Frame
	operation *operation
	path      string // after /~NAME, with no escapes
}

// Read is the request's call; nil: it is for no door. path is escaped, after /~NAME.
func Read(f exchange.Frame, path string) *Call {
	plain, err := url.PathUnescape(path)
	if err != nil {
		return nil
	}
	door, caller := doorAt(f.Request, f.State(), plain)
	if door == nil {
		return nil // and nothing was allocated for it: most requests are S3's
	}
	c := &Call{Frame: f, operation: door, path: plain}
	c.For = caller
	return c
}

// doorAt is what is asked for at a path, and the name of the caller whom it is for; nil: no
// door is there.
func doorAt(r *http.Request, s *world.State, path string) (*operation, string) {
	if rest, mine := strings.CutPrefix(path, prefix); mine {
		kind, name, _ := strings.Cut(rest, "/")
		switch world.Door(kind) {
		case world.FromContainer:
			return containerCredentials, name
		case world.FromProcess:
			return processCredentials, name
		}
		return noDoor, ""
	}
	if !isMetadata(r, s, path) {
		return nil, ""
	}
	if caller := world.OnInstance(s); caller != nil {
		return metadataOperation(r, path), caller.Name
	}
	return metadataOperation(r, path), ""
}

// caller is the one whose session is asked for; nil: there is none.
func (c *Call) caller() *world.Caller {
	if caller := c.InForce().Callers[c.For]; caller != nil && caller.From == c.operation.from && !caller.Minted {
		return caller
	}
	return nil
}

// Prove has nothing to prove: nobody signs here.
func (c *Call) Prove() error { return nil }

// Checks hold the request against what the door wants, and ask whether the role lets the
// door's service have its sessions.
func (c *Call) Checks() ([]*authz.Request, error) {
	if err := c.operation.checks(c); err != nil {
		return nil, err
	}
	if !c.operation.asks(c) {
		return nil, nil
	}
	return c.trusted(), nil
}

// Refused is the answer where the role trusts somebody else.
func (c *Call) Refused() error {
	if c.Denied() == nil {
		return nil
	}
	return c.operation.form.untrusted(c)
}

// ForRules is what fault rules look at. The path stands as the key.
func (c *Call) ForRules() fault.Request {
	return fault.Request{Operation: c.operation.forRules(), Key: strings.TrimPrefix(c.path, "/")}
}

// Serve answers.
func (c *Call) Serve() (*exchange.Reply, error) { return c.operation.serve(c) }

// Note completes the entry.
func (c *Call) Note(e *journal.Entry) { e.Service, e.Operation = Service, c.operation.name }

// Happened is nothing: CloudTrail does not see these endpoints.
func (c *Call) Happened() *trail.Happened { return nil }

// Close has nothing to free.
func (c *Call) Close() {}

// Settle lets go of the world.
func (c *Call) Settle() int {
	c.Frame.Settle()
	return 0
}

// Again is the call at another moment.
func (c *Call) Again(m *store.Moment, _ journal.Remake) exchange.Call {
	k := *c
	k.Moment = m
	return &k
}

// document is a reply of a text.
func document(kind string, body string) *exchange.Reply {
	return &exchange.Reply{
		Header: http.Header{"Content-Type": {kind}}, Length: int64(len(body)), Body: exchange.Text([]byte(body)),
	}
}
