package s3api

import (
	"regexp"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// through is the access point that a call takes to its bucket.
type through struct {
	point string // its ARN; empty: the call asks the bucket
	alias bool   // it was named by its alias
}

// pointHost is the name of an access point and its account, as clients put them in front of
// an endpoint that is not AWS's.
var pointHost = regexp.MustCompile(`^(.{3,50})-([0-9]{12})$`)

// takesPoint finds the access point that the host name or the bucket's name stands for. The
// bucket is then the one that it leads to; if there is no such access point, none.
func (c *Call) takesPoint() {
	a := &c.Address
	switch {
	case a.Point != "":
		c.Bucket = ""
		c.enter(c.pointAt(a.Region, a.Account, a.Point))
		if c.point == "" {
			c.point = world.AccessPointARN(endpointRegion(c), a.Account, a.Point)
		}
	case c.Moment == nil || len(c.State().AccessPoints) == 0 || c.State().Buckets[c.Bucket] != nil:
	case a.Bucket != "" && pointHost.MatchString(a.Bucket):
		parts := pointHost.FindStringSubmatch(a.Bucket)
		c.enter(c.pointAt(a.Region, parts[2], parts[1]))
	default:
		p := c.State().AccessPoints.Aliased(c.Bucket)
		c.enter(p)
		c.alias = p != nil
	}
}

func (c *Call) enter(p *world.AccessPoint) {
	if p != nil {
		c.point, c.Bucket = p.ARN(), p.Bucket
	}
}

// pointAt is the account's access point of that name, in the region of the host name if that
// has one.
func (c *Call) pointAt(region, account, name string) *world.AccessPoint {
	if c.Moment == nil {
		return nil
	}
	if region != "" {
		return c.State().AccessPoints.Named(region, account, name)
	}
	return c.State().AccessPoints.OfAccount(account, name)
}

// takesPoints says whether the operation is one that access points take: its action works on
// them, or has their condition keys (authorization.md 13.7).
func (o *Operation) takesPoints() bool {
	return policy.KeyApplies(o.action, "s3:DataAccessPointArn") == policy.Evaluable
}

// noSuchBucket is the answer where the call's bucket is not there, or its access point.
func noSuchBucket(c *Call) error {
	if c.point != "" {
		return noSuchPoint(c.point)
	}
	return wire.NoSuchBucket(c.Bucket)
}

// noSuchPoint has the code of S3 Control; that S3 answers with it too is [unsure].
func noSuchPoint(arn string) error {
	return s3err.New(s3err.NoSuchAccessPoint, s3err.E("AccessPointName", world.LastName(arn)))
}

// behind is the bucket that an ARN is about, by its name, and the access point that the ARN
// goes through; nil: none. Of an access point that is not there the ARN stands for the
// bucket, so that there is none of that name.
func behind(s *world.State, resource string) (*world.AccessPoint, string) {
	if name := world.BucketOf(resource); name != "" || !strings.Contains(resource, ":accesspoint/") {
		return nil, name // what is not S3's, as the role of a replication, is in no bucket
	}
	if p := s.AccessPoints.Behind(resource); p != nil {
		return p, p.Bucket
	}
	return nil, resource
}

// beyond is what the call is about in its bucket, whichever way it takes there.
func (c *Call) beyond() string {
	switch on := c.Op.match.on; {
	case c.point != "" && on == onBucket:
		return world.BucketARN + c.Bucket
	case c.point != "" && on == onObject:
		return world.BucketARN + c.Bucket + "/" + c.Key
	}
	return c.Resource()
}

// throughPoint makes of a question about a bucket one that takes the access point p to it.
func throughPoint(c *Call, r *authz.Request, p *world.AccessPoint, b *world.Bucket) {
	asker.SetPoint(c.State(), r, p, b)
	if e := c.asker().Endpoint; e != nil {
		r.AccessPoint.From = e.VPC
	}
	r.Context = r.Context.Clone()
	asker.SetFor(r.Context, r.Action, "s3:DataAccessPointArn", p.ARN())
	asker.SetFor(r.Context, r.Action, "s3:DataAccessPointAccount", p.Account)
	asker.SetFor(r.Context, r.Action, "s3:AccessPointNetworkOrigin", p.Origin())
}
