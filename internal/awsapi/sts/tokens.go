package sts

import (
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// How long the sessions of users last, in seconds (STS API Reference): at least a
// quarter of an hour; twelve hours unless said otherwise, and a day and a half at
// most. The root user's last an hour at most, whatever it asks for.
const (
	usualSession = 12 * hour
	mostSession  = 36 * hour
)

type getSessionTokenInput struct {
	tokenInput
	DurationSeconds *int32
	SerialNumber    string
	TokenCode       string
}

type getSessionTokenOutput struct {
	Credentials *credentials
	tokenSize
}

// checkSessionToken needs no permission.
func checkSessionToken(c *awsapi.Call, in *getSessionTokenInput) ([]*authz.Request, error) {
	return nil, in.readMinimum(c)
}

// lasting is how long a session of the caller's lasts: the root user's is cut short.
func lasting(c *awsapi.Call, seconds *int32) time.Duration {
	lasts := duration(seconds, usualSession)
	if c.Caller.Root {
		lasts = min(lasts, hour*time.Second)
	}
	return lasts
}

func getSessionToken(c *awsapi.Call, in *getSessionTokenInput) (*getSessionTokenOutput, error) {
	lasts := lasting(c, in.DurationSeconds)
	session := &world.Caller{Account: c.Caller.Account, User: c.Caller.User, Root: c.Caller.Root}
	if in.SerialNumber != "" {
		if err := authenticated(in.TokenCode); err != nil {
			return nil, err
		}
		session.MFA, session.MFAAt = true, c.Now
	}
	made, size, err := mint(c, session, lasts, in.tokenInput)
	return &getSessionTokenOutput{made, size}, err
}

// authenticated checks a code of a multi-factor device. The world has no devices:
// any six digits are the right ones.
func authenticated(code string) error {
	if code == "" {
		return awsapi.RefuseWith(403, "AccessDenied",
			"MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.") // [unsure]
	}
	return nil
}

type getFederationTokenInput struct {
	tokenInput
	Name            string `aws:",required"`
	Policy          string
	PolicyArns      []policyARN
	DurationSeconds *int32
	Tags            []tag
}

type getFederationTokenOutput struct {
	Credentials   *credentials
	FederatedUser federatedUser
	packedSize
}

type federatedUser struct {
	FederatedUserId string
	Arn             string
}

func checkFederationToken(c *awsapi.Call, in *getFederationTokenInput) ([]*authz.Request, error) {
	if err := in.readMinimum(c); err != nil {
		return nil, err
	}
	return c.Ask(world.FederatedARN(c.CallerAccount(), in.Name), awsapi.RequestTags(in.Tags)...)
}

// getFederationToken makes a session of the user who asks, or of the root user, which
// without a policy may do nothing that identity policies allow.
func getFederationToken(c *awsapi.Call, in *getFederationTokenInput) (*getFederationTokenOutput, error) {
	tags, err := tagsOf(in.Tags)
	if err != nil {
		return nil, err
	}
	session := &world.Caller{
		Account: c.Caller.Account, User: c.Caller.User, Root: c.Caller.Root, Federated: in.Name, SessionTags: tags,
	}
	if err := limits(c, session, in.Policy, in.PolicyArns); err != nil {
		return nil, err
	}
	made, size, err := mint(c, session, lasting(c, in.DurationSeconds), in.tokenInput)
	return &getFederationTokenOutput{
		Credentials:   made,
		FederatedUser: federatedUser{c.Caller.Account + ":" + in.Name, world.FederatedARN(c.Caller.Account, in.Name)},
		packedSize:    packedOf(in.Policy, size),
	}, err
}
