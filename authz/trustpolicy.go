package authz

// trustPolicy is what a role's trust policy says of who may assume it: its
// resource-based policy. Like a key's policy it is always needed (IAM User Guide,
// "Roles terms and concepts").
func trustPolicy(q *question, a *answer) {
	switch {
	case q.Trust == nil:
	case q.Trust.Policy == nil:
		a.says(ImplicitDeny, "the role has no trust policy")
	default:
		a.readOne(q, q.Trust)
	}
}
