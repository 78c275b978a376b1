package sts

import (
	"regexp"
	"time"
	"unicode/utf8"

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

// duration is how long a session is to last, within bounds in seconds.
func duration(c *awsapi.Call, seconds *int32, usual, least, most int32) (time.Duration, error) {
	if seconds == nil {
		return time.Duration(usual) * time.Second, nil
	}
	return time.Duration(*seconds) * time.Second, between(c, "DurationSeconds", *seconds, least, most)
}

// between holds a number to its bounds, in the words that AWS's models share.
func between(c *awsapi.Call, parameter string, n, least, most int32) error {
	switch {
	case n < least:
		return c.Invalid(parameter, n, "Member must have value greater than or equal to "+decimal(least))
	case n > most:
		return c.Invalid(parameter, n, "Member must have value less than or equal to "+decimal(most))
	}
	return nil
}

// long holds a text to its length, in the same words.
func long(c *awsapi.Call, parameter, text string, least, most int) error {
	switch n := utf8.RuneCountInString(text); {
	case n < least:
		return c.Invalid(parameter, text, "Member must have length greater than or equal to "+decimal(int32(least)))
	case n > most:
		return c.Invalid(parameter, text, "Member must have length less than or equal to "+decimal(int32(most)))
	}
	return nil
}

var sessionName = regexp.MustCompile(`^[\w+=,.@-]*$`)

// named holds the name of a session, of a federated user or a source identity to its
// form: first its length, then its characters (STS API Reference).
func named(c *awsapi.Call, parameter, name string, most int) error {
	if err := long(c, parameter, name, 2, most); err != nil {
		return err
	}
	if !sessionName.MatchString(name) {
		return c.Invalid(parameter, name, `Member must satisfy regular expression pattern: [\w+=,.@-]*`)
	}
	return nil
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
