package doors

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"slices"
	"strings"
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

// checkKind refuses a path of no door.
func (c *Call) checkKind() error {
	kind, _, _ := strings.Cut(strings.TrimPrefix(c.path, prefix), "/")
	doors := []string{string(world.FromContainer), string(world.FromProcess)}
	there := strings.Join(doors, " and ") + " are"
	if near := nearest.Name(kind, doors); near != "" {
		there = near + " is"
	}
	text := fmt.Sprintf("%s has no %.40q: %s there", prefix, kind, there)
	return cause.Say(&refusal{Status: http.StatusNotFound, Message: text}, "%s", text)
}

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

// assumer is a service that assumes roles, and what it has to be allowed for that.
type assumer struct {
	service string
	actions []string
}

// Who assumes a role at its door (IAM User Guide, service principals). EKS Pod Identity
// gives each session tags (EKS User Guide, "Grant Pods access to AWS resources based on tags").
var assumers = map[world.Door][]assumer{
	world.FromContainer: {
		{"pods.eks.amazonaws.com", []string{"sts:AssumeRole", "sts:TagSession"}},
		{"ecs-tasks.amazonaws.com", []string{"sts:AssumeRole"}},
	},
	world.FromInstance: {{"ec2.amazonaws.com", []string{"sts:AssumeRole"}}},
}

// trusted asks whether the caller's role, where it says whom it trusts, trusts a service
// of the door.
func (c *Call) trusted() []*authz.Request {
	caller := c.caller()
	role := c.InForce().RoleOf(caller)
	if role == nil || role.Trust == nil {
		return nil
	}
	var first []*authz.Request
	for _, a := range assumers[c.operation.from] {
		var all []*authz.Request
		for _, action := range a.actions {
			all = append(all, c.assumes(a.service, action, role, caller.Account))
		}
		if !slices.ContainsFunc(exchange.Decide(all), func(d authz.Decision) bool { return d.Denied() }) {
			return all
		}
		if first == nil {
			first = all
		}
	}
	return first
}

// assumes asks whether a service may do an action that makes a session of a role.
func (c *Call) assumes(service, action string, role *world.Role, account string) *authz.Request {
	a := &asker.Asker{
		State: c.InForce(), Now: c.Now, Principal: &policy.Principal{Kind: policy.Service, Service: service},
		SourceIP: c.SourceIP, Secure: true, Region: c.State().Region,
	}
	q := a.Question(action, role.ARN, authz.Target{ResourceAccount: account, Trust: role.Trust})
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
