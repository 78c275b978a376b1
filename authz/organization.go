package authz

import "strings"

// serviceControl is what the organization's service control policies say: every
// level, from the root down to the requester's account, must allow
// (authorization.md 1.1). They bind the principals of member accounts, root users
// included, and nobody else.
func serviceControl(q *question) answer {
	if len(q.SCPs) == 0 || !q.hasIdentity() || q.isServiceLinked() {
		return silent(SCP)
	}
	return q.readLevels(SCP, q.SCPs)
}

// fullAccessRCP is the policy that AWS attaches at every level and that nobody
// can take away: RCPs can only deny.
const fullAccessRCP = "RCPFullAWSAccess"

// resourceControl is what the resource control policies say. They protect the resources
// of member accounts from whoever asks, anonymous requests and services included. They do
// not bind service-linked roles, KMS keys that AWS manages, and kms:RetireGrant
// (authorization.md 1.2).
func resourceControl(q *question) answer {
	unbound := q.isServiceLinked() || q.Key != nil && q.Key.AWSManaged || strings.EqualFold(q.Action, "kms:RetireGrant")
	if len(q.RCPs) == 0 || unbound {
		return silent(RCP)
	}
	for i := range q.RCPs {
		if a := q.read(RCP, q.RCPs[i].Policies); a.Effect == ExplicitDeny {
			a.Part = q.RCPs[i].Name
			return a
		}
	}
	a := says(RCP, Allow, "")
	a.Policy = fullAccessRCP
	return a
}
