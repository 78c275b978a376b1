package authz

import (
	"strings"

	"github.com/s3fault/s3fault/policy"
)

// question is a Request with what every layer would otherwise work out again.
type question struct {
	*Request
	asked policy.Request
	// own says that requester and resource belong to one account.
	own bool
}

func ask(r *Request) *question {
	q := &question{
		Request: r,
		asked:   policy.Request{Principal: r.Principal, Action: r.Action, Resource: r.Resource, Context: r.Context},
		own:     sameAccount(r),
	}
	q.asked.Bounded = q.isBounded()
	return q
}

// owner is the account that the resource belongs to; empty: nobody's.
func (r *Request) owner() string {
	if r.Key != nil {
		return r.Key.Account
	}
	return r.ResourceAccount
}

// sameAccount says whether requester and resource share an account. Anonymous
// and service principals have none (authorization.md 1.2). An action without a
// resource is about the requester's own account.
func sameAccount(r *Request) bool {
	p := r.Principal
	if p == nil || p.Kind == policy.Anonymous || p.Kind == policy.Service {
		return false
	}
	if owner := r.owner(); owner != "" {
		return p.Account == owner
	}
	return r.Resource == "*"
}

func (q *question) missingBucket() bool { return q.Missing != nil && q.Missing.Bucket }

func (q *question) isRoot() bool { return q.Principal.Kind == policy.Root }

// hasIdentity says whether the requester is somebody in IAM: anonymous requests
// and service principals have no policies of their own and no SCPs.
func (q *question) hasIdentity() bool {
	return q.Principal.Kind != policy.Anonymous && q.Principal.Kind != policy.Service
}

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
