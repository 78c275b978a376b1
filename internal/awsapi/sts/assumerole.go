package sts

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

type assumeRoleInput struct {
	RoleArn         string `aws:",required"`
	RoleSessionName string `aws:",required"`
	Policy          string
	PolicyArns      []policyARN
	DurationSeconds *int32
	ExternalId      string
	SourceIdentity  string
	SerialNumber    string
	TokenCode       string
	Tags            []tag
	// TransitiveTagKeys are accepted; sessions here do not chain tags.
	TransitiveTagKeys []string
}

type assumeRoleOutput struct {
	Credentials     *credentials
	AssumedRoleUser assumedRoleUser
	SourceIdentity  string `xml:",omitempty"`
	// PackedPolicySize is how much of what a session may carry is used up, in per cent.
	PackedPolicySize int `xml:",omitempty"`
}

type assumedRoleUser struct {
	AssumedRoleId string
	Arn           string
}

// sessionName is the form of names of sessions and source identities (STS API
// Reference, "AssumeRole").
var sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)

// checkAssumeRole asks sts:AssumeRole of the caller and of the role's trust policy,
// and the same of sts:TagSession and sts:SetSourceIdentity where the call has tags
// or a source identity.
func checkAssumeRole(c *awsapi.Call, in *assumeRoleInput) ([]*authz.Request, *awsapi.Error) {
	if err := readable(c, in); err != nil {
		return nil, err
	}
	keys := append(awsapi.RequestTags(in.Tags), awsapi.Key{Name: "sts:RoleSessionName", Values: []string{in.RoleSessionName}})
	if in.ExternalId != "" {
		keys = append(keys, awsapi.Key{Name: "sts:ExternalId", Values: []string{in.ExternalId}})
	}
	actions := []string{"sts:AssumeRole"}
	if in.SourceIdentity != "" {
		keys = append(keys, awsapi.Key{Name: "sts:SourceIdentity", Values: []string{in.SourceIdentity}})
		actions = append(actions, "sts:SetSourceIdentity")
	}
	if len(in.Tags) > 0 {
		actions = append(actions, "sts:TagSession")
	}
	questions := make([]*authz.Request, len(actions))
	for i, action := range actions {
		questions[i] = c.Question(action, in.RoleArn, keys...)
		questions[i].Trust = trustOf(c.State(), in.RoleArn)
		questions[i].RCPs = c.State().RCPs(questions[i].ResourceAccount)
	}
	return questions, nil
}

func readable(c *awsapi.Call, in *assumeRoleInput) *awsapi.Error {
	const pattern = `Member must satisfy regular expression pattern: [\w+=,.@-]*`
	switch {
	case len(in.RoleArn) < 20:
		return c.Invalid("RoleArn", in.RoleArn, "Member must have length greater than or equal to 20")
	case !strings.HasPrefix(in.RoleArn, "arn:"):
		return awsapi.Refuse("ValidationError", "%s is invalid", in.RoleArn)
	case !sessionName.MatchString(in.RoleSessionName):
		return c.Invalid("RoleSessionName", in.RoleSessionName, pattern)
	case in.SourceIdentity != "" && !sessionName.MatchString(in.SourceIdentity):
		return c.Invalid("SourceIdentity", in.SourceIdentity, pattern)
	}
	return nil
}

// trustsNobody stands in the place of the trust policy of a role that does not
// exist, or was given none: STS does not say which.
var trustsNobody = &authz.Named{Name: "trust", Policy: empty()}

func empty() *policy.Policy {
	p, err := policy.ParseLenient([]byte(`{"Version":"2012-10-17","Statement":[]}`), policy.Trust)
	if err != nil {
		panic(err) // a constant
	}
	return p
}

func trustOf(s *world.State, arn string) *authz.Named {
	if r := s.RoleAt(arn); r != nil && r.Trust != nil {
		return r.Trust
	}
	return trustsNobody
}

// An hour is how long a role's session lasts that says nothing of it, and the most
// of a role that says nothing, and of a session that another session makes.
const hour = 3600

func assumeRole(c *awsapi.Call, in *assumeRoleInput) (*assumeRoleOutput, *awsapi.Error) {
	role := c.State().RoleAt(in.RoleArn)
	if role == nil {
		return nil, awsapi.RefuseWith(403, "AccessDenied", "User: %s is not authorized to perform: sts:AssumeRole on resource: %s", c.Principal.ARN, in.RoleArn)
	}
	lasts, err := roleDuration(c, role, in.DurationSeconds)
	if err != nil {
		return nil, err
	}
	session := &world.Caller{Account: in.account(), Role: role.Name, SessionName: in.RoleSessionName, SourceIdentity: in.SourceIdentity}
	if session.SessionTags, err = tagsOf(in.Tags); err != nil {
		return nil, err
	}
	if err := limits(c, session, in.Policy, in.PolicyArns); err != nil {
		return nil, err
	}
	out := &assumeRoleOutput{
		AssumedRoleUser: assumedRoleUser{role.ID + ":" + in.RoleSessionName, world.SessionARN(session.Account, role.Name, in.RoleSessionName)},
		SourceIdentity:  in.SourceIdentity, PackedPolicySize: packed(in.Policy),
	}
	out.Credentials, err = mint(c, session, lasts)
	return out, err
}

func (in *assumeRoleInput) account() string { return strings.SplitN(in.RoleArn, ":", 6)[4] }

// roleDuration is how long the session lasts, which a role bounds, and an hour does
// where a role's session assumes the next role.
func roleDuration(c *awsapi.Call, role *world.Role, seconds *int32) (time.Duration, *awsapi.Error) {
	most := int32(role.MaxSession / time.Second)
	if most == 0 {
		most = hour
	}
	lasts, err := duration(c, seconds, min(hour, most), 900, 12*hour)
	switch {
	case err != nil:
		return 0, err
	case c.Principal.Kind == policy.RoleSession && lasts > time.Hour:
		return 0, awsapi.Refuse("ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
	case lasts > time.Duration(most)*time.Second:
		return 0, awsapi.Refuse("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	return lasts, nil
}

// packed is what a session policy takes of the room for one, in per cent of 2,048
// characters.
func packed(document string) int { return (len(document)*100 + 2047) / 2048 }

func decimal(n int32) string { return strconv.Itoa(int(n)) }
