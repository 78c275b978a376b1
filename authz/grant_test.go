package authz

import "testing"

func bucketGrants(principal string) func(*Request) {
	return func(r *Request) { r.BucketPolicy = named("my-bucket", granting(principal)) }
}

func nobodysIdentity(r *Request) { r.Identity = nil }

func asRole(r *Request) { r.Principal = roleSession() }

func asFederated(r *Request) {
	r.Principal = federated()
	r.Session = limited(allowEverything)
}

func boundaryIsSilent(r *Request) { r.Boundaries = list("boundary", allowNothing) }

// scoped limits the session further, after whatever limits it already.
func scoped(statements ...string) func(*Request) {
	return func(r *Request) { r.Session = append(r.Session, limited(statements...)...) }
}

func sessionIsSilent(r *Request) { r.Session = limited(allowNothing) }

func ownedByOther(r *Request) { r.ResourceAccount = otherAccount }

// all applies changes in order.
func all(changes ...func(*Request)) func(*Request) {
	return func(r *Request) {
		for _, change := range changes {
			change(r)
		}
	}
}

func TestGrantInOneAccount(t *testing.T) {
	verify(t, "authorization.md 1.2, column same account", allowedRequest, []row{
		{name: "identity allows", change: all()},
		{name: "identity silent", change: nobodysIdentity, deniedBy: []Layer{Identity}},
		{name: "identity and bucket policy silent", change: func(r *Request) {
			r.Identity, r.BucketPolicy = nil, named("my-bucket", granting(aws("arn:aws:iam::111122223333:user/bob")))
		}, deniedBy: []Layer{Identity}},
		{name: "role without session policy", change: asRole},
		{name: "role, scoped further", change: all(asRole, scoped(allowEverything))},
		{name: "role, the scoped policy is silent", change: all(asRole, scoped(allowNothing)), deniedBy: []Layer{Session}},
		{name: "role, the scoped policy denies what the session's own leaves out", change: all(asRole, sessionIsSilent, scoped(denyEverything)), deniedBy: []Layer{Session}, explicit: true},
		{name: "federated user without session policy, scoped", change: all(asFederated, func(r *Request) { r.Session = []Level{{}} }, scoped(allowEverything)), deniedBy: []Layer{Session}},
		{name: "role, session silent", change: all(asRole, sessionIsSilent), deniedBy: []Layer{Session}},
		{name: "boundary silent", change: boundaryIsSilent, deniedBy: []Layer{PermissionsBoundary}},
		{name: "one of two boundaries allows", change: func(r *Request) {
			r.Boundaries = append(list("a", allowNothing), list("b", allowEverything)...)
		}},
		{name: "federated user with session policy", change: asFederated},
		{name: "federated user without session policy", change: all(asFederated, func(r *Request) { r.Session = nil }), deniedBy: []Layer{Session}},
		{name: "root needs no policy", change: all(nobodysIdentity, func(r *Request) { r.Principal = root() })},
		{name: "root has neither boundary nor session policy", change: all(boundaryIsSilent, sessionIsSilent, func(r *Request) { r.Principal = root() })},
		{name: "root is bound by an SCP", change: func(r *Request) {
			r.Principal, r.SCPs = root(), []Level{level("root", allowEverything, denyEverything)}
		}, deniedBy: []Layer{SCP}, explicit: true},
		{name: "root is bound by the bucket policy", change: func(r *Request) {
			r.Principal, r.BucketPolicy = root(), named("my-bucket", refusing(`"*"`))
		}, deniedBy: []Layer{BucketPolicy}, explicit: true},
		{name: "no resource, no owner: one's own account", change: func(r *Request) {
			r.Action, r.Resource, r.ResourceAccount = "s3:ListAllMyBuckets", "*", ""
		}},
	})
}

func TestGrantByBucketPolicyInOneAccount(t *testing.T) {
	silent := all(nobodysIdentity, boundaryIsSilent)
	roleSilent := all(asRole, silent, sessionIsSilent)
	federatedSilent := all(asFederated, silent, sessionIsSilent)
	byARN := `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"ArnEquals":{"aws:PrincipalArn":"` + roleARN + `"}}}`
	verify(t, "authorization.md 1.3", allowedRequest, []row{
		{name: "user", change: all(silent, bucketGrants(aws(userARN)))},
		{name: "user's session: limited by what scoped it down", change: all(silent, sessionIsSilent, bucketGrants(aws(userARN))), deniedBy: []Layer{Session}},
		{name: "user's session, everyone", change: all(silent, sessionIsSilent, bucketGrants(`"*"`))},
		{name: "role: identity alone is made good", change: all(asRole, nobodysIdentity, bucketGrants(aws(roleARN)))},
		{name: "role: limited by boundary", change: all(asRole, silent, bucketGrants(aws(roleARN))), deniedBy: []Layer{PermissionsBoundary}},
		{name: "role: limited by session", change: all(asRole, nobodysIdentity, sessionIsSilent, bucketGrants(aws(roleARN))), deniedBy: []Layer{Session}},
		{name: "role session", change: all(roleSilent, bucketGrants(aws(sessionARN)))},
		{name: "federated session", change: all(federatedSilent, bucketGrants(aws(federatedARN)))},
		{name: "federated session without session policy", change: all(federatedSilent, bucketGrants(aws(federatedARN)), func(r *Request) { r.Session = nil })},
		{name: "federated session by its user: identity made good", change: all(asFederated, nobodysIdentity, bucketGrants(aws(userARN)))},
		{name: "federated session by its user: limited by boundary", change: all(asFederated, silent, bucketGrants(aws(userARN))), deniedBy: []Layer{PermissionsBoundary}},
		{name: "federated session by its user: limited by session", change: all(asFederated, nobodysIdentity, sessionIsSilent, bucketGrants(aws(userARN))), deniedBy: []Layer{Session}},
		{name: "everyone, by aws:PrincipalArn", change: all(roleSilent, func(r *Request) {
			r.Context.Set("aws:PrincipalArn", roleARN)
			r.BucketPolicy = named("my-bucket", byARN)
		})},
		{name: "everyone", change: all(roleSilent, bucketGrants(`"*"`))},
		{name: "account: limited by identity", change: all(nobodysIdentity, bucketGrants(aws(rootARN))), deniedBy: []Layer{Identity}},
		{name: "account: limited by boundary", change: all(boundaryIsSilent, bucketGrants(aws(ownAccount))), deniedBy: []Layer{PermissionsBoundary}},
		{name: "account: limited by session", change: all(asRole, sessionIsSilent, bucketGrants(aws(ownAccount))), deniedBy: []Layer{Session}},
		{name: "account: limited by all three", change: all(roleSilent, bucketGrants(aws(ownAccount))), deniedBy: []Layer{Identity, PermissionsBoundary, Session}},
		{name: "account, and identity allows", change: bucketGrants(aws(rootARN))},
		{name: "the strongest of several namings counts", change: all(roleSilent, func(r *Request) {
			r.BucketPolicy = named("my-bucket", granting(aws(ownAccount)), granting(aws(roleARN)), granting(aws(sessionARN)))
		})},
		{name: "explicit deny of the boundary", change: all(bucketGrants(aws(userARN)), func(r *Request) { r.Boundaries = list("boundary", denyEverything) }), deniedBy: []Layer{PermissionsBoundary}, explicit: true},
		{name: "explicit deny of the session", change: all(asRole, bucketGrants(aws(sessionARN)), func(r *Request) { r.Session = limited(denyEverything) }), deniedBy: []Layer{Session}, explicit: true},
		{name: "explicit deny of the identity", change: all(bucketGrants(aws(userARN)), func(r *Request) { r.Identity = list("identity", allowEverything, denyEverything) }), deniedBy: []Layer{Identity}, explicit: true},
		{name: "NotPrincipal with Deny spares whom it names", change: func(r *Request) {
			r.BucketPolicy = named("my-bucket", `{"Effect":"Deny","NotPrincipal":`+aws(userARN)+`,"Action":"*","Resource":"*"}`)
		}},
		{name: "NotPrincipal with Deny hits whoever has a boundary", change: func(r *Request) {
			r.Boundaries = list("boundary", allowEverything)
			r.BucketPolicy = named("my-bucket", `{"Effect":"Deny","NotPrincipal":`+aws(userARN)+`,"Action":"*","Resource":"*"}`)
		}, deniedBy: []Layer{BucketPolicy}, explicit: true},
	})
}

func TestGrantAcrossAccounts(t *testing.T) {
	both := all(ownedByOther, bucketGrants(aws(ownAccount)))
	verify(t, "authorization.md 1.2, column other account", allowedRequest, []row{
		{name: "both sides allow", change: both},
		{name: "both allow, everyone named", change: all(ownedByOther, bucketGrants(`"*"`))},
		{name: "bucket policy absent", change: ownedByOther, deniedBy: []Layer{BucketPolicy}},
		{name: "bucket policy silent", change: all(ownedByOther, bucketGrants(aws(otherAccount))), deniedBy: []Layer{BucketPolicy}},
		{name: "identity silent", change: all(both, nobodysIdentity), deniedBy: []Layer{Identity}},
		{name: "neither allows: the requester's side first", change: all(ownedByOther, nobodysIdentity), deniedBy: []Layer{Identity, BucketPolicy}},
		{name: "naming the user does not make identity good", change: all(ownedByOther, bucketGrants(aws(userARN)), nobodysIdentity), deniedBy: []Layer{Identity}},
		{name: "naming the user does not make the boundary good", change: all(ownedByOther, bucketGrants(aws(userARN)), boundaryIsSilent), deniedBy: []Layer{PermissionsBoundary}},
		{name: "naming the session does not make the session policy good", change: all(ownedByOther, asRole, sessionIsSilent, bucketGrants(aws(sessionARN))), deniedBy: []Layer{Session}},
		{name: "an SCP of the requester's account", change: all(both, func(r *Request) { r.SCPs = []Level{level("account", allowNothing)} }), deniedBy: []Layer{SCP}},
		{name: "root, account named", change: all(both, nobodysIdentity, func(r *Request) { r.Principal = root() })},
		{name: "root, bucket policy silent", change: all(ownedByOther, func(r *Request) { r.Principal = root() }), deniedBy: []Layer{BucketPolicy}},
	})
}

func TestGrantToThoseWithoutAnAccount(t *testing.T) {
	asAnonymous := func(r *Request) { r.Principal = anonymous() }
	asService := func(r *Request) { r.Principal = service() }
	bindingNobody := func(r *Request) {
		nobodysIdentity(r)
		r.Boundaries, r.Session, r.SCPs = list("boundary", denyEverything), limited(denyEverything), []Level{level("root", denyEverything)}
	}
	noResource := func(r *Request) { r.Action, r.Resource, r.ResourceAccount = "s3:ListAllMyBuckets", "*", "" }
	outside := func(r *Request) { r.RCPs = []Level{level("root", refusing(`"*"`))} }
	verify(t, "authorization.md 1.2", allowedRequest, []row{
		{name: "anonymous, nothing allows", change: asAnonymous, deniedBy: []Layer{BucketPolicy}},
		{name: "anonymous, no resource: there is no account of one's own", change: all(asAnonymous, noResource), deniedBy: []Layer{BucketPolicy}},
		{name: "service, no resource: there is no account of one's own", change: all(asService, noResource), deniedBy: []Layer{BucketPolicy}},
		{name: "anonymous, everyone named", change: all(asAnonymous, bucketGrants(`"*"`))},
		{name: "anonymous, everyone named as AWS", change: all(asAnonymous, bucketGrants(aws("*")))},
		{name: "anonymous, the account named", change: all(asAnonymous, bucketGrants(aws(ownAccount))), deniedBy: []Layer{BucketPolicy}},
		{name: "anonymous has no policies of its own", change: all(asAnonymous, bindingNobody, bucketGrants(`"*"`))},
		{name: "anonymous is bound by RCPs", change: all(asAnonymous, bucketGrants(`"*"`), outside), deniedBy: []Layer{RCP}, explicit: true},
		{name: "service, nothing allows", change: asService, deniedBy: []Layer{BucketPolicy}},
		{name: "service named", change: all(asService, bindingNobody, bucketGrants(`{"Service":"logging.s3.amazonaws.com"}`))},
		{name: "another service named", change: all(asService, bucketGrants(`{"Service":"cloudtrail.amazonaws.com"}`)), deniedBy: []Layer{BucketPolicy}},
		{name: "service is bound by RCPs", change: all(asService, bucketGrants(`"*"`), outside), deniedBy: []Layer{RCP}, explicit: true},
		{name: "service-linked role: no SCP and no RCP", change: all(outside, func(r *Request) {
			r.Principal, r.SCPs = serviceLinked(), []Level{level("root", denyEverything)}
		})},
	})
}
