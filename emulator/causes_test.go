package emulator_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/journal"
)

// causesWorld has what operations refuse for.
const causesWorld = `
version: 1
scenarios:
  causes:
    title: What operations refuse by themselves
    accounts:
      123456789012:
        roles:
          reader:
            path: /aws-reserved/sso.amazonaws.com/eu-west-2/
            trust: &trust
              Version: 2012-10-17
              Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]
          target: {trust: *trust}
          hourly:
            trust:
              Version: 2012-10-17
              Statement: [{Effect: Allow, Action: "sts:AssumeRole", Principal: {AWS: ["123456789012",
                "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-2/reader"]}}]
        users:
          held:
            policies:
              one: &own {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}
              two: *own
          asker: {policies: {own: *own}}
      222222222222:
        users: {bob: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}}
    callers:
      app: {account: 123456789012, root: true}
      bob: {account: 222222222222, user: bob}
      asker: {account: 123456789012, user: asker}
      session: {account: 123456789012, role: reader}
    buckets:
      my-bucket:
        owner: 123456789012
        encryption: {block_ssec: true}
        policy:
          Version: 2012-10-17
          Statement: [{Effect: Allow, Principal: {AWS: "222222222222"}, Action: "s3:*",
            Resource: ["arn:aws:s3:::my-bucket", "arn:aws:s3:::my-bucket/*"]}]
        objects: {file.txt: {body: hello}, cold: {body: x, storage_class: GLACIER}}
      guarded:
        owner: 123456789012
        versioning: Enabled
        mfa_delete: true
        policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "123456789012"}, Action: "s3:*",
          Resource: ["arn:aws:s3:::guarded", "arn:aws:s3:::guarded/*"]}]}
        objects: {a: {body: x, version_id: 3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH}}
      kept: {owner: 123456789012, versioning: Enabled, object_lock: {}, objects: {a: {body: x}}}
`

// fileHere is an object of causesWorld.
const fileHere = "/my-bucket/file.txt"

// withCustomerKey brings a key of the customer's.
var withCustomerKey = headers("x-amz-server-side-encryption-customer-algorithm", "AES256",
	"x-amz-server-side-encryption-customer-key", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
	"x-amz-server-side-encryption-customer-key-MD5", "hRasmdxgYDKV3nvbahU1MA==")

// letting is a policy of my-bucket that lets somebody in.
func letting(principal, action string) []byte {
	return []byte(`{"Version":"2012-10-17","Statement":[{"Sid":"In","Effect":"Allow","Principal":{"AWS":"` +
		principal +
		`"},"Action":"` + action + `","Resource":"arn:aws:s3:::my-bucket/*"}]}`)
}

const (
	placedReader = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-2/reader"
	lostReader   = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/reader"
)

// causes are refusals by operations: what is asked, as the root user where as is empty,
// and what is found.
var causes = map[string]struct {
	as, method, path string
	body             []byte
	edit             func(*http.Request) // before it is signed
	code             string
	want             journal.Cause
	cure             string // among the text and the commands of the first cure
}{
	"SSE-C is blocked": {method: "PUT", path: "/my-bucket/new", edit: withCustomerKey, code: "AccessDenied",
		want: journal.Cause{Text: "BlockedEncryptionTypes has SSE-C",
			Document: "the default encryption of my-bucket",
			Element:  "BlockedEncryptionTypes", Wanted: "NONE", Seen: "SSE-C"},
		cure: `aws s3api put-bucket-encryption --bucket my-bucket --server-side-encryption-configuration`},
	"a role elsewhere": {method: "PUT", path: "/my-bucket?policy", code: "MalformedPolicy",
		body: letting(lostReader, "s3:GetObject"),
		want: journal.Cause{Document: "the bucket policy of my-bucket", Element: "Principal.AWS",
			Text: "statement 0: Principal.AWS " + lostReader +
				" does not exist: there is no such role in the account 123456789012; " +
				"a role of that name is at " + placedReader,
			Wanted: placedReader,
			Seen:   lostReader},
		cure: `"AWS":"` + placedReader + `"`},
	"every role": {method: "PUT", path: "/my-bucket?policy", code: "MalformedPolicy",
		body: letting("arn:aws:iam::123456789012:role/*", "s3:GetObject"),
		want: journal.Cause{Document: "the bucket policy of my-bucket", Element: "Principal.AWS",
			Text: "has a wildcard", Seen: "arn:aws:iam::123456789012:role/*"},
		cure: "hold aws:PrincipalArn against arn:aws:iam::123456789012:role/* in a condition with ArnLike"},
	"a user by a hair": {method: "PUT", path: "/my-bucket?policy", code: "MalformedPolicy",
		body: letting("arn:aws:iam::123456789012:user/hold", "s3:GetObject"),
		want: journal.Cause{Document: "the bucket policy of my-bucket", Element: "Principal.AWS",
			Text:   "in the account 123456789012; did you mean arn:aws:iam::123456789012:user/held?",
			Wanted: "arn:aws:iam::123456789012:user/held", Seen: "arn:aws:iam::123456789012:user/hold"},
		cure: `"AWS":"arn:aws:iam::123456789012:user/held"`},
	"an action by a hair": {method: "PUT", path: "/my-bucket?policy", code: "MalformedPolicy",
		body: letting("123456789012", "s3:GetObjekt"),
		want: journal.Cause{Document: "the bucket policy of my-bucket", Element: "Action",
			Text: "s3:GetObjekt; did you mean s3:GetObject?", Wanted: "s3:GetObject", Seen: "s3:GetObjekt"},
		cure: `"Action":"s3:GetObject"`},
	"a resource in another bucket": {method: "PUT", path: "/my-bucket?policy", code: "MalformedPolicy",
		body: bytes.Replace(letting("123456789012", "s3:GetObject"), []byte("my-bucket"), []byte("my-buckt"), 1),
		want: journal.Cause{Document: "the bucket policy of my-bucket", Element: "Resource",
			Text:   "Resource arn:aws:s3:::my-buckt/*; did you mean arn:aws:s3:::my-bucket/*?",
			Wanted: "arn:aws:s3:::my-bucket/*", Seen: "arn:aws:s3:::my-buckt/*"},
		cure: `"Resource":"arn:aws:s3:::my-bucket/*"`},
	"another's bucket": {as: "bob", method: "GET", path: "/my-bucket?policy", code: "MethodNotAllowed",
		want: journal.Cause{Text: "the bucket belongs to another account", Element: "account",
			Wanted: "123456789012, the bucket's owner", Seen: "222222222222"},
		cure: "credentials of the account 123456789012"},
	"in an archive": {method: "GET", path: "/my-bucket/cold", code: "InvalidObjectState",
		want: journal.Cause{Text: "in an archive", Element: "StorageClass",
			Wanted: "a class that is read at once, or a restored copy", Seen: "GLACIER"},
		cure: "aws s3api restore-object --bucket my-bucket --key cold"},
	"no upload": {method: "DELETE", path: fileHere + "?uploadId=none", code: "NoSuchUpload",
		want: journal.Cause{Text: "no upload of that id goes on", Element: "uploadId", Seen: "none",
			Wanted: "an upload that goes on: none does for this key"}, cure: "create-multipart-upload"},
	"another ETag": {method: "PUT", path: fileHere, body: []byte("x"), edit: headers("If-Match", `"0"`),
		code: "PreconditionFailed",
		want: journal.Cause{Text: "another ETag", Element: "If-Match", Wanted: `If-Match: "0"`,
			Seen: `ETag: "5d41402abc4b2a76b9719d911017c592"`},
		cure: "read the object again"},
	"there is one": {method: "PUT", path: fileHere, body: []byte("x"), edit: headers("If-None-Match", "*"),
		code: "PreconditionFailed",
		want: journal.Cause{Text: "there is one", Element: "If-None-Match", Wanted: `If-None-Match: *`,
			Seen: `ETag: "5d41402abc4b2a76b9719d911017c592"`}},
	"not empty": {method: "DELETE", path: "/kept", code: "BucketNotEmpty",
		want: journal.Cause{Text: "the bucket has 1 version and 0 delete markers", Wanted: "an empty bucket",
			Seen: "1 version and 0 delete markers"},
		cure: "aws s3api list-object-versions --bucket kept"},
	"lock and versions": {method: "PUT", path: "/kept?versioning", code: "InvalidBucketState",
		body: []byte(`<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>`),
		want: journal.Cause{Text: "versioning cannot be suspended", Element: "Status", Wanted: "Enabled",
			Seen: "Suspended"}},
	"versions and lock": {method: "PUT", path: "/my-bucket?object-lock", code: "InvalidBucketState",
		body: []byte(`<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>`),
		edit: digest,
		want: journal.Cause{Text: "Object Lock needs", Element: "versioning", Wanted: "Enabled",
			Seen: "never enabled"},
		cure: "aws s3api put-bucket-versioning --bucket my-bucket --versioning-configuration Status=Enabled"},
	"no code of an MFA device": {method: "DELETE", path: "/guarded/a?versionId=3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH",
		code: "AccessDenied", want: journal.Cause{Text: "MFA Delete", Element: "x-amz-mfa",
			Wanted: "the device's serial number and code", Seen: "no header"},
		cure: "aws s3api delete-object --bucket guarded --key a --version-id 3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH " +
			"--mfa 'SERIAL CODE'"},
	"a code of another's device": {as: "asker", method: "PUT", path: "/guarded?versioning", code: "AccessDenied",
		body: []byte(`<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>`),
		edit: headers("x-amz-mfa", "20899872 301749"), want: journal.Cause{Text: "only the root user",
			Element: "caller", Wanted: "the root user"},
		cure: "aws s3api put-bucket-versioning --bucket guarded"},
	"no MD5": {method: "PUT", path: "/my-bucket/n", body: []byte("x"), edit: headers("Content-MD5",
		"9dd4e461268c8034f5c8564e155c67a6"), code: "InvalidDigest",
		want: journal.Cause{Text: "Content-MD5 is not", Element: "Content-MD5",
			Seen:   "9dd4e461268c8034f5c8564e155c67a6",
			Wanted: "base64 of the 16 bytes of an MD5, which has 24 characters"}, cure: "base64"},
	"another MD5": {method: "PUT", path: "/my-bucket/n", body: []byte("x"), edit: headers("Content-MD5",
		"XUFAKrxLKna5cZ2REBfFkg=="), code: "BadDigest",
		want: journal.Cause{Text: "another digest", Element: "Content-MD5",
			Wanted: "XUFAKrxLKna5cZ2REBfFkg==", Seen: "ndTkYSaMgDT1yFZOFVxnpg=="}, cure: "the very bytes"},
	"another checksum": {method: "PUT", path: "/my-bucket/n", body: []byte("x"),
		edit: headers("x-amz-checksum-crc32", "AAAAAA=="), code: "BadDigest",
		want: journal.Cause{Text: "another checksum", Element: "x-amz-checksum-crc32", Wanted: "AAAAAA==",
			Seen: "jNwWgw=="}, cure: "the very bytes"},
	"a long key": {method: "PUT", path: "/my-bucket/" + strings.Repeat("k", 1025), code: "KeyTooLongError",
		want: journal.Cause{Text: "1024 bytes", Element: "key", Wanted: "1024", Seen: "1025"},
		cure: "shorten the key"},
	"no object": {method: "GET", path: "/my-bucket/file.tx", code: "NoSuchKey",
		want: journal.Cause{Text: "no object of that key", Element: "key", Wanted: "file.txt", Seen: "file.tx"}},
	"no bucket": {method: "GET", path: "/my-buckt/file.txt", code: "NoSuchBucket",
		want: journal.Cause{Text: "nobody has a bucket", Element: "bucket", Wanted: "my-bucket", Seen: "my-buckt"}},
	"an argument": {method: "GET", path: "/my-bucket?list-type=2&max-keys=x", code: "InvalidArgument",
		want: journal.Cause{Text: "max-keys", Element: "max-keys", Seen: "x"}},
	"a range": {method: "GET", path: fileHere, edit: headers("Range", "bytes=10-"), code: "InvalidRange",
		want: journal.Cause{Text: "behind the end", Wanted: "5", Seen: "bytes=10-"}},
	"no such document": {method: "PUT", path: "/my-bucket?versioning", body: []byte("<x/>"), code: "MalformedXML",
		want: journal.Cause{Text: "the body is not the XML"}},
}

// Each refusal of an operation tells what it found, and where there is a cure, that.
func TestCausesOfRefusals(t *testing.T) {
	for name, row := range causes {
		t.Run(name, func(t *testing.T) {
			srv := emulatortest.Start(t, "causes", emulatortest.YAML(causesWorld))
			r := request(t, srv, row.method, row.path, row.body)
			if row.edit != nil {
				row.edit(r)
			}
			sign(srv, r, or(row.as, "app"), row.body, time.Now())
			a := do(t, r)
			if a.Code != row.code {
				t.Fatalf("got %d %s (%s)", a.status, a.Code, a.Message)
			}
			holdCause(t, newest(srv), row.want, row.cure)
		})
	}
}

// newest is the entry of the last request.
func newest(srv *emulatortest.Server) journal.Entry {
	all := srv.Requests()
	return all[len(all)-1]
}

func holdCause(t *testing.T, e journal.Entry, want journal.Cause, cure string) {
	t.Helper()
	k := e.Cause
	switch {
	case k == nil:
		t.Fatalf("%s %s has no cause", e.Operation, e.Code)
	case !strings.Contains(k.Text, want.Text), k.Document != want.Document, k.Element != want.Element,
		k.Wanted != want.Wanted, k.Seen != want.Seen:
		t.Errorf("the cause is %+v", k)
	}
	told := ""
	if len(k.Cures) > 0 {
		told = k.Cures[0].Text + " " + strings.Join(k.Cures[0].Commands, " ")
	}
	if !strings.Contains(told, cure) || (cure == "") != (told == "") {
		t.Errorf("the cure is %q, want %q", told, cure)
	}
}

// What s3fault lacks is told in the answer, the journal and by `why`, and only to whom S3
// would have done it for.
func TestWhatIsLacking(t *testing.T) {
	srv := emulatortest.Start(t, "causes", emulatortest.YAML(causesWorld))
	for _, row := range []struct {
		as, method, path, header, lacks string
	}{
		{"app", "PUT", "/my-bucket?metrics&id=a", "PutBucketMetricsConfiguration",
			"s3fault has no PutBucketMetricsConfiguration; S3 would have done it"},
		{"bob", "GET", "/my-bucket?session", "CreateSession",
			"s3fault has no CreateSession; S3 would have done it"},
		{"", "PUT", "/my-bucket?metrics&id=a", "", ""},
		{"app", "GET", fileHere, "", ""},
	} {
		a := send(t, srv, row.as, row.method, row.path, nil)
		if e := newest(srv); a.header.Get("x-s3fault-lacks") != row.header || e.Lacks != row.lacks {
			t.Errorf("%s %s as %s: %d, %q, %q", row.method, row.path, row.as, a.status,
				a.header.Get("x-s3fault-lacks"), e.Lacks)
		}
	}
}

// A signature that does not hold has its cause too, and it is none that other credentials
// would cure.
func TestCausesOfSignatures(t *testing.T) {
	srv := emulatortest.Start(t, "causes", emulatortest.YAML(causesWorld))
	other := request(t, srv, "GET", fileHere, nil)
	other.Host = "seen.here:9000"
	do(t, other)
	for name, row := range map[string]struct {
		signed, sent func(*http.Request)
		want         journal.Cause
	}{
		"a header that came unsigned": {nil, headers("x-amz-meta-a", "b"),
			journal.Cause{Text: "the request has x-amz-meta-a, which its signature does not cover",
				Element: "x-amz-meta-a",
				Wanted:  "x-amz-meta-a among the signed headers", Seen: "not signed"}},
		"a charset that a proxy added": {headers("Content-Type", "text/plain"), headers("Content-Type",
			"text/plain; charset=utf-8"),
			journal.Cause{Text: "signed with content-type text/plain, arrived with text/plain; charset=utf-8",
				Wanted: "text/plain", Seen: "text/plain; charset=utf-8"}},
		"a name that others came under": {func(r *http.Request) { r.Host = "seen.here:9000" },
			func(r *http.Request) { r.Host = srv.Endpoint[7:] },
			journal.Cause{Text: "signed for seen.here:9000, arrived for " + srv.Endpoint[7:],
				Wanted: "seen.here:9000", Seen: srv.Endpoint[7:]}},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(t, srv, "GET", fileHere, nil)
			if row.signed != nil {
				row.signed(r)
			}
			sign(srv, r, "app", nil, time.Now())
			row.sent(r)
			if a := do(t, r); a.status != 403 {
				t.Fatalf("got %d", a.status)
			}
			holdCause(t, newest(srv), row.want, "")
		})
	}
}

// A clock that is wrong is told by how much.
func TestCauseOfAClock(t *testing.T) {
	srv := emulatortest.Start(t, "causes", emulatortest.YAML(causesWorld))
	r := request(t, srv, "GET", fileHere, nil)
	sign(srv, r, "app", nil, time.Now().Add(-2*time.Hour))
	do(t, r)
	k := newest(srv).Cause
	if k == nil || !strings.Contains(k.Text, "the client's clock is wrong: it is 2h0m") || k.Seen == "" {
		t.Errorf("the cause is %+v", k)
	}
}
