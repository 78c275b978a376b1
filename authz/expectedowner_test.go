package authz

import "testing"

func TestExpectedOwner(t *testing.T) {
	expecting := func(account string) func(*Request) { return func(r *Request) { r.ExpectedOwner = account } }
	byOwner := []Layer{ExpectedOwner}
	verify(t, "authorization.md 6, x-amz-expected-bucket-owner", allowedRequest, []row{
		{name: "the owner", change: expecting(ownAccount)},
		{name: "another account", change: expecting(otherAccount), deniedBy: byOwner, explicit: true},
		{name: "another account, root asks", change: all(as(root()), expecting(otherAccount)), deniedBy: byOwner, explicit: true},
		{name: "not an account's number", change: expecting("my-account"), deniedBy: byOwner, explicit: true},
		{name: "the requester's account, the bucket is another's", change: all(ownedByOther, bucketGrants(`"*"`), expecting(ownAccount)), deniedBy: byOwner, explicit: true},
		{name: "it is told before the policies", change: all(nobodysIdentity, expecting(otherAccount)), deniedBy: []Layer{ExpectedOwner, Identity}, explicit: true},
		{name: "the bucket does not exist", change: func(r *Request) {
			expecting(otherAccount)(r)
			r.ResourceAccount, r.Missing = "", &Missing{Bucket: true}
		}},
	})
	verify(t, "authorization.md 6, a missing object", listing, []row{
		{name: "it is told before a missing object is hidden", change: all(nobodysIdentity, expecting(otherAccount)), deniedBy: []Layer{ExpectedOwner, Masking}, explicit: true},
		{name: "nothing to hide", change: expecting(otherAccount), deniedBy: byOwner, explicit: true},
	})
}
