package sts

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

type assumeRoleInput struct {
	tokenInput
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
	// TransitiveTagKeys are of Tags.
	TransitiveTagKeys []string
}

type assumeRoleOutput struct {
	Credentials     *credentials
	AssumedRoleUser assumedRoleUser
	SourceIdentity  string `xml:",omitempty"`
	packedSize
}

type assumedRoleUser struct {
	AssumedRoleId string
	Arn           string
}

// checkAssumeRole asks sts:AssumeRole of the caller and of the role's trust policy,
// and the same of sts:TagSession and sts:SetSourceIdentity where the session gets tags
// or a source identity.
func checkAssumeRole(c *awsapi.Call, in *assumeRoleInput) ([]*authz.Request, error) {
	if err := in.readable(c); err != nil {
		return nil, err
	}
	actions := []string{"sts:AssumeRole"}
	if in.identity(c) != "" {
		actions = append(actions, "sts:SetSourceIdentity")
	}
	if len(in.tags(c)) > 0 {
		actions = append(actions, "sts:TagSession")
	}
	keys := in.keys(c)
	questions := make([]*authz.Request, len(actions))
	for i, action := range actions {
		questions[i] = c.Question(action, in.RoleArn, keys...)
		questions[i].Trust = trustOf(c.InForce(), in.RoleArn)
		questions[i].RCPs = c.State().RCPs(questions[i].ResourceAccount)
	}
	return questions, nil
}

// keys are the condition keys of the call: what it asks for, the tags of the role, and
// that it was made with a multi-factor device.
func (in *assumeRoleInput) keys(c *awsapi.Call) []awsapi.Key {
	keys := append(awsapi.RequestTags(in.tags(c)), awsapi.Key{Name: "sts:RoleSessionName", Values: []string{in.RoleSessionName}})
	if role := c.InForce().RoleAt(in.RoleArn); role != nil {
		keys = append(keys, awsapi.ResourceTags(role.Tags)...)
	}
	for _, k := range []awsapi.Key{
		{Name: "sts:ExternalId", Values: one(in.ExternalId)},
		{Name: "sts:SourceIdentity", Values: one(in.identity(c))},
		{Name: "sts:TransitiveTagKeys", Values: in.transitive(c)},
	} {
		if len(k.Values) > 0 {
			keys = append(keys, k)
		}
	}
	if in.SerialNumber != "" {
		keys = append(keys, awsapi.Key{Name: "aws:MultiFactorAuthPresent", Values: []string{"true"}}, awsapi.Key{Name: "aws:MultiFactorAuthAge", Values: []string{"0"}})
	}
	return keys
}

// one is a list of a text; an empty one is none.
func one(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// identity is the source identity of the session: that of the caller's session goes
// along, and cannot be another then (IAM User Guide, "Monitor and control actions
// taken with assumed roles").
func (in *assumeRoleInput) identity(c *awsapi.Call) string {
	if c.Caller == nil {
		return in.SourceIdentity
	}
	return cmp.Or(in.SourceIdentity, c.Caller.SourceIdentity)
}

// tags are those that the session gets: the transitive ones of the caller's session,
// and those of the call.
func (in *assumeRoleInput) tags(c *awsapi.Call) []tag {
	if c.Caller == nil {
		return in.Tags
	}
	var all []tag
	for _, key := range c.Caller.TransitiveTags {
		value := c.Caller.SessionTags[key]
		all = append(all, tag{Key: key, Value: &value})
	}
	return append(all, in.Tags...)
}

// transitive are the keys of the tags that go along to the next session too.
func (in *assumeRoleInput) transitive(c *awsapi.Call) []string {
	if c.Caller == nil {
		return in.TransitiveTagKeys
	}
	return slices.Concat(c.Caller.TransitiveTags, in.TransitiveTagKeys)
}

func (in *assumeRoleInput) readable(c *awsapi.Call) error {
	if err := cmp.Or(in.readIdentity(c), in.readMinimum(c)); err != nil {
		return err
	}
	notAmong := func(key string) bool {
		return !slices.ContainsFunc(in.Tags, func(t tag) bool { return t.Key == key })
	}
	switch {
	case !arnForm.MatchString(in.RoleArn):
		return notARN(in.RoleArn)
	case slices.ContainsFunc(in.TransitiveTagKeys, notAmong):
		return awsapi.Refuse("InvalidParameterValue", "The specified transitive tag key must be included in the requested tags.")
	case slices.ContainsFunc(in.Tags, func(t tag) bool { return inherits(c, t.Key) }):
		return awsapi.Refuse("InvalidParameterValue", "One of the specified transitive tag keys can't be set because "+
			"it conflicts with a transitive tag key from the calling session.")
	case in.SerialNumber != "":
		return authenticated(in.TokenCode)
	}
	return nil
}

// arnForm is that of an ARN, as STS takes one for a role's (control-apis.md F9).
var arnForm = pattern.New(`^arn:[^:]+:[^:]+:[^:]*:[^:]*:[^:].*$`)

func notARN(text string) error { return awsapi.Refuse("ValidationError", "%s is invalid", text) }

// inherits says whether the next session has a tag of that key from the caller's session, in
// whatever case (control-apis.md F10).
func inherits(c *awsapi.Call, key string) bool {
	return c.Caller != nil && slices.ContainsFunc(c.Caller.TransitiveTags, func(k string) bool { return strings.EqualFold(k, key) })
}

// readIdentity holds a source identity to that of the caller's session.
func (in *assumeRoleInput) readIdentity(c *awsapi.Call) error {
	if in.SourceIdentity != "" && c.Caller != nil && c.Caller.SourceIdentity != "" && c.Caller.SourceIdentity != in.SourceIdentity {
		return awsapi.RefuseWith(403, "AccessDenied", "The source identity of the session cannot be changed") // [unsure: the words]
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

func assumeRole(c *awsapi.Call, in *assumeRoleInput) (*assumeRoleOutput, error) {
	role := c.Moment.State.RoleAt(in.RoleArn)
	if role == nil {
		return nil, awsapi.RefuseWith(403, "AccessDenied", "User: %s is not authorized to perform: sts:AssumeRole on resource: %s", c.Principal.ARN, in.RoleArn)
	}
	lasts, err := roleDuration(c, role, in.DurationSeconds)
	if err != nil {
		return nil, err
	}
	session := &world.Caller{Account: in.account(), Role: role.Name, SessionName: in.RoleSessionName, SourceIdentity: in.identity(c), TransitiveTags: in.transitive(c)}
	if session.SessionTags, err = tagsOf(in.tags(c)); err != nil {
		return nil, err
	}
	if err := limits(c, session, in.Policy, in.PolicyArns); err != nil {
		return nil, err
	}
	made, size, err := mint(c, session, lasts, in.tokenInput)
	return &assumeRoleOutput{
		Credentials:     made,
		AssumedRoleUser: assumedRoleUser{role.ID + ":" + in.RoleSessionName, world.SessionARN(session.Account, role.Name, in.RoleSessionName)},
		SourceIdentity:  session.SourceIdentity, packedSize: packedOf(in.Policy, size),
	}, err
}

func (in *assumeRoleInput) account() string { return strings.SplitN(in.RoleArn, ":", 6)[4] }

// roleDuration is how long the session lasts, which a role bounds, and an hour does
// where a role's session assumes the next role.
func roleDuration(c *awsapi.Call, role *world.Role, seconds *int32) (time.Duration, error) {
	most := cmp.Or(int32(role.MaxSession/time.Second), hour)
	lasts := duration(seconds, min(hour, most))
	switch {
	case c.Principal.Kind == policy.RoleSession && lasts > time.Hour:
		return 0, chainedTooLong(lasts)
	case lasts > time.Duration(most)*time.Second:
		return 0, tooLong(role, lasts, most)
	}
	return lasts, nil
}

func decimal(n int32) string { return strconv.Itoa(int(n)) }
