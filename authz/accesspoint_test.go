package authz

import (
	"slices"
	"testing"

	"github.com/s3fault/s3fault/policy"
)

const (
	pointARN  = "arn:aws:s3:us-east-1:111122223333:accesspoint/reports"
	pointFile = pointARN + "/object/file.txt"
)

// through has the request take an access point to the bucket.
func through(p *AccessPoint) func(*Request) {
	return func(r *Request) {
		point := *p
		point.Beyond, r.Resource = objectARN, pointFile
		r.AccessPoint = &point
	}
}

// allowing is a statement that allows the principal (JSON) a resource.
func allowing(principal, resource string) string {
	return `{"Effect":"Allow","Principal":` + principal + `,"Action":"s3:GetObject","Resource":"` + resource + `"}`
}

func identityOf(resource string) func(*Request) {
	return func(r *Request) {
		r.Identity = list("identity", `{"Effect":"Allow","Action":"s3:GetObject","Resource":"`+resource+`"}`)
	}
}

func bucketSays(statement string) func(*Request) {
	return func(r *Request) { r.BucketPolicy = named("my-bucket", statement) }
}

// Who has to allow what (authorization.md 13.1 to 13.3).
func TestThroughAnAccessPoint(t *testing.T) {
	own, others := &AccessPoint{Account: ownAccount}, &AccessPoint{Account: otherAccount}
	says := func(p *AccessPoint, statement string) *AccessPoint {
		with := *p
		with.Policies = list("reports", statement)
		return &with
	}
	alice, everybody := aws(userARN), `"*"`
	delegating := `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"arn:aws:s3:::my-bucket/*",` +
		`"Condition":{"StringEquals":{"s3:DataAccessPointAccount":"` + ownAccount + `"}}}`
	delegated := all(bucketSays(delegating), func(r *Request) { r.Context.Set("s3:DataAccessPointAccount", ownAccount) })
	inside, outside := *own, *own
	inside.VPC, inside.From = "vpc-1", "vpc-1"
	outside.VPC, outside.From = "vpc-1", "vpc-2"
	for _, r := range []row{
		{name: "the identity's Allow of the access point's ARN", change: all(through(own), identityOf(pointARN+"/object/*"))},
		{name: "of the bucket's", change: all(through(own), identityOf("arn:aws:s3:::my-bucket/*")), deniedBy: []Layer{Identity}},
		{name: "the access point's alone", change: all(through(says(own, allowing(alice, pointFile))), nobodysIdentity), deniedBy: []Layer{Identity}},
		{name: "the bucket's alone", change: all(through(own), nobodysIdentity, bucketSays(allowing(alice, objectARN))), deniedBy: []Layer{Identity}},
		{name: "both", change: all(through(says(own, allowing(alice, pointFile))), nobodysIdentity, bucketSays(allowing(alice, objectARN)))},
		{name: "both, with the access point's ARN in the bucket's", change: all(through(says(own, allowing(alice, pointFile))), nobodysIdentity, bucketSays(allowing(alice, pointFile))), deniedBy: []Layer{Identity}},
		{name: "the access point's, and delegation", change: all(through(says(own, allowing(alice, pointFile))), nobodysIdentity, delegated)},
		{name: "an access point's Allow of other objects", change: through(says(own, allowing(alice, pointARN+"/object/other")))},
		{name: "an access point's Deny", change: through(says(own, `{"Sid":"No","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"`+pointARN+`/object/*"}`)), deniedBy: []Layer{AccessPoints}, explicit: true},
		{name: "a bucket's Deny of its own ARN", change: all(through(own), bucketSays(`{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::my-bucket/*"}`)), deniedBy: []Layer{BucketPolicy}, explicit: true},
		{name: "another account's, to the bucket owner's", change: through(others), deniedBy: []Layer{AccessPoints}},
		{name: "one's own to another's bucket", change: all(through(own), ownedByOther), deniedBy: []Layer{BucketPolicy}},
		{name: "one's own to another's bucket that delegates", change: all(through(own), ownedByOther, delegated)},
		{name: "another's to another's bucket", change: all(through(others), ownedByOther), deniedBy: []Layer{AccessPoints, BucketPolicy}},
		{name: "both allow from abroad", change: all(through(says(others, allowing(alice, pointFile))), ownedByOther, bucketSays(allowing(alice, objectARN)))},
		{name: "and the identity does not", change: all(through(says(others, allowing(alice, pointFile))), ownedByOther, bucketSays(allowing(alice, objectARN)), nobodysIdentity), deniedBy: []Layer{Identity}},
		{name: "the anonymous", change: all(through(says(own, allowing(everybody, pointFile))), bucketSays(allowing(everybody, objectARN)), func(r *Request) { r.Requester = Requester{Principal: anonymous()} })},
		{name: "the anonymous, and RestrictPublicBuckets", change: all(through(says(own, allowing(everybody, pointFile))), delegated, func(r *Request) {
			r.Requester, r.RestrictPublicBuckets = Requester{Principal: anonymous()}, true
		}), deniedBy: []Layer{BlockPublicAccess}, explicit: true},
		{name: "out of its VPC", change: through(&inside)},
		{name: "out of another", change: through(&outside), deniedBy: []Layer{AccessPoints}, explicit: true},
	} {
		t.Run(r.name, func(t *testing.T) {
			q := allowedRequest()
			r.change(q)
			d := Evaluate(q)
			if !slices.Equal(d.DeniedBy, r.deniedBy) || (d.Verdict == ExplicitlyDenied) != r.explicit || Allows(q) == d.Denied() {
				t.Errorf("%s by %q, want %q", d.Verdict, d.DeniedBy, r.deniedBy)
			}
			consistent(t, &d)
		})
	}
}

// A miss and a Deny of the bucket's policy tell of the bucket, those of the others of the
// access point; and so do the readings.
func TestWhatIsComparedThroughAnAccessPoint(t *testing.T) {
	r := allowedRequest()
	through(&AccessPoint{Account: otherAccount, Policies: list("reports", allowing(`"*"`, objectARN))})(r)
	all(ownedByOther, bucketSays(allowing(`"*"`, pointFile)))(r)
	d := Evaluate(r)
	got := map[Layer]string{}
	for _, f := range d.InTheWay() {
		got[f.Layer] = f.Misses[0].Got
	}
	if got[AccessPoints] != pointFile || got[BucketPolicy] != objectARN {
		t.Errorf("they compare %q", got)
	}
	r.BucketPolicy = named("my-bucket", allowing(`"*"`, objectARN))
	for _, read := range Readings(r, new(Evaluate(r))) {
		if want := read.Layer != AccessPoints; (len(read.Matched) > 0) != want {
			t.Errorf("%s matches %v", read.Layer, read.Matched)
		}
	}
	if p := r.BucketPolicy.Policy; p.Match(&policy.Request{Principal: r.Principal, Action: r.Action, Resource: pointFile}).Allow >= 0 {
		t.Error("the test proves nothing")
	}
}
