package advice

import "github.com/s3fault/s3fault/authz"

// inGrant allows what nothing allows.
func (s *search) inGrant(d *authz.Decision, f *authz.Finding) []candidate {
	if f.Effect == authz.ExplicitDeny {
		return nil
	}
	switch f.Layer {
	case authz.SCP:
		return s.byGuardrail(d, f)
	case authz.KMS:
		return s.byKey(d, f)
	case authz.ACLs:
		return s.byACL(d)
	}
	return s.allows(d, f)
}

// allows add exactly what was asked for to one of the policies that the layer reads.
func (s *search) allows(d *authz.Decision, f *authz.Finding) []candidate {
	var all []candidate
	places := s.places(d, f)
	for i := range places {
		p := &places[i]
		all = append(all, p.add(f.Layer, p.allow(d, s.principal())))
	}
	return all
}
