package sts

import (
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// credential is a kind of credentials, as STS tells them apart.
type credential string

const (
	userKey     credential = "an access key of a user"
	rootKey     credential = "an access key of the root user"
	roleSession credential = "a role's session"
	userSession credential = "a session of GetSessionToken"
	rootSession credential = "a root user's session of GetSessionToken"
	federation  credential = "a federated user's session"
	ofService   credential = "a service principal or an origin access identity, which are of no account"
)

func credentialOf(c *world.Caller) credential {
	switch {
	case !c.Principal.InAccount():
		return ofService
	case c.Role != "":
		return roleSession
	case c.Federated != "":
		return federation
	case c.Root && c.Temporary():
		return rootSession
	case c.Root:
		return rootKey
	case c.Temporary():
		return userSession
	}
	return userKey
}

// bar is who cannot make a call, whatever the policies say, and what they are told;
// nil: in the words of a refusal by policy, without a reason [unsure].
type bar struct {
	who    []credential
	layer  authz.Layer // Identity: it is for who the caller is; Session: for the credentials
	refuse func(*awsapi.Call) error
	free   bool // the call needs no permission
}

// Who cannot make which call: IAM User Guide, "Compare AWS STS credentials" and
// "Request temporary security credentials". That a session is told that of
// GetFederationToken after the policies' refusals is recorded.
var (
	sessionsBarred = []credential{roleSession, userSession, rootSession, federation, ofService}

	ofAssumeRole = []bar{
		{who: []credential{rootKey, rootSession}, layer: authz.Identity, refuse: rolesNotForRoot},
		{who: []credential{federation}, layer: authz.Session},
	}
	ofAccessKeyInfo   = []bar{{who: []credential{userSession, rootSession, federation}, layer: authz.Session}}
	ofSessionToken    = []bar{{who: sessionsBarred, layer: authz.Session, refuse: longTermOnly, free: true}}
	ofFederationToken = []bar{{who: sessionsBarred, layer: authz.Session, refuse: longTermOnly}}
	ofScoped          = []bar{{who: []credential{userKey, rootKey, rootSession, ofService}, layer: authz.Identity, refuse: sessionsOnly}}
)

func rolesNotForRoot(*awsapi.Call) error {
	return awsapi.RefuseWith(403, "AccessDenied", "Roles may not be assumed by root accounts.")
}

func longTermOnly(c *awsapi.Call) error {
	if credentialOf(c.Caller) == ofService {
		// A service has nothing that a session could be of [unsure of the words].
		return awsapi.RefuseWith(403, "AccessDenied", "Cannot call %s as an AWS service", c.Name)
	}
	return awsapi.RefuseWith(403, "AccessDenied", "Cannot call %s with session credentials", c.Name)
}

// sessionsOnly refuses a key as what GetScopedCredentials could scope. [unsure: that
// it is this of the call's errors, and the words]
func sessionsOnly(c *awsapi.Call) error {
	return awsapi.Refuse("InvalidSubjectCredentials", "%s can only be called with the temporary security credentials of a user or role", c.Name)
}

// row is an action with those who cannot call it.
func row[In, Out any](name string, bars []bar, checks func(*awsapi.Call, *In) ([]*authz.Request, error), serve func(*awsapi.Call, *In) (*Out, error)) *awsapi.Action {
	return awsapi.NewAction(name, func(c *awsapi.Call, in *In) ([]*authz.Request, error) {
		questions, err := checks(c, in)
		if c.Caller == nil || c.Principal == nil || err != nil {
			return questions, err
		}
		for i := range bars {
			if bars[i].holds(c.Caller) {
				return bars[i].put(c, questions), nil
			}
		}
		return questions, nil
	}, serve)
}

func (b *bar) holds(c *world.Caller) bool { return slices.Contains(b.who, credentialOf(c)) }

// put makes the call's questions, or one about nothing where it has none, a no.
func (b *bar) put(c *awsapi.Call, questions []*authz.Request) []*authz.Request {
	if len(questions) == 0 {
		questions = []*authz.Request{c.Question(c.Permission(), "*")}
	}
	no := &authz.Bar{Layer: b.layer, Part: authz.PartCaller, Detail: string(credentialOf(c.Caller)) + " cannot call " + c.Name, Free: b.free}
	var refusal error = awsapi.RefuseWith(403, "AccessDenied", "User: %s is not authorized to perform: %s", c.Principal.ARN, c.Permission())
	if b.refuse != nil {
		refusal = b.refuse(c)
	}
	return c.Bar(questions, no, refusal)
}
