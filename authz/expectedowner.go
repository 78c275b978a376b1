package authz

// expectedOwner refuses a request that expects the bucket to have another owner than it
// has (x-amz-expected-bucket-owner; s3-errors.md 2.2).
func expectedOwner(q *question) answer {
	switch {
	case q.ExpectedOwner == "":
		return silent(ExpectedOwner)
	case q.ExpectedOwner == q.ResourceAccount:
		return says(ExpectedOwner, Allow, "")
	}
	return says(ExpectedOwner, ExplicitDeny,
		"the request expects the bucket to belong to "+q.ExpectedOwner+", and it belongs to "+q.ResourceAccount)
}
