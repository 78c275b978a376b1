package kms

import (
	"net/http"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// How a call may name its key: by id or ARN alone, or by alias too.
type naming bool

const (
	byKey     naming = false
	withAlias naming = true
)

// scope says whose keys a call works on (KMS API Reference, "Cross-account use").
type scope bool

const (
	ownAccount scope = false
	anyAccount scope = true
)

// keyInput is a call about one key and nothing else.
type keyInput struct {
	KeyId string `aws:",required"`
}

func (in *keyInput) asked() string { return in.KeyId }

// checkKey asks for the call's permission on the key that it names.
func checkKey[In any](by naming, of scope, asked func(*In) string) func(*awsapi.Call, *In) ([]*authz.Request, error) {
	return func(c *awsapi.Call, in *In) ([]*authz.Request, error) {
		return checkNamed(c, asked(in), by, of)
	}
}

func checkNamed(c *awsapi.Call, name string, by naming, of scope, keys ...awsapi.Key) ([]*authz.Request, error) {
	key, err := find(c, name, by)
	if err != nil {
		return nil, err
	}
	if alias := world.AliasIn(name); alias != "" {
		keys = append(keys, awsapi.Key{Name: "kms:RequestAlias", Values: []string{alias}})
	}
	q := question(c, c.Permission(), key, keys...)
	if of == ownAccount && key.Account != c.CallerAccount() {
		q.Key.Policy, q.Key.Grants = nil, nil // no policy lets another account in here
	}
	return []*authz.Request{q}, nil
}

// question asks KMS whether the caller may do action with the key, under the call's
// own condition keys too. Its state hinders no call by itself: the call says so.
func question(c *awsapi.Call, action string, key *world.Key, keys ...awsapi.Key) *authz.Request {
	if inForce := c.InForce().Keys[key.ARN]; inForce != nil && key.KeyKind != (world.KeyKind{}) {
		key = inForce
	}
	return questionOf(c, action, key, keys...)
}

// questionOf is the question about just that key, which may be one that is to be.
func questionOf(c *awsapi.Call, action string, key *world.Key, keys ...awsapi.Key) *authz.Request {
	q := c.Asker().KeyQuestion(action, key)
	q.Key.State = ""
	// No service makes the call for somebody; of the ones about grants the key says so,
	// rather than being absent [unsure].
	asker.SetFor(q.Context, action, "kms:GrantIsForAWSResource", "false")
	for _, k := range keys {
		asker.SetFor(q.Context, action, k.Name, k.Values...)
	}
	return q
}

// find is the key that a call names. One of another account that is not there is a
// key that lets nobody in: KMS does not tell the two apart.
func find(c *awsapi.Call, name string, by naming) (*world.Key, error) {
	region, account, resource, err := readName(c, name)
	switch {
	case err != nil:
		return nil, err
	case by == byKey && world.IsKeyAlias(resource):
		// By the words for other names that are no keys' [unsure].
		return nil, noKeyID(name)
	}
	if key := c.State().KeyNamed(name, account, region); key != nil {
		return key, nil
	}
	if account != c.CallerAccount() {
		return &world.Key{ARN: name, Account: account, Region: region, State: world.KeyEnabled}, nil
	}
	return nil, notThere(name, region, account, resource)
}

// readName takes the name of a key apart: an ARN, or a name in the caller's account
// and the call's region.
func readName(c *awsapi.Call, name string) (region, account, resource string, err error) {
	if !strings.HasPrefix(name, "arn:") {
		return c.Region(), c.CallerAccount(), name, nil
	}
	parts := strings.SplitN(name, ":", 6)
	if len(parts) != 6 || parts[2] != "kms" || !world.IsAccountID(parts[4]) ||
		!strings.HasPrefix(parts[5], "key/") && !world.IsKeyAlias(parts[5]) {
		return "", "", "", invalidARN("Invalid keyId '%s'", name)
	}
	if parts[3] != c.Region() {
		return "", "", "", refuseNotFound("Invalid arn %s", parts[3])
	}
	return parts[3], parts[4], parts[5], nil
}

// partsOf are the region, account and id in the ARN of a key.
func partsOf(arn string) (region, account, id string) {
	parts := strings.SplitN(arn, ":", 6)
	return parts[3], parts[4], strings.TrimPrefix(parts[5], "key/")
}

func notThere(name, region, account, resource string) error {
	switch {
	case world.IsKeyAlias(resource):
		return noAlias(world.AliasARN(region, account, resource))
	case resource != name:
		return refuseNotFound("Key '%s' does not exist", name)
	case world.IsKeyID(name):
		return refuseNotFound("Key '%s' does not exist", world.KeyARN(region, account, name))
	}
	return noKeyID(name)
}

func noAlias(arn string) error { return refuseNotFound("Alias %s is not found.", arn) }

func noKeyID(name string) error { return refuseNotFound("Invalid keyId '%s'", name) }

func refuseNotFound(format string, args ...any) error {
	return awsapi.Refuse("NotFoundException", format, args...)
}

func invalidARN(format string, args ...any) error {
	return awsapi.Refuse("InvalidArnException", format, args...)
}

// change puts another key in the place of the one that the call is about.
func change(c *awsapi.Call, keys ...*world.Key) error {
	return c.Change(func(s *world.State) (*world.State, error) {
		next, err := s.WithKeys(keys...)
		if err != nil {
			return nil, awsapi.RefuseWith(http.StatusInternalServerError, "KMSInternalException", "%v", err)
		}
		return next, nil
	})
}
