package authz

import (
	"slices"
	"testing"
)

// aloneInTheWay has, for every layer, a request that only this layer refuses.
var aloneInTheWay = map[Layer]func() *Request{
	Authentication:      changed(allowedRequest, func(r *Request) { r.Authentication = &Refusal{Detail: "wrong secret"} }),
	RequestForm:         changed(allowedRequest, func(r *Request) { r.RequestForm = &Refusal{Detail: "extra input fields"} }),
	Region:              changed(allowedRequest, func(r *Request) { r.Region = &Refusal{Detail: "eu-west-1"} }),
	CORS:                changed(allowedRequest, func(r *Request) { r.CORS, r.Free = &Crossing{Refused: true}, true }),
	SCP:                 changed(allowedRequest, func(r *Request) { r.SCPs = []Level{level("root", denyEverything)} }),
	RCP:                 changed(allowedRequest, func(r *Request) { r.RCPs = []Level{level("root", refusing(`"*"`))} }),
	VPCEndpoint:         changed(allowedRequest, func(r *Request) { r.Endpoint = list("vpce-1", allowNothing) }),
	Identity:            changed(allowedRequest, nobodysIdentity),
	PermissionsBoundary: changed(allowedRequest, boundaryIsSilent),
	Session:             changed(allowedRequest, all(asRole, sessionIsSilent)),
	AccessPoints:        changed(allowedRequest, through(&AccessPoint{Account: otherAccount})),
	BucketPolicy:        changed(allowedRequest, ownedByOther),
	TrustPolicy:         changed(trusting, trusts(`{"Service":"ec2.amazonaws.com"}`)),
	ExpectedOwner:       changed(allowedRequest, func(r *Request) { r.ExpectedOwner = otherAccount }),
	RequesterPays: changed(allowedRequest, all(ownedByOther, bucketGrants(`"*"`), func(r *Request) {
		r.Payment = &Payment{}
	})),
	ACLs:       changed(allowedRequest, all(ownedByOther, aclsEnabled)),
	ObjectLock: changed(allowedRequest, func(r *Request) { r.Action, r.Lock = "s3:DeleteObjectVersion", &Lock{LegalHold: true} }),
	BlockPublicAccess: changed(allowedRequest, all(ownedByOther, bucketGrants(`"*"`), func(r *Request) {
		r.RestrictPublicBuckets = true
	})),
	ObjectOwnership: changed(allowedRequest, func(r *Request) { r.Ownership = &Ownership{Mode: bucketOwnerEnforced} }),
	KMS:             changed(keyRequest, nobodysIdentity),
	Masking:         changed(listing, nobodysIdentity),
}

func changed(base func() *Request, change func(*Request)) func() *Request {
	return func() *Request {
		r := base()
		change(r)
		return r
	}
}

func TestEveryLayerRefusesAlone(t *testing.T) {
	if len(aloneInTheWay) != len(layers) {
		t.Errorf("%d layers have a request, there are %d layers", len(aloneInTheWay), len(layers))
	}
	for _, l := range layers {
		t.Run(string(l.name), func(t *testing.T) {
			request, ok := aloneInTheWay[l.name]
			if !ok {
				t.Fatal("no request is refused by this layer")
			}
			d := Evaluate(request())
			if !slices.Equal(d.DeniedBy, []Layer{l.name}) || d.Cause != l.name {
				t.Errorf("denied by %q, want %s alone", d.DeniedBy, l.name)
			}
			consistent(t, &d)
		})
	}
}

func TestEveryLayerOnce(t *testing.T) {
	seen := map[Layer]bool{}
	for _, l := range layers {
		if seen[l.name] {
			t.Errorf("%s is in the list twice", l.name)
		}
		seen[l.name] = true
		if !slices.ContainsFunc(reportOrder, func(row reportRow) bool { return row.layer == l.name }) {
			t.Errorf("%s has no place in reportOrder", l.name)
		}
	}
}

func TestEveryLayerAnswersEveryQuestion(t *testing.T) {
	for name, request := range aloneInTheWay {
		r := request()
		d := Evaluate(r)
		for _, l := range layers {
			if !slices.ContainsFunc(d.Findings, func(f Finding) bool { return f.Layer == l.name }) {
				t.Errorf("refused by %s: no finding of %s", name, l.name)
			}
		}
	}
}

// Every refusal that a layer can give has a place of its own in the order of
// reports: one without would be told last.
func TestEveryRefusalHasItsPlace(t *testing.T) {
	requests := []*Request{everyLayer(denyEverything, refusing(`"*"`)), everyLayer(allowNothing, allowNothing)}
	for _, request := range aloneInTheWay {
		requests = append(requests, request())
	}
	for _, r := range requests {
		var asked question
		asked.ask(r)
		q := &asked
		var answers []answer
		for i := range layers {
			answers = layers[i].ask(q, answers)
		}
		for i := range answers {
			if a := &answers[i]; (a.Effect == ExplicitDeny || a.Effect == ImplicitDeny) && rank(a) == len(reportOrder) {
				t.Errorf("%s %s %s has no row in reportOrder", a.Layer, a.Part, a.Effect)
			}
		}
	}
}

// everyLayer has the same two statements everywhere: own in what binds the
// requester, resources in what binds the resource.
func everyLayer(own, resources string) *Request {
	r := keyRequest()
	r.Principal, r.Identity = roleSession(), list("identity", own)
	r.Boundaries, r.Session = list("boundary", own), limited(own)
	r.SCPs, r.RCPs = []Level{level("root", own)}, []Level{level("root", resources)}
	r.Endpoint, r.BucketPolicy = list("vpce-1", resources), named("my-bucket", resources)
	r.Key.Policy = named("default", resources)
	return r
}

func TestExplain(t *testing.T) {
	r := allowedRequest()
	r.Context.Set("aws:SourceIp", "198.51.100.7")
	r.Identity = append(list("inline", allowNothing), Named{Name: "managed", ARN: "arn:aws:iam::111122223333:policy/managed", Policy: document(
		`{"Sid":"Whole","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::my-bucket"}`)})
	r.BucketPolicy = named("my-bucket", `{"Sid":"OfficeOnly","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}`)
	d := Evaluate(r)
	if !slices.Equal(d.DeniedBy, []Layer{BucketPolicy, Identity}) {
		t.Fatalf("denied by %q", d.DeniedBy)
	}
	deny := finding(t, &d, BucketPolicy, "")
	if deny.Policy != "my-bucket" || deny.Statement == nil || *deny.Statement != (Statement{Index: 0, Sid: "OfficeOnly"}) {
		t.Errorf("the deny is said to be of %s %+v", deny.Policy, deny.Statement)
	}
	if len(deny.Compared) != 1 || deny.Compared[0].Key != "aws:SourceIp" || deny.Compared[0].Wanted != "203.0.113.0/24" || deny.Compared[0].Got != "198.51.100.7" {
		t.Errorf("compared: %+v", deny.Compared)
	}
	silent := finding(t, &d, Identity, "")
	want := []Miss{
		{Policy: "inline", Statement: Statement{Index: 0, Sid: "AllowOther"}, Element: "Action", Wanted: "sqs:SendMessage", Got: "s3:GetObject"},
		{Policy: "managed", Statement: Statement{Index: 0, Sid: "Whole"}, Element: "Resource", Wanted: "arn:aws:s3:::my-bucket", Got: objectARN},
	}
	if !slices.Equal(silent.Misses, want) {
		t.Errorf("misses: %+v, want %+v", silent.Misses, want)
	}
}

func TestAllowedNamesItsStatement(t *testing.T) {
	r := allowedRequest()
	r.Identity = append(list("first", allowNothing), Named{Name: "second", ARN: "arn:aws:iam::aws:policy/second", Policy: document(allowNothing, allowEverything)})
	d := Evaluate(r)
	got := finding(t, &d, Identity, "")
	if got.Effect != Allow || got.Policy != "second" || got.PolicyARN != "arn:aws:iam::aws:policy/second" || *got.Statement != (Statement{Index: 1, Sid: "AllowEverything"}) {
		t.Errorf("got %+v %+v", got, got.Statement)
	}
}

func TestEvaluateLeavesTheRequestAlone(t *testing.T) {
	r := everyLayer(denyEverything, refusing(`"*"`))
	first := Evaluate(r)
	done := make(chan Decision)
	for range 4 {
		go func() { done <- Evaluate(r) }()
	}
	for range 4 {
		if d := <-done; !slices.Equal(d.DeniedBy, first.DeniedBy) {
			t.Errorf("denied by %q, then by %q", first.DeniedBy, d.DeniedBy)
		}
	}
}

func TestPoliciesThatAreAbsent(t *testing.T) {
	r := allowedRequest()
	r.Identity = []Named{{Name: "empty"}}
	r.BucketPolicy, r.RestrictPublicBuckets = &Named{Name: "empty"}, true
	if d := Evaluate(r); !slices.Equal(d.DeniedBy, []Layer{Identity}) {
		t.Errorf("denied by %q", d.DeniedBy)
	}
	if d := Evaluate(&Request{}); !d.Denied() {
		t.Error("an empty question is allowed")
	}
	if d := Evaluate(NewRequest("", "", Requester{Principal: anonymous()}, Target{})); !d.Denied() {
		t.Error("an empty anonymous question is allowed")
	}
	if _, ok := new(Decision).Behind(); ok {
		t.Error("a Decision that nobody made has words")
	}
}

// The names that scenario files may use cover what a Decision can hold.
func TestLayersNamesEveryLayer(t *testing.T) {
	known := Layers()
	for _, l := range layers {
		if !slices.Contains(known, l.name) {
			t.Errorf("Layers does not name %s", l.name)
		}
	}
	slices.Sort(known)
	if len(slices.Compact(slices.Clone(known))) != len(known) {
		t.Errorf("Layers names one twice: %q", known)
	}
}
