package authz

import "strings"

// bucketPolicy is what the bucket's policy says. Without one there is nothing to
// say to the owner's own principals; everybody else would need its Allow. Keys and
// roles have policies of their own.
func bucketPolicy(q *question, a *answer) {
	switch {
	case q.Key != nil || q.Trust != nil:
	case q.repairsPolicy():
		a.says(NotApplicable, "the root user of the bucket's owner may always read, replace and delete the bucket policy")
	case q.foreign:
		a.onlyDenies(q)
	case q.BucketPolicy != nil:
		a.readOne(q, q.BucketPolicy)
	case !q.own:
		a.says(ImplicitDeny, "there is no bucket policy that could allow it")
	}
}

// onlyDenies is the bucket policy's word on an object of another account than the
// bucket's: its Allows cover the owner's objects alone (authorization.md 1.5).
func (a *answer) onlyDenies(q *question) {
	if q.BucketPolicy != nil {
		if a.readOne(q, q.BucketPolicy); a.Effect == ExplicitDeny {
			a.beside = false
			return
		}
	}
	a.says(NotApplicable, q.detail(
		"the object belongs to ", q.Object.owner(), ", whose object the bucket's policy cannot give"))
}

// repairsPolicy says whether the owner's root user asks for the policy itself,
// which no bucket policy can take away (authorization.md 2 and 7: the way out of
// a lock-out).
func (q *question) repairsPolicy() bool {
	if !q.own || !q.isRoot() {
		return false
	}
	for _, action := range [...]string{"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"} {
		if strings.EqualFold(q.Action, action) {
			return true
		}
	}
	return false
}
