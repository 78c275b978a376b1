package s3api

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// aclDocument is an ACL as clients send it, grants being those of grantTo.
func aclDocument(owner string, grants ...string) string {
	return `<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>` + world.CanonicalID(owner) +
		`</ID></Owner><AccessControlList>` + strings.Join(grants, "") + `</AccessControlList></AccessControlPolicy>`
}

// grantTo is one grant: to an account by its number, or to a group by its URI.
func grantTo(grantee, permission string) string {
	kind, name := "CanonicalUser", "<ID>"+world.CanonicalID(grantee)+"</ID>"
	if strings.Contains(grantee, "/") {
		kind, name = "Group", "<URI>"+grantee+"</URI>"
	}
	return grantOf(kind, name, permission)
}

func grantOf(kind, name, permission string) string {
	return `<Grant><Grantee xmlns:xsi="` + wire.XSINamespace + `" xsi:type="` + kind + `">` + name +
		`</Grantee><Permission>` + permission + `</Permission></Grant>`
}

// openBench is a bench whose my-bucket has ACLs, owned by the account of the
// bench, and answers as S3 did on the day.
func openBench(t testing.TB, answers world.Answers) *bench {
	t.Helper()
	b := newBench(t)
	state := *b.live.Now().State
	open := *state.Buckets["my-bucket"]
	open.Ownership = world.ObjectWriter
	state.Answers = answers
	b.live = b.newLive(t, state.WithBucket(&open))
	return b
}

func (b *bench) bucketACL() authz.ACL { return b.live.Now().State.Buckets["my-bucket"].ACL }

func (b *bench) objectACL(t testing.TB, key string) authz.ACL {
	t.Helper()
	o := b.live.Now().Index.Bucket("my-bucket").Current(key)
	if o == nil {
		t.Fatalf("%s is not there", key)
	}
	return o.ACL
}

// writtenACL is an ACL in short: "own FULL_CONTROL, AllUsers READ".
func writtenACL(acl authz.ACL) string {
	short := strings.NewReplacer(world.CanonicalID(ownAccount), "own", world.CanonicalID(otherAccount), "other",
		world.AnonymousID, "nobody", "the group ", "")
	var all []string
	for _, g := range acl {
		all = append(all, short.Replace(g.Grantee.String())+" "+string(g.Permission))
	}
	return strings.Join(all, ", ")
}

// cannedGrants is what each canned ACL grants in the account's own bucket.
var cannedGrants = map[string]string{
	"private":                   "own FULL_CONTROL",
	"public-read":               "own FULL_CONTROL, AllUsers READ",
	"public-read-write":         "own FULL_CONTROL, AllUsers READ, AllUsers WRITE",
	"authenticated-read":        "own FULL_CONTROL, AuthenticatedUsers READ",
	"aws-exec-read":             "own FULL_CONTROL, 6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c READ",
	"bucket-owner-read":         "own FULL_CONTROL",
	"bucket-owner-full-control": "own FULL_CONTROL",
	"log-delivery-write":        "own FULL_CONTROL, LogDelivery WRITE, LogDelivery READ_ACP",
}

// Every canned ACL is stored by every request that can set one, and shown.
func TestCannedACLsAreStored(t *testing.T) {
	for _, name := range world.CannedACLs() {
		want, known := cannedGrants[name]
		if !known {
			t.Fatalf("%s has no row", name)
		}
		b := openBench(t, awsAnswers())
		b.must(t, sending{method: "PUT", target: "/my-bucket?acl", headers: []string{cannedACL, name}})
		if got := writtenACL(b.bucketACL()); got != want {
			t.Errorf("%s of the bucket: %s, want %s", name, got, want)
		}
		shown := b.must(t, sending{method: "GET", target: "/my-bucket?acl"}).body
		if got, want := strings.Count(shown, "<Grant>"), strings.Count(want, ",")+1; got != want {
			t.Errorf("%s shows %d grants, want %d: %s", name, got, want, shown)
		}
		for how, key := range b.writeWith(t, name) {
			if key == "" {
				continue
			}
			if got := writtenACL(b.objectACL(t, key)); got != want {
				t.Errorf("%s by %s: %s, want %s", name, how, got, want)
			}
		}
	}
}

// writeWith writes an object with the canned ACL in each way there is. Of a name
// that no object can have, each is refused and nothing written.
func (b *bench) writeWith(t *testing.T, canned string) map[string]string {
	t.Helper()
	header := []string{cannedACL, canned}
	b.must(t, put("/my-bucket/source", "x"))
	b.must(t, put("/my-bucket/later", "x"))
	form, body := formBody("f", "key", "form", "acl", canned, "file", "hello")
	ways := map[string]sending{
		"put":   put("/my-bucket/put", "x", header...),
		"later": {method: "PUT", target: "/my-bucket/later?acl", headers: header},
		"copy": {method: "PUT", target: "/my-bucket/copy", headers: append([]string{wire.CopySourceHeader,
			"/my-bucket/source"}, header...)},
		"form":  {method: "POST", target: "/my-bucket", headers: []string{"Content-Type", form}, body: body},
		"parts": {method: "POST", target: "/my-bucket/parts?uploads", headers: header},
	}
	keys := map[string]string{}
	for how, q := range ways {
		keys[how] = how
		if canned == world.LogDeliveryWrite {
			b.do(t, q).refused(t, s3err.InvalidArgument, "", s3err.E("ArgumentValue", canned))
			keys[how] = ""
			continue
		}
		a := b.must(t, q)
		if how != "parts" {
			continue
		}
		id := element(a.body, "UploadId")
		part := b.must(t, put("/my-bucket/parts?partNumber=1&uploadId="+id, "hello"))
		b.must(t, sending{method: "POST", target: "/my-bucket/parts?uploadId=" + id,
			body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>` +
				strings.Trim(part.header.Get("Etag"), `"`) + `</ETag></Part></CompleteMultipartUpload>`})
	}
	return keys
}

// Grants are stored exactly as they are named: the owner has no others.
func TestGrantsAreStoredExactly(t *testing.T) {
	own, other := world.CanonicalID(ownAccount), world.CanonicalID(otherAccount)
	for _, row := range []struct {
		name    string
		headers []string
		body    string
		want    string
	}{
		{"one header", []string{"x-amz-grant-read", `uri="` + authz.LogDelivery + `"`}, "", "LogDelivery READ"},
		{"every header", []string{"x-amz-grant-read", "id=" + other, "x-amz-grant-write", "id=" + other,
			"x-amz-grant-read-acp", "id=" + other,
			"x-amz-grant-write-acp", "id=" + other, "x-amz-grant-full-control", "id=" + own}, "",
			"other READ, other WRITE, other READ_ACP, other WRITE_ACP, own FULL_CONTROL"},
		{"several grantees", []string{"x-amz-grant-read", `id="` + other + `", uri="` + authz.AllUsers + `",uri=` +
			authz.AuthenticatedUsers}, "", "other READ, AllUsers READ, AuthenticatedUsers READ"},
		{"a body", nil, aclDocument(ownAccount, grantTo(otherAccount, "READ_ACP"), grantTo(authz.AllUsers, "WRITE")),
			"other READ_ACP, AllUsers WRITE"},
		{"nobody", nil, aclDocument(ownAccount), ""},
		{"no namespace", nil, strings.Replace(aclDocument(ownAccount, grantTo(otherAccount, "READ")),
			` xmlns="http://s3.amazonaws.com/doc/2006-03-01/"`, "", 1), "other READ"},
	} {
		b := openBench(t, awsAnswers())
		b.must(t, put("/my-bucket/k", "x"))
		for _, target := range []string{"/my-bucket?acl", "/my-bucket/k?acl"} {
			b.must(t, sending{method: "PUT", target: target, headers: row.headers, body: row.body})
		}
		for of, acl := range map[string]authz.ACL{"bucket": b.bucketACL(), "object": b.objectACL(t, "k")} {
			if acl == nil || writtenACL(acl) != row.want {
				t.Errorf("%s: the %s grants %q, want %q", row.name, of, writtenACL(acl), row.want)
			}
		}
		if shown := b.must(t, sending{method: "GET", target: "/my-bucket/k?acl"}).body; row.want == "" &&
			!strings.Contains(shown, "<AccessControlList></AccessControlList>") {
			t.Errorf("%s: an ACL of nobody is shown as %s", row.name, shown)
		}
	}
}

// The messages are recorded, but for those of an e-mail address and the hundred
// grants.
func TestACLsThatAreNone(t *testing.T) {
	before := world.NewAnswers(world.ResponsesAWS, world.ArticleDay, today)
	malformed := "The XML you provided was not well-formed or did not validate against our published schema"
	good := grantTo(otherAccount, "READ")
	byEmail := grantOf("AmazonCustomerByEmail", "<EmailAddress>a@example.com</EmailAddress>", "READ")
	const wrongGroup = "http://acs.amazonaws.com/groups/s3/FakeGroup"
	for _, row := range []struct {
		name    string
		answers world.Answers
		headers []string
		body    string
		code    s3err.Code
		message string
		extras  []s3err.Extra
	}{
		{"nothing", awsAnswers(), nil, "", s3err.MissingSecurityHeader, "Your request was missing a required header",
			[]s3err.Extra{{Key: "MissingHeaderName", Value: "x-amz-acl"}}},
		{"an unknown name", awsAnswers(), []string{cannedACL, "fake-acl"}, "", s3err.InvalidArgument, "",
			[]s3err.Extra{{Key: "ArgumentName", Value: "x-amz-acl"}, {Key: "ArgumentValue", Value: "fake-acl"}}},
		{"name and grant", awsAnswers(), []string{cannedACL, "private", "x-amz-grant-read", "id=a"}, "",
			s3err.InvalidRequest, "Specifying both Canned ACLs and Header Grants is not allowed", nil},
		{"name and body", awsAnswers(), []string{cannedACL, "private"}, aclDocument(ownAccount, good),
			s3err.UnexpectedContent, "This request does not support content", nil},
		{"a group that is none", awsAnswers(), []string{"x-amz-grant-write", `uri="` + wrongGroup + `"`}, "",
			s3err.InvalidArgument, "Invalid group uri", []s3err.Extra{{Key: "ArgumentName", Value: "uri"},
				{Key: "ArgumentValue", Value: wrongGroup}}},
		{"a grantee of no kind", awsAnswers(), []string{"x-amz-grant-write", `fakekey="1234"`}, "", s3err.InvalidArgument,
			"Argument format not recognized", []s3err.Extra{{Key: "ArgumentName", Value: "x-amz-grant-write"},
				{Key: "ArgumentValue", Value: `fakekey="1234"`}}},
		{"a grantee that is missing", awsAnswers(), []string{"x-amz-grant-read", "id=" + world.CanonicalID(ownAccount) +
			","}, "", s3err.InvalidArgument, "Argument format not recognized", []s3err.Extra{{Key: "ArgumentName",
			Value: "x-amz-grant-read"}, {Key: "ArgumentValue"}}},
		{"an id that is none", awsAnswers(), []string{"x-amz-grant-write", `id="wrong-id"`}, "", s3err.InvalidArgument,
			"Invalid id", []s3err.Extra{{Key: "ArgumentName", Value: "id"}, {Key: "ArgumentValue", Value: "wrong-id"}}},
		{"an address", awsAnswers(), []string{"x-amz-grant-read", `emailAddress="a@example.com"`}, "",
			s3err.MethodNotAllowed, "", []s3err.Extra{{Key: "Method", Value: "PUT"}, {Key: "ResourceType", Value: "ACL"}}},
		{"an address, before", before, []string{"x-amz-grant-read", `emailAddress="a@example.com"`}, "",
			s3err.UnresolvableGrantByEmailAddress, "", nil},
		{"too many grantees", awsAnswers(), []string{"x-amz-grant-read", strings.Repeat("uri="+authz.AllUsers+",", 100) +
			"uri=" + authz.AllUsers}, "", s3err.MalformedACLError, malformed, nil},

		{"no XML", awsAnswers(), nil, "private", s3err.MalformedACLError, malformed, nil},
		{"another document", awsAnswers(), nil, "<x/>", s3err.MalformedACLError, malformed, nil},
		{"an empty document", awsAnswers(), nil, "<AccessControlPolicy/>", s3err.MalformedACLError, malformed, nil},
		{"no owner", awsAnswers(), nil, "<AccessControlPolicy><AccessControlList>" + good +
			"</AccessControlList></AccessControlPolicy>", s3err.MalformedACLError, malformed, nil},
		{"no list", awsAnswers(), nil, "<AccessControlPolicy><Owner><ID>" + world.CanonicalID(ownAccount) +
			"</ID></Owner></AccessControlPolicy>", s3err.MalformedACLError, malformed, nil},
		{"no permission", awsAnswers(), nil, aclDocument(ownAccount, strings.Replace(good, "READ", "", 1)),
			s3err.MalformedACLError, malformed, nil},
		{"a permission that is none", awsAnswers(), nil, aclDocument(ownAccount, grantTo(otherAccount, "WRONG-PERMISSION")),
			s3err.MalformedACLError, malformed, nil},
		{"a type that is none", awsAnswers(), nil, aclDocument(ownAccount, grantOf("BadType", "<ID>wrong-id</ID>", "READ")),
			s3err.MalformedACLError, malformed, nil},
		{"no type", awsAnswers(), nil, aclDocument(ownAccount, strings.Replace(good, "xsi:type", "type", 1)),
			s3err.MalformedACLError, malformed, nil},
		{"a mistyped grant", awsAnswers(), nil, aclDocument(ownAccount, "<Grnt/>"), s3err.MalformedACLError, malformed, nil},
		{"a mistyped list", awsAnswers(), nil, strings.Replace(aclDocument(ownAccount), "<AccessControlList>",
			"<AccessControlLists/><AccessControlList>", 1), s3err.MalformedACLError, malformed, nil},
		{"something beside the permission", awsAnswers(), nil, aclDocument(ownAccount, strings.Replace(good, "</Grant>",
			"<Permissions/></Grant>", 1)), s3err.MalformedACLError, malformed, nil},
		{"an owner that is none", awsAnswers(), nil, strings.Replace(aclDocument(ownAccount, good),
			world.CanonicalID(ownAccount), "wrong-id", 1), s3err.InvalidArgument, "Invalid id",
			[]s3err.Extra{{Key: "ArgumentName", Value: "CanonicalUser/ID"}, {Key: "ArgumentValue", Value: "wrong-id"}}},
		{"a group that is none, in a body", awsAnswers(), nil, aclDocument(ownAccount, grantTo(wrongGroup, "READ")),
			s3err.InvalidArgument, "Invalid group uri", []s3err.Extra{{Key: "ArgumentName", Value: "Group/URI"},
				{Key: "ArgumentValue", Value: wrongGroup}}},
		{"an id that is none, in a body", awsAnswers(), nil, aclDocument(ownAccount, grantOf("CanonicalUser",
			"<ID>_foo</ID>", "READ")), s3err.InvalidArgument, "Invalid id", []s3err.Extra{{Key: "ArgumentName",
			Value: "CanonicalUser/ID"}, {Key: "ArgumentValue", Value: "_foo"}}},
		{"an address, in a body", awsAnswers(), nil, aclDocument(ownAccount, byEmail), s3err.MethodNotAllowed, "",
			[]s3err.Extra{{Key: "ResourceType", Value: "ACL"}}},
		{"an address, in a body, before", before, nil, aclDocument(ownAccount, byEmail),
			s3err.UnresolvableGrantByEmailAddress, "The e-mail address you provided does not match any account on record.",
			nil},
		{"too many grants", awsAnswers(), nil, aclDocument(ownAccount, strings.Repeat(good, 101)), s3err.MalformedACLError,
			malformed, nil},
		{"another owner", awsAnswers(), nil, aclDocument(otherAccount, good), s3err.AccessDenied, "", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := openBench(t, row.answers)
			b.must(t, put("/my-bucket/k", "x"))
			for _, target := range []string{"/my-bucket?acl", "/my-bucket/k?acl"} {
				a := b.do(t, sending{method: "PUT", target: target, headers: row.headers, body: row.body})
				a.refused(t, row.code, row.message, row.extras...)
			}
			if b.bucketACL() != nil || b.objectACL(t, "k") != nil {
				t.Error("a refused ACL was stored")
			}
			if row.headers == nil || row.code == s3err.UnexpectedContent {
				return
			}
			// Uploads read the headers alike.
			if a := b.do(t, put("/my-bucket/new", "x", row.headers...)); a.err == nil || a.err.Code != row.code {
				t.Errorf("an upload: %v", a.err)
			}
		})
	}
}

// An ACL that did not arrive as it was sent is not set.
func TestACLBodiesThatArriveWrong(t *testing.T) {
	good := aclDocument(ownAccount, grantTo(otherAccount, "READ"))
	b := openBench(t, awsAnswers())
	for code, q := range map[s3err.Code]sending{
		s3err.BadDigest:    {body: good, headers: []string{"Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="}}, // of "hello"
		s3err.MalformedXML: {body: good + strings.Repeat(" ", aclBody)},
	} {
		q.method, q.target = "PUT", "/my-bucket?acl"
		b.do(t, q).refused(t, code, "")
		if b.bucketACL() != nil {
			t.Errorf("%v, and it was set", code)
		}
	}
}

func TestHundredGrantsAreTaken(t *testing.T) {
	b := openBench(t, awsAnswers())
	b.must(t, sending{method: "PUT", target: "/my-bucket?acl", body: aclDocument(ownAccount,
		strings.Repeat(grantTo(otherAccount, "READ"), 100))})
	if n := len(b.bucketACL()); n != 100 {
		t.Errorf("%d grants", n)
	}
}

// An ACL is set on the version that was asked about. One that has gone, or has
// been written anew, is asked about again.
func TestObjectACLsOfMovedObjects(t *testing.T) {
	b := openBench(t, awsAnswers())
	b.must(t, put("/my-bucket/k", "x"))
	c := b.call(t, sending{method: "PUT", target: "/my-bucket/k?acl", headers: []string{cannedACL, "public-read"}})
	c.Moment = b.live.Now()
	if _, err := opening(c); err != nil {
		t.Fatal(err)
	}
	b.must(t, put("/my-bucket/k", "y"))
	if _, err := c.Serve(); !errors.Is(err, store.ErrMoved) {
		t.Fatalf("%v", err)
	}
	if a := b.attempt(t, c); a.err != nil || writtenACL(b.objectACL(t, "k")) != cannedGrants["public-read"] {
		t.Errorf("the second attempt: %v, %v", a.err, b.objectACL(t, "k"))
	}
}

// What is not there has no ACL; a delete marker has none either, and says so to
// PUT even where it is not named (recorded).
func TestACLsOfWhatIsNotThere(t *testing.T) {
	b := openBench(t, awsAnswers())
	public := []string{cannedACL, "public-read"}
	b.do(t, sending{method: "PUT", target: "/my-bucket/none?acl", headers: public}).refused(t, s3err.NoSuchKey, "",
		s3err.E("Key", "none"))
	b.do(t, sending{method: "GET", target: "/my-bucket/none?acl"}).refused(t, s3err.NoSuchKey, "", s3err.E("Key", "none"))
	id := store.NewVersionID()
	b.commit(t, store.Put{Bucket: "my-bucket", Object: &store.Object{Facts: store.Facts{Key: "gone"}, Version: id,
		Marker: true}})
	for target, code := range map[string]s3err.Code{"gone?acl": s3err.NoSuchKey, "gone?acl&versionId=" +
		id: s3err.MethodNotAllowed} {
		b.do(t, sending{method: "GET", target: "/my-bucket/" + target}).refused(t, code, "")
		b.do(t, sending{method: "PUT", target: "/my-bucket/" + target, headers: public}).
			refused(t, s3err.MethodNotAllowed, "", s3err.E("Method", "PUT"), s3err.E("ResourceType", "DeleteMarker"))
	}
}

func FuzzACLBody(f *testing.F) {
	f.Add(aclDocument(ownAccount, grantTo(otherAccount, "READ"), grantTo(authz.AllUsers, "FULL_CONTROL")))
	f.Add(aclDocument(ownAccount))
	f.Add("<AccessControlPolicy><Owner/><AccessControlList><Grant/></AccessControlList></AccessControlPolicy>")
	b := openBench(f, awsAnswers())
	f.Fuzz(func(t *testing.T, body string) {
		c := b.call(t, sending{method: "PUT", target: "/my-bucket?acl"})
		c.Moment = b.live.Now()
		acl, owner, err := wire.ParseACL([]byte(body), grantByEmail(c))
		if err != nil {
			return
		}
		// What was read is written so that it reads the same.
		reply := aclReply(c, ownAccount, acl)
		again, _, err := wire.ParseACL([]byte(bodyOf(t, reply)), nil)
		if err != nil || writtenACL(again) != writtenACL(acl) || owner == "" || len(acl) > wire.MaxGrants {
			t.Fatalf("%q: %v came back as %v, %v", body, acl, again, err)
		}
	})
}

// What was decided on an object that is there, or not there, is decided again when
// that has changed.
func TestWritesUnderAnACLFindOutThatTheKeyMoved(t *testing.T) {
	for name, q := range map[string]sending{
		"put":  put("/my-bucket/k", "guest"),
		"copy": {method: "PUT", target: "/my-bucket/k", headers: []string{wire.CopySourceHeader, "/my-bucket/source"}},
		"complete": {method: "POST", target: "/my-bucket/k?uploadId={upload}",
			body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>` + goldenETag +
				`</ETag></Part></CompleteMultipartUpload>`},
		"delete": {method: "DELETE", target: "/my-bucket/k"},
		"deletes": {method: "POST", target: "/my-bucket?delete", body: `<Delete><Object><Key>k</Key></Object></Delete>`,
			headers: []string{"Content-MD5", "5DKh5iefM5MSKvRILIuFwQ=="}},
	} {
		b := openBench(t, awsAnswers())
		b.must(t, put("/my-bucket/source", "x"))
		id := element(b.must(t, begun).body, "UploadId")
		b.must(t, put("/my-bucket/k?partNumber=1&uploadId="+id, "hello"))
		q.target = strings.Replace(q.target, "{upload}", id, 1)
		c := b.call(t, q)
		c.Principal.Account = otherAccount
		c.Moment = b.live.Now()
		questions, err := opening(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, question := range questions {
			if strings.HasSuffix(question.Resource, "/k") && question.Object != nil {
				t.Errorf("%s: there is no object yet", name)
			}
			c.Decisions = append(c.Decisions, authz.Decision{Verdict: authz.Allowed})
		}
		b.must(t, put("/my-bucket/k", "owner"))
		if _, err := c.Serve(); !errors.Is(err, store.ErrMoved) {
			t.Errorf("%s: %v", name, err)
		}
		if questions, _ = opening(c); len(questions) == 0 || !slices.ContainsFunc(questions, aboutOwners) {
			t.Errorf("%s: the second attempt does not know of the owner's object", name)
		}
	}
}

func aboutOwners(q *authz.Request) bool {
	return strings.HasSuffix(q.Resource, "/k") && q.Object != nil && q.Object.Owner == ownAccount
}

// The permissions asked for, where they depend on the request.
func TestACLPermissions(t *testing.T) {
	id := store.NewVersionID()
	public := []string{cannedACL, "public-read"}
	for _, row := range []struct {
		name string
		sending
		want string
	}{
		{"an object's", sending{method: "GET", target: "/my-bucket/source?acl"}, "s3:GetObjectAcl"},
		{"a version's", sending{method: "GET", target: "/my-bucket/source?acl&versionId=null"}, "s3:GetObjectVersionAcl"},
		{"a version that is not there", sending{method: "GET", target: "/my-bucket/source?acl&versionId=" + id},
			"s3:GetObjectVersionAcl s3:ListBucketVersions"},
		{"an object that is not there", sending{method: "PUT", target: "/my-bucket/none?acl", headers: public},
			"s3:PutObjectAcl s3:ListBucket"},
		{"setting an object's", sending{method: "PUT", target: "/my-bucket/source?acl", headers: public}, "s3:PutObjectAcl"},
		{"setting a version's", sending{method: "PUT", target: "/my-bucket/source?acl&versionId=null", headers: public},
			"s3:PutObjectVersionAcl"},
		{"an upload's", put("/my-bucket/k", "x", public...), "s3:PutObject s3:PutObjectAcl"},
		{"an upload without", put("/my-bucket/k", "x"), "s3:PutObject"},
		{"a new bucket's", create("/new-bucket", "", public...), "s3:CreateBucket s3:PutBucketAcl"},
		{"a new bucket's grant", create("/new-bucket", "", "x-amz-grant-read", "uri="+authz.AllUsers),
			"s3:CreateBucket s3:PutBucketAcl"},
		{"a new bucket's private one", create("/new-bucket", "", cannedACL, "private"), "s3:CreateBucket"},
	} {
		b := openBench(t, awsAnswers())
		b.must(t, put("/my-bucket/source", "x"))
		c := b.call(t, row.sending)
		c.Moment = b.live.Now()
		questions, err := opening(c)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, q := range questions {
			got = append(got, q.Action)
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s: asks %v, want %s", row.name, got, row.want)
		}
	}
}

// Uploads that another account began are shown as the bucket owner's while ACLs are
// disabled.
func TestOwnersOfUploads(t *testing.T) {
	b := openBench(t, awsAnswers())
	u := &store.Upload{Facts: store.Facts{Key: "k", Owner: otherAccount}, Initiator: "arn:aws:iam::" + otherAccount +
		":user/guest"}
	b.commit(t, store.BeginUpload{Bucket: "my-bucket", Upload: u})
	for _, row := range []struct{ mode, owner string }{{"ObjectWriter", otherAccount}, {"BucketOwnerEnforced",
		ownAccount}} {
		b.must(t, create("/my-bucket?ownershipControls",
			"<OwnershipControls><Rule><ObjectOwnership>"+row.mode+"</ObjectOwnership></Rule></OwnershipControls>"))
		for _, target := range []string{"/my-bucket?uploads", "/my-bucket/k?uploadId=" + u.ID} {
			body := b.must(t, sending{method: "GET", target: target}).body
			if got := element(element(body, "Owner"), "ID"); got != world.CanonicalID(row.owner) {
				t.Errorf("%s, %s: the owner is %s", row.mode, target, got)
			}
		}
	}
}

// Owners and grantees have names until 20 November 2025, initiators go on to have them.
func TestDisplayNames(t *testing.T) {
	for day, shown := range map[time.Time]bool{
		time.Date(2025, time.November, 20, 0, 0, 0, 0, time.UTC): true, time.Date(2025, time.November, 21, 0, 0, 0, 0,
			time.UTC): false,
	} {
		b := openBench(t, world.NewAnswers(world.ResponsesAWS, day, today))
		named := *b.live.Now().State
		named.Accounts = map[string]*world.Account{ownAccount: {ID: ownAccount, Name: "own",
			CanonicalID: world.CanonicalID(ownAccount)}}
		b.live = b.newLive(t, &named)
		b.must(t, put("/my-bucket/k", "x"))
		b.must(t, begun)
		for target, names := range map[string]int{"/": 1, "/my-bucket?acl": 2, "/my-bucket/k?acl": 2, "/my-bucket": 1,
			"/my-bucket?list-type=2&fetch-owner=true": 1, "/my-bucket?uploads": 2} {
			if !shown {
				names = strings.Count(target, "uploads") // of the initiator
			}
			body := b.must(t, sending{method: "GET", target: target}).body
			if got := strings.Count(body, "<DisplayName>"); got != names || !strings.Contains(body, "<Owner><ID>") {
				t.Errorf("%v, %s: %d names, want %d: %s", day, target, got, names, body)
			}
		}
	}
}

// Every operation about ACLs and public access says that there is no such bucket.
func TestACLsOfMissingBuckets(t *testing.T) {
	public := []string{cannedACL, "public-read"}
	b := openBench(t, awsAnswers())
	for _, q := range []sending{
		{method: "GET", target: "?acl"}, {method: "PUT", target: "?acl", headers: public}, {method: "PUT", target: "?acl",
			body: aclDocument(ownAccount)},
		{method: "GET", target: "/k?acl"}, {method: "PUT", target: "/k?acl", headers: public},
		put("/k", "x", public...), {method: "POST", target: "/k?uploads", headers: public},
		{method: "GET", target: "?publicAccessBlock"}, {method: "DELETE", target: "?publicAccessBlock"},
		{method: "PUT", target: "?publicAccessBlock", body: "<PublicAccessBlockConfiguration/>"},
		{method: "GET", target: "?policyStatus"}, {method: "GET", target: "?ownershipControls"}, {method: "DELETE",
			target: "?ownershipControls"},
		{method: "PUT", target: "?ownershipControls",
			body: "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>"},
	} {
		q.target = "/missing" + q.target
		b.do(t, q).refused(t, s3err.NoSuchBucket, "The specified bucket does not exist", s3err.E("BucketName", "missing"))
	}
}

// A bucket without ownership controls has ACLs, and its writers own what they
// write.
func TestNoOwnershipControls(t *testing.T) {
	b := openBench(t, awsAnswers())
	b.must(t, sending{method: "DELETE", target: "/my-bucket?ownershipControls"})
	b.must(t, sending{method: "PUT", target: "/my-bucket?acl", headers: []string{cannedACL, "log-delivery-write"}})
	c := b.call(t, put("/my-bucket/k", "x", cannedACL, "public-read"))
	c.Moment = b.live.Now()
	questions, err := opening(c)
	if err != nil || len(questions) != 2 || questions[0].Ownership == nil ||
		questions[0].Ownership.Mode != "ObjectWriter" || questions[0].ACLs == nil {
		t.Errorf("%+v, %v", questions, err)
	}
}

// While ACLs are disabled, what sets one that is in force anyway changes nothing.
func TestDisabledACLsAreKept(t *testing.T) {
	b := openBench(t, awsAnswers())
	guests := &store.Object{Facts: store.Facts{Key: "k", Owner: otherAccount}}
	b.commit(t, store.Put{Bucket: "my-bucket", Object: guests})
	b.must(t, sending{method: "PUT", target: "/my-bucket?acl", body: aclDocument(ownAccount)})
	b.must(t, create("/my-bucket?ownershipControls",
		"<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>"))
	control := aclDocument(ownAccount, grantTo(ownAccount, "FULL_CONTROL"))
	for _, target := range []string{"/my-bucket?acl", "/my-bucket/k?acl"} {
		b.must(t, sending{method: "PUT", target: target, body: control})
		b.must(t, sending{method: "PUT", target: target, headers: []string{cannedACL, ownerControl}})
	}
	if acl := b.bucketACL(); acl == nil || len(acl) > 0 || b.objectACL(t, "k") != nil {
		t.Errorf("the bucket's ACL is %v now, the object's %v", acl, b.objectACL(t, "k"))
	}
}
