package world

import "github.com/s3fault/s3fault/authz"

// undone is what was there before a change, of which one field says it. It is data, so that
// a world that is kept on a disk is kept with what is still on its way.
type undone struct {
	Policies  *policiesOf
	User      *principalOf[User] // was there, or was not
	BoundUser *principalOf[User] // was bound by other policies
	Role      *principalOf[Role]
	BoundRole *principalOf[Role]
	Caller    *Caller // was there
	NoCaller  *Caller // was not there
	Bucket    *Bucket
	Point     *AccessPoint
	Key       *keyOf
}

// policiesOf is the managed policies and the groups of an account.
type policiesOf struct {
	ID              string // of the account
	ManagedPolicies map[string]*authz.Named
	PolicyDetails   map[string]*PolicyDetails
	Groups          map[string]*Group
}

// principalOf is a user or a role of an account; a nil Was: there was none.
type principalOf[P any] struct {
	Account, Name string
	Was           *P
}

// keyOf is a KMS key; a nil Was: there was none.
type keyOf struct {
	ARN string
	Was *Key
}

// undo brings back what was there.
func (u *undone) undo(p past) {
	switch {
	case u.Policies != nil:
		p.putPolicies(u.Policies)
	case u.User != nil:
		p.putUser(u.User.Account, u.User.Name, u.User.Was)
	case u.BoundUser != nil:
		p.bindUser(u.BoundUser.Account, u.BoundUser.Was)
	case u.Role != nil:
		p.putRole(u.Role.Account, u.Role.Name, u.Role.Was)
	case u.BoundRole != nil:
		p.bindRole(u.BoundRole.Account, u.BoundRole.Was)
	case u.Caller != nil:
		p.putCaller(u.Caller)
	case u.NoCaller != nil:
		p.dropCaller(u.NoCaller)
	case u.Bucket != nil:
		p.bindBucket(u.Bucket)
	case u.Point != nil:
		p.bindPoint(u.Point)
	case u.Key != nil:
		p.putKey(u.Key.ARN, u.Key.Was)
	}
}

// whole says that one field says what was there, and says all of it.
func (u *undone) whole() bool {
	return u.Policies != nil || u.User != nil || u.Role != nil || u.Caller != nil || u.NoCaller != nil ||
		u.Bucket != nil || u.Point != nil || u.Key != nil ||
		u.BoundUser != nil && u.BoundUser.Was != nil || u.BoundRole != nil && u.BoundRole.Was != nil
}
