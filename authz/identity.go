package authz

import "github.com/s3fault/s3fault/policy"

// identity is what the requester's own policies say: those of the user and its
// groups, or of the role. A question to KMS has them under the layer kms.
func identity(q *question, a *answer) {
	if q.Key == nil {
		a.readOwn(q)
	}
}

// readOwn reads the identity-based policies. A root user has none and may do what its
// account may (authorization.md 1.1).
func (a *answer) readOwn(q *question) {
	switch {
	case !q.hasIdentity():
	case q.isRoot():
		a.says(Allow, "the root user needs no identity-based policy")
	case q.ofRoot():
		a.says(Allow, "the root user, who asked for the session, needs no identity-based policy")
	default:
		a.read(q, q.Identity)
	}
}

// permissionsBoundary is what the requester's permissions boundary says.
func permissionsBoundary(q *question, a *answer) {
	if q.asked.Bounded {
		a.read(q, q.Boundaries)
	}
}

// session is what the policies that limit temporary credentials say: those that they
// were made with and, one by one, those of the calls that scoped them further
// (new-since-2025.md 5.1). A role's session without any has all that the role has; a
// federated user's has nothing (authorization.md 1.1, step 7).
func session(q *question, a *answer) {
	bare := q.Principal.Kind == policy.FederatedUser && (len(q.Session) == 0 || len(q.Session[0].Policies) == 0)
	if !q.hasIdentity() || q.isRoot() || len(q.Session) == 0 && !bare {
		return
	}
	a.readLevels(q, q.Session)
	if bare && a.Effect != ExplicitDeny {
		a.says(ImplicitDeny, "a federated user's session without a session policy has no permissions of its own")
	}
}
