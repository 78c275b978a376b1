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
func requesterPays(q *question, a *answer) {
	switch {
	case q.Payment == nil || q.Key != nil || q.bucketOwners():
	case q.Principal.Kind == policy.Anonymous:
		a.says(ExplicitDeny, "the bucket is Requester Pays, and an anonymous request has nobody to charge")
	case !q.Payment.Offered:
		a.says(ExplicitDeny, "the bucket is Requester Pays, and the request does not say x-amz-request-payer: requester")
	default:
		a.says(Allow, "")
	}
}
