package sts

import (
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/minting"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

type tag = awsapi.KeyValue

type policyARN struct {
	Arn string `aws:"arn"`
}

// credentials is what a call that makes a session answers.
type credentials struct {
	AccessKeyId     string
	SecretAccessKey string
	SessionToken    string
	Expiration      string
}

// mint gives a new session its keys, which nobody can guess, and puts it into the
// world.
func mint(c *awsapi.Call, session *world.Caller, lasts time.Duration, in tokenInput) (*credentials, tokenSize, error) {
	token, size, err := in.token(c, session)
	if err != nil {
		return nil, size, err
	}
	session.AccessKeyID, session.SecretAccessKey = minting.Keys()
	session.SessionToken, session.Expires = token, c.Now.Add(lasts)
	if session.Issued.IsZero() {
		session.Issued = c.Now
	}
	session.Name, session.Minted = session.AccessKeyID, true
	err = c.Change(func(s *world.State) (*world.State, error) {
		next, err := s.WithCaller(session, c.Now)
		if err != nil {
			// Who asks is gone, and still in force.
			return nil, awsapi.RefuseWith(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
		}
		return next, nil
	})
	if err != nil {
		return nil, size, err
	}
	return &credentials{session.AccessKeyID, session.SecretAccessKey, session.SessionToken,
		awsapi.ISO(c.Told(session.Expires))}, size, nil
}

// duration is how long a session is to last; usual, in seconds, where the call says nothing.
func duration(seconds *int32, usual int32) time.Duration {
	if seconds == nil {
		return time.Duration(usual) * time.Second
	}
	return time.Duration(*seconds) * time.Second
}

// malformedPolicy refuses the policy of a session.
func malformedPolicy(document string, problem error) error {
	d := cause.Document{What: "the session policy", Text: document, Kind: policy.Session}
	return d.Refused(awsapi.Refuse("MalformedPolicyDocument", "%s", policy.ProblemOf(problem).Message), problem)
}

// limits reads the policies that a session is to be limited by into it: one in the
// call, and managed policies of the account.
func limits(c *awsapi.Call, session *world.Caller, document string, managed []policyARN) error {
	if document != "" {
		p, err := policy.Load([]byte(document), policy.Rules{Kind: policy.Session})
		if err != nil {
			return malformedPolicy(document, err)
		}
		session.SessionPolicy = &authz.Named{Name: "session", Policy: p}
	}
	account := c.State().Account(session.Account)
	for _, m := range managed {
		p := account.ManagedPolicyAt(m.Arn)
		if p == nil {
			return awsapi.Refuse("InvalidParameterValue", "The policy %s does not exist or is not attachable.", m.Arn)
		}
		session.SessionManaged = append(session.SessionManaged, p.Name)
	}
	return nil
}

// tagsOf is a list of tags as a map.
func tagsOf(list []tag) (map[string]string, error) {
	return awsapi.TagMap(list, "InvalidParameterValue")
}
