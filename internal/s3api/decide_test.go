package s3api

import (
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
	"github.com/s3fault/s3fault/sigv4"
)

const (
	otherAccount = "999988887777"
	userARN      = "arn:aws:iam::" + ownAccount + ":user/my-user"
	foreignKMS   = "arn:aws:kms:us-east-1:" + otherAccount + ":key/foreign"
	sleepingKMS  = "arn:aws:kms:us-east-1:" + ownAccount + ":key/sleeping"
)

func mustPolicy(t testing.TB, document string) *policy.Policy {
	t.Helper()
	p, err := policy.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func allowing(t testing.TB, actions string) authz.Named {
	return authz.Named{Name: "rights", Policy: mustPolicy(t,
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":[`+actions+`],"Resource":"*"}}`)}
}

func denying(t testing.TB, actions string) authz.Named {
	return authz.Named{Name: "limits", ARN: "arn:aws:iam::" + ownAccount + ":policy/limits",
		Policy: mustPolicy(t,
			`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":[`+actions+`],"Resource":"*"}}`)}
}

// trial is a request of a user, with the policies that bind it.
type trial struct {
	identity  []authz.Named
	bucket    string // the policy of my-bucket
	ownership world.ObjectOwnership
	answers   world.Answers
	host      string // region in the host name
	signed    string // region of the signature
	location  sigv4.Location
	foreign   bool // the user is of another account
	unproved  error
	sending
}

// court is the call of a trial, in a world of its own.
func (x trial) court(t testing.TB) *Call {
	t.Helper()
	b := newBench(t)
	b.now = today
	state := *b.live.Now().State
	state.Answers = x.answers
	bucket := *state.Buckets["my-bucket"]
	bucket.Ownership = x.ownership
	if x.bucket != "" {
		bucket.Policy = world.BucketPolicy("my-bucket", mustPolicy(t, x.bucket))
	}
	account := ownAccount
	if x.foreign {
		account = otherAccount
	}
	state.Buckets = map[string]*world.Bucket{
		"my-bucket": &bucket, "kms-bucket": state.Buckets["kms-bucket"],
		"eu-bucket": {Name: "eu-bucket", Owner: ownAccount, Region: "eu-west-1"},
	}
	delegated, err := world.DefaultKeyPolicy(otherAccount)
	if err != nil {
		t.Fatal(err)
	}
	state.Keys = map[string]*world.Key{
		ownKey: state.Keys[ownKey],
		sleepingKMS: {ID: "sleeping", ARN: sleepingKMS, Account: ownAccount, Region: "us-east-1",
			KeyKind: world.SymmetricKey, State: "Disabled", Policy: state.Keys[ownKey].Policy},
		foreignKMS: {ID: "foreign", ARN: foreignKMS, Account: otherAccount, Region: "us-east-1",
			KeyKind: world.SymmetricKey, State: "Enabled", Policy: delegated},
	}
	state.Accounts = map[string]*world.Account{
		ownAccount:   {ID: ownAccount, Users: map[string]*world.User{}},
		otherAccount: {ID: otherAccount, Users: map[string]*world.User{}},
	}
	arn := world.UserARN(account, "", "my-user")
	state.Accounts[account].Users["my-user"] = &world.User{Name: "my-user", ARN: arn, Policies: x.identity}
	b.live = b.newLive(t, &state)
	c := b.call(t, sending{method: x.method, target: x.target, body: x.body, headers: x.headers, anonymous: x.anonymous})
	c.Moment = b.live.Now()
	c.SourceIP = "198.51.100.7"
	c.Address.Region = x.host
	if !x.anonymous {
		c.Caller = &world.Caller{Name: "app", Account: account, User: "my-user", UserID: "AIDAEXAMPLE"}
		c.Principal = &policy.Principal{Kind: policy.User, Account: account, ARN: arn}
		c.Presented.Region, c.Presented.Service = x.signed, "s3"
		if x.signed == "" {
			c.Presented.Region = bucketRegion(c)
		}
		if x.location != 0 {
			c.Presented.Location = x.location
		}
	}
	c.Unproved = x.unproved
	return c
}

// judged is what becomes of the trial: as the emulator does it.
func (x trial) judged(t testing.TB) (*Reply, *s3err.Error, *Call) {
	t.Helper()
	c := x.court(t)
	defer c.Close()
	questions, err := c.Checks()
	if err != nil {
		return nil, s3err.Of(err), c
	}
	if len(questions) == 0 {
		t.Fatal("no question was put")
	}
	for _, q := range questions {
		c.Decisions = append(c.Decisions, authz.Evaluate(q))
	}
	if err := c.Refused(); err != nil {
		return nil, s3err.Of(err), c
	}
	reply, err := c.Serve()
	return reply, s3err.Of(err), c
}

func (x trial) cause(c *Call) authz.Layer {
	for _, d := range c.Decisions {
		if d.Denied() {
			return d.Cause
		}
	}
	return ""
}

// The messages are those of s3-errors.md 2.1, 2.2, 2.4.
func TestTheReasonInTheMessage(t *testing.T) {
	get := sending{method: "GET", target: "/my-bucket/k"}
	list := sending{method: "GET", target: "/my-bucket"}
	put := func(key string) sending {
		return sending{method: "PUT", target: "/my-bucket/k", body: "x", headers: []string{wire.SSEHeader, "aws:kms",
			wire.SSEKeyHeader, key}}
	}
	all := `"s3:*","kms:*"`
	user := "User: " + userARN + " is not authorized to perform: "
	before := world.NewAnswers(world.ResponsesAWS, time.Date(2024, 8, 20, 0, 0, 0, 0, time.UTC), today)
	beforeARNs := world.NewAnswers(world.ResponsesAWS, time.Date(2026, 8, 12, 0, 0, 0, 0, time.UTC), today)
	denyList := `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:ListBucket","Resource":"arn:aws:s3:::my-bucket"}}`
	for _, row := range []struct {
		name  string
		x     trial
		layer authz.Layer
		want  string
	}{
		{"identity, implicit", trial{sending: list}, authz.Identity,
			user + `s3:ListBucket on resource: "arn:aws:s3:::my-bucket" because no identity-based policy allows the s3:ListBucket action`},
		{"no resource", trial{sending: sending{method: "GET", target: "/"}}, authz.Identity,
			user + `s3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets action`},
		{"identity, explicit, with its ARN", trial{sending: list, identity: []authz.Named{allowing(t, all), denying(t,
			`"s3:ListBucket"`)}}, authz.Identity,
			user + `s3:ListBucket on resource: "arn:aws:s3:::my-bucket" with an explicit deny in an identity-based policy: arn:aws:iam::123456789012:policy/limits`},
		{"identity, explicit, before the ARNs", trial{sending: list, answers: beforeARNs, identity: []authz.Named{allowing(t,
			all), denying(t, `"s3:ListBucket"`)}}, authz.Identity,
			user + `s3:ListBucket on resource: "arn:aws:s3:::my-bucket" with an explicit deny in an identity-based policy`},
		{"bucket policy, explicit", trial{sending: list, identity: []authz.Named{allowing(t, all)}, bucket: denyList},
			authz.BucketPolicy,
			user + `s3:ListBucket on resource: "arn:aws:s3:::my-bucket" with an explicit deny in a resource-based policy`},
		{"before the reasons", trial{sending: list, answers: before}, authz.Identity, "Access Denied"},
		{"the article", trial{sending: list, answers: articleAnswers()}, authz.Identity, "Access Denied"},
		{"another account", trial{sending: list, foreign: true, identity: []authz.Named{allowing(t, all)}}, authz.ACLs,
			"Access Denied"},
		{"anonymous", trial{sending: sending{method: "GET", target: "/my-bucket", anonymous: true}}, authz.ACLs,
			"Access Denied"},
		{"missing object, may not list", trial{sending: get, identity: []authz.Named{allowing(t, `"s3:GetObject"`)}},
			authz.Masking,
			user + `s3:ListBucket on resource: "arn:aws:s3:::my-bucket" because no identity-based policy allows the s3:ListBucket action`},
		{"missing object, the article", trial{sending: get, answers: articleAnswers(), identity: []authz.Named{allowing(t,
			`"s3:GetObject"`)}}, authz.Masking, "Access Denied"},
		{"KMS, identity", trial{sending: put(ownKey), identity: []authz.Named{allowing(t, `"s3:*"`)}}, authz.KMS,
			user + `kms:GenerateDataKey on resource: ` + ownKey +
				` because no identity-based policy allows the kms:GenerateDataKey action`},
		{"KMS, explicit", trial{sending: put(ownKey), identity: []authz.Named{allowing(t, all), denying(t, `"kms:*"`)}},
			authz.KMS,
			user + `kms:GenerateDataKey on resource: ` + ownKey +
				` with an explicit deny in an identity-based policy: arn:aws:iam::123456789012:policy/limits`},
		{"KMS, key of another account", trial{sending: put(foreignKMS), identity: []authz.Named{allowing(t, all)}},
			authz.KMS,
			user + `kms:GenerateDataKey on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`},
		{"KMS, the key sleeps", trial{sending: put(sleepingKMS), identity: []authz.Named{allowing(t, all)}}, authz.KMS,
			sleepingKMS + " is disabled."},
	} {
		if row.x.answers == (world.Answers{}) {
			row.x.answers = awsAnswers()
		}
		_, err, c := row.x.judged(t)
		if err == nil || err.Message != row.want {
			t.Errorf("%s:\n got %v\nwant %s", row.name, err, row.want)
		}
		if got := row.x.cause(c); got != row.layer {
			t.Errorf("%s: layer %q, want %q", row.name, got, row.layer)
		}
	}
}

func TestWhatIsMissing(t *testing.T) {
	all := []authz.Named{allowing(t, `"s3:*"`)}
	missing := sending{method: "GET", target: "/nobodys-bucket/k"}
	for _, row := range []struct {
		name string
		x    trial
		code s3err.Code
	}{
		{"object, may list", trial{answers: awsAnswers(), identity: all, sending: sending{method: "GET",
			target: "/my-bucket/k"}}, s3err.NoSuchKey},
		{"bucket", trial{answers: awsAnswers(), identity: all, sending: missing}, s3err.NoSuchBucket},
		{"bucket, nothing allowed", trial{answers: awsAnswers(), sending: missing}, s3err.NoSuchBucket},
		{"bucket, before its body is read", trial{answers: awsAnswers(), identity: all, sending: sending{method: "PUT",
			target: "/nobodys-bucket?policy", body: "no policy"}}, s3err.NoSuchBucket},
		{"bucket, the article", trial{answers: articleAnswers(), identity: all, sending: missing}, s3err.AccessDenied},
	} {
		if _, err, _ := row.x.judged(t); err == nil || err.Code != row.code {
			t.Errorf("%s: %v, want %v", row.name, err, row.code)
		}
	}
}

func TestRegions(t *testing.T) {
	all := []authz.Named{allowing(t, `"s3:*"`)}
	list := sending{method: "GET", target: "/eu-bucket"}
	location := sending{method: "GET", target: "/eu-bucket?location"}
	for _, row := range []struct {
		name           string
		x              trial
		code           string // empty: served
		header, region string
	}{
		{"signed for it", trial{sending: list, signed: "eu-west-1"}, "", "", ""},
		{"A16", trial{sending: list, signed: "us-east-1"}, "AuthorizationHeaderMalformed", "eu-west-1", "eu-west-1"},
		{"Q10", trial{sending: list, signed: "us-east-1", location: sigv4.Query}, "AuthorizationQueryParametersError",
			"eu-west-1", "eu-west-1"},
		{"R1", trial{sending: list, signed: "us-east-1", host: "us-east-1"}, "PermanentRedirect", "eu-west-1", "(none)"},
		{"R1, whatever the signature", trial{sending: list, signed: "eu-west-1", host: "us-east-1"}, "PermanentRedirect",
			"eu-west-1", "(none)"},
		{"right host, wrong signature", trial{sending: list, signed: "us-east-1", host: "eu-west-1"},
			"AuthorizationHeaderMalformed", "eu-west-1", "eu-west-1"},
		{"?location from elsewhere", trial{sending: location, signed: "us-east-1"}, "", "", ""},
		{"?location at another host", trial{sending: location, signed: "us-east-1", host: "us-east-1"}, "", "", ""},
		{"?location, signed for another host", trial{sending: location, signed: "eu-west-1", host: "us-east-1"},
			"AuthorizationHeaderMalformed", "", "us-east-1"},
		{"no bucket", trial{sending: sending{method: "GET", target: "/"}, signed: "us-east-1", host: "eu-west-1"},
			"AuthorizationHeaderMalformed", "", "eu-west-1"},
		{"no bucket, any region", trial{sending: sending{method: "GET", target: "/"}, signed: "ap-south-1"}, "", "", ""},
		{"the article, header", trial{sending: list, signed: "us-east-1", answers: articleAnswers()}, "PermanentRedirect",
			"eu-west-1", "(none)"},
		{"the article, presigned", trial{sending: list, signed: "us-east-1", location: sigv4.Query,
			answers: articleAnswers()}, "AccessDenied", "", "(none)"},
		{"an unknown key is noticed later", trial{sending: list, signed: "us-east-1",
			unproved: &sigv4.Error{Reason: sigv4.AccessKeyUnknown}}, "AuthorizationHeaderMalformed", "eu-west-1", "eu-west-1"},
		{"another service is noticed before", trial{sending: list, signed: "us-east-1",
			unproved: &sigv4.Error{Reason: sigv4.ServiceWrong, Location: sigv4.Header}}, "AuthorizationHeaderMalformed", "",
			"(none)"},
	} {
		row.x.identity = all
		if row.x.answers == (world.Answers{}) {
			row.x.answers = awsAnswers()
		}
		_, err, _ := row.x.judged(t)
		if err == nil {
			if row.code != "" {
				t.Errorf("%s: served, want %s", row.name, row.code)
			}
			continue
		}
		if err.Code.String() != row.code || err.Header.Get(bucketRegionHeader) != row.header || extraOf(err,
			"Region") != row.region {
			t.Errorf("%s: %v, %v, header %q", row.name, err, err.Extras, err.Header.Get(bucketRegionHeader))
		}
	}
}

// An ACL on a bucket that allows none: s3-errors.md 2.3, and the article.
func TestACLsWhereThereAreNone(t *testing.T) {
	ownerACL := aclDocument(ownAccount, grantTo(ownAccount, "FULL_CONTROL"))
	everybodys := strings.Replace(ownerACL, "FULL_CONTROL", "READ", 1)
	put := func(name, value string) sending {
		return sending{method: "PUT", target: "/my-bucket/k", body: "x", headers: []string{name, value}}
	}
	for _, row := range []struct {
		name string
		sending
		aws, article string // codes; empty: served
	}{
		{"none", put("x-amz-meta-a", "b"), "", ""},
		{"public-read", put("x-amz-acl", "public-read"), "AccessControlListNotSupported", "AccessDenied"},
		{"private", put("x-amz-acl", "private"), "AccessControlListNotSupported", "AccessDenied"},
		{"full control for the owner", put("x-amz-acl", "bucket-owner-full-control"), "", "AccessDenied"},
		{"a grant", put("x-amz-grant-read", `uri="http://acs.amazonaws.com/groups/global/AllUsers"`),
			"AccessControlListNotSupported", "AccessDenied"},
		{"the owner's grant", put("x-amz-grant-full-control", `id="`+world.CanonicalID(ownAccount)+`"`), "", "AccessDenied"},
		{"no ACL at all", put("x-amz-acl", "nonsense"), "InvalidArgument", "AccessDenied"},
		{"a canned ACL and a body", sending{method: "PUT", target: "/my-bucket?acl", body: ownerACL,
			headers: []string{"x-amz-acl", "private"}}, "UnexpectedContent", "AccessDenied"},
		{"a body for the owner", sending{method: "PUT", target: "/my-bucket?acl", body: ownerACL}, "", "AccessDenied"},
		{"a body for others", sending{method: "PUT", target: "/my-bucket?acl", body: everybodys},
			"AccessControlListNotSupported", "AccessDenied"},
		{"a body that is none", sending{method: "PUT", target: "/my-bucket?acl", body: "<x/>"}, "MalformedACLError",
			"MalformedACLError"},
		{"neither header nor body", sending{method: "PUT", target: "/my-bucket?acl"}, "MissingSecurityHeader",
			"MissingSecurityHeader"},
	} {
		for _, side := range []struct {
			answers world.Answers
			want    string
		}{{awsAnswers(), row.aws}, {articleAnswers(), row.article}} {
			x := trial{sending: row.sending, answers: side.answers, ownership: world.BucketOwnerEnforced,
				identity: []authz.Named{allowing(t, `"s3:*"`)}}
			_, err, _ := x.judged(t)
			got := ""
			if err != nil {
				got = err.Code.String()
			}
			if got != side.want {
				t.Errorf("%s: %v, want %q", row.name, err, side.want)
			}
		}
	}
}

func codeOf(err *s3err.Error) string {
	if err == nil {
		return ""
	}
	return err.Code.String()
}

// Who did not prove who it is is told so, and every layer was asked all the same.
func TestUnprovedRequestsAreStillDecided(t *testing.T) {
	x := trial{answers: awsAnswers(), sending: sending{method: "GET", target: "/my-bucket"},
		unproved: &sigv4.Error{Reason: sigv4.Expired, Scheme: sigv4.V4}}
	_, err, c := x.judged(t)
	if err == nil || err.Message != "Request has expired" {
		t.Errorf("%v", err)
	}
	if by := c.Decisions[0].DeniedBy; len(by) != 2 || by[0] != authz.Authentication || by[1] != authz.Identity {
		t.Errorf("denied by %v", by)
	}
}

func TestADeactivatedKeyBehindAURL(t *testing.T) {
	for _, row := range []struct {
		answers  world.Answers
		location sigv4.Location
		want     s3err.Code
	}{
		{awsAnswers(), sigv4.Query, s3err.InvalidAccessKeyID},
		{articleAnswers(), sigv4.Query, s3err.AccessDenied},
		{articleAnswers(), sigv4.Header, s3err.InvalidAccessKeyID},
	} {
		b := newBench(t)
		state := *b.live.Now().State
		state.Answers = row.answers
		state.Callers = map[string]*world.Caller{"app": {AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "x",
			Account: ownAccount, Root: true, Inactive: true}}
		sealed, err := state.Seal()
		if err != nil {
			t.Fatal(err)
		}
		c := b.call(t, sending{method: "GET", target: "/my-bucket"})
		c.Moment = &store.Moment{State: sealed, Index: b.live.Now().Index}
		c.Unproved = &sigv4.Error{Reason: sigv4.AccessKeyUnknown, Location: row.location,
			AccessKeyID: "AKIAIOSFODNN7EXAMPLE"}
		if got := notProved(c); got.Code != row.want {
			t.Errorf("%v: %v, want %v", row.location, got, row.want)
		}
	}
}

// HeadBucket says where the bucket is, whatever else it says.
func TestHeadBucketAlwaysTellsTheRegion(t *testing.T) {
	head := sending{method: "HEAD", target: "/eu-bucket"}
	all := []authz.Named{allowing(t, `"s3:*"`)}
	for name, x := range map[string]trial{
		"served":       {identity: all},
		"denied":       {},
		"wrong region": {identity: all, signed: "us-east-1"},
		"unproved":     {identity: all, unproved: &sigv4.Error{Reason: sigv4.SignatureDoesNotMatch}},
	} {
		x.sending, x.answers = head, awsAnswers()
		reply, err, _ := x.judged(t)
		got := ""
		if err != nil {
			got = err.Header.Get(bucketRegionHeader)
		} else {
			got = reply.Header.Get(bucketRegionHeader)
		}
		if got != "eu-west-1" {
			t.Errorf("%s: region %q, %v", name, got, err)
		}
	}
}

func TestBucketPolicyIsForItsOwnersAccount(t *testing.T) {
	open := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"` + otherAccount +
		`"},"Action":"s3:*","Resource":["arn:aws:s3:::my-bucket","arn:aws:s3:::my-bucket/*"]}}`
	x := trial{answers: awsAnswers(), foreign: true, bucket: open, identity: []authz.Named{allowing(t, `"s3:*"`)}}
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		x.sending = sending{method: method, target: "/my-bucket?policy", body: "{}"}
		if _, err, _ := x.judged(t); codeOf(err) != "MethodNotAllowed" || err.Status != 405 {
			t.Errorf("%s: %v", method, err)
		}
	}
}
