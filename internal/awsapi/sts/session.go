package sts

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
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
func mint(c *awsapi.Call, session *world.Caller, duration time.Duration) (*credentials, *awsapi.Error) {
	session.AccessKeyID = "ASIA" + base32.StdEncoding.EncodeToString(random(10))
	session.SecretAccessKey = base64.StdEncoding.EncodeToString(random(30))
	session.SessionToken = base64.StdEncoding.EncodeToString(random(220))
	session.Issued, session.Expires = c.Now, c.Now.Add(duration)
	session.Name, session.Minted = session.AccessKeyID, true
	err := c.Change(func(s *world.State) (*world.State, *awsapi.Error) {
		next, err := s.WithCaller(session, c.Now)
		if err != nil {
			return nil, awsapi.RefuseWith(500, "ServiceFailure", "%v", err)
		}
		return next, nil
	})
	if err != nil {
		return nil, err
	}
	return &credentials{session.AccessKeyID, session.SecretAccessKey, session.SessionToken, awsapi.ISO(session.Expires)}, nil
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // it never fails
	return b
}

// duration is how long a session is to last, within bounds in seconds.
func duration(c *awsapi.Call, seconds *int32, usual, least, most int32) (time.Duration, *awsapi.Error) {
	switch {
	case seconds == nil:
		return time.Duration(usual) * time.Second, nil
	case *seconds < least:
		return 0, c.Invalid("DurationSeconds", *seconds, "Member must have value greater than or equal to "+decimal(least))
	case *seconds > most:
		return 0, c.Invalid("DurationSeconds", *seconds, "Member must have value less than or equal to "+decimal(most))
	}
	return time.Duration(*seconds) * time.Second, nil
}

// limits reads the policies that a session is to be limited by into it: one in the
// call, and managed policies of the account.
func limits(c *awsapi.Call, session *world.Caller, document string, managed []policyARN) *awsapi.Error {
	if document != "" {
		p, err := policy.Load([]byte(document), policy.Rules{Kind: policy.Session})
		if err != nil {
			return awsapi.Refuse("MalformedPolicyDocument", "%s", err.Message)
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
func tagsOf(list []tag) (map[string]string, *awsapi.Error) {
	return awsapi.TagMap(list, "InvalidParameterValue")
}
