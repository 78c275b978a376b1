package s3api

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/reason"
)

// actionTold is the action that the message names: the one that was asked for. Of
// what BlockPublicAcls refuses it is the operation where that is CopyObject
// (s3-errors.md 2.1 and 2.3).
func (r refusing) actionTold(f *authz.Finding) string {
	if f.Setting == authz.BlockPublicACLs {
		return r.Op.blocked(r.no.Action)
	}
	return r.no.Action
}

// reason is the end of the message about a denial by a policy, from behind the
// resource on (s3-errors.md 2.1).
func (r refusing) reason(f *authz.Finding) string {
	// The organization's other accounts are not told of the endpoint's policy.
	_, name := behind(r.State(), r.no.Resource)
	b := r.State().Buckets[name]
	if f.Layer == authz.VPCEndpoint && b != nil && b.Owner != r.account() {
		return ""
	}
	return reason.Of(r.no.Action, f, r.State().Answers)
}
