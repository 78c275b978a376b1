package authz

// bucketOwnerEnforced is the mode of S3 Object Ownership that turns ACLs off.
const bucketOwnerEnforced = "BucketOwnerEnforced"

// objectOwnership refuses a request that sets an ACL where ACLs are turned off.
// One that only gives the bucket owner full control says what holds anyway and
// passes (authorization.md 1.6), unless the article's rule refuses it too.
func objectOwnership(q *question, a *answer) {
	switch o := q.Ownership; {
	case o == nil:
	case o.Mode != bucketOwnerEnforced:
		a.says(Allow, "")
	case o.OwnerFullControl && !o.RefusesAny:
		a.says(Allow, "the ACL gives the bucket owner full control, which BucketOwnerEnforced accepts")
	default:
		a.says(ExplicitDeny, q.detail(
			"Object Ownership is BucketOwnerEnforced, which does not allow ACLs, and the request sets one", sets(o)))
	}
}

func sets(o *Ownership) string {
	if o.Sets == "" {
		return ""
	}
	return ": " + o.Sets
}
