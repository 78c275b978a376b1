package authz

import "github.com/s3fault/s3fault/policy"

// Payment is what a Requester Pays bucket needs to know of a request.
type Payment struct {
	// Offered says that the requester takes the costs: x-amz-request-payer:
	// requester.
	Offered bool
}

// requesterPays refuses those who use another account's Requester Pays bucket
// and do not say that they pay. Nobody can charge the anonymous
// (authorization.md 12).
func requesterPays(q *question) answer {
	switch {
	case q.Payment == nil || q.Key != nil || q.bucketOwners():
		return silent(RequesterPays)
	case q.Principal.Kind == policy.Anonymous:
		return says(RequesterPays, ExplicitDeny,
			"the bucket is Requester Pays, and an anonymous request has nobody to charge")
	case !q.Payment.Offered:
		return says(RequesterPays, ExplicitDeny,
			"the bucket is Requester Pays, and the request does not say x-amz-request-payer: requester")
	}
	return says(RequesterPays, Allow, "")
}
