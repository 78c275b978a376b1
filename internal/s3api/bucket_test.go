package s3api

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

func create(target, body string, headers ...string) sending {
	return sending{method: "PUT", target: target, body: body, headers: headers}
}

func constraint(region string) string {
	return `<CreateBucketConfiguration><LocationConstraint>` + region +
		`</LocationConstraint></CreateBucketConfiguration>`
}

// The rows are those of s3-errors.md 3.
func TestLocationOf(t *testing.T) {
	for _, row := range []struct{ constraint, endpoint, region, message string }{
		{"", "us-east-1", "us-east-1", ""},
		{"eu-west-1", "us-east-1", "eu-west-1", ""},
		{"EU", "us-east-1", "eu-west-1", ""},
		{"EU", "eu-west-1", "eu-west-1", ""},
		{"eu-central-1", "eu-central-1", "eu-central-1", ""},
		{"us-east-1", "us-east-1", "", "The specified location-constraint is not valid"},
		{"garbage", "us-east-1", "", "The specified location-constraint is not valid"},
		{"", "eu-west-1", "",
			"The unspecified location constraint is incompatible for the region specific endpoint this request was sent to."},
		{"us-west-2", "eu-west-1", "",
			"The us-west-2 location constraint is incompatible for the region specific endpoint this request was sent to."},
	} {
		region, err := locationOf(row.constraint, row.endpoint)
		message := ""
		if err != nil {
			message = s3err.Of(err).Message
		}
		if region != row.region || message != row.message {
			t.Errorf("%q at %s: %q, %q", row.constraint, row.endpoint, region, message)
		}
	}
}

func TestCreateBucket(t *testing.T) {
	b := newBench(t)
	if a := b.must(t, create("/new-bucket", "")); a.header.Get("Location") != "/new-bucket" {
		t.Errorf("Location %q", a.header.Get("Location"))
	}
	got := b.live.Now().State.Buckets["new-bucket"]
	if got == nil || got.Owner != ownAccount || got.Region != "us-east-1" ||
		b.live.Now().Index.Bucket("new-bucket") == nil {
		t.Fatalf("%+v", got)
	}
	b.must(t, create("/new-bucket", "")) // us-east-1: one's own bucket again
	if a := b.must(t, create("/eu-bucket",
		constraint("eu-west-1"))); a.header.Get("Location") != "http://eu-bucket.s3.amazonaws.com/" {
		t.Errorf("Location %q", a.header.Get("Location"))
	}
	b.must(t, create("/writers", "", "x-amz-object-ownership", "ObjectWriter"))
	if o := b.live.Now().State.Buckets["writers"].Ownership; o != world.ObjectWriter {
		t.Errorf("ownership %q", o)
	}
	for _, row := range []struct {
		name string
		sending
		code s3err.Code
	}{
		{"R9", create("/eu-bucket", constraint("eu-west-1")), s3err.BucketAlreadyOwnedByYou},
		{"R11", create("/Bad_Name", ""), s3err.InvalidBucketName},
		{"XML", create("/other", "<x"), s3err.MalformedXML},
		{"another element", create("/other", "<CreateBucketConfiguration><X/></CreateBucketConfiguration>"),
			s3err.MalformedXML},
		{"a directory bucket", create("/other", "<CreateBucketConfiguration><Bucket/></CreateBucketConfiguration>"),
			s3err.NotImplemented},
		{"ownership", create("/other", "", "x-amz-object-ownership", "Mine"), s3err.InvalidArgument},
		{"public ACL", create("/other", "", "x-amz-acl", "public-read", "x-amz-object-ownership", "BucketOwnerEnforced"),
			s3err.InvalidBucketACLWithObjectOwnership},
		{"no ACL", create("/other", "", "x-amz-acl", "nonsense", "x-amz-object-ownership", "ObjectWriter"),
			s3err.InvalidArgument},
	} {
		if a := b.do(t, row.sending); a.err == nil || a.err.Code != row.code {
			t.Errorf("%s: %v, want %v", row.name, a.err, row.code)
		}
	}
	if b.live.Now().State.Buckets["other"] != nil {
		t.Error("a refused bucket was made")
	}
	c := b.call(t, create("/my-bucket", ""))
	c.Moment, c.Principal.Account = b.live.Now(), otherAccount
	if _, err := readCreation(c).serve(c); codeOf(s3err.Of(err)) != "BucketAlreadyExists" {
		t.Errorf("R8: %v", err)
	}
}

func TestDeleteBucket(t *testing.T) {
	b := filled(t, "k")
	b.do(t, sending{method: "DELETE", target: "/my-bucket"}).refused(t, s3err.BucketNotEmpty, "", s3err.E("BucketName",
		"my-bucket"))
	b.must(t, sending{method: "DELETE", target: "/my-bucket/k"})
	b.must(t, sending{method: "POST", target: "/my-bucket/k?uploads"}) // no hindrance
	b.must(t, sending{method: "DELETE", target: "/my-bucket"})
	m := b.live.Now()
	if m.State.Buckets["my-bucket"] != nil || m.Index.Bucket("my-bucket") != nil {
		t.Error("the bucket is still there")
	}
}

// A change that was decided on an older moment is not made.
func TestChangesFindOutThatTheWorldMoved(t *testing.T) {
	b := newBench(t)
	c := b.call(t, sending{method: "DELETE", target: "/my-bucket?policy"})
	c.Moment = b.live.Now()
	if _, err := c.Checks(); err != nil {
		t.Fatal(err)
	}
	b.must(t, create("/new-bucket", ""))
	if _, err := c.Serve(); !errors.Is(err, store.ErrMoved) {
		t.Errorf("%v", err)
	}
	c.Moment = b.live.Now()
	if _, err := c.Serve(); err != nil {
		t.Errorf("the second attempt: %v", err)
	}
}

func TestBucketPolicy(t *testing.T) {
	b := newBench(t)
	get := sending{method: "GET", target: "/my-bucket?policy"}
	b.do(t, get).refused(t, s3err.NoSuchBucketPolicy, "The bucket policy does not exist", s3err.E("BucketName",
		"my-bucket"))
	put := func(document string) answered { return b.do(t, create("/my-bucket?policy", document)) }
	if a := put(public); a.err != nil {
		t.Fatal(a.err)
	}
	a := b.must(t, get)
	if a.body != public || a.header.Get("Content-Type") != "application/json" {
		t.Errorf("%q %v", a.body, a.header)
	}
	for document, message := range map[string]string{
		"":   "Policies must be valid JSON and the first byte must be '{'",
		"[]": "Policies must be valid JSON and the first byte must be '{'",
		"{":  "This policy contains invalid Json",
		strings.Replace(public, "my-bucket", "other", 1):          "Policy has invalid resource",
		strings.Replace(public, "s3:GetObject", "s3:GetObjct", 1): "Policy has invalid action",
	} {
		put(document).refused(t, s3err.MalformedPolicy, message)
	}
	if b.must(t, get).body != public {
		t.Error("a refused policy took the place of the good one")
	}
	b.must(t, sending{method: "DELETE", target: "/my-bucket?policy"})
	b.must(t, sending{method: "DELETE", target: "/my-bucket?policy"})
	b.do(t, get).refused(t, s3err.NoSuchBucketPolicy, "")
}

func TestPublicPoliciesAreBlocked(t *testing.T) {
	b := newBench(t)
	state := *b.live.Now().State
	guarded := *state.Buckets["my-bucket"]
	guarded.PublicAccessBlock = &world.PublicAccessBlock{BlockPublicPolicy: true}
	b.live = b.newLive(t, state.WithBucket(&guarded))
	open := strings.Replace(public, "Deny", "Allow", 1)
	want := `User: arn:aws:iam::123456789012:root is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::my-bucket" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`
	c := b.call(t, create("/my-bucket?policy", open))
	c.Presented.Region = usEast1
	c.Moment = b.live.Now()
	questions, err := c.Checks()
	if err != nil || len(questions) != 1 {
		t.Fatalf("%d questions, %v", len(questions), err)
	}
	d := authz.Evaluate(questions[0])
	if !slices.Equal(d.DeniedBy, []authz.Layer{authz.BlockPublicAccess}) {
		t.Fatalf("denied by %v", d.DeniedBy)
	}
	if refused := refusalOf(c, &d); refused.Code != s3err.AccessDenied || refused.Message != want {
		t.Errorf("refused with %v", refused)
	}
	b.must(t, create("/my-bucket?policy", public))
}

func TestBucketSettings(t *testing.T) {
	b := newBench(t)
	ownership := func(rules string) answered {
		return b.do(t, create("/my-bucket?ownershipControls", "<OwnershipControls>"+rules+"</OwnershipControls>"))
	}
	rule := "<Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule>"
	ownership("").refused(t, s3err.MalformedXML, "")
	ownership(rule+rule).refused(t, s3err.MalformedXML, "")
	ownership(strings.Replace(rule, "ObjectWriter", "Mine", 1)).refused(t, s3err.MalformedXML, "")
	b.do(t, create("/my-bucket?ownershipControls", "")).refused(t, s3err.MissingRequestBodyError, "")
	b.must(t, sending{method: "DELETE", target: "/my-bucket?ownershipControls"})
	b.do(t, sending{method: "GET", target: "/my-bucket?ownershipControls"}).refused(t,
		s3err.OwnershipControlsNotFoundError, "", s3err.E("BucketName", "my-bucket"))

	encryption := func(by string) answered {
		return b.do(t, create("/my-bucket?encryption",
			"<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>"+by+"</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>"))
	}
	encryption("<SSEAlgorithm>ROT13</SSEAlgorithm>").refused(t, s3err.MalformedXML, "")
	encryption("<SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID>").refused(t, s3err.InvalidArgument,
		"a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
		s3err.E("ArgumentName", "ApplyServerSideEncryptionByDefault"))
	if a := encryption("<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>" + ownKey +
		"</KMSMasterKeyID>"); a.err != nil {
		t.Fatal(a.err)
	}
	want := world.Encryption{Algorithm: "aws:kms", KMSKey: ownKey, BucketKey: true}
	if got := b.live.Now().State.Buckets["my-bucket"].Encryption; got != want {
		t.Errorf("%+v", got)
	}
}

// A body that is not what its digests say changes nothing.
func TestDigestsOfDocuments(t *testing.T) {
	b := newBench(t)
	for name, headers := range map[string][]string{
		"MD5":      {"Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="},
		"checksum": {"x-amz-checksum-sha256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="},
	} {
		if a := b.do(t, create("/my-bucket?policy", public, headers...)); a.err == nil || a.err.Code != s3err.BadDigest {
			t.Errorf("%s: %v", name, a.err)
		}
	}
	b.do(t, create("/my-bucket?policy", public, "Content-MD5", "x")).refused(t, s3err.InvalidDigest, "",
		s3err.E("Content-MD5", "x"))
	if b.live.Now().State.Buckets["my-bucket"].Policy != nil {
		t.Error("the policy was set")
	}
}

func TestListBuckets(t *testing.T) {
	b := newBench(t)
	b.must(t, create("/eu-bucket", constraint("eu-west-1")))
	list := func(query string) answered { return b.do(t, sending{method: "GET", target: "/?" + query}) }
	names := func(query string) string {
		a := list(query)
		if a.err != nil {
			t.Fatalf("%s: %v", query, a.err)
		}
		var all []string
		for _, part := range strings.Split(a.body, "<Name>")[1:] {
			name, _, _ := strings.Cut(part, "<")
			all = append(all, name)
		}
		return strings.Join(all, " ")
	}
	for query, want := range map[string]string{
		"": "eu-bucket kms-bucket managed-key my-bucket", "prefix=m": "managed-key my-bucket", "prefix=none": "",
		"max-buckets=2": "eu-bucket kms-bucket", "bucket-region=us-east-1": "kms-bucket managed-key my-bucket",
	} {
		if got := names(query); got != want {
			t.Errorf("%q lists %q, want %q", query, got, want)
		}
	}
	if a := list(""); strings.Contains(a.body, "BucketRegion") {
		t.Error("regions are shown only when a parameter is given")
	}
	if a := list("prefix=none"); !strings.Contains(a.body, "<Buckets></Buckets>") {
		t.Errorf("an empty list has no Buckets: %s", a.body)
	}
	token := element(list("max-buckets=3").body, "ContinuationToken")
	if got := names("continuation-token=" + strings.ReplaceAll(token, "+", "%2B")); got != "my-bucket" {
		t.Errorf("the next page lists %q", got)
	}
	for query, message := range map[string]string{
		"max-buckets=abc":         "Provided max-buckets not an integer or within integer range",
		"max-buckets=0":           "Argument max-buckets must be an integer between 1 and 10000",
		"bucket-region=zz":        "Argument value zz is not a valid AWS Region",
		"bucket-region=eu-west-1": "Requests with bucket-region specified must be made to the corresponding regional endpoint",
		"continuation-token=x":    "The continuation token provided is incorrect",
	} {
		list(query).refused(t, s3err.InvalidArgument, message)
	}
}
