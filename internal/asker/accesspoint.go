package asker

import (
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
)

// SetPoint makes of a question about the ARN of an access point p, or of an object behind it,
// one that takes p to its bucket b, whose side it has already. Where the access point is of
// another account, that account's organization binds the question too [unsure].
func SetPoint(s *world.State, r *authz.Request, p *world.AccessPoint, b *world.Bucket) {
	beyond := world.BucketARN + b.Name
	if _, key, isObject := strings.Cut(r.Resource, p.ObjectARN("")); isObject {
		beyond += "/" + key
	}
	r.AccessPoint = &authz.AccessPoint{Account: p.Account, Policies: p.Policies(), Beyond: beyond, VPC: p.VPC}
	block := world.PublicAccessThrough(s, p, b)
	r.RestrictPublicBuckets = block.RestrictPublicBuckets
	r.PublicAccessParts = world.PublicAccessPartsThrough(s, p, b)
	if r.ACLs != nil {
		lists := *r.ACLs
		lists.IgnorePublic = block.IgnorePublicAcls
		r.ACLs = &lists
	}
	if p.Account != b.Owner {
		r.RCPs = append(r.RCPs[:len(r.RCPs):len(r.RCPs)], s.RCPs(p.Account)...)
	}
}
