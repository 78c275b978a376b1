package authz

// expectedOwner refuses a request that expects the bucket to have another owner than it
// has (x-amz-expected-bucket-owner; s3-errors.md 2.2).
func expectedOwner(q *question, a *answer) {
	switch {
	case q.ExpectedOwner == "":
	case q.ExpectedOwner == q.ResourceAccount:
		a.says(Allow, "")
	default:
		a.says(ExplicitDeny, q.detail(
			"the request expects the bucket to belong to ", q.ExpectedOwner, ", and it belongs to ", q.ResourceAccount))
	}
}
