package asker_test

import (
	"testing"

	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/internal/worldtest"
)

// Of whoever asks, these keys are there and none but these: a policy that denies by
// the absence of a key, or by its presence, depends on it (authorization.md 3.1).
func TestKeysOfThePrincipal(t *testing.T) {
	const (
		user, role = "arn:aws:iam::123456789012:user/team/ann", "arn:aws:iam::123456789012:role/svc/app"
		loaded     = "2026-11-23T10:00:00Z"
	)
	ids := struct{ ann, app, bob string }{world.UserID(own, "ann"), world.RoleID(own, "app"), world.UserID(other, "bob")}
	organization := keys{"aws:PrincipalOrgID": "o-exampleorgid", "aws:PrincipalOrgPaths": orgPath()}
	for caller, want := range map[string]keys{
		"": {"aws:PrincipalAccount": "anonymous", "aws:PrincipalType": "Anonymous", "aws:userid": "anonymous"},
		"ann": organization.with(keys{
			"aws:PrincipalArn": user, "aws:PrincipalAccount": own, "aws:PrincipalType": "User", "aws:PrincipalIsAWSService": "false",
			"aws:userid": ids.ann, "aws:username": "ann", "aws:PrincipalTag/team": "red", "aws:PrincipalTag/cost centre": "7"}),
		"root": organization.with(keys{
			"aws:PrincipalArn": "arn:aws:iam::123456789012:root", "aws:PrincipalAccount": own, "aws:PrincipalType": "Account",
			"aws:PrincipalIsAWSService": "false", "aws:userid": own}),
		// A session tag stands before the role's of the same name.
		"app": organization.with(keys{
			"aws:PrincipalArn": role, "aws:PrincipalAccount": own, "aws:PrincipalType": "AssumedRole", "aws:PrincipalIsAWSService": "false",
			"aws:userid": ids.app + ":s1", "aws:PrincipalTag/team": "green", "aws:PrincipalTag/stage": "prod",
			"aws:MultiFactorAuthPresent": "false", "aws:TokenIssueTime": loaded, "aws:SourceIdentity": "carla"}),
		// The same user with temporary credentials: the keys of the user, and those of a
		// session.
		"token": organization.with(keys{
			"aws:PrincipalArn": user, "aws:PrincipalAccount": own, "aws:PrincipalType": "User", "aws:PrincipalIsAWSService": "false",
			"aws:userid": ids.ann, "aws:username": "ann", "aws:PrincipalTag/team": "red", "aws:PrincipalTag/cost centre": "7",
			"aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "4200", "aws:TokenIssueTime": loaded}),
		// The user's tags go along to the federated session, its name does not.
		"fed": organization.with(keys{
			"aws:PrincipalArn": "arn:aws:sts::123456789012:federated-user/dora", "aws:PrincipalAccount": own, "aws:PrincipalType": "FederatedUser",
			"aws:PrincipalIsAWSService": "false", "aws:userid": own + ":dora", "aws:PrincipalTag/team": "black", "aws:PrincipalTag/cost centre": "7",
			"aws:MultiFactorAuthPresent": "false", "aws:TokenIssueTime": loaded}),
		"bob": {
			"aws:PrincipalArn": "arn:aws:iam::222222222222:user/bob", "aws:PrincipalAccount": other, "aws:PrincipalType": "User",
			"aws:PrincipalIsAWSService": "false", "aws:userid": ids.bob, "aws:username": "bob"},
		"logs": {
			"aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": "logging.s3.amazonaws.com", "aws:PrincipalServiceNamesList": "logging.s3.amazonaws.com",
			"aws:SourceArn": "arn:aws:s3:::from", "aws:SourceAccount": own, "aws:SourceOrgID": "o-exampleorgid", "aws:SourceOrgPaths": orgPath()},
		"idle": {
			"aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": "config.amazonaws.com", "aws:PrincipalServiceNamesList": "config.amazonaws.com"},
		"front": {
			"aws:PrincipalIsAWSService": "false", "aws:PrincipalArn": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2EXAMPLE1OAID"},
	} {
		t.Run(caller, func(t *testing.T) {
			s := worldtest.Build(t, facts).State
			nobody := &asker.Asker{State: s, Now: when}
			keysOf(asks(t, s, caller).Keys()).without(keysOf(nobody.Keys())).are(t, want)
		})
	}
}

// Whom nobody could name, because the signature could not be read, has no key of a
// principal; the caller's are not taken for the principal's.
func TestKeysOfNobody(t *testing.T) {
	s := worldtest.Build(t, facts).State
	a := asks(t, s, "ann")
	a.Principal = nil
	keysOf(a.Keys()).are(t, keysOf((&asker.Asker{State: s, Now: when}).Keys()))
	if a.Account() != "" || a.Nameable() {
		t.Errorf("nobody is of the account %q, nameable: %v", a.Account(), a.Nameable())
	}
}

// A principal whose credentials are of no caller of the world has the keys that its
// name alone gives.
func TestKeysWithoutCaller(t *testing.T) {
	s := worldtest.Build(t, facts).State
	a := asks(t, s, "bob")
	nobody := &asker.Asker{State: s, Now: when}
	a.Caller = nil
	keysOf(a.Keys()).without(keysOf(nobody.Keys())).are(t, keys{
		"aws:PrincipalArn": "arn:aws:iam::222222222222:user/bob", "aws:PrincipalAccount": other, "aws:PrincipalType": "User",
		"aws:PrincipalIsAWSService": "false"})
}

// Messages name who is of an account; the condition keys and the questions go by the
// account too.
func TestAccountAndName(t *testing.T) {
	s := worldtest.Build(t, facts).State
	for caller, want := range map[string]struct {
		account  string
		nameable bool
	}{
		"": {"", false}, "ann": {own, true}, "root": {own, true}, "app": {own, true}, "token": {own, true}, "fed": {own, true},
		"bob": {other, true}, "logs": {"", false}, "front": {"", false},
	} {
		if a := asks(t, s, caller); a.Account() != want.account || a.Nameable() != want.nameable {
			t.Errorf("%q is of the account %q, nameable: %v", caller, a.Account(), a.Nameable())
		}
	}
}
