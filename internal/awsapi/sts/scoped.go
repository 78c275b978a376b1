package sts

import (
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

type scopedInput struct {
	tokenInput
	Policy          string
	DurationSeconds *int32
	// ScopedSessionDescription is for CloudTrail's record alone.
	ScopedSessionDescription string
}

type scopedOutput struct {
	Credentials *credentials
	SessionInfo scopedSession
	tokenSize
	ScopedPoliciesCount int
	SourceIdentity      string `xml:",omitempty"`
}

type scopedSession struct {
	ScopedSessionId string
	Arn             string
}

// checkScoped asks for the call's permission, about nothing in particular [unsure]. A
// session that has as many policies as there can be is refused another.
func checkScoped(c *awsapi.Call, in *scopedInput) ([]*authz.Request, error) {
	if err := in.readable(c); err != nil {
		return nil, err
	}
	questions, err := c.Ask("*")
	if c.Caller == nil || in.Policy == "" || len(c.Caller.ScopedPolicies) < world.MostScopes {
		return questions, err
	}
	full := &authz.Bar{Layer: authz.Session, Part: authz.PartCaller, Detail: "the session has three scope down policies, which is as many as there can be"}
	// The words are not known. [unsure]
	return c.Bar(questions, full, awsapi.RefuseWith(403, "AccessDenied", "The session already has the maximum number of scope down policies: %d", world.MostScopes)), err
}

// globalHost is STS's endpoint that is of no region, where the call does not exist.
const globalHost = "sts.amazonaws.com"

func (in *scopedInput) readable(c *awsapi.Call) error {
	host, _, _ := strings.Cut(c.Request.Host, ":")
	switch {
	case strings.EqualFold(host, globalHost):
		return awsapi.Refuse("InvalidAction", "Could not find operation %s for version %s", c.Name, c.Service.Version) // [unsure]
	case in.Policy == "" && in.DurationSeconds == nil:
		return awsapi.Refuse("ValidationError", "At least one of Policy and DurationSeconds must be specified") // [unsure: the words]
	}
	return in.readMinimum(c)
}

// getScopedCredentials makes the caller's session once more, with a policy that takes
// away from what it may do, or with an earlier end. It stays who it is, and was made
// when it was.
func getScopedCredentials(c *awsapi.Call, in *scopedInput) (*scopedOutput, error) {
	lasts, err := in.lasts(c)
	if err != nil {
		return nil, err
	}
	session := *c.Caller
	if in.Policy != "" {
		p, problem := policy.Load([]byte(in.Policy), policy.Rules{Kind: policy.Session})
		if problem != nil {
			return nil, malformedPolicy(in.Policy, problem)
		}
		session.ScopedPolicies = append(slices.Clone(session.ScopedPolicies), authz.Named{Name: session.NextScope(), Policy: p})
	}
	out := &scopedOutput{
		SessionInfo:         scopedSession{session.UserID, session.Principal.ARN},
		ScopedPoliciesCount: len(session.ScopedPolicies), SourceIdentity: session.SourceIdentity,
	}
	out.Credentials, out.tokenSize, err = mint(c, &session, lasts, in.tokenInput)
	return out, err
}

// lasts is how long the session still lasts, at most as long as the caller's. One of a
// scenario that never ends lasts as long as any can.
func (in *scopedInput) lasts(c *awsapi.Call) (time.Duration, error) {
	rest := mostSession * time.Second
	if !c.Caller.Expires.IsZero() {
		rest = c.Caller.Expires.Sub(c.Now)
	}
	if in.DurationSeconds == nil {
		return rest, nil
	}
	lasts := time.Duration(*in.DurationSeconds) * time.Second
	if lasts > rest {
		// The words are not known. [unsure]
		return 0, awsapi.Refuse("InsufficientSessionLifetime", "The requested DurationSeconds exceeds the remaining lifetime of the calling session: %d seconds", int(rest/time.Second))
	}
	return lasts, nil
}
