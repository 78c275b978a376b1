package world

import (
	"crypto/sha256"
	"encoding/base32"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/policy"
)

// AccessPoint is an S3 access point: another way to a bucket, with a policy of its own (S3
// User Guide, "Managing access to shared datasets with access points").
type AccessPoint struct {
	Name    string // unique in its account and region
	Account string // its owner, which need not be the bucket's
	Region  string // the bucket's
	Bucket  string
	VPC     string // that it takes requests from; empty: its network origin is the internet
	Created time.Time
	Policy  *authz.Named // nil: none
	// PublicAccessBlock is set as the access point is made; nil: all four are off.
	PublicAccessBlock *PublicAccessBlock
	Tags              map[string]string
}

// AccessPoints are those of a world, by ARN.
type AccessPoints map[string]*AccessPoint

// AccessPointARN is the ARN of an access point.
func AccessPointARN(region, account, name string) string {
	return "arn:aws:s3:" + region + ":" + account + pointKind + name
}

// What stands in an access point's ARN between account and name, and between it and a key.
const (
	pointKind   = ":accesspoint/"
	behindPoint = "/object/"
)

// ARN is the access point's.
func (p *AccessPoint) ARN() string { return AccessPointARN(p.Region, p.Account, p.Name) }

// ObjectARN is that of an object behind it.
func (p *AccessPoint) ObjectARN(key string) string { return p.ARN() + behindPoint + key }

// Origin is its network origin, as s3:AccessPointNetworkOrigin has it.
func (p *AccessPoint) Origin() string {
	if p.VPC != "" {
		return "VPC"
	}
	return "Internet"
}

// Policies is what the layer reads; nil: it has no policy.
func (p *AccessPoint) Policies() []authz.Named {
	if p.Policy == nil {
		return nil
	}
	return []authz.Named{*p.Policy}
}

// PolicyPublic says whether its policy is public: that of one with a VPC never is
// (authorization.md 13.5).
func (p *AccessPoint) PolicyPublic(of *policy.Policy) bool { return p.VPC == "" && of.IsPublic() }

// AliasEnd ends the alias of an access point, and no name of a bucket.
const AliasEnd = "-s3alias"

// Alias stands for the access point where a bucket's name does: the beginning of its name,
// 34 letters and digits of which the last five are the region's, and AliasEnd
// (authorization.md 13.8).
func (p *AccessPoint) Alias() string { return AliasOf(p.ARN()) }

// AliasOf is the alias of the access point with that ARN.
func AliasOf(arn string) string {
	sum := sha256.Sum256([]byte("access point\x00" + arn))
	letters := strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))
	name, region := LastName(arn), strings.SplitN(arn+":::", ":", 5)[3]
	return strings.TrimRight(name[:min(len(name), 20)], "-") + "-" + letters[:29] + zone(region) + AliasEnd
}

// zone is a region's name as aliases end with it: use1b, euw1b.
func zone(region string) string {
	area, rest, _ := strings.Cut(region, "-")
	side, number, _ := strings.Cut(rest, "-")
	return (area + side[:min(1, len(side))] + number + "bbbbb")[:5]
}

// Named is the access point of that name in an account and region; nil: it has none.
func (all AccessPoints) Named(region, account, name string) *AccessPoint {
	if len(all) == 0 {
		return nil
	}
	return all[AccessPointARN(region, account, name)]
}

// OfAccount is the access point of that name in an account, in whatever region; of several
// the first by ARN. nil: it has none.
func (all AccessPoints) OfAccount(account, name string) *AccessPoint {
	for _, p := range all.Sorted() {
		if p.Account == account && p.Name == name {
			return p
		}
	}
	return nil
}

// Aliased is the access point of which that is the alias; nil: there is none.
func (all AccessPoints) Aliased(alias string) *AccessPoint {
	if !strings.HasSuffix(alias, AliasEnd) {
		return nil
	}
	for _, p := range all {
		if p.Alias() == alias {
			return p
		}
	}
	return nil
}

// Behind is the access point in the ARN of one, or of an object behind it; nil: there is none.
func (all AccessPoints) Behind(arn string) *AccessPoint {
	if len(all) == 0 {
		return nil
	}
	arn, _, _ = strings.Cut(arn, behindPoint)
	return all[arn]
}

// Of are the access points of a bucket, in order of ARN.
func (all AccessPoints) Of(bucket string) []*AccessPoint {
	return slices.DeleteFunc(all.Sorted(), func(p *AccessPoint) bool { return p.Bucket != bucket })
}

// Sorted are all of them, in order of ARN.
func (all AccessPoints) Sorted() []*AccessPoint {
	sorted := make([]*AccessPoint, 0, len(all))
	for _, arn := range slices.Sorted(maps.Keys(all)) {
		sorted = append(sorted, all[arn])
	}
	return sorted
}

// In is the state with p in place of the access point of that ARN, or added.
func (p *AccessPoint) In(s *State) *State {
	c := *s
	c.AccessPoints = with(s.AccessPoints, p.ARN(), p)
	return &c
}

// OutOf is the state without it.
func (p *AccessPoint) OutOf(s *State) *State {
	c := *s
	c.AccessPoints = without(s.AccessPoints, p.ARN())
	return &c
}

var pointName = pattern.New(`^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$`)

// IsAccessPointName says whether an access point can have the name (authorization.md 13.9).
func IsAccessPointName(name string) bool {
	return pointName.MatchString(name) && !strings.HasPrefix(name, "xn--") && !strings.HasSuffix(name, AliasEnd)
}

// IsAccessPointARN says whether an ARN has the form of an access point's.
func IsAccessPointARN(arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[1] != partition || parts[2] != "s3" {
		return false
	}
	name, ok := strings.CutPrefix(parts[5], "accesspoint/")
	return ok && IsRegion(parts[3]) && IsAccountID(parts[4]) && IsAccessPointName(name)
}

// LacksARN is what an ARN is of that AWS has beside access points and s3fault has not; empty:
// nothing.
func LacksARN(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	switch {
	case len(parts) != 6:
		return ""
	case parts[2] == "s3-object-lambda":
		return ObjectLambda
	case parts[2] == "s3-outposts":
		return Outposts
	case parts[2] == "s3" && parts[3] == "" && strings.HasPrefix(parts[5], "accesspoint/"):
		return MultiRegion
	}
	return ""
}

// What stands beside access points in AWS, as it is refused by name.
const (
	ObjectLambda = "S3 Object Lambda Access Points"
	Outposts     = "S3 on Outposts"
	MultiRegion  = "S3 Multi-Region Access Points"
)

// PublicAccessThrough is the Block Public Access in force for requests that take the access
// point to its bucket b (authorization.md 13.5).
func PublicAccessThrough(s *State, p *AccessPoint, b *Bucket) PublicAccessBlock {
	sum := s.PublicAccess(b)
	sum.add(p.PublicAccessBlock)
	if p.Account != b.Owner {
		sum.add(s.AccountBlock(p.Account))
	}
	return sum
}

// PublicAccessPartsThrough says where each of those settings is on: the access point's own
// before all others.
func PublicAccessPartsThrough(s *State, p *AccessPoint, b *Bucket) authz.PublicAccessParts {
	parts := s.PublicAccessParts(b)
	if p.Account != b.Owner {
		mark(&parts, s.AccountBlock(p.Account), authz.PartAccount)
	}
	mark(&parts, p.PublicAccessBlock, authz.PartAccessPoint)
	return parts
}

// notePoints notes which access points have another policy: they propagate as buckets' do.
func notePoints(note noting, before, now AccessPoints) {
	for arn, is := range now {
		if was := before[arn]; was != nil && was.Policy != is.Policy {
			note(change{facet: bucketPolicies, place: []string{"access_points", arn, "policy"}, was: undone{Point: was}})
		}
	}
}

// bindPoint gives an access point, if it is there, the policy that it had.
func (p past) bindPoint(was *AccessPoint) {
	if is := p.AccessPoints[was.ARN()]; is != nil {
		c := *is
		c.Policy = was.Policy
		p.AccessPoints = with(p.AccessPoints, was.ARN(), &c)
	}
}
