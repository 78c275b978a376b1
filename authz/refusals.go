package authz

// authentication reports that the requester did not prove who it is. A request
// of which nobody could be named and that nothing else refused was never
// authenticated: it must not pass.
func authentication(q *question, a *answer) {
	switch unsaid := q.unsaid(); {
	case unsaid != "":
		a.says(ExplicitDeny, unsaid)
	case q.Authentication != nil:
		a.refused(q.Authentication)
	case q.Principal == nil && q.RequestForm == nil && q.Region == nil:
		a.says(ExplicitDeny, "nobody could be named as the requester")
	}
}

// requestForm reports that a form's own policy does not cover what was sent
// (s3-errors.md 1.4).
func requestForm(q *question, a *answer) { a.refused(q.RequestForm) }

// region reports that the request was addressed to, or signed for, another
// region than the bucket's (s3-errors.md 3).
func region(q *question, a *answer) { a.refused(q.Region) }

func (a *answer) refused(r *Refusal) {
	if r != nil {
		a.says(ExplicitDeny, r.Detail)
		a.beforeRegion = r.BeforeRegion
	}
}
