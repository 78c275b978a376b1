package asker_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/internal/worldtest"
	"github.com/s3fault/s3fault/policy"
)

const (
	own   = "123456789012" // in the organization, in the unit prod
	other = "222222222222" // in none
)

// In facts there is a caller of every kind. The session app began an hour ago, and its
// second factor was seen ten minutes before that.
const facts = `
accounts:
  123456789012:
    users: {ann: {path: /team/, tags: {team: red, "cost centre": "7"}}}
    roles: {app: {path: /svc/, tags: {team: blue, stage: prod}}}
  222222222222: {users: {bob: {}}}
  333333333333: {}
callers:
  ann: {account: 123456789012, user: ann}
  root: {account: 123456789012, root: true}
  app: {account: 123456789012, role: app, session_name: s1, session_tags: {team: green}, source_identity: carla}
  token: {account: 123456789012, user: ann, mfa: -10m}
  fed: {account: 123456789012, user: ann, federated: dora, session_tags: {team: black}}
  bob: {account: 222222222222, user: bob}
  logs: {service: logging.s3.amazonaws.com, source_arn: "arn:aws:s3:::from", source_account: 123456789012}
  idle: {service: config.amazonaws.com}
  front: {origin_access_identity: E2EXAMPLE1OAID}
organization:
  id: o-exampleorgid
  management_account: 333333333333
  root: {units: {prod: {accounts: {123456789012: {}}}}, accounts: {333333333333: {}}}
`

// when is the world's time in the tests.
var when = worldtest.Loaded.Now.Add(time.Hour)

// asks is a caller of the world who asks as the zero Asker does; empty: anonymous.
func asks(t *testing.T, s *world.State, caller string) *asker.Asker {
	t.Helper()
	a := &asker.Asker{State: s, Now: when, Principal: &policy.Principal{Kind: policy.Anonymous}}
	if caller == "" {
		return a
	}
	if a.Caller = s.Callers[caller]; a.Caller == nil {
		t.Fatalf("the world has no caller %s", caller)
	}
	a.Principal = &a.Caller.Principal
	return a
}

// keys are condition keys by their folded names.
type keys map[string]string

func keysOf(c *policy.Context) keys {
	all := keys{}
	for name, values := range c.All() {
		all[strings.ToLower(name)] = strings.Join(values, ",")
	}
	return all
}

// with are the keys and those of another set.
func (k keys) with(others keys) keys {
	all := maps.Clone(k)
	maps.Copy(all, others)
	return all
}

// without are the keys but those of another set, whatever their values.
func (k keys) without(others keys) keys {
	rest := maps.Clone(k)
	for name := range others {
		delete(rest, name)
	}
	return rest
}

// are fails the test unless the keys are exactly those wanted.
func (k keys) are(t *testing.T, want keys) {
	t.Helper()
	folded := keys{}
	for name, v := range want {
		folded[strings.ToLower(name)] = v
	}
	for _, name := range slices.Sorted(maps.Keys(folded)) {
		if got, ok := k[name]; !ok || got != folded[name] {
			t.Errorf("%s is %q (there: %v), want %q", name, got, ok, folded[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(k.without(folded))) {
		t.Errorf("%s is there: %q", name, k[name])
	}
}

// orgPath is the place of the account own in its organization.
func orgPath() string {
	const id = "o-exampleorgid"
	return fmt.Sprintf("%s/%s/%s/", id, world.RootID(id), world.UnitID(id, "/prod"))
}
