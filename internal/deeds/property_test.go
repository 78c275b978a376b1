package deeds

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/rounds"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/store/blob"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

const owner, partner = "123456789012", "111111111111"

// drawn is what random policies and requests are made of.
var drawn = struct{ principals, actions, resources, conditions []string }{
	[]string{`"*"`, `{"AWS": "arn:aws:iam::123456789012:user/ann"}`, `{"AWS": "111111111111"}`,
		`{"AWS": "arn:aws:iam::111111111111:role/reader"}`, `{"Service": "logging.s3.amazonaws.com"}`},
	[]string{"s3:GetObject", "s3:Get*", "s3:PutObject", "s3:*", "s3:ListBucket", "s3:PutBucketPolicy", "s3:*Object"},
	[]string{"arn:aws:s3:::my-bucket", "arn:aws:s3:::my-bucket/*", "arn:aws:s3:::my-bucket/docs/*", "arn:aws:s3:::*",
		"arn:aws:s3:::my-bucket/?.txt"},
	[]string{"", "",
		`"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}`, `"NotIpAddress": {"aws:SourceIp": "198.51.100.0/25"}`,
		`"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}`, `"Bool": {"aws:SecureTransport": "true"}`,
		`"StringLike": {"aws:UserAgent": "app/*"}`, `"StringNotEquals": {"aws:Referer": "https://example.com/"}`,
		`"StringLike": {"s3:prefix": ["docs/*", "public/*"]}`, `"Null": {"aws:UserAgent": "true"}`,
		`"StringEquals": {"aws:PrincipalAccount": "111111111111"}`, `"NumericLessThan": {"s3:max-keys": "10"}`},
}

func pick[T any](r *rand.Rand, all []T) T { return all[r.IntN(len(all))] }

// where are the places that the random policies are put.
var where = []string{"bucket", "identity", "boundary", "scp", "endpoint", "key", "trust"}

func drawStatement(r *rand.Rand, at string) string {
	effect, principal := pick(r, []string{"Allow", "Allow", "Deny"}), ""
	action, resource := pick(r, drawn.actions), `, "Resource": "`+pick(r, drawn.resources)+`"`
	switch at {
	case "bucket", "endpoint", "key", "trust":
		principal = `, "Principal": ` + pick(r, drawn.principals)
	}
	switch at {
	case "key":
		action, resource = pick(r, []string{"kms:*", "kms:Decrypt", "kms:Put*", "kms:GenerateDataKey"}), `, "Resource": "*"`
	case "trust":
		action, resource = pick(r, []string{"sts:AssumeRole", "sts:*"}), ""
	}
	return fmt.Sprintf(`{"Effect": %q%s, "Action": %q%s, "Condition": {%s}}`,
		effect, principal, action, resource, pick(r, drawn.conditions))
}

// drawPair are two policies that share statements.
func drawPair(r *rand.Rand, at string) (before, after string) {
	var was, is []string
	for range 1 + r.IntN(3) {
		s := drawStatement(r, at)
		was, is = append(was, s), append(is, s)
	}
	switch r.IntN(3) {
	case 0:
		is = append(is, drawStatement(r, at))
	case 1:
		is[0] = drawStatement(r, at)
	default:
		was = append(was, drawStatement(r, at))
	}
	doc := func(s []string) string {
		return `{"Version": "2012-10-17", "Statement": [` + strings.Join(s, ", ") + `]}`
	}
	return doc(was), doc(is)
}

func named(t *testing.T, doc string) *authz.Named {
	t.Helper()
	p, err := policy.Parse([]byte(doc))
	if err != nil {
		t.Fatalf("%s: %v", doc, err)
	}
	return &authz.Named{Name: "drawn", Policy: p}
}

// everybodys is a bucket policy under which ann and the reader may do everything.
const everybodys = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ["111111111111",
	"123456789012"]}, "Action": "s3:*", "Resource": ["arn:aws:s3:::my-bucket", "arn:aws:s3:::my-bucket/*"]}]}`

// worldOf is a world that has the policy in that place.
func worldOf(t *testing.T, at, doc string) *store.Moment {
	t.Helper()
	ann := &world.User{Name: "ann", ARN: world.UserARN(owner, "/", "ann"), Policies: mayEverything}
	reader := &world.Role{Name: "reader", ARN: world.RoleARN(partner, "/", "reader"), Policies: mayUse}
	bucket := &world.Bucket{Name: "my-bucket", Owner: owner, Region: "us-east-1", Ownership: world.BucketOwnerEnforced}
	key := anotherKey(&world.State{Region: "us-east-1"}, owner)
	s := &world.State{
		Region:  "us-east-1",
		Buckets: map[string]*world.Bucket{"my-bucket": bucket}, Keys: map[string]*world.Key{key.ARN: key},
		Accounts: map[string]*world.Account{
			owner:   {ID: owner, CanonicalID: world.CanonicalID(owner), Users: map[string]*world.User{"ann": ann}},
			partner: {ID: partner, CanonicalID: world.CanonicalID(partner), Roles: map[string]*world.Role{"reader": reader}},
		},
	}
	bucket.Policy = named(t, everybodys)
	switch p := named(t, doc); at {
	case "bucket":
		bucket.Policy, ann.Policies = p, nil
	case "identity":
		ann.Policies = []authz.Named{*p}
		bucket.Policy = nil
	case "boundary":
		ann.Boundary = p
		bucket.Policy = nil
	case "scp":
		s.Accounts[owner].Membership = &world.Membership{Organization: "o-a1b2c3d4e5", Path: "o-a1b2c3d4e5/r-abcd/",
			SCPs: []authz.Level{{Name: "r-abcd", Policies: []authz.Named{mayEverything[0], *p}}}}
	case "endpoint":
		s.Network.VPCEndpoint = "vpce-1"
		s.Endpoints = map[string]*world.VPCEndpoint{"vpce-1": {ID: "vpce-1", VPC: "vpc-1", Region: "us-east-1", Policy: p}}
	case "key":
		key.Policy = p
	case "trust":
		reader.Trust = p
	}
	x := store.NewIndex(blob.NewStore())
	if err := x.Apply(store.CreateBucket{Bucket: "my-bucket"}); err != nil {
		t.Fatal(err)
	}
	return &store.Moment{State: s, Index: x, Uses: world.NewUses()}
}

// drawDeed is a request that somebody might make, whatever the policies are.
func drawDeed(r *rand.Rand, n *Net) deed {
	var over []circumstance
	for _, o := range []circumstance{
		{"aws:SourceIp", []string{pick(r, []string{"203.0.113.50", "198.51.100.5", "198.51.100.200", "192.0.2.1"})}},
		{"aws:SecureTransport", []string{pick(r, []string{"true", "false"})}},
		{"aws:UserAgent", []string{pick(r, []string{"app/1", "curl"})}},
		{"aws:Referer", []string{pick(r, []string{"https://example.com/", "https://example.org/"})}},
		{"s3:prefix", []string{pick(r, []string{"docs/a", "public/b", "other/"})}},
		{"s3:max-keys", []string{pick(r, []string{"5", "1000"})}},
	} {
		if r.IntN(2) == 0 {
			over = append(over, o)
		}
	}
	d := deed{person: r.IntN(len(n.people)), variant: n.variant(over)}
	for {
		d.act, d.thing = r.IntN(len(n.acts)), r.IntN(len(n.things))
		if t := &n.things[d.thing]; n.acts[d.act].on == t.kind && (t.bucket == "my-bucket" || t.kind == keys || t.kind == roles) {
			return d
		}
	}
}

// What random requests find open in one world and not in the other never goes unnoticed: then
// the net has found something open too.
func TestNothingGoesUnnoticed(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	differ, found := 0, 0
	for range rounds.Of(150, 4000) {
		at := pick(r, where)
		before, after := drawPair(r, at)
		m := worldOf(t, at, after)
		n := Cast(worldOf(t, at, before), time.Unix(1_800_000_000, 0), Subject{})
		d := n.Compare(m)
		c := n.court(m)
		for range 400 {
			one := drawDeed(r, n)
			if was, is := n.before.possible(one), c.possible(one); was == is {
				continue
			} else if differ++; is && len(d.Opened) == 0 || was && len(d.Closed) == 0 {
				t.Fatalf("unnoticed: %+v, possible %v and then %v\n%s before %s\nafter  %s", n.found(one), was, is, at, before, after)
			}
			found++
		}
	}
	if differ == 0 || found == 0 {
		t.Error("no random request tells two worlds apart")
	}
	t.Logf("%d random requests were decided otherwise, all noticed", differ)
}
