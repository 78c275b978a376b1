package scenarios

import (
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/tree"
)

// calls are requests that a scenario expects something of, and steps of its clock.
var calls = facts.List(facts.Record(facts.New("call",
	facts.Field("as", facts.Text, func(c *Call) *string { return &c.As }).
		Says("who calls: a caller, or anonymous"),
	facts.Field("call", facts.Text, func(c *Call) *string { return &c.Call }).
		Says("the operation, like GetObject, or iam:ACTION or sts:ACTION"),
	facts.Field("bucket", facts.Text, func(c *Call) *string { return &c.Bucket }).
		Says("the bucket, or the ARN of an access point to it"),
	facts.Field("key", facts.Text, func(c *Call) *string { return &c.Key }).
		Says("the key"),
	facts.Field("version_id", facts.Text, func(c *Call) *string { return &c.VersionID }).
		Says("the object's version"),
	facts.Field("headers", facts.Tags, func(c *Call) *map[string]string { return &c.Headers }).
		Says("further headers"),
	facts.Field("query", facts.Tags, func(c *Call) *map[string]string { return &c.Query }).
		Says("further parameters: in the URL, or of an action of IAM or STS"),
	facts.Field("body", facts.Text, func(c *Call) *string { return &c.Body }).
		Says("what is sent"),
	facts.Field("presign", facts.RecordIf(presigning), func(c *Call) **Presigning { return &c.Presign }).
		Says("sends it as a presigned URL"),
	facts.Field("sign", facts.RecordIf(signing), func(c *Call) **Signing { return &c.Sign }).
		Says("signs it wrongly on purpose"),
	facts.Field("save", saved, func(c *Call) *map[string]string { return &c.Save }).
		Says("keeps an element or a header of the answer by a name, which calls below say as {name}"),
	facts.Field("times", times, func(c *Call) *int { return &c.Times }).
		Says("how often it is sent", "1"),
	facts.Fact("want", wants, setWants, wantsOf).
		Says("what is seen each time, or a list: the first time, the second, and so on"),
	facts.Field("advance", ahead, func(c *Call) *time.Duration { return &c.Advance }).
		Says("a step of its own: the world's clock goes ahead by this"),
	facts.Fact("client_skew", facts.Duration, setSkew, skewOf).
		Says("a step of its own: by how much the clients' clocks are behind from now on"),
)))

var presigning = facts.New("presigning",
	facts.Field("expires", facts.Duration, func(p *Presigning) *time.Duration { return &p.Expires }).
		Says("how long the URL is good", "1h"),
	facts.Field("age", facts.Duration, func(p *Presigning) *time.Duration { return &p.Age }).
		Says("how long ago it was made", "0s"),
	facts.Field("region", facts.Text, func(p *Presigning) *string { return &p.Region }).
		Says("the region it is signed for", "that of the world"),
	facts.Field("sigv2", facts.Boolean, func(p *Presigning) *bool { return &p.SigV2 }).
		Says("whether it is signed by Signature Version 2", "false"),
	facts.Field("method", facts.Text, func(p *Presigning) *string { return &p.Method }).
		Says("the HTTP method it is signed for", "that of the call"),
)

var signing = facts.New("signing",
	facts.Field("region", facts.Text, func(s *Signing) *string { return &s.Region }).
		Says("the region it is signed for", "that of the world"),
	facts.Field("secret", facts.Text, func(s *Signing) *string { return &s.Secret }).
		Says("the secret it is signed with", "the caller's"),
	facts.Field("access_key_id", facts.Text, func(s *Signing) *string { return &s.AccessKey }).
		Says("the access key id it is signed with", "the caller's"),
	facts.Field("age", facts.Duration, func(s *Signing) *time.Duration { return &s.Age }).
		Says("how long ago it was signed", "0s"),
	facts.Field("drop_header", facts.Text, func(s *Signing) *string { return &s.DropHeader }).
		Says("a header that is taken away once it is signed"),
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
var savedName = pattern.New(`^[a-z][a-z0-9_]*$`)

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
		facts.Field("status", facts.Number, func(w *Want) *int { return &w.Status }).
			Says("the HTTP status"),
		facts.Field("code", facts.Text, func(w *Want) *string { return &w.Code }).
			Says("the error's code"),
		facts.Field("message", facts.Text, func(w *Want) *string { return &w.Message }).
			Says("the error's message, word for word"),
		facts.Field("layer", facts.Text, func(w *Want) *string { return &w.Layer }).
			Says("the one layer that refused it"),
		facts.Field("statement", facts.Text, func(w *Want) *string { return &w.Statement }).
			Says("the Sid of the statement that decided"),
		facts.Field("body_contains", facts.Text, func(w *Want) *string { return &w.BodyContains }).
			Says("a part of the answer's body"),
		facts.Field("header", facts.Tags, func(w *Want) *map[string]string { return &w.Header }).
			Says("headers of the answer"),
		facts.Field("broken", broken, func(w *Want) *string { return &w.Broken }).
			Says("how the answer breaks off", "it is whole"),
	)
	return want.With(
		facts.Field("article", facts.RecordIf(want), func(w *Want) **Want { return &w.Article }).
			Says("what differs with responses: article"),
		facts.Field("aws", facts.RecordIf(want), func(w *Want) **Want { return &w.AWS }).
			Says("what differs with responses: aws"),
	)
}()
