package authz

// authentication reports that the requester did not prove who it is. A request
// of which nobody could be named and that nothing else refused was never
// authenticated: it must not pass.
func authentication(q *question) answer {
	if unsaid := q.unsaid(); unsaid != "" {
		return says(Authentication, ExplicitDeny, unsaid)
	}
	if q.Authentication != nil {
		return refused(Authentication, q.Authentication)
	}
	if q.Principal == nil && q.RequestForm == nil && q.Region == nil {
		return says(Authentication, ExplicitDeny, "nobody could be named as the requester")
	}
	return silent(Authentication)
}

// requestForm reports that a form's own policy does not cover what was sent
// (s3-errors.md 1.4).
func requestForm(q *question) answer { return refused(RequestForm, q.RequestForm) }

// region reports that the request was addressed to, or signed for, another
// region than the bucket's (s3-errors.md 3).
func region(q *question) answer { return refused(Region, q.Region) }

func refused(l Layer, r *Refusal) answer {
	if r == nil {
		return silent(l)
	}
	a := says(l, ExplicitDeny, r.Detail)
	a.beforeRegion = r.BeforeRegion
	return a
}
