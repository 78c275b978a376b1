package scenarios

import (
	"regexp"
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

// calls are requests that a scenario expects something of, and steps of its clock.
var calls = facts.List(facts.Record(facts.New("call",
	facts.Field("as", facts.Text, func(c *Call) *string { return &c.As }),
	facts.Field("call", facts.Text, func(c *Call) *string { return &c.Call }),
	facts.Field("bucket", facts.Text, func(c *Call) *string { return &c.Bucket }),
	facts.Field("key", facts.Text, func(c *Call) *string { return &c.Key }),
	facts.Field("version_id", facts.Text, func(c *Call) *string { return &c.VersionID }),
	facts.Field("headers", facts.Tags, func(c *Call) *map[string]string { return &c.Headers }),
	facts.Field("query", facts.Tags, func(c *Call) *map[string]string { return &c.Query }),
	facts.Field("body", facts.Text, func(c *Call) *string { return &c.Body }),
	facts.Field("presign", facts.RecordIf(presigning), func(c *Call) **Presigning { return &c.Presign }),
	facts.Field("sign", facts.RecordIf(signing), func(c *Call) **Signing { return &c.Sign }),
	facts.Field("save", saved, func(c *Call) *map[string]string { return &c.Save }),
	facts.Field("times", times, func(c *Call) *int { return &c.Times }),
	facts.Fact("want", wants, setWants, wantsOf),
	facts.Field("advance", ahead, func(c *Call) *time.Duration { return &c.Advance }),
	facts.Fact("client_skew", facts.Duration, setSkew, skewOf),
)))

var presigning = facts.New("presigning",
	facts.Field("expires", facts.Duration, func(p *Presigning) *time.Duration { return &p.Expires }),
	facts.Field("age", facts.Duration, func(p *Presigning) *time.Duration { return &p.Age }),
	facts.Field("region", facts.Text, func(p *Presigning) *string { return &p.Region }),
	facts.Field("sigv2", facts.Boolean, func(p *Presigning) *bool { return &p.SigV2 }),
	facts.Field("method", facts.Text, func(p *Presigning) *string { return &p.Method }),
)

var signing = facts.New("signing",
	facts.Field("region", facts.Text, func(s *Signing) *string { return &s.Region }),
	facts.Field("secret", facts.Text, func(s *Signing) *string { return &s.Secret }),
	facts.Field("access_key_id", facts.Text, func(s *Signing) *string { return &s.AccessKey }),
	facts.Field("age", facts.Duration, func(s *Signing) *time.Duration { return &s.Age }),
	facts.Field("drop_header", facts.Text, func(s *Signing) *string { return &s.DropHeader }),
)

// maxTimes is how often a call can be sent: to see a rule strike it takes a few.
const maxTimes = 1000

var times = facts.Checked(facts.Number, func(times int, n *tree.Node) error {
	if times < 1 || times > maxTimes {
		return tree.Fail(n, "a call is sent 1 to %d times, not %d", maxTimes, times)
	}
	return nil
})

var ahead = facts.Checked(facts.Duration, func(d time.Duration, n *tree.Node) error {
	if d <= 0 {
		return tree.Fail(n, "a clock advances by more than nothing, not by %s", n.Text)
	}
	return nil
})

// savedName is a name that {name} can stand for; JSON and policy variables look otherwise.
var savedName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

var saved = facts.Checked(facts.Tags, func(_ map[string]string, n *tree.Node) error {
	for i, name := range n.Keys {
		if !savedName.MatchString(name.Text) {
			return tree.Fail(name, "what is saved has a name of a-z, 0-9 and _, not %q", name.Text)
		}
		if n.Items[i].Text == "" {
			return tree.Fail(n.Items[i], "what is saved is an element or a header of the answer")
		}
	}
	return nil
})

// wants are what is seen each time, or a list: the first time, the second, and so on.
var wants = facts.Either(isList, facts.Listed(facts.Record(want)), facts.Alone(facts.Record(want)))

func isList(n *tree.Node) bool { return n.Kind == tree.List }

func setWants(c *Call, all []Want, n *tree.Node) error {
	switch {
	case n == nil:
	case !isList(n):
		c.Want = all[0]
	case len(all) == 0:
		return tree.Fail(n, "a list of answers has one or more")
	default:
		c.Wants = all
	}
	return nil
}

func wantsOf(c *Call) []Want {
	if len(c.Wants) > 0 {
		return c.Wants
	}
	return []Want{c.Want}
}

func setSkew(c *Call, d time.Duration, n *tree.Node) error {
	if n != nil {
		c.ClientSkew = &d
	}
	return nil
}

func skewOf(c *Call) time.Duration {
	if c.ClientSkew == nil {
		return 0
	}
	return *c.ClientSkew
}

var broken = facts.OneOf("way of breaking", BrokenReset, BrokenCut, BrokenTimeout)

// want holds itself: what differs between the two responses.
var want = func() *facts.Struct[*Want] {
	want := facts.New("want",
		facts.Field("status", facts.Number, func(w *Want) *int { return &w.Status }),
		facts.Field("code", facts.Text, func(w *Want) *string { return &w.Code }),
		facts.Field("message", facts.Text, func(w *Want) *string { return &w.Message }),
		facts.Field("layer", facts.Text, func(w *Want) *string { return &w.Layer }),
		facts.Field("statement", facts.Text, func(w *Want) *string { return &w.Statement }),
		facts.Field("body_contains", facts.Text, func(w *Want) *string { return &w.BodyContains }),
		facts.Field("header", facts.Tags, func(w *Want) *map[string]string { return &w.Header }),
		facts.Field("broken", broken, func(w *Want) *string { return &w.Broken }),
	)
	return want.With(
		facts.Field("article", facts.RecordIf(want), func(w *Want) **Want { return &w.Article }),
		facts.Field("aws", facts.RecordIf(want), func(w *Want) **Want { return &w.AWS }),
	)
}()
