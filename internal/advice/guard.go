package advice

import "github.com/s3fault/s3fault/authz"

// inGuard makes a guard give way: for this request alone, where that can be said, and in
// the end altogether.
func (s *search) inGuard(d *authz.Decision, f *authz.Finding) []candidate {
	switch f.Layer {
	case authz.BlockPublicAccess:
		return s.byPublicAccess(d, f)
	case authz.ObjectOwnership:
		return s.byOwnership(d)
	case authz.ObjectLock:
		return s.byLock(d)
	}
	q := s.question(d)
	switch {
	case q == nil, f.Effect != authz.ExplicitDeny, f.Barred():
		return nil
	case f.Layer == authz.KMS && f.Part == authz.PartKeyState:
		return s.byKeyState(d)
	}
	return s.exceptions(q, f, s.guards(d, f))
}

// guards are the policies in which a Deny may stand.
func (s *search) guards(d *authz.Decision, f *authz.Finding) []place {
	switch {
	case f.Layer == authz.SCP, f.Layer == authz.RCP:
		if l, ok := s.level(f); ok {
			return l.places(s.state().Organization, f.Layer)
		}
		return nil
	case f.Layer == authz.KMS && f.Part != authz.PartIdentity:
		return s.keyPolicy(d)
	}
	return s.places(d, f)
}

// exceptions let the request pass in spite of the statement that denies it, or take the
// statement away. Where several policies of one name have such a statement, only trying
// tells which one it is.
func (s *search) exceptions(q *authz.Request, f *authz.Finding, places []place) []candidate {
	var all, last []candidate
	for i := range places {
		if p := &places[i]; p.denies(f) {
			all = append(all, p.except(f.Layer, f.Statement.Index, q, s.state())...)
			last = append(last, p.drop(f.Layer, f.Statement.Index))
		}
	}
	if len(last) > 1 {
		for i := range last {
			last[i].reveals = false
		}
	}
	return append(all, last...)
}
