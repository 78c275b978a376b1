package authz

// AccessPoint is what a question needs to know of the S3 access point that its request takes
// (authorization.md 13).
type AccessPoint struct {
	Account string // its owner, 12 digits; it need not be the bucket's
	// Policies is its policy, which the question's Resource is held against; nil: it has
	// none. Of several any may allow.
	Policies []Named
	// Beyond is what the bucket's policy is asked about: the ARN of the bucket, or of the
	// object in it. Empty: the question's Resource.
	Beyond string
	// VPC is the one that it takes requests from; empty: its network origin is the internet.
	// From is the VPC that the request comes from; empty: none.
	VPC, From string
}

// accessPoint is what the access point says that the request takes. From outside of its VPC
// it takes none, before any policy is asked. Without a policy it has nothing to say to its
// own account's principals; everybody else would need its Allow (13.2 and 13.3).
func accessPoint(q *question, a *answer) {
	p := q.AccessPoint
	switch {
	case p == nil || q.Key != nil:
	case p.VPC != "" && p.VPC != p.From:
		a.says(ExplicitDeny, q.detail("the access point takes requests from ", p.VPC, " alone, and this one came ", p.from()))
	case len(p.Policies) > 0:
		a.read(q, p.Policies)
	case !q.belongsTo(p.Account):
		a.says(ImplicitDeny, "there is no access point policy that could allow it")
	}
}

func (p *AccessPoint) from() string {
	if p.From == "" {
		return "over the internet"
	}
	return "from " + p.From
}

// pointsPublic is the access point's policy, where it is public and the requester is not of
// its account; nil: it is not that. One of a VPC is never public, whatever its policy says
// (13.5).
func (q *question) pointsPublic() *Named {
	p := q.AccessPoint
	if p == nil || p.VPC != "" || q.belongsTo(p.Account) {
		return nil
	}
	for i := range p.Policies {
		if one := &p.Policies[i]; one.Policy != nil && one.Policy.IsPublic() {
			return one
		}
	}
	return nil
}
