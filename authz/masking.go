package authz

import "slices"

// masking hides that something does not exist (authorization.md 6). A missing
// bucket is hidden where the world says so. Whether a missing object is hidden
// depends on what the other layers say of s3:ListBucket, so that mask decides it
// once they have been combined.
func masking(q *question, a *answer) {
	if q.missingBucket() && q.Missing.Masked {
		a.says(ImplicitDeny, q.detail("the bucket ", q.Missing.Name, " does not exist, and the answer does not tell"))
	}
}

// mask is way for a question about a missing object, whose s3:ListBucket is refused. The
// layers that refuse it give way to masking, which says that the object is not there;
// the reply still has the words of the first of them. What is refused before the policies
// stays in front. way is in the order of reports and not empty.
func mask(q *question, answers []answer, way []int) []int {
	if q.Missing == nil || q.Missing.Bucket || !q.Missing.Masked {
		return way
	}
	before := 0
	for before < len(way) && beforePolicies(answers[way[before]].Layer) {
		before++
	}
	hidden := way[before:]
	if len(hidden) == 0 {
		return way
	}
	at := slices.IndexFunc(answers, func(a answer) bool { return a.Layer == Masking })
	answers[at].Effect = strongest(answers, hidden)
	answers[at].Detail = "the object " + q.Missing.Name +
		" does not exist, which only those learn who may list the bucket; that is refused by the layer " +
		string(answers[hidden[0]].Layer)
	return append(way[:before:before], at)
}

// beforePolicies names the layers that refuse before any policy is read.
func beforePolicies(l Layer) bool {
	switch l {
	case Authentication, RequestForm, Region, CORS, ExpectedOwner, RequesterPays:
		return true
	}
	return false
}
