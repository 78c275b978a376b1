package sts

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// How long the sessions of users last, in seconds (STS API Reference): at least a
// quarter of an hour; twelve hours unless said otherwise, and a day and a half at
// most. The root user's last an hour.
const (
	leastSession = 900
	usualSession = 12 * hour
	mostSession  = 36 * hour
)

type getSessionTokenInput struct {
	DurationSeconds *int32
	SerialNumber    string
	TokenCode       string
}

type getSessionTokenOutput struct {
	Credentials *credentials
}

// checkSessionToken needs no permission, but long-term credentials.
func checkSessionToken(c *awsapi.Call, _ *getSessionTokenInput) ([]*authz.Request, *awsapi.Error) {
	return nil, longTermOnly(c, "GetSessionToken")
}

func longTermOnly(c *awsapi.Call, call string) *awsapi.Error {
	switch {
	case c.Caller == nil:
		return nil
	case c.Caller.Temporary():
		return awsapi.RefuseWith(403, "AccessDenied", "Cannot call %s with session credentials", call)
	case c.Caller.Service != "":
		// A service has nothing that a session could be of [unsure of the words].
		return awsapi.RefuseWith(403, "AccessDenied", "Cannot call %s as an AWS service", call)
	}
	return nil
}

func getSessionToken(c *awsapi.Call, in *getSessionTokenInput) (*getSessionTokenOutput, *awsapi.Error) {
	usual, most := int32(usualSession), int32(mostSession)
	if c.Caller.Root {
		usual, most = hour, hour
	}
	lasts, err := duration(c, in.DurationSeconds, usual, leastSession, most)
	if err != nil {
		return nil, err
	}
	session := &world.Caller{Account: c.Caller.Account, User: c.Caller.User, Root: c.Caller.Root}
	if in.SerialNumber != "" {
		if err := authenticated(c, in.TokenCode); err != nil {
			return nil, err
		}
		session.MFA, session.MFAAt = true, c.Now
	}
	made, err := mint(c, session, lasts)
	return &getSessionTokenOutput{made}, err
}

// authenticated checks a code of a multi-factor device. The world has no devices:
// any six digits are the right ones.
func authenticated(c *awsapi.Call, code string) *awsapi.Error {
	if len(code) != 6 {
		return c.Invalid("TokenCode", code, "Member must have length equal to 6")
	}
	for _, digit := range code {
		if digit < '0' || digit > '9' {
			return awsapi.RefuseWith(403, "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code.")
		}
	}
	return nil
}

type getFederationTokenInput struct {
	Name            string `aws:",required"`
	Policy          string
	PolicyArns      []policyARN
	DurationSeconds *int32
	Tags            []tag
}

type getFederationTokenOutput struct {
	Credentials      *credentials
	FederatedUser    federatedUser
	PackedPolicySize int `xml:",omitempty"`
}

type federatedUser struct {
	FederatedUserId string
	Arn             string
}

func checkFederationToken(c *awsapi.Call, in *getFederationTokenInput) ([]*authz.Request, *awsapi.Error) {
	if len(in.Name) < 2 || len(in.Name) > 32 {
		return nil, c.Invalid("Name", in.Name, "Member must have length between 2 and 32")
	}
	if err := longTermOnly(c, "GetFederationToken"); err != nil {
		return nil, err
	}
	return c.Ask(world.FederatedARN(c.CallerAccount(), in.Name), awsapi.RequestTags(in.Tags)...)
}

// getFederationToken makes a session of the user who asks, which without a policy
// may do nothing that identity policies allow.
func getFederationToken(c *awsapi.Call, in *getFederationTokenInput) (*getFederationTokenOutput, *awsapi.Error) {
	if c.Principal.Kind != policy.User {
		return nil, awsapi.RefuseWith(403, "AccessDenied", "Roles may not be assumed by root accounts.")
	}
	lasts, err := duration(c, in.DurationSeconds, usualSession, leastSession, mostSession)
	if err != nil {
		return nil, err
	}
	session := &world.Caller{Account: c.Caller.Account, User: c.Caller.User, Federated: in.Name}
	if session.SessionTags, err = tagsOf(in.Tags); err != nil {
		return nil, err
	}
	if err := limits(c, session, in.Policy, in.PolicyArns); err != nil {
		return nil, err
	}
	out := &getFederationTokenOutput{
		FederatedUser:    federatedUser{c.Caller.Account + ":" + in.Name, world.FederatedARN(c.Caller.Account, in.Name)},
		PackedPolicySize: packed(in.Policy),
	}
	out.Credentials, err = mint(c, session, lasts)
	return out, err
}
