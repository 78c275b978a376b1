package doors

import (
	"crypto/subtle"
	"net/http"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/minting"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// checkToken holds a request for keys against the caller whose they are and its token, in
// the order of the EKS Pod Identity agent.
func (c *Call) checkToken() error {
	sent, caller := c.Request.Header.Get("Authorization"), c.caller()
	switch {
	case c.Request.Method != http.MethodGet:
		return &refusal{Status: http.StatusMethodNotAllowed}
	case sent == "":
		return cause.Say(&refusal{Status: http.StatusBadRequest, Message: "Service account token cannot be empty"},
			"the request has no Authorization header: AWS_CONTAINER_AUTHORIZATION_TOKEN or "+
				"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE says what is in it")
	case caller == nil:
		return cause.Say(c.invalidToken(), "no caller %q of this world says from: %s%s", c.For, c.operation.from, c.near())
	case subtle.ConstantTimeCompare([]byte(sent), []byte(caller.Token)) != 1:
		return cause.Say(c.invalidToken(), "the Authorization header is not the authorization_token of %s", c.For)
	}
	return nil
}

func (c *Call) invalidToken() error {
	return &refusal{Status: http.StatusBadRequest, Code: "InvalidTokenException",
		Message: "The token included in the request is invalid"}
}

// near is a hint at the caller that was probably meant.
func (c *Call) near() string {
	var names []string
	for name, caller := range c.State().Callers {
		if caller.From == c.operation.from && !caller.Minted {
			names = append(names, name)
		}
	}
	if name := nearest.Name(c.For, names); name != "" {
		return " (did you mean " + name + "?)"
	}
	return ""
}

// Who assumes a role at its door (IAM User Guide, service principals).
var assumers = map[world.Door][]string{
	world.FromContainer: {"pods.eks.amazonaws.com", "ecs-tasks.amazonaws.com"},
	world.FromInstance:  {"ec2.amazonaws.com"},
}

// trusted asks whether the caller's role, where it says whom it trusts, trusts a service
// of the door.
func (c *Call) trusted() []*authz.Request {
	caller := c.caller()
	role := c.InForce().RoleOf(caller)
	if role == nil || role.Trust == nil {
		return nil
	}
	var first *authz.Request
	for _, service := range assumers[c.operation.from] {
		q := c.assumes(service, role, caller.Account)
		if all := []*authz.Request{q}; !exchange.Decide(all)[0].Denied() {
			return all
		}
		if first == nil {
			first = q
		}
	}
	return []*authz.Request{first}
}

// assumes asks whether a service may assume a role.
func (c *Call) assumes(service string, role *world.Role, account string) *authz.Request {
	a := &asker.Asker{
		State: c.InForce(), Now: c.Now, Principal: &policy.Principal{Kind: policy.Service, Service: service},
		SourceIP: c.SourceIP, Secure: true, Region: c.State().Region,
	}
	q := a.Question("sts:AssumeRole", role.ARN, authz.Target{ResourceAccount: account, Trust: role.Trust})
	q.Context = a.Keys()
	a.SetOwner(q.Context, account)
	return q
}

// hand is the session that the caller is handed out: the one in hand, unless anew is
// wanted, or else another, which is the world's from now on.
func (c *Call) hand(anew bool) (*world.Caller, error) {
	caller := c.caller()
	if session := world.InHand(c.Moment.State, caller, c.Now); session != nil && !anew {
		return session, nil
	}
	session := caller.Session(c.Now)
	session.AccessKeyID, session.SecretAccessKey = minting.Keys()
	session.SessionToken, session.Name = minting.Token(minting.Bare), session.AccessKeyID
	next, err := c.Moment.State.WithCaller(session, c.Now)
	if err != nil { // its role is gone, and still in force
		return nil, cause.Say(&refusal{Status: http.StatusInternalServerError}, "%s", err)
	}
	return session, c.Commit(store.World{State: next})
}

// told is a time of the world as clients are told it, in the form of AWS's documents.
func (c *Call) told(at time.Time) string { return c.Told(at).UTC().Format(time.RFC3339) }

// containerDocument is what the endpoint of ECS answers; EKS Pod Identity leaves out
// RoleArn.
type containerDocument struct {
	RoleArn         string `json:",omitempty"`
	AccessKeyId     string
	SecretAccessKey string
	Token           string
	Expiration      string
	AccountId       string
}

func (c *Call) container() (*exchange.Reply, error) {
	session, err := c.hand(false)
	if err != nil {
		return nil, err
	}
	arn := ""
	if role := c.Moment.State.RoleOf(session); role != nil {
		arn = role.ARN
	}
	return document("application/json", written(containerDocument{
		arn, session.AccessKeyID, session.SecretAccessKey, session.SessionToken, c.told(session.Expires), session.Account,
	})), nil
}

// ProcessDocument is what a program prints that a profile names as credential_process
// (AWS SDKs and Tools Reference Guide, "Process credential provider").
type ProcessDocument struct {
	Version         int
	AccessKeyId     string
	SecretAccessKey string
	SessionToken    string `json:",omitempty"`
	Expiration      string `json:",omitempty"` // RFC 3339; empty: they do not end
	AccountId       string `json:",omitempty"`
}

func (c *Call) process() (*exchange.Reply, error) {
	session, err := c.hand(true)
	if err != nil {
		return nil, err
	}
	return document("application/json", written(ProcessDocument{
		1, session.AccessKeyID, session.SecretAccessKey, session.SessionToken, c.told(session.Expires), session.Account,
	})), nil
}
