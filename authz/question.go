package authz

import (
	"cmp"
	"strings"

	"github.com/s3fault/s3fault/policy"
)

// question is a Request with what every layer would otherwise work out again.
type question struct {
	*Request
	asked policy.Request
	// beyond is the same as the bucket's policy is asked it, where the request takes an
	// access point.
	beyond policy.Request
	// own says that requester and resource belong to one account. Where object and
	// bucket are of different accounts, the resource is the object.
	own bool
	// silently says that nobody reads the details of the answers.
	silently bool
	// foreign says that the question is about an object of another account than the
	// bucket's, which the bucket's owner cannot give away (authorization.md 1.5).
	foreign bool
	// nobodys says that there is nobody whom the policies could be asked about, or that they
	// need not be asked; nowhere that the bucket asked for does not exist.
	nobodys, nowhere bool
}

func (q *question) ask(r *Request) {
	q.Request, q.foreign = r, r.aboutForeignObject()
	q.asked = policy.Request{Principal: r.Principal, Action: r.Action, Resource: r.Resource, Context: r.Context}
	q.asked.Ready()
	q.nobodys, q.nowhere = r.Principal == nil || r.Free, q.missingBucket()
	q.own = q.sameAccount()
	q.asked.Bounded = q.isBounded()
	if p := r.AccessPoint; p != nil {
		q.beyond = q.asked
		q.beyond.Resource = cmp.Or(p.Beyond, r.Resource)
	}
}

// askedOf is the question as the policies of a layer are asked it.
func (q *question) askedOf(l Layer) *policy.Request {
	if l == BucketPolicy && q.AccessPoint != nil {
		return &q.beyond
	}
	return &q.asked
}

// detail is the sentence of the parts, unless nobody reads it.
func (q *question) detail(parts ...string) string {
	if q.silently {
		return ""
	}
	return strings.Join(parts, "")
}

// aboutForeignObject says that what is asked for is the content or the ACL of an
// object that does not belong to the bucket's owner. Other actions on it stay the
// owner's: it pays for the object, and may delete it, tag it and deny it.
func (r *Request) aboutForeignObject() bool {
	if r.Object == nil || r.ACLs == nil || r.Object.Owner == r.ResourceAccount {
		return false
	}
	return aclActions[r.Action].object
}

// owner is the account that the resource belongs to; empty: nobody's.
func (q *question) owner() string {
	switch {
	case q.Key != nil:
		return q.Key.Account
	case q.foreign:
		return q.Object.Owner
	}
	return q.ResourceAccount
}

// sameAccount says whether requester and resource share an account. An action
// without a resource is about the requester's own account.
func (q *question) sameAccount() bool {
	if owner := q.owner(); owner != "" {
		return q.belongsTo(owner)
	}
	return q.Resource == "*" && q.Principal != nil && q.hasIdentity()
}

// bucketOwners says whether the requester is of the account that owns the bucket.
func (q *question) bucketOwners() bool { return q.belongsTo(q.ResourceAccount) }

// belongsTo says whether the requester is of the account. Anonymous and service
// principals are of none (authorization.md 1.2).
func (q *question) belongsTo(account string) bool {
	return q.Principal != nil && q.hasIdentity() && account != "" && q.Principal.Account == account
}

func (q *question) missingBucket() bool { return q.Missing != nil && q.Missing.Bucket }

func (q *question) isRoot() bool { return q.Principal.Kind == policy.Root }

// ofRoot says whether the requester is a federated user's session that a root user
// asked for.
func (q *question) ofRoot() bool {
	return q.Principal.Kind == policy.FederatedUser && strings.HasSuffix(q.Principal.IssuerARN, ":root")
}

// hasIdentity says whether the requester is somebody in IAM: who is of no account
// has no policies of its own and no SCPs.
func (q *question) hasIdentity() bool { return q.Principal.InAccount() }

// isBounded says whether a permissions boundary limits the requester. A root user
// cannot have one.
func (q *question) isBounded() bool {
	return q.Principal != nil && len(q.Boundaries) > 0 && q.hasIdentity() && !q.isRoot()
}

// isServiceLinked says whether the requester is a service-linked role, which
// neither SCPs nor RCPs restrict (authorization.md 1.2). Its path is reserved.
func (q *question) isServiceLinked() bool {
	return q.Principal.Kind == policy.RoleSession && strings.Contains(q.Principal.RoleARN, ":role/aws-service-role/")
}
