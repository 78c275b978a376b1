package authz

import "testing"

func TestRequesterPays(t *testing.T) {
	pays := func(offered bool) func(*Request) { return func(r *Request) { r.Payment = &Payment{Offered: offered} } }
	outside := all(ownedByOther, bucketGrants(`"*"`))
	byPayment := []Layer{RequesterPays}
	verify(t, "authorization.md 12, Requester Pays", allowedRequest, []row{
		{name: "the owner's user does not pay", change: pays(false)},
		{name: "the owner's root does not pay", change: all(as(root()), pays(false))},
		{name: "another account offers to", change: all(outside, pays(true))},
		{name: "another account does not", change: all(outside, pays(false)), deniedBy: byPayment, explicit: true},
		{name: "another account's root does not", change: all(outside, as(root()), pays(false)), deniedBy: byPayment, explicit: true},
		{name: "offering opens nothing", change: all(ownedByOther, pays(true)), deniedBy: []Layer{BucketPolicy}},
		{name: "anonymous, with an offer", change: all(outside, as(anonymous()), pays(true)), deniedBy: byPayment, explicit: true},
		{name: "anonymous, of the owner's bucket", change: all(bucketGrants(`"*"`), as(anonymous()), pays(false)), deniedBy: byPayment, explicit: true},
		{name: "a service that does not offer", change: all(bucketGrants(`"*"`), as(service()), pays(false)), deniedBy: byPayment, explicit: true},
		{name: "it is told before the policies", change: all(ownedByOther, pays(false)), deniedBy: []Layer{RequesterPays, BucketPolicy}, explicit: true},
		{name: "the bucket is not Requester Pays", change: outside},
	})
	verify(t, "authorization.md 4 and 12", keyRequest, []row{
		{name: "KMS is not asked to be paid", change: all(keyOfOther, keyGrants(aws(ownAccount)), pays(false))},
	})
	verify(t, "authorization.md 6 and 12", listing, []row{
		{name: "before a missing object is hidden", change: all(ownedByOther, pays(false)), deniedBy: []Layer{RequesterPays, Masking}, explicit: true},
	})
}
