package build

import (
	"cmp"
	"iter"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// AccessPoints are the access points: by name or, where two accounts or regions have the same
// name, by ARN.
var AccessPoints = facts.Many("access_points", pointNames, accessPoint, (*making).addPoint, writtenPoints).
	Says("the access points of buckets, by name; by ARN where two accounts or regions have the same name")

// pointIn is an access point in its world, and where it is read.
type pointIn struct {
	world *making
	*world.AccessPoint
	key  string // the name or the ARN under which it stands
	node *tree.Node
}

var accessPoint = facts.New("access point",
	facts.Fact("bucket", facts.Text, (*pointIn).setBucket, func(p *pointIn) string { return p.Bucket }).
		Says("the bucket that the access point leads to, which it must have"),
	facts.Fact("account", facts.Text, (*pointIn).setAccount, func(p *pointIn) string { return p.Account }).
		Says("the account that the access point belongs to", "that of the bucket").After("bucket"),
	facts.Field("vpc", facts.Text, func(p *pointIn) *string { return &p.VPC }).
		Says("the VPC that it takes requests from", "it takes them from anywhere"),
	PointPolicy.After("account", "vpc").Before((*pointIn).check),
	PointBlock,
	facts.Field("created", facts.Instant, func(p *pointIn) *time.Time { return &p.Created }).
		Says("when the access point was made", "at loading"),
	facts.Field("tags", facts.Tags, func(p *pointIn) *map[string]string { return &p.Tags }).
		Says("the access point's tags"),
)

// Facts of an access point that are changed to let a request pass.
var (
	PointPolicy = facts.Fact("policy", document, (*pointIn).setPolicy,
		func(p *pointIn) *tree.Node { return described(p.Policy) }).
		Says("the access point's policy: YAML, the JSON as a text, or {file: PATH}", "none")
	PointBlock = facts.Field("public_access_block", publicAccess,
		func(p *pointIn) **world.PublicAccessBlock { return &p.PublicAccessBlock }).
		Says("the access point's Block Public Access, or none", "all four are on")
)

var pointNames = facts.Names{Check: func(key *tree.Node) error {
	if !world.IsAccessPointName(key.Text) && !world.IsAccessPointARN(key.Text) {
		return tree.Fail(key, "%q is no access point's name: 3 to 50 of a-z, 0-9 and hyphen; nor its ARN", key.Text)
	}
	return nil
}}

// PointKey is the name under which an access point stands in the world's facts.
func PointKey(all world.AccessPoints, p *world.AccessPoint) string {
	for _, other := range all {
		if other.Name == p.Name && other != p && other.ARN() != p.ARN() {
			return p.ARN()
		}
	}
	return p.Name
}

func writtenPoints(w *making) iter.Seq2[string, *pointIn] {
	byKey := map[string]*world.AccessPoint{}
	for _, p := range w.AccessPoints {
		byKey[PointKey(w.AccessPoints, p)] = p
	}
	return facts.ByName(byKey, func(key string, p *world.AccessPoint) *pointIn {
		return &pointIn{world: w, AccessPoint: p, key: key}
	})
}

func (w *making) addPoint(key string, n *tree.Node) (*pointIn, error) {
	on := world.PublicAccessBlock{
		BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true,
	}
	p := &world.AccessPoint{Name: key, Created: w.now(), PublicAccessBlock: &on}
	if parts := strings.SplitN(key, ":", 6); len(parts) == 6 {
		p.Region, p.Account, p.Name = parts[3], parts[4], world.LastName(key)
	}
	return &pointIn{w, p, key, n}, nil
}

func (p *pointIn) setBucket(name string, n *tree.Node) error {
	// It is no Must, which a patch of the policy alone would have to say too.
	p.Bucket = name
	switch {
	case name == "":
		return tree.Fail(p.node, "an access point needs a bucket")
	case p.world.Buckets[name] == nil:
		return tree.Unknown(n, "bucket", name, keysOf(p.world.Buckets))
	}
	return nil
}

func (p *pointIn) setAccount(name string, _ *tree.Node) (err error) {
	b := p.world.Buckets[p.Bucket]
	if b == nil {
		return nil // of which there is an error already
	}
	given := cmp.Or(name, p.Account, b.Owner)
	if p.Account != "" && p.Account != given {
		return tree.Fail(p.node.Get("account"), "the access point %s is not of the account %s", p.key, given)
	}
	p.Account, err = p.world.account(given, p.node.Find("account"))
	return err
}

// check puts the access point into the world, before its policy is read.
func (p *pointIn) check() error {
	b := p.world.Buckets[p.Bucket]
	if b == nil || p.node.Broken {
		return nil
	}
	if p.Region != "" && p.Region != b.Region {
		return tree.Fail(p.node.Get("bucket"), "the bucket %s is in %s, and the access point in %s", b.Name, b.Region, p.Region)
	}
	p.Region = b.Region
	if p.VPC != "" {
		if err := checkVPC(p.node, p.VPC); err != nil {
			return err
		}
	}
	if p.world.AccessPoints[p.ARN()] != nil {
		return tree.Fail(p.node, "the account %s has the access point %s in %s twice", p.Account, p.Name, p.Region)
	}
	p.world.AccessPoints[p.ARN()] = p.AccessPoint
	return nil
}

func (p *pointIn) setPolicy(doc *tree.Node, _ *tree.Node) (err error) {
	rules := policy.Rules{Kind: policy.AccessPoint, Point: p.ARN(), PrincipalExists: p.world.PrincipalPossible}
	p.Policy, err = compile(doc, p.Name, "", rules)
	return err
}
