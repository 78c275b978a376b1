package authz

// masking hides that something does not exist (authorization.md 6). A missing
// bucket is hidden where the world says so. Whether a missing object is hidden
// depends on what the other layers say of s3:ListBucket, so that mask decides it
// once they have been combined.
func masking(q *question) answer {
	if !q.missingBucket() || !q.Missing.Masked {
		return silent(Masking)
	}
	return says(Masking, ImplicitDeny, "the bucket "+q.Missing.Name+" does not exist, and the answer does not tell")
}

// mask replaces the layers that refuse s3:ListBucket on behalf of a missing
// object: the reply speaks of them, but what stands in the way is that the object
// is not there. The refusals before the policies come first, as ever.
func mask(q *question, answers []answer, way []int) (masked []int, behind int) {
	behind = way[0]
	if q.Missing == nil || q.Missing.Bucket || !q.Missing.Masked {
		return way, behind
	}
	var hidden []int
	for _, i := range way {
		if beforePolicies(answers[i].Layer) {
			masked = append(masked, i)
		} else {
			hidden = append(hidden, i)
		}
	}
	if len(hidden) == 0 {
		return masked, behind
	}
	if len(masked) == 0 {
		behind = hidden[0]
	}
	at := indexOf(answers, Masking)
	a := &answers[at]
	a.Effect = strongest(answers, hidden)
	a.Detail = "the object " + q.Missing.Name + " does not exist, and who may not list the bucket is not told; refused by " + string(answers[hidden[0]].Layer)
	return append(masked, at), behind
}

// beforePolicies names the layers that refuse before any policy is read.
func beforePolicies(l Layer) bool {
	return l == Authentication || l == RequestForm || l == Region
}

func indexOf(answers []answer, l Layer) int {
	for i := range answers {
		if answers[i].Layer == l {
			return i
		}
	}
	return -1
}
