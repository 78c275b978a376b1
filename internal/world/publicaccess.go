package world

import "github.com/s3fault/s3fault/authz"

// PublicAccess is the Block Public Access in force for a bucket: what either its
// own configuration or that of its owner's account says (authorization.md 1.8).
func (s *State) PublicAccess(b *Bucket) PublicAccessBlock {
	var sum PublicAccessBlock
	sum.add(b.PublicAccessBlock)
	sum.add(s.AccountBlock(b.Owner))
	return sum
}

func (p *PublicAccessBlock) add(o *PublicAccessBlock) {
	if o == nil {
		return
	}
	p.BlockPublicAcls = p.BlockPublicAcls || o.BlockPublicAcls
	p.IgnorePublicAcls = p.IgnorePublicAcls || o.IgnorePublicAcls
	p.BlockPublicPolicy = p.BlockPublicPolicy || o.BlockPublicPolicy
	p.RestrictPublicBuckets = p.RestrictPublicBuckets || o.RestrictPublicBuckets
}

// PublicAccessParts says where each setting that is in force for a bucket is on: of
// several places the one that is over the others.
func (s *State) PublicAccessParts(b *Bucket) (parts authz.PublicAccessParts) {
	mark(&parts, b.PublicAccessBlock, authz.PartBucket)
	if block := s.OrganizationBlock(b.Owner); block != nil {
		mark(&parts, block, authz.PartOrganization)
	} else {
		mark(&parts, s.AccountBlock(b.Owner), authz.PartAccount)
	}
	return parts
}

// mark names the part for every setting that is on there.
func mark(parts *authz.PublicAccessParts, block *PublicAccessBlock, part string) {
	if block == nil {
		return
	}
	for _, setting := range []struct {
		on   bool
		part *string
	}{
		{block.BlockPublicAcls, &parts.BlockPublicACLs}, {block.IgnorePublicAcls, &parts.IgnorePublicACLs},
		{block.BlockPublicPolicy, &parts.BlockPublicPolicy}, {block.RestrictPublicBuckets, &parts.RestrictPublicBuckets},
	} {
		if setting.on {
			*setting.part = part
		}
	}
}
