package sts

import (
	"cmp"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

type webIdentityInput struct {
	tokenInput
	RoleArn          string `aws:",required"`
	RoleSessionName  string `aws:",required"`
	WebIdentityToken string `aws:",required"`
	ProviderId       string
	PolicyArns       []policyARN
	Policy           string
	DurationSeconds  *int32
}

type webIdentityOutput struct {
	Credentials                 *credentials
	SubjectFromWebIdentityToken string
	AssumedRoleUser             assumedRoleUser
	packedSize
	Provider       string // ARN of the provider
	Audience       string
	SourceIdentity string `xml:",omitempty"`
}

const assumeWithWebIdentity = "sts:AssumeRoleWithWebIdentity"

// checkWebIdentity asks the role's trust policy whether it takes who the token names, and
// whether with the tags and the source identity that are in the token. The call is not
// signed: a token that is no good is refused before anything is asked.
func checkWebIdentity(c *awsapi.Call, in *webIdentityInput) ([]*authz.Request, error) {
	if err := in.readable(c); err != nil {
		return nil, err
	}
	b, err := readBearer(c, in)
	if err != nil {
		return nil, err
	}
	actions := []string{assumeWithWebIdentity}
	if b.sourceIdentity != "" {
		actions = append(actions, "sts:SetSourceIdentity")
	}
	if len(b.tags) > 0 {
		actions = append(actions, "sts:TagSession")
	}
	questions := make([]*authz.Request, len(actions))
	for i, action := range actions {
		q := c.Question(action, in.RoleArn, in.keys(c, b)...)
		q.Trust = trustOf(c.InForce(), in.RoleArn)
		q.RCPs = c.State().RCPs(q.ResourceAccount)
		// Who is refused is told no more (web-identity.md W6).
		questions[i] = c.RefuseAs(q, awsapi.RefuseWith(403, "AccessDenied", "Not authorized to perform %s", action))
	}
	return questions, nil
}

func (in *webIdentityInput) readable(c *awsapi.Call) error {
	switch {
	case !arnForm.MatchString(in.RoleArn):
		return notARN(in.RoleArn)
	case in.ProviderId != "":
		return notOAuth(in.ProviderId)
	}
	return in.readMinimum(c)
}

// keys are the condition keys that the call adds to those of who the token names: what only
// the call has of the token, the role's tags, and what the session gets.
func (in *webIdentityInput) keys(c *awsapi.Call, b *bearer) []awsapi.Key {
	keys := awsapi.RequestTags(b.tags)
	issuer := b.provider.Issuer()
	for _, k := range []awsapi.Key{
		{Name: "sts:RoleSessionName", Values: one(in.RoleSessionName)},
		{Name: issuer + ":oaud", Values: b.audiences},
		{Name: issuer + ":email", Values: one(b.email)},
		{Name: "sts:SourceIdentity", Values: one(b.sourceIdentity)},
		{Name: "sts:TransitiveTagKeys", Values: b.transitive},
	} {
		if len(k.Values) > 0 {
			keys = append(keys, k)
		}
	}
	if role := c.InForce().RoleAt(in.RoleArn); role != nil {
		keys = append(keys, awsapi.ResourceTags(role.Tags)...)
	}
	return keys
}

func assumeRoleWithWebIdentity(c *awsapi.Call, in *webIdentityInput) (*webIdentityOutput, error) {
	b, err := readBearer(c, in)
	if err != nil {
		return nil, err
	}
	account := accountIn(in.RoleArn)
	role := c.Moment.State.RoleAt(in.RoleArn)
	if role == nil {
		return nil, awsapi.RefuseWith(403, "AccessDenied", "Not authorized to perform %s", assumeWithWebIdentity)
	}
	most := cmp.Or(int32(role.MaxSession/time.Second), hour)
	lasts := duration(in.DurationSeconds, min(hour, most))
	if lasts > time.Duration(most)*time.Second {
		return nil, tooLong(role, lasts, most)
	}
	session := &world.Caller{
		Account: account, Role: role.Name, SessionName: in.RoleSessionName, WebIdentity: &b.WebIdentity,
		SourceIdentity: b.sourceIdentity, TransitiveTags: b.transitive,
	}
	if session.SessionTags, err = tagsOf(b.tags); err != nil {
		return nil, err
	}
	if err := limits(c, session, in.Policy, in.PolicyArns); err != nil {
		return nil, err
	}
	made, size, err := mint(c, session, lasts, in.tokenInput)
	return &webIdentityOutput{
		Credentials: made, SubjectFromWebIdentityToken: b.Subject, Provider: b.provider.ARN, Audience: b.Audience,
		AssumedRoleUser: assumedRoleUser{
			role.ID + ":" + in.RoleSessionName, world.SessionARN(account, role.Name, in.RoleSessionName),
		},
		packedSize: packedOf(in.Policy, size), SourceIdentity: b.sourceIdentity,
	}, err
}

// accountIn is the account in a role's ARN.
func accountIn(arn string) string { return strings.SplitN(arn, ":", 6)[4] }
