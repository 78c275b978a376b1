package authz

// trustPolicy is what a role's trust policy says of who may assume it: its
// resource-based policy. Like a key's policy it is always needed (IAM User Guide,
// "Roles terms and concepts").
func trustPolicy(q *question) answer {
	if q.Trust == nil {
		return silent(TrustPolicy)
	}
	if q.Trust.Policy == nil {
		return says(TrustPolicy, ImplicitDeny, "the role has no trust policy")
	}
	return q.readOne(TrustPolicy, q.Trust)
}
