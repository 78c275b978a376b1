package authz

import (
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/policy"
)

const (
	ownCanonicalID   = "1111222233331111222233331111222233331111222233331111222233331111"
	otherCanonicalID = "4444555566664444555566664444555566664444555566664444555566664444"
	thirdAccount     = "777788889999"
	thirdCanonicalID = "7777888899997777888899997777888899997777888899997777888899997777"
)

// aclsEnabled puts ACLs in force that grant nobody anything, on the bucket and on
// an object that belongs to the bucket's owner.
func aclsEnabled(r *Request) {
	r.ACLs, r.Object = &AccessLists{}, &Object{Owner: r.ResourceAccount}
	r.Principal.CanonicalID = ownCanonicalID
}

// throughACL is a question that the ACLs alone can allow on the resource's side:
// the bucket is another account's, and nobody has written a policy.
func throughACL() *Request {
	r := allowedRequest()
	ownedByOther(r)
	aclsEnabled(r)
	return r
}

func byID(id string) Grantee { return Grantee{CanonicalID: id} }

func group(uri string) Grantee { return Grantee{Group: uri} }

func grant(to Grantee, p Permission) ACL { return ACL{{Grantee: to, Permission: p}} }

func onBucket(g ACL) func(*Request) {
	return func(r *Request) { r.ACLs.Bucket = append(r.ACLs.Bucket, g...) }
}

func onObject(g ACL) func(*Request) {
	return func(r *Request) { r.Object.ACL = append(r.Object.ACL, g...) }
}

func as(p *policy.Principal) func(*Request) {
	return func(r *Request) {
		if p.Kind != policy.Anonymous && p.Kind != policy.Service {
			p.CanonicalID = ownCanonicalID
		}
		r.Principal = p
	}
}

func asking(action, resource string) func(*Request) {
	return func(r *Request) { r.Action, r.Resource = action, resource }
}

func ownedBy(account string) func(*Request) { return func(r *Request) { r.Object.Owner = account } }

// aclTable is the table of authorization.md 1.7, written down a second time.
var aclTable = map[Permission]struct{ onBucket, onObject []string }{
	Read: {
		onBucket: []string{"s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"},
		onObject: []string{"s3:GetObject", "s3:GetObjectVersion"},
	},
	Write:    {onBucket: []string{"s3:PutObject", "s3:DeleteObject"}},
	ReadACP:  {onBucket: []string{"s3:GetBucketAcl"}, onObject: []string{"s3:GetObjectAcl", "s3:GetObjectVersionAcl"}},
	WriteACP: {onBucket: []string{"s3:PutBucketAcl"}, onObject: []string{"s3:PutObjectAcl", "s3:PutObjectVersionAcl"}},
	FullControl: {
		onBucket: []string{
			"s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads",
			"s3:PutObject", "s3:DeleteObject", "s3:GetBucketAcl", "s3:PutBucketAcl",
		},
		onObject: []string{
			"s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectAcl", "s3:GetObjectVersionAcl", "s3:PutObjectAcl", "s3:PutObjectVersionAcl",
		},
	},
}

// notOfACLs are actions that no ACL gives, FULL_CONTROL neither.
var notOfACLs = []string{
	"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucket", "s3:GetBucketTagging", "s3:PutBucketVersioning",
	"s3:GetObjectTagging", "s3:PutObjectRetention", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload", "s3:RestoreObject",
}

// aclAsked is every action that the ACL test asks for.
func aclAsked() []string {
	all := aclTable[FullControl]
	return slices.Concat(all.onBucket, all.onObject, notOfACLs)
}

// requesters are those that a grant may name, with the grantees that name them.
func requesters() map[*policy.Principal][]Grantee {
	own, everybody, signed := byID(ownCanonicalID), group(AllUsers), group(AuthenticatedUsers)
	return map[*policy.Principal][]Grantee{
		user():        {own, everybody, signed},
		roleSession(): {own, everybody, signed},
		root():        {own, everybody, signed},
		anonymous():   {everybody},
		service():     {everybody, signed, group(LogDelivery)},
		{Kind: policy.Service, Service: "cloudtrail.amazonaws.com"}: {everybody, signed},
	}
}

var grantees = []Grantee{
	byID(ownCanonicalID), byID(otherCanonicalID), group(AllUsers), group(AuthenticatedUsers), group(LogDelivery),
	byID(""), group("http://acs.amazonaws.com/groups/global/Nobody"),
}

// Every permission is given, on the bucket and on the object, to every grantee,
// and every action is asked for by every requester.
func TestACLTable(t *testing.T) {
	allowed := 0
	for who, names := range requesters() {
		for _, to := range grantees {
			for p, gives := range aclTable {
				for _, action := range aclAsked() {
					named := slices.Contains(names, to)
					allowed += aclCell(t, who, action, onBucket(grant(to, p)), named && slices.Contains(gives.onBucket, action), p, to)
					allowed += aclCell(t, who, action, onObject(grant(to, p)), named && slices.Contains(gives.onObject, action), p, to)
				}
			}
		}
	}
	if allowed == 0 {
		t.Error("no grant ever allowed anything")
	}
}

// ACLPermission tells the same table.
func TestACLPermission(t *testing.T) {
	for p, gives := range aclTable {
		if p == FullControl {
			continue
		}
		for object, actions := range map[bool][]string{false: gives.onBucket, true: gives.onObject} {
			for _, action := range actions {
				if o, got, ok := ACLPermission(action); !ok || o != object || got != p {
					t.Errorf("%s: got object %v, %s, %v; want %v, %s", action, o, got, ok, object, p)
				}
			}
		}
	}
	if _, _, ok := ACLPermission("s3:GetObjectTagging"); ok {
		t.Error("an ACL gives s3:GetObjectTagging")
	}
}

func aclCell(t *testing.T, who *policy.Principal, action string, give func(*Request), want bool, p Permission, to Grantee) int {
	t.Helper()
	r := throughACL()
	all(as(who), asking(action, objectARN), give)(r)
	if slices.Contains(aclTable[Write].onBucket, action) {
		r.Object = nil // WRITE is about new keys
	}
	d := Evaluate(r)
	if d.Denied() == want {
		t.Errorf("%s asks for %s, %s is granted to %s: %s by %q", who, action, p, to, d.Verdict, d.DeniedBy)
	}
	consistent(t, &d)
	if d.Denied() {
		return 0
	}
	return 1
}

func TestACL(t *testing.T) {
	toOwn, list := byID(ownCanonicalID), asking("s3:ListBucket", "arn:aws:s3:::my-bucket")
	readable := onObject(grant(toOwn, Read))
	verify(t, "authorization.md 1.7", throughACL, []row{
		{name: "no grant", change: all(), deniedBy: []Layer{ACLs}},
		{name: "granted to the account", change: readable},
		{name: "granted to the account, identity silent", change: all(readable, nobodysIdentity), deniedBy: []Layer{Identity}},
		{name: "granted to everybody, identity silent", change: all(onObject(grant(group(AllUsers), Read)), nobodysIdentity), deniedBy: []Layer{Identity}},
		{name: "granted to the account, boundary silent", change: all(readable, boundaryIsSilent), deniedBy: []Layer{PermissionsBoundary}},
		{name: "granted to the account, its root asks", change: all(as(root()), nobodysIdentity, readable)},
		{name: "the second grant is the one", change: all(onObject(grant(byID(otherCanonicalID), FullControl)), onObject(grant(toOwn, ReadACP)), readable)},
		{name: "ACLs are disabled", change: func(r *Request) { readable(r); r.ACLs = nil }, deniedBy: []Layer{BucketPolicy}},
		{name: "the bucket policy allows", change: bucketGrants(aws(ownAccount))},
		{name: "the bucket policy is silent, the ACL grants", change: all(readable, bucketGrants(aws(otherAccount)))},
		{name: "neither grants: the policy that somebody wrote is named", change: bucketGrants(aws(otherAccount)), deniedBy: []Layer{BucketPolicy}},
		{name: "an explicit deny beats the grant", change: func(r *Request) {
			readable(r)
			r.BucketPolicy = named("my-bucket", refusing(aws(ownAccount)))
		}, deniedBy: []Layer{BucketPolicy}, explicit: true},
		{name: "an SCP beats the grant", change: func(r *Request) {
			readable(r)
			r.SCPs = []Level{level("root", allowNothing)}
		}, deniedBy: []Layer{SCP}},
		{name: "there is no object: masking will ask", change: func(r *Request) { r.Object = nil }},
		{name: "a new object's first ACL, no grant", change: firstACL, deniedBy: []Layer{ACLs}},
		{name: "a new object's first ACL, where the requester may write", change: all(firstACL, onBucket(grant(toOwn, Write)))},
		{name: "a new object's first ACL, where the requester may read", change: all(firstACL, onBucket(grant(toOwn, Read))), deniedBy: []Layer{ACLs}},
		{name: "a new object's first ACL, the bucket policy allows", change: all(firstACL, bucketGrants(aws(ownAccount)))},
		{name: "the ACL of the object gives no list", change: all(list, readable), deniedBy: []Layer{ACLs}},
		{name: "the ACL of the bucket gives no content", change: onBucket(grant(toOwn, FullControl)), deniedBy: []Layer{ACLs}},
		{name: "an action that no ACL gives", change: all(asking("s3:GetBucketTagging", "arn:aws:s3:::my-bucket"), onBucket(grant(toOwn, FullControl))), deniedBy: []Layer{BucketPolicy}},
		{name: "a question to KMS", change: func(r *Request) {
			onBucket(grant(group(AllUsers), FullControl))(r)
			r.Action, r.Resource, r.Key = "kms:Decrypt", keyARN, &Key{Account: otherAccount}
		}, deniedBy: []Layer{KMS}},
	})
}

// What the initiator of a multipart upload needs of the bucket's side: no Allow.
func TestInitiatorOfAnUpload(t *testing.T) {
	abort := asking("s3:AbortMultipartUpload", "arn:aws:s3:::my-bucket/file.txt")
	began := func(r *Request) { abort(r); r.Object, r.Began = nil, true }
	verify(t, "authorization.md 2", throughACL, []row{
		{name: "somebody else", change: abort, deniedBy: []Layer{BucketPolicy}},
		{name: "the initiator", change: began},
		{name: "a policy for others", change: all(began, bucketGrants(aws(otherAccount)))},
		{name: "ACLs are disabled", change: func(r *Request) { began(r); r.ACLs = nil }},
		{name: "its identity is silent", change: all(began, nobodysIdentity), deniedBy: []Layer{Identity}},
		{name: "an explicit deny", change: func(r *Request) {
			began(r)
			r.BucketPolicy = named("my-bucket", refusing(aws(ownAccount)))
		}, deniedBy: []Layer{BucketPolicy}, explicit: true},
	})
}

// firstACL asks whether an upload may set the ACL of what it writes.
func firstACL(r *Request) {
	r.Action, r.Object, r.Creates = "s3:PutObjectAcl", nil, true
}

// In the owner's account an ACL is one more place that may allow.
func TestACLInOneAccount(t *testing.T) {
	enabled := func() *Request {
		r := allowedRequest()
		aclsEnabled(r)
		return r
	}
	everybody := onObject(grant(group(AllUsers), Read))
	verify(t, "authorization.md 1.5 and 1.7", enabled, []row{
		{name: "the identity policy is enough", change: all()},
		{name: "a grant to the account leaves it to the account", change: all(nobodysIdentity, onObject(grant(byID(ownCanonicalID), Read))), deniedBy: []Layer{Identity}},
		{name: "a grant to everybody is one to the user", change: all(nobodysIdentity, everybody)},
		{name: "a grant to everybody, boundary and session silent", change: all(as(roleSession()), nobodysIdentity, boundaryIsSilent, sessionIsSilent, everybody)},
		{name: "a grant to everybody, boundary denies", change: func(r *Request) {
			everybody(r)
			r.Boundaries = list("boundary", denyEverything)
		}, deniedBy: []Layer{PermissionsBoundary}, explicit: true},
		{name: "the ACL does not say why the owner's user is refused", change: nobodysIdentity, deniedBy: []Layer{Identity}},
	})
}

func TestForeignObject(t *testing.T) {
	// The bucket is the requester's account's, the object a third account's.
	foreign := func() *Request {
		r := allowedRequest()
		aclsEnabled(r)
		r.Object.Owner = thirdAccount
		return r
	}
	granted := onObject(grant(byID(ownCanonicalID), Read))
	inThird := func(r *Request) { // the requester is of the object's account
		r.Principal.Account, r.Principal.CanonicalID = thirdAccount, thirdCanonicalID
	}
	var rows []row
	for _, action := range aclTable[FullControl].onObject {
		rows = append(rows, row{name: "identity and bucket policy do not give " + action, change: all(asking(action, objectARN), bucketGrants(`"*"`)), deniedBy: []Layer{ACLs}})
	}
	for _, action := range []string{"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObjectTagging", "s3:PutObjectTagging", "s3:RestoreObject", "s3:PutObjectRetention", "s3:PutObject"} {
		rows = append(rows, row{name: "the bucket's owner keeps " + action, change: asking(action, objectARN)})
	}
	verify(t, "authorization.md 1.5", foreign, append(rows, []row{
		{name: "the object's ACL gives it", change: granted},
		{name: "the object's ACL gives it, identity silent", change: all(granted, nobodysIdentity), deniedBy: []Layer{Identity}},
		{name: "the bucket owner's root has no more", change: as(root()), deniedBy: []Layer{ACLs}},
		{name: "the bucket's ACL does not reach it", change: onBucket(grant(byID(ownCanonicalID), FullControl)), deniedBy: []Layer{ACLs}},
		{name: "a bucket policy may deny it", change: func(r *Request) {
			granted(r)
			r.BucketPolicy = named("my-bucket", refusing(`"*"`))
		}, deniedBy: []Layer{BucketPolicy}, explicit: true},
		{name: "a bucket policy may deny it to the object's owner", change: func(r *Request) {
			inThird(r)
			r.BucketPolicy = named("my-bucket", refusing(`"*"`))
		}, deniedBy: []Layer{BucketPolicy}, explicit: true},
		{name: "the object's owner needs its identity policy", change: inThird},
		{name: "the object's owner, identity silent", change: all(inThird, nobodysIdentity), deniedBy: []Layer{Identity}},
		{name: "anonymous, the bucket policy gives it to everybody", change: all(as(anonymous()), bucketGrants(`"*"`)), deniedBy: []Layer{ACLs}},
		{name: "anonymous, the object's ACL gives it to everybody", change: all(as(anonymous()), onObject(grant(group(AllUsers), Read)))},
		{name: "an object that nobody signed for", change: ownedBy(""), deniedBy: []Layer{ACLs}},
		{name: "ACLs are disabled: the bucket's owner owns it", change: func(r *Request) { r.ACLs = nil }},
	}...))
}

func TestWriteOfABucket(t *testing.T) {
	writing := func() *Request {
		r := throughACL()
		asking("s3:PutObject", objectARN)(r)
		onBucket(grant(byID(ownCanonicalID), Write))(r)
		return r
	}
	deleting, gone := asking("s3:DeleteObject", objectARN), func(r *Request) { r.Object = nil }
	verify(t, "authorization.md 1.7, WRITE on bucket", writing, []row{
		{name: "a new key", change: gone},
		{name: "a new key, without the grant", change: all(gone, func(r *Request) { r.ACLs.Bucket = nil }), deniedBy: []Layer{ACLs}},
		{name: "over an object of one's own", change: ownedBy(ownAccount)},
		{name: "over an object of the bucket's owner", change: all(), deniedBy: []Layer{ACLs}},
		{name: "over an object of a third account", change: ownedBy(thirdAccount), deniedBy: []Layer{ACLs}},
		{name: "the object's ACL does not help", change: onObject(grant(byID(ownCanonicalID), FullControl)), deniedBy: []Layer{ACLs}},
		{name: "over another's object, the bucket policy allows", change: bucketGrants(aws(ownAccount))},
		{name: "delete an object of one's own", change: all(deleting, ownedBy(ownAccount))},
		{name: "delete an object of the bucket's owner", change: deleting, deniedBy: []Layer{ACLs}},
		{name: "delete a key that is not there", change: all(deleting, gone)},
		{name: "the bucket's owner, any object", change: func(r *Request) {
			r.ResourceAccount = ownAccount
			ownedBy(thirdAccount)(r)
		}},
		{name: "a version is not given by WRITE", change: all(asking("s3:DeleteObjectVersion", objectARN), ownedBy(ownAccount)), deniedBy: []Layer{BucketPolicy}},
	})
}

func TestIgnorePublicACLs(t *testing.T) {
	ignoring := func() *Request {
		r := throughACL()
		r.ACLs.IgnorePublic = true
		return r
	}
	everybody, signed := onObject(grant(group(AllUsers), Read)), onObject(grant(group(AuthenticatedUsers), Read))
	byBPA := []Layer{BlockPublicAccess}
	verify(t, "authorization.md 1.8, IgnorePublicAcls", ignoring, []row{
		{name: "AllUsers", change: everybody, deniedBy: byBPA},
		{name: "AllUsers, anonymous", change: all(as(anonymous()), everybody), deniedBy: byBPA},
		{name: "AuthenticatedUsers", change: signed, deniedBy: byBPA},
		{name: "AuthenticatedUsers would not give it to the anonymous either", change: all(as(anonymous()), signed), deniedBy: []Layer{ACLs}},
		{name: "AllUsers of the bucket", change: all(asking("s3:ListBucket", "arn:aws:s3:::my-bucket"), onBucket(grant(group(AllUsers), Read))), deniedBy: byBPA},
		{name: "a grant to the account stays", change: all(everybody, onObject(grant(byID(ownCanonicalID), Read)))},
		{name: "a grant to a group that is not public stays", change: all(as(service()), onObject(grant(group(LogDelivery), Read)))},
		{name: "nothing was granted", change: all(), deniedBy: []Layer{ACLs}},
		{name: "the bucket policy allows", change: all(everybody, bucketGrants(`"*"`))},
		{name: "the bucket policy is silent: the ACL would have done", change: all(everybody, bucketGrants(aws(otherAccount))), deniedBy: byBPA},
		{name: "RestrictPublicBuckets beside it: the ACL would have done", change: all(everybody, func(r *Request) {
			r.RestrictPublicBuckets, r.BucketPolicy = true, named("my-bucket", `{"Effect":"Allow","Principal":"*","Action":"s3:ListBucket","Resource":"*"}`)
		}), deniedBy: byBPA, explicit: true},
		{name: "BlockPublicAcls beside it", change: all(everybody, func(r *Request) { r.BlockedACL = true }), deniedBy: byBPA, explicit: true},
		{name: "the owner's user", change: func(r *Request) {
			everybody(r)
			r.ResourceAccount, r.Object.Owner = ownAccount, ownAccount
		}},
		{name: "the owner's user, identity silent", change: func(r *Request) {
			everybody(r)
			r.ResourceAccount, r.Object.Owner, r.Identity = ownAccount, ownAccount, nil
		}, deniedBy: []Layer{Identity}},
		{name: "there is no object", change: func(r *Request) { r.Object = nil }},
		{name: "over another's object public WRITE gives nothing anyway", change: all(asking("s3:PutObject", objectARN), onBucket(grant(group(AllUsers), Write))), deniedBy: []Layer{ACLs}},
		{name: "a foreign object", change: all(everybody, ownedBy(thirdAccount)), deniedBy: byBPA},
	})
}

func TestBlockedACL(t *testing.T) {
	blocked := func(r *Request) { r.BlockedACL = true }
	verify(t, "authorization.md 1.8, BlockPublicAcls", allowedRequest, []row{
		{name: "a public ACL is put", change: blocked, deniedBy: []Layer{BlockPublicAccess}, explicit: true},
		{name: "by root", change: all(blocked, as(root())), deniedBy: []Layer{BlockPublicAccess}, explicit: true},
		{name: "a question to KMS beside it", change: func(r *Request) {
			r.BlockedACL, r.Key = true, &Key{Account: ownAccount, Policy: named("default", granting(aws(rootARN)))}
		}},
	})
}

func TestPublicACL(t *testing.T) {
	for _, row := range []struct {
		name string
		acl  ACL
		want bool
	}{
		{"none", nil, false},
		{"the owner", grant(byID(ownCanonicalID), FullControl), false},
		{"log delivery", grant(group(LogDelivery), Write), false},
		{"everybody", grant(group(AllUsers), Read), true},
		{"everybody with an account", grant(group(AuthenticatedUsers), ReadACP), true},
		{"one of several", append(grant(byID(ownCanonicalID), FullControl), grant(group(AllUsers), WriteACP)...), true},
	} {
		if got := row.acl.Public(); got != row.want {
			t.Errorf("%s: public is %v", row.name, got)
		}
	}
}

// The finding says which ACL decided, and whom it names.
func TestACLFindings(t *testing.T) {
	for _, row := range []struct {
		name, want string
		change     func(*Request)
		effect     Effect
	}{
		{"object", "the ACL of the object grants READ to the group AllUsers", onObject(grant(group(AllUsers), Read)), Allow},
		{"bucket", "the ACL of the bucket grants FULL_CONTROL to " + ownCanonicalID, all(asking("s3:GetBucketAcl", "arn:aws:s3:::my-bucket"), onBucket(grant(byID(ownCanonicalID), FullControl))), Allow},
		{"nothing", "the ACL of the object grants the requester no READ", all(), ImplicitDeny},
		{"over another's without a grant", "the ACL of the bucket grants the requester no WRITE", asking("s3:PutObject", objectARN), ImplicitDeny},
		{"over another's", "the WRITE of a bucket's ACL gives new objects and the requester's own, and the object that is there belongs to the account " + otherAccount, all(asking("s3:PutObject", objectARN), onBucket(grant(byID(ownCanonicalID), Write))), ImplicitDeny},
	} {
		r := throughACL()
		row.change(r)
		d := Evaluate(r)
		if f := finding(t, &d, ACLs, ""); f.Detail != row.want || f.Effect != row.effect {
			t.Errorf("%s: %+v", row.name, f)
		}
	}
}

func TestGranteeString(t *testing.T) {
	id := strings.Repeat("a1", 32)
	for _, row := range []struct {
		grantee Grantee
		want    string
	}{
		{Grantee{CanonicalID: id}, id},
		{group(AuthenticatedUsers), "the group AuthenticatedUsers"},
	} {
		if got := row.grantee.String(); got != row.want {
			t.Errorf("%+v is %q, want %q", row.grantee, got, row.want)
		}
	}
}
