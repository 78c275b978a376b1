package authz

import "testing"

func TestOrganization(t *testing.T) {
	verify(t, "authorization.md 1.1 and 1.2", allowedRequest, []row{
		{name: "every level allows", change: func(r *Request) {
			r.SCPs = []Level{level("root", allowEverything), level("unit", allowEverything), level("account", allowEverything)}
		}},
		{name: "one level is silent", change: func(r *Request) {
			r.SCPs = []Level{level("root", allowEverything), level("unit", allowNothing), level("account", allowEverything)}
		}, deniedBy: []Layer{SCP}},
		{name: "a level without policies", change: func(r *Request) { r.SCPs = []Level{{Name: "root"}} }, deniedBy: []Layer{SCP}},
		{name: "a deny below a silent level", change: func(r *Request) {
			r.SCPs = []Level{level("root", allowNothing), level("account", allowEverything, denyEverything)}
		}, deniedBy: []Layer{SCP}, explicit: true},
		{name: "a bucket policy does not make it good", change: func(r *Request) {
			r.SCPs, r.BucketPolicy = []Level{level("root", allowNothing)}, named("my-bucket", granting(aws(userARN)))
		}, deniedBy: []Layer{SCP}},
		{name: "an RCP need not allow", change: func(r *Request) { r.RCPs = []Level{{Name: "root"}, {Name: "account"}} }},
		{name: "an RCP denies", change: func(r *Request) {
			r.RCPs = []Level{{Name: "root"}, level("account", refusing(`"*"`))}
		}, deniedBy: []Layer{RCP}, explicit: true},
		{name: "an RCP binds the owner's root", change: func(r *Request) {
			r.Principal, r.RCPs = root(), []Level{level("root", refusing(`"*"`))}
		}, deniedBy: []Layer{RCP}, explicit: true},
	})
}

func TestVPCEndpoint(t *testing.T) {
	verify(t, "authorization.md 1.1 and 1.9", allowedRequest, []row{
		{name: "allows", change: func(r *Request) { r.Endpoint = list("vpce-1", granting(`"*"`)) }},
		{name: "silent", change: func(r *Request) { r.Endpoint = list("vpce-1", allowNothing) }, deniedBy: []Layer{VPCEndpoint}},
		{name: "denies", change: func(r *Request) { r.Endpoint = list("vpce-1", granting(`"*"`), refusing(`"*"`)) }, deniedBy: []Layer{VPCEndpoint}, explicit: true},
		{name: "one of two allows", change: func(r *Request) {
			r.Endpoint = append(list("vpce-1", allowNothing), list("vpce-2", granting(`"*"`))...)
		}},
		{name: "a bucket policy does not make it good", change: func(r *Request) {
			r.Endpoint, r.BucketPolicy = list("vpce-1", allowNothing), named("my-bucket", granting(aws(userARN)))
		}, deniedBy: []Layer{VPCEndpoint}},
		{name: "it binds root", change: func(r *Request) {
			r.Principal, r.Endpoint = root(), list("vpce-1", allowNothing)
		}, deniedBy: []Layer{VPCEndpoint}},
	})
}

func TestRestrictPublicBucketsNamesThePublicStatement(t *testing.T) {
	r := allowedRequest()
	ownedByOther(r)
	r.RestrictPublicBuckets = true
	r.BucketPolicy = named("my-bucket", granting(aws(userARN)),
		`{"Sid":"Public","Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`)
	d := Evaluate(r)
	f := finding(t, &d, BlockPublicAccess, RestrictPublicBuckets)
	if f.Policy != "my-bucket" || f.Statement == nil || *f.Statement != (Statement{Index: 1, Sid: "Public"}) || len(f.Compared) > 0 {
		t.Errorf("got %+v %+v", f, f.Statement)
	}
}

func TestRestrictPublicBuckets(t *testing.T) {
	restricted := func(r *Request) {
		bucketGrants(`"*"`)(r)
		r.RestrictPublicBuckets = true
	}
	verify(t, "authorization.md 1.8 and s3-errors.md 2.3", allowedRequest, []row{
		{name: "the owner's principals may", change: restricted},
		{name: "anonymous", change: all(restricted, func(r *Request) { r.Principal = anonymous() }), deniedBy: []Layer{BlockPublicAccess}, explicit: true},
		{name: "a public policy that BlockPublicPolicy keeps out", change: func(r *Request) { r.BlockedPolicy = true }, deniedBy: []Layer{BlockPublicAccess}, explicit: true},
		{name: "another account", change: all(restricted, ownedByOther), deniedBy: []Layer{BlockPublicAccess}, explicit: true},
		{name: "another account, named by a statement that is not public", change: all(restricted, ownedByOther, func(r *Request) {
			r.BucketPolicy = named("my-bucket", granting(aws(userARN)), granting(`"*"`))
		}), deniedBy: []Layer{BlockPublicAccess}, explicit: true},
		{name: "a service", change: all(restricted, func(r *Request) { r.Principal = service() })},
		{name: "the policy is not public", change: all(ownedByOther, func(r *Request) {
			r.BucketPolicy, r.RestrictPublicBuckets = named("my-bucket", granting(aws(userARN))), true
		})},
		{name: "the setting is off", change: all(restricted, ownedByOther, func(r *Request) { r.RestrictPublicBuckets = false })},
	})
}

func TestObjectOwnership(t *testing.T) {
	set := func(o Ownership) func(*Request) { return func(r *Request) { r.Ownership = &o } }
	verify(t, `authorization.md 1.6; for RefusesAny interface.md "responses"`, allowedRequest, []row{
		{name: "ACLs are on", change: set(Ownership{Mode: "ObjectWriter", Sets: "x-amz-acl: public-read"})},
		{name: "ACLs are preferred off", change: set(Ownership{Mode: "BucketOwnerPreferred"})},
		{name: "no ownership controls", change: set(Ownership{Mode: ""})},
		{name: "enforced", change: set(Ownership{Mode: "BucketOwnerEnforced", Sets: "x-amz-acl: private"}), deniedBy: []Layer{ObjectOwnership}, explicit: true},
		{name: "enforced, full control for the owner", change: set(Ownership{Mode: "BucketOwnerEnforced", OwnerFullControl: true})},
		{name: "enforced, full control for the owner, article", change: set(Ownership{Mode: "BucketOwnerEnforced", OwnerFullControl: true, RefusesAny: true}), deniedBy: []Layer{ObjectOwnership}, explicit: true},
		{name: "it binds root", change: all(set(Ownership{Mode: "BucketOwnerEnforced"}), func(r *Request) { r.Principal = root() }), deniedBy: []Layer{ObjectOwnership}, explicit: true},
	})
}

func TestOwnerRootRepairsThePolicy(t *testing.T) {
	locked := func(action string) func(*Request) {
		return func(r *Request) {
			r.Principal, r.Action, r.Resource = root(), action, "arn:aws:s3:::my-bucket"
			r.BucketPolicy = named("my-bucket", refusing(`"*"`))
		}
	}
	verify(t, "authorization.md 2 and 7, ?policy", allowedRequest, []row{
		{name: "get", change: locked("s3:GetBucketPolicy")},
		{name: "put", change: locked("s3:PutBucketPolicy")},
		{name: "delete, in any case of letters", change: locked("S3:deletebucketpolicy")},
		{name: "another action", change: locked("s3:ListBucket"), deniedBy: []Layer{BucketPolicy}, explicit: true},
		{name: "a user of the owner", change: all(locked("s3:PutBucketPolicy"), func(r *Request) { r.Principal = user() }), deniedBy: []Layer{BucketPolicy}, explicit: true},
		{name: "root of another account", change: all(locked("s3:PutBucketPolicy"), ownedByOther), deniedBy: []Layer{BucketPolicy}, explicit: true},
		{name: "an SCP binds it", change: all(locked("s3:PutBucketPolicy"), func(r *Request) {
			r.SCPs = []Level{level("root", allowEverything, denyEverything)}
		}), deniedBy: []Layer{SCP}, explicit: true},
		{name: "an RCP binds it", change: all(locked("s3:PutBucketPolicy"), func(r *Request) {
			r.RCPs = []Level{level("root", refusing(`"*"`))}
		}), deniedBy: []Layer{RCP}, explicit: true},
		{name: "an endpoint policy binds it", change: all(locked("s3:PutBucketPolicy"), func(r *Request) {
			r.Endpoint = list("vpce-1", allowNothing)
		}), deniedBy: []Layer{VPCEndpoint}},
	})
}

// The layer says which setting refuses, and whose it is.
func TestWhoseBlockPublicAccess(t *testing.T) {
	for name, row := range map[string]struct {
		change        func(*Request)
		setting, part string
	}{
		"a policy": {func(r *Request) { r.BlockedPolicy, r.PublicAccessParts.BlockPublicPolicy = true, PartOrganization }, BlockPublicPolicy, PartOrganization},
		"an ACL":   {func(r *Request) { r.BlockedACL, r.PublicAccessParts.BlockPublicACLs = true, PartBucket }, BlockPublicACLs, PartBucket},
		"unknown":  {func(r *Request) { r.BlockedACL = true }, BlockPublicACLs, BlockPublicACLs},
		"cut off": {func(r *Request) {
			bucketGrants(`"*"`)(r)
			r.RestrictPublicBuckets = true
			r.Principal = anonymous()
			r.PublicAccessParts.RestrictPublicBuckets = PartAccount
		}, RestrictPublicBuckets, PartAccount},
		"a managed": {func(r *Request) { r.Managed = true }, "", PartOrganization},
	} {
		r := allowedRequest()
		row.change(r)
		d := Evaluate(r)
		if f, ok := d.Behind(); !ok || f.Layer != BlockPublicAccess || f.Setting != row.setting || f.Part != row.part {
			t.Errorf("%s: %+v", name, f)
		}
	}
}
