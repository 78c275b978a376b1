package authz

import "github.com/s3fault/s3fault/policy"

// identity is what the requester's own policies say: those of the user and its
// groups, or of the role. A question to KMS has them under the layer kms.
func identity(q *question) answer {
	if q.Key != nil {
		return silent(Identity)
	}
	return ownPolicies(q, Identity)
}

// ownPolicies reads the identity-based policies, for the layer given. A root user
// has none and may do what its account may (authorization.md 1.1).
func ownPolicies(q *question, l Layer) answer {
	switch {
	case !q.hasIdentity():
		return silent(l)
	case q.isRoot():
		return says(l, Allow, "the root user needs no identity-based policy")
	}
	return q.read(l, q.Identity)
}

// permissionsBoundary is what the requester's permissions boundary says.
func permissionsBoundary(q *question) answer {
	if !q.asked.Bounded {
		return silent(PermissionsBoundary)
	}
	return q.read(PermissionsBoundary, q.Boundaries)
}

// session is what the session policy says that came with temporary credentials.
// A role's session without one has all that the role has; a federated user's has
// nothing (authorization.md 1.1, step 7).
func session(q *question) answer {
	switch {
	case !q.hasIdentity() || q.isRoot():
		return silent(Session)
	case len(q.Session) > 0:
		return q.read(Session, q.Session)
	case q.Principal.Kind == policy.FederatedUser:
		return says(Session, ImplicitDeny, "a federated user's session without a session policy has no permissions of its own")
	}
	return silent(Session)
}
