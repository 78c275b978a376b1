package advice

import (
	"fmt"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
)

// Remedy says, in a sentence, what a finding that stands in the way calls for.
func Remedy(d *authz.Decision, f *authz.Finding) string {
	if f.Effect == authz.ExplicitDeny && f.Statement != nil {
		return fmt.Sprintf("an explicit Deny beats every Allow: send a request that %s of policy %s (%s) does not match, "+
			"or except this one from it.", statementName(f.Statement), f.Policy, f.Layer)
	}
	if f.Barred() {
		return "make the call with credentials of another kind: " + f.Detail + ", whatever the policies say."
	}
	if f.Layer == authz.BucketPolicy && d.Resource == "*" {
		return "make the call with credentials of the account that it is about: no policy lets another account in."
	}
	if f.Layer == authz.AccessPoints && f.Effect == authz.ExplicitDeny {
		return "send the request out of the access point's VPC, or take another access point: " + f.Detail + ", whatever the policies say."
	}
	allow := fmt.Sprintf("allow %s on %s", d.Action, d.Resource)
	switch f.Layer {
	case authz.KMS:
		return keyRemedy(d, f, allow)
	case authz.BlockPublicAccess:
		return publicAccessRemedy(f)
	}
	if text, ok := allowIn[f.Layer]; ok {
		return allow + " " + text
	}
	if text, ok := programs[f.Layer]; ok {
		return text
	}
	return "the layer " + string(f.Layer) + " must allow it."
}

// calledFor is the class of what Remedy says.
func calledFor(d *authz.Decision, f *authz.Finding) journal.Class {
	_, grants := allowIn[f.Layer]
	switch {
	case f.Effect == authz.ExplicitDeny && f.Statement != nil:
		return journal.OfGuard
	case f.Barred(), f.Layer == authz.BucketPolicy && d.Resource == "*",
		f.Layer == authz.AccessPoints && f.Effect == authz.ExplicitDeny:
		return journal.OfRequest
	case f.Layer == authz.KMS && f.Part == authz.PartKeyState, f.Layer == authz.BlockPublicAccess:
		return journal.OfGuard
	case grants, f.Layer == authz.KMS:
		return journal.OfGrant
	}
	return journal.OfRequest
}

// allowIn says where an Allow is missing.
var allowIn = map[authz.Layer]string{
	authz.Identity:            "in a policy of the caller's user, group or role.",
	authz.AccessPoints:        "for this principal in the access point's policy.",
	authz.BucketPolicy:        "for this principal in the bucket's policy.",
	authz.TrustPolicy:         "for this principal in the role's trust policy.",
	authz.ACLs:                "for this principal in the bucket's policy, or grant it in the ACL.",
	authz.PermissionsBoundary: "in the caller's permissions boundary too.",
	authz.Session:             "in the policy that the session was made with.",
	authz.SCP:                 "at every level of the organization above the caller's account.",
	authz.VPCEndpoint:         "in the policy of the VPC endpoint.",
}

// programs says what the program can do, where no policy is in the way.
var programs = map[authz.Layer]string{
	authz.ObjectOwnership: "send no ACL: the bucket has ACLs disabled (BucketOwnerEnforced). Or choose BucketOwnerPreferred for the bucket.",
	authz.Region:          "sign for the bucket's own region.",
	authz.Masking:         "allow s3:ListBucket on the bucket, and S3 says 404 for what is not there. Or ask for what is there.",
	authz.Authentication:  "sign the request as it should be: what is wrong with its signature is told by the finding.",
	authz.RequestForm:     "send a form that its own policy covers.",
	authz.ExpectedOwner:   "send the number of the account that owns the bucket in x-amz-expected-bucket-owner, or do not send it.",
	authz.CORS:            "add a rule to the bucket's CORS configuration that has the page's origin, the method and the headers.",
	authz.RequesterPays:   "send x-amz-request-payer: requester, and pay for the request.",
	authz.ObjectLock:      "wait until the protection ends; an event hold must be released first (PutObjectRetention with EventHold OFF). A GOVERNANCE retention is bypassed with x-amz-bypass-governance-retention: true and the permission s3:BypassGovernanceRetention.",
}

func keyRemedy(d *authz.Decision, f *authz.Finding, allow string) string {
	if f.Part == authz.PartKeyState {
		return "enable the KMS key " + d.Resource + ", or use another: it must be enabled, and one for symmetric encryption."
	}
	return allow + " in the caller's own policies and, unless it lets the account decide, in the key's policy. The key of AWS (aws/s3) serves its own account only: use one of yours for another's."
}

func statementName(s *authz.Statement) string {
	if s.Sid != "" {
		return fmt.Sprintf("statement %q", s.Sid)
	}
	return fmt.Sprintf("statement %d", s.Index)
}

// publicAccessRemedy says how to live with Block Public Access: a bucket that is not
// public needs none of its settings off.
func publicAccessRemedy(f *authz.Finding) string {
	if f.Setting == "" {
		return "have the organization detach its S3 policy from the account, or assign another value in it."
	}
	off := "make public neither the bucket's policy nor an ACL, or turn " + f.Setting + " off"
	if f.Part == authz.PartOrganization {
		off += " in the organization's S3 policy"
	}
	return off + "."
}
