package world

import "github.com/s3fault/s3fault/authz"

// Anonymous stands where an account number stands, for what belongs to no
// account: an object that an anonymous request wrote. AnonymousID is the canonical
// user id that S3 shows as its owner (S3 User Guide, "Access control list (ACL)
// overview").
const (
	Anonymous   = "anonymous"
	AnonymousID = "65a011a29cdf8ec533ec3d1ccaae921c"
)

// bundleReader is the account of Amazon EC2 that reads the bundles of machine
// images, which aws-exec-read names.
const bundleReader = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c"

// LogDeliveryWrite is the one canned ACL that is for buckets alone.
const LogDeliveryWrite = "log-delivery-write"

// CannedACLs are the names of S3's canned ACLs (S3 User Guide, "Canned ACL").
func CannedACLs() []string {
	return []string{
		"private", "public-read", "public-read-write", "aws-exec-read", "authenticated-read",
		"bucket-owner-read", "bucket-owner-full-control", LogDeliveryWrite,
	}
}

// CannedACL is what a canned ACL grants: to the owner full control, and to others
// what its name says. owner and bucketOwner are canonical user ids; for a bucket
// they are the same, and bucket-owner-read is as good as private. false: no canned
// ACL has the name.
func CannedACL(name, owner, bucketOwner string) (authz.ACL, bool) {
	acl := authz.ACL{{Grantee: authz.Grantee{CanonicalID: owner}, Permission: authz.FullControl}}
	switch name {
	case "private":
		return acl, true
	case "public-read":
		return append(acl, toGroup(authz.AllUsers, authz.Read)), true
	case "public-read-write":
		return append(acl, toGroup(authz.AllUsers, authz.Read), toGroup(authz.AllUsers, authz.Write)), true
	case "authenticated-read":
		return append(acl, toGroup(authz.AuthenticatedUsers, authz.Read)), true
	case LogDeliveryWrite:
		return append(acl, toGroup(authz.LogDelivery, authz.Write), toGroup(authz.LogDelivery, authz.ReadACP)), true
	case "aws-exec-read":
		return append(acl, authz.Grant{Grantee: authz.Grantee{CanonicalID: bundleReader}, Permission: authz.Read}), true
	case "bucket-owner-read":
		return withBucketOwner(acl, bucketOwner, authz.Read), true
	case "bucket-owner-full-control":
		return withBucketOwner(acl, bucketOwner, authz.FullControl), true
	}
	return nil, false
}

func toGroup(group string, p authz.Permission) authz.Grant {
	return authz.Grant{Grantee: authz.Grantee{Group: group}, Permission: p}
}

// withBucketOwner adds a grant to the bucket's owner, who as the owner of the
// object has it already.
func withBucketOwner(acl authz.ACL, bucketOwner string, p authz.Permission) authz.ACL {
	if acl[0].Grantee.CanonicalID == bucketOwner {
		return acl
	}
	return append(acl, authz.Grant{Grantee: authz.Grantee{CanonicalID: bucketOwner}, Permission: p})
}

// AccountWith is the declared account that has the canonical user id; nil: none.
func (s *State) AccountWith(canonicalID string) *Account {
	for _, a := range s.Accounts {
		if a.CanonicalID == canonicalID {
			return a
		}
	}
	return nil
}
