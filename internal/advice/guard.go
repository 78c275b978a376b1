package advice

import "github.com/s3fault/s3fault/authz"

// inGuard makes a guard give way.
func (s *search) inGuard(d *authz.Decision, f *authz.Finding) []candidate {
	switch f.Layer {
	case authz.BlockPublicAccess:
		return s.byPublicAccess(d, f)
	case authz.ObjectOwnership:
		return s.byOwnership(d)
	case authz.ObjectLock:
		return s.byLock(d)
	}
	if f.Effect != authz.ExplicitDeny {
		return nil
	}
	switch f.Layer {
	case authz.SCP, authz.RCP:
		return s.byGuardrail(d, f)
	case authz.KMS:
		return s.byKey(d, f)
	}
	return drops(f, s.places(d, f))
}

// drops takes the statement that denies away. Where several policies of one name have
// such a statement, only trying tells which one it is.
func drops(f *authz.Finding, places []place) []candidate {
	var all []candidate
	for i := range places {
		if p := &places[i]; p.denies(f) {
			all = append(all, p.drop(f.Layer, f.Statement.Index))
		}
	}
	if len(all) > 1 {
		for i := range all {
			all[i].reveals = false
		}
	}
	return all
}
