package authz

// Reading is a policy that was read for a question, whether it matched or not.
type Reading struct {
	Layer Layer
	// Level is the place in an organization that the policy is attached at; empty: it
	// is no organization's.
	Level   string
	Policy  Named
	Matched []int // the statements that match, in the document's order
}

// Readings are the policies that were read to decide a question, in the order of the
// layers: those of every layer that had something to say. Identity-based policies are
// always listed under Identity, also where KMS read them. Nothing is decided again.
func Readings(r *Request, d *Decision) []Reading {
	var q question
	q.ask(r)
	var all []Reading
	for _, s := range r.sources() {
		if !d.heard(s.layer) && !(s.layer == Identity && d.heard(KMS)) {
			continue
		}
		for _, p := range s.policies {
			if p.Policy != nil {
				all = append(all, Reading{s.layer, s.level, p, p.Policy.Matching(q.askedOf(s.layer))})
			}
		}
	}
	return all
}

// heard says whether a layer had something to say.
func (d *Decision) heard(l Layer) bool {
	for i := range d.Findings {
		if d.Findings[i].Layer == l && d.Findings[i].Effect != NotApplicable {
			return true
		}
	}
	return false
}

// source is a set of policies of one layer.
type source struct {
	layer    Layer
	level    string
	policies []Named
}

func (r *Request) sources() []source {
	all := levelled(SCP, r.SCPs)
	all = append(all, levelled(RCP, r.RCPs)...)
	all = append(all,
		source{VPCEndpoint, "", r.Endpoint}, source{Identity, "", r.Identity},
		source{PermissionsBoundary, "", r.Boundaries})
	for _, l := range r.Session {
		all = append(all, source{Session, "", l.Policies})
	}
	if r.AccessPoint != nil {
		all = append(all, source{AccessPoints, "", r.AccessPoint.Policies})
	}
	for _, one := range []struct {
		layer  Layer
		policy *Named
	}{{BucketPolicy, r.BucketPolicy}, {TrustPolicy, r.Trust}, {KMS, r.keyPolicy()}} {
		if one.policy != nil {
			all = append(all, source{one.layer, "", []Named{*one.policy}})
		}
	}
	return all
}

func levelled(l Layer, levels []Level) (all []source) {
	for _, level := range levels {
		all = append(all, source{l, level.Name, level.Policies})
	}
	return all
}

func (r *Request) keyPolicy() *Named {
	if r.Key == nil {
		return nil
	}
	return r.Key.Policy
}
