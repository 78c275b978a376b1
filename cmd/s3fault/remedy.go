package main

import (
	"fmt"

	"github.com/s3fault/s3fault/authz"
)

// remedy says, in a sentence, what the layer that caused a denial calls for.
func remedy(d *authz.Decision) string {
	f := cause(d)
	if f.Effect == authz.ExplicitDeny && f.Statement != nil {
		return fmt.Sprintf("an explicit Deny beats every Allow: change or drop %s of policy %s (%s), or send a request that it does not match.",
			statement(f.Statement), f.Policy, f.Layer)
	}
	allow := fmt.Sprintf("allow %s on %s", d.Action, d.Resource)
	switch d.Cause {
	case authz.Identity:
		return allow + " in a policy of the caller's user, group or role."
	case authz.BucketPolicy:
		return allow + " for this principal in the bucket's policy."
	case authz.KMS:
		if f.Part == "key-state" {
			return "enable the KMS key " + d.Resource + "."
		}
		return fmt.Sprintf("%s in the caller's own policies and, unless it lets the account decide, in the key's policy.", allow)
	case authz.PermissionsBoundary:
		return allow + " in the caller's permissions boundary too."
	case authz.Session:
		return allow + " in the policy that the session was made with."
	case authz.SCP:
		return allow + " at every level of the organization above the caller's account."
	case authz.VPCEndpoint:
		return allow + " in the policy of the VPC endpoint."
	case authz.ObjectOwnership:
		return "send no ACL: the bucket has ACLs disabled (BucketOwnerEnforced). Or choose BucketOwnerPreferred for the bucket."
	case authz.Region:
		return "sign for the bucket's own region."
	case authz.Masking:
		return "allow s3:ListBucket on the bucket, and S3 says 404 for what is not there. Or ask for what is there."
	case authz.Authentication:
		return "make the request, or the URL, anew with credentials that are good now."
	}
	return "the layer " + string(d.Cause) + " must allow it."
}

// cause is the finding that a denial is laid to.
func cause(d *authz.Decision) *authz.Finding {
	for i := range d.Findings {
		f := &d.Findings[i]
		if f.Layer == d.Cause && (f.Effect == authz.ExplicitDeny || f.Effect == authz.ImplicitDeny) {
			return f
		}
	}
	return &authz.Finding{Layer: d.Cause}
}
