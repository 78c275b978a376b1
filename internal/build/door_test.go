package build_test

import (
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/store/blob"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/scenarios"
)

const doors = `version: 1
scenarios:
  a:
    title: A
    accounts: {123456789012: {users: {u: {}}, roles: {r: {}}}}
    callers: {app: {CALLER}}
`

func TestDoors(t *testing.T) {
	for caller, want := range map[string]string{
		"role: r, from: contaner":                               `unknown value "contaner" (did you mean "container"?)`,
		"user: u, from: container":                              "from: container belongs to a role",
		"user: u, from: instance":                               "from: instance belongs to a role",
		"user: u, from: web-identity":                           "from: web-identity belongs to a role",
		"service: ec2.amazonaws.com, from: process":             "from: process belongs to a user, a role or the root user",
		"role: r, ttl: 1h":                                      "ttl and refresh_in belong to a caller with from",
		"role: r, from: instance, ttl: 0.5s":                    "a session is handed out for 1s to 36h0m0s, not for 0.5s",
		"role: r, from: instance, ttl: 5m, refresh_in: 6m":      "a session that lasts 5m0s cannot be handed out for 6m0s",
		"role: r, handed_to: app":                               "handed_to and handed_until belong to minted sessions",
		"role: r, from: container, authorization_token: \"a \"": "an authorization token has characters of ASCII",
		"role: r, form: container":                              `unknown key "form"`,
	} {
		err := buildOnce(t, strings.Replace(doors, "CALLER", caller, 1))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, not %s", caller, err, want)
		}
	}
}

// buildOnce is what is wrong with the scenario a of a file.
func buildOnce(t *testing.T, text string) error {
	f, err := scenarios.Parse("world.yaml", []byte(text))
	if err != nil {
		return err
	}
	_, err = build.Of(scenario(t, f, "a")).Build(loaded, store.NewIndex(blob.NewStore()))
	return err
}

// A session is handed out until five minutes before its end, and a short one for half of
// its time.
func TestRefresh(t *testing.T) {
	for _, c := range []struct {
		of          world.Handing
		lasts, next time.Duration
	}{
		{world.Handing{From: world.FromInstance}, 6 * time.Hour, 6*time.Hour - 5*time.Minute},
		{world.Handing{From: world.FromProcess}, time.Hour, 55 * time.Minute},
		{world.Handing{From: world.FromContainer, TTL: 10 * time.Minute}, 10 * time.Minute, 5 * time.Minute},
		{world.Handing{From: world.FromContainer, TTL: time.Minute}, time.Minute, 30 * time.Second},
		{world.Handing{From: world.FromContainer, TTL: time.Minute, RefreshIn: time.Minute}, time.Minute, time.Minute},
	} {
		if lasts, next := c.of.Lasts(), c.of.Refresh(); lasts != c.lasts || next != c.next {
			t.Errorf("%+v: %s, %s", c.of, lasts, next)
		}
	}
}
