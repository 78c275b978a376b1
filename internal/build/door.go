package build

import (
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// How a program comes by a caller's credentials, and what it is given.
var (
	door = facts.Field("from", facts.Is[world.Door](facts.OneOf("value", world.Doors...)),
		func(c *callerIn) *world.Door { return &c.From }).
		Says("how the program comes by the caller's credentials: `env` then says so in the place of keys",
			"it has keys")
	ttl = facts.Field("ttl", handing, func(c *callerIn) *time.Duration { return &c.TTL }).
		Says("how long the sessions last that are handed out",
			"6h from a container's endpoint and an instance's, 1h otherwise")
	refreshIn = facts.Field("refresh_in", handing, func(c *callerIn) *time.Duration { return &c.RefreshIn }).
			Says("how long one session is handed out, before the next one is", "until 5m before its end")
	authorizationToken = facts.Field("authorization_token", headerText,
		func(c *callerIn) *string { return &c.Token }).
		Says("what the endpoint of from: container, and of process, wants in the header Authorization", "derived")
	handedTo = facts.Field("handed_to", facts.Text, func(c *callerIn) *string { return &c.HandedTo }).
			Says("the caller to whom a minted session was handed out")
	handedUntil = facts.Field("handed_until", facts.Instant, func(c *callerIn) *time.Time { return &c.HandedUntil }).
			Says("until when a minted session is handed out again")
)

var metadata = facts.Record(facts.New("metadata",
	facts.Field("tokens", facts.Is[world.Tokens](facts.OneOf("value", world.TokensOptional, world.TokensRequired)),
		func(m *world.Metadata) *world.Tokens { return &m.Tokens }).
		Says("whether the instance metadata service wants a session token (IMDSv2)", "optional"),
)).Unless(func(m world.Metadata) bool { return m == world.Metadata{} })

var handing = facts.Checked(facts.Duration, func(d time.Duration, n *tree.Node) error {
	if d < time.Second || d > world.MostTTL {
		return tree.Fail(n, "a session is handed out for 1s to %s, not for %s", world.MostTTL, n.Text)
	}
	return nil
})

var headerText = facts.Matching(pattern.New(`^[!-~]([ -~]*[!-~])?$`),
	"an authorization token has characters of ASCII, and no space at its ends")

// checkDoor holds how a caller comes by its keys against who it is.
func (c *callerIn) checkDoor() error {
	at := c.node
	switch {
	case c.From == "" && (c.TTL != 0 || c.RefreshIn != 0):
		return tree.Fail(at, "ttl and refresh_in belong to a caller with from")
	case c.From == world.FromProcess && (c.Service != "" || c.OriginIdentity != ""):
		return tree.Fail(at.Find("from"), "from: %s belongs to a user, a role or the root user", c.From)
	case c.From != "" && c.From != world.FromProcess && c.Role == "":
		return tree.Fail(at.Find("from"), "from: %s belongs to a role, whose sessions are handed out there", c.From)
	case c.RefreshIn > c.Lasts():
		return tree.Fail(at.Find("refresh_in"), "a session that lasts %s cannot be handed out for %s", c.Lasts(), c.RefreshIn)
	case c.From == world.FromInstance && !c.Minted && world.OnInstance(c.world.State) != c.Caller:
		return tree.Fail(at.Find("from"), "an instance has one role: the caller %s has from: instance already",
			world.OnInstance(c.world.State).Name)
	case !c.Minted && (c.HandedTo != "" || !c.HandedUntil.IsZero()):
		return tree.Fail(at, "handed_to and handed_until belong to minted sessions")
	}
	return nil
}
