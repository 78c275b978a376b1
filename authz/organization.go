package authz

import "strings"

// serviceControl is what the organization's service control policies say: every
// level, from the root down to the requester's account, must allow
// (authorization.md 1.1). They bind the principals of member accounts, root users
// included, and nobody else.
func serviceControl(q *question, a *answer) {
	if len(q.SCPs) > 0 && q.hasIdentity() && !q.isServiceLinked() {
		a.readLevels(q, q.SCPs)
	}
}

// fullAccessRCP is the policy that AWS attaches at every level and that nobody
// can take away: RCPs can only deny.
var fullAccessRCP = Named{Name: "RCPFullAWSAccess"}

// resourceControl is what the resource control policies say. They protect the resources
// of member accounts from whoever asks, anonymous requests and services included. They do
// not bind service-linked roles, KMS keys that AWS manages, and kms:RetireGrant
// (authorization.md 1.2).
func resourceControl(q *question, a *answer) {
	if len(q.RCPs) == 0 || q.isServiceLinked() {
		return
	}
	if q.Key != nil && q.Key.AWSManaged || strings.EqualFold(q.Action, "kms:RetireGrant") {
		return
	}
	for i := range q.RCPs {
		if a.readLevel(q, &q.RCPs[i]); a.Effect == ExplicitDeny {
			return
		}
	}
	a.says(Allow, "")
	a.by = &fullAccessRCP
}
