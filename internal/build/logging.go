package build

import (
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

var logging = facts.Checked(facts.RecordIf(facts.New("bucket logging",
	facts.Field("bucket", facts.Text, func(l *world.Logging) *string { return &l.Bucket }).
		Says("the bucket that the logs go to").Must("logging needs the bucket that the logs go to"),
	facts.Field("prefix", facts.Text, func(l *world.Logging) *string { return &l.Prefix }).
		Says("what the keys of the logs begin with"),
	facts.Field("key_format", logKeys, func(l *world.Logging) *world.LogKeys { return &l.Keys }).
		Says("the form of the keys: SimplePrefix, or parted by EventTime or DeliveryTime", "not said"),
	facts.Field("grants", facts.List(facts.Record(logGrant)),
		func(l *world.Logging) *[]world.LogGrant { return &l.Grants }).
		Says("who else may do what with the logs"),
)), func(l *world.Logging, n *tree.Node) error { return flawed(l.Flaw(), n) })

var logKeys = facts.Is[world.LogKeys](facts.OneOf("value",
	string(world.LogKeysSimple), string(world.LogKeysByEvent), string(world.LogKeysByDelivery)))

var logGrant = facts.New("log grant",
	facts.Field("id", facts.Text, func(g *world.LogGrant) *string { return &g.ID }).
		Says("the canonical user id of an account"),
	facts.Field("group", facts.Text, func(g *world.LogGrant) *string { return &g.Group }).
		Says("the URI of a group"),
	facts.Field("email", facts.Text, func(g *world.LogGrant) *string { return &g.Email }).
		Says("an e-mail address"),
	facts.Field("permission", facts.OneOf("value", "FULL_CONTROL", "READ", "WRITE", "READ_ACP", "WRITE_ACP"),
		func(g *world.LogGrant) *string { return &g.Permission }).
		Says("what is granted").Must("a grant needs a permission"),
).Then(func(g *world.LogGrant, n *tree.Node) error {
	named := 0
	for _, who := range []string{g.ID, g.Group, g.Email} {
		if who != "" {
			named++
		}
	}
	if named != 1 {
		return tree.Fail(n, "a grant is for one of id, group and email")
	}
	return nil
})
