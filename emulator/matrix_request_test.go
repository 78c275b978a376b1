package emulator_test

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/s3api"
	"github.com/s3fault/s3fault/sigv4"
)

// sent is a request of the matrix before it is signed, so that a layer's row can
// change it.
type sent struct {
	caller    string
	operation string
	shape     s3api.Shape
	bucket    string
	key       string
	query     url.Values
	header    http.Header
	body      string
	form      sigv4.Form // the fields of a POST form; nil: the request is none
	region    string     // that it is signed for; empty: the world's
	keyID     string     // that it is signed with; empty: the caller's
	secret    string     // the same
	digest    bool       // with Content-MD5
	// version is the version that the object has.
	version func() string
}

// set puts a header into the request, or the field of that name into its form. An
// empty value takes it away.
func (s *sent) set(name, value string) {
	s.header.Del(name)
	form := s.form != nil
	s.form = slices.DeleteFunc(s.form, func(f sigv4.Field) bool { return f.Name == name })
	switch {
	case value == "":
	case form:
		s.form = append(s.form, sigv4.Field{Name: name, Value: value})
	default:
		s.header.Set(name, value)
	}
}

// asking is how one operation is asked for, besides what its Shape says.
type asking struct {
	variant string // told apart from the operation's other rows by this
	bucket  string // "my-bucket" when empty
	key     string // "file.txt" when empty
	query   string
	header  []string // "name: value"
	body    string
	digest  bool // with Content-MD5
	form    bool
	upload  bool // goes on with an upload that the owner has begun
	// answers are codes with which the operation itself refuses what is allowed.
	answers []string
}

const (
	xmlns     = ` xmlns="http://s3.amazonaws.com/doc/2006-03-01/"`
	copyOf    = "x-amz-copy-source: /my-bucket/file.txt"
	ownPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::my-bucket/*"}]}`
	copyRules = `<ReplicationConfiguration` + xmlns + `><Role>arn:aws:iam::123456789012:role/app</Role><Rule><Status>Enabled</Status><Prefix/>` +
		`<Destination><Bucket>arn:aws:s3:::my-bucket</Bucket></Destination></Rule></ReplicationConfiguration>`
	tagging = `<Tagging` + xmlns + `><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>`
)

// withBody are the operations that a Shape alone does not describe: everything
// that is put or posted, and what has an answer of its own where nothing is
// configured. An operation with a PUT or POST must be here.
var withBody = map[string][]asking{
	"CreateBucket": {{bucket: "new-bucket"}, {variant: "with ownership", bucket: "new-bucket", header: []string{"x-amz-object-ownership: ObjectWriter"}}},
	"DeleteBucket": {{answers: []string{"BucketNotEmpty"}}},

	"GetBucketPolicy":    {{answers: []string{"MethodNotAllowed", "NoSuchBucketPolicy"}}},
	"PutBucketPolicy":    {{body: ownPolicy, answers: []string{"MethodNotAllowed"}}},
	"DeleteBucketPolicy": {{answers: []string{"MethodNotAllowed"}}},

	"PutBucketAcl":               {{header: []string{"x-amz-acl: private"}}},
	"PutObjectAcl":               {{header: []string{"x-amz-acl: private"}}, {variant: "of a version", query: "versionId=null", header: []string{"x-amz-acl: private"}}},
	"PutBucketOwnershipControls": {{digest: true, body: `<OwnershipControls` + xmlns + `><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>`}},
	"PutBucketEncryption":        {{digest: true, body: `<ServerSideEncryptionConfiguration` + xmlns + `><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`}},
	"PutBucketVersioning":        {{digest: true, body: `<VersioningConfiguration` + xmlns + `><Status>Enabled</Status></VersioningConfiguration>`}},
	"PutBucketTagging":           {{digest: true, body: tagging}},
	// Its day is after the article's.
	"GetBucketAbac":                      {{answers: []string{"NotImplemented"}}},
	"PutBucketAbac":                      {{answers: []string{"NotImplemented"}, body: `<AbacStatus` + xmlns + `><Status>Enabled</Status></AbacStatus>`}},
	"PutBucketAccelerateConfiguration":   {{digest: true, body: `<AccelerateConfiguration` + xmlns + `><Status>Suspended</Status></AccelerateConfiguration>`}},
	"GetBucketLifecycleConfiguration":    {{answers: []string{"NoSuchLifecycleConfiguration"}}},
	"PutBucketLifecycleConfiguration":    {{digest: true, body: `<LifecycleConfiguration` + xmlns + `><Rule><Filter/><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>`}},
	"PutBucketCors":                      {{digest: true, body: `<CORSConfiguration` + xmlns + `><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>`}},
	"PutBucketWebsite":                   {{digest: true, body: `<WebsiteConfiguration` + xmlns + `><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>`}},
	"Preflight":                          {{header: []string{"Origin: https://app.example", "Access-Control-Request-Method: PUT"}}},
	"PutBucketLogging":                   {{digest: true, body: `<BucketLoggingStatus` + xmlns + `/>`}},
	"PutBucketNotificationConfiguration": {{body: `<NotificationConfiguration` + xmlns + `><EventBridgeConfiguration/></NotificationConfiguration>`}},
	"GetBucketReplication":               {{answers: []string{"ReplicationConfigurationNotFoundError"}}},
	"PutBucketReplication":               {{digest: true, body: copyRules, answers: []string{"InvalidRequest"}}},
	"PutBucketRequestPayment":            {{digest: true, body: `<RequestPaymentConfiguration` + xmlns + `><Payer>BucketOwner</Payer></RequestPaymentConfiguration>`}},
	"PutPublicAccessBlock":               {{digest: true, body: `<PublicAccessBlockConfiguration` + xmlns + `><IgnorePublicAcls>true</IgnorePublicAcls></PublicAccessBlockConfiguration>`}},
	"PutObjectLockConfiguration":         {{digest: true, body: `<ObjectLockConfiguration` + xmlns + `><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>`, answers: []string{"InvalidBucketState"}}},

	"GetBucketAnalyticsConfiguration":             {{query: "id=one", answers: notSet}},
	"DeleteBucketAnalyticsConfiguration":          {{query: "id=one", answers: notSet}},
	"GetBucketIntelligentTieringConfiguration":    {{query: "id=one", answers: notSet}},
	"DeleteBucketIntelligentTieringConfiguration": {{query: "id=one", answers: notSet}},
	"GetBucketInventoryConfiguration":             {{query: "id=one", answers: notSet}},
	"DeleteBucketInventoryConfiguration":          {{query: "id=one", answers: notSet}},
	"GetBucketMetricsConfiguration":               {{query: "id=one", answers: notSet}},
	"DeleteBucketMetricsConfiguration":            {{query: "id=one", answers: notSet}},
	"GetBucketMetadataConfiguration":              {{answers: notSet}},
	"DeleteBucketMetadataConfiguration":           {{answers: notSet}},
	"GetBucketMetadataTableConfiguration":         {{answers: notSet}},
	"DeleteBucketMetadataTableConfiguration":      {{answers: notSet}},

	"GetBucketTagging":           {{answers: []string{"NoSuchTagSet"}}},
	"GetPublicAccessBlock":       {{answers: []string{"NoSuchPublicAccessBlockConfiguration"}}},
	"GetObjectLockConfiguration": {{answers: []string{"ObjectLockConfigurationNotFoundError"}}},
	"GetBucketPolicyStatus":      {{answers: []string{"NoSuchBucketPolicy"}}},

	"PutObject": {
		{key: "new.txt", body: "new\n"},
		{variant: "over another", body: "new\n"},
		{variant: "with tags", key: "new.txt", header: []string{"x-amz-tagging: a=b"}, body: "new\n"},
		{variant: "with an ACL", key: "new.txt", header: []string{"x-amz-acl: private"}, body: "new\n"},
	},
	"PostObject":              {{key: "new.txt", form: true}},
	"CopyObject":              {{key: "copy.txt", header: []string{copyOf}}, {variant: "without its tags", key: "copy.txt", header: []string{copyOf, "x-amz-tagging-directive: REPLACE"}}, {variant: "of a version", key: "copy.txt", header: []string{copyOf + "?versionId=null"}}},
	"CreateMultipartUpload":   {{key: "large.bin"}},
	"UploadPart":              {{upload: true, query: "partNumber=2", body: "part"}},
	"UploadPartCopy":          {{upload: true, query: "partNumber=2", header: []string{copyOf}}},
	"CompleteMultipartUpload": {{upload: true, body: `<CompleteMultipartUpload` + xmlns + `><Part><PartNumber>1</PartNumber><ETag>` + partETag + `</ETag></Part></CompleteMultipartUpload>`}},
	"ListParts":               {{upload: true}},
	"AbortMultipartUpload":    {{upload: true}},

	"GetObject":           {{}, {variant: "of a version", query: "versionId=null"}},
	"HeadObject":          {{}, {variant: "of a version", query: "versionId=null"}, {variant: "with its checksum", header: []string{"x-amz-checksum-mode: ENABLED"}}},
	"GetObjectAcl":        {{}, {variant: "of a version", query: "versionId=null"}},
	"GetObjectAttributes": {{header: []string{"x-amz-object-attributes: ETag"}}, {variant: "of a version", query: "versionId=null", header: []string{"x-amz-object-attributes: ETag"}}},
	"DeleteObject":        {{}, {variant: "of a version", query: "versionId=null"}, {variant: "not there", key: "none.txt"}},
	"DeleteObjects": {
		{digest: true, body: `<Delete` + xmlns + `><Object><Key>file.txt</Key></Object></Delete>`},
		{variant: "of a version", digest: true, body: `<Delete` + xmlns + `><Object><Key>file.txt</Key><VersionId>null</VersionId></Object></Delete>`},
	},
	"PutObjectAnnotation":    {{query: "annotationName=note", body: "text", answers: notYet}, {variant: "of a version", query: "annotationName=note&versionId=null", body: "text", answers: notYet}},
	"GetObjectAnnotation":    {{answers: append(notYet, "NoSuchAnnotation")}},
	"ListObjectAnnotations":  {{answers: notYet}},
	"DeleteObjectAnnotation": {{answers: notYet}},
	"UpdateObjectEncryption": {{digest: true, answers: append(notYet, "KMS.NotFoundException", "InvalidRequest"),
		body: `<ObjectEncryption` + xmlns + `><SSE-KMS><KMSKeyArn>arn:aws:kms:us-east-1:123456789012:key/none</KMSKeyArn></SSE-KMS></ObjectEncryption>`}},
	"SelectObjectContent": {{answers: []string{"MethodNotAllowed"}}},
	"RestoreObject": {
		{answers: notArchived, body: `<RestoreRequest` + xmlns + `><Days>1</Days></RestoreRequest>`},
		{variant: "of a version", query: "versionId=null", answers: notArchived, body: `<RestoreRequest` + xmlns + `><Days>1</Days></RestoreRequest>`},
	},
	"GetObjectTagging":    {{}, {variant: "of a version", query: "versionId=null"}},
	"PutObjectTagging":    {{digest: true, body: tagging}, {variant: "of a version", digest: true, query: "versionId=null", body: tagging}},
	"DeleteObjectTagging": {{}, {variant: "of a version", query: "versionId=null"}},
	"GetObjectRetention":  {{answers: noLock}},
	"GetObjectLegalHold":  {{answers: noLock}},
	"PutObjectRetention":  {{digest: true, answers: noLock, body: `<Retention` + xmlns + `><Mode>GOVERNANCE</Mode><RetainUntilDate>2099-01-01T00:00:00Z</RetainUntilDate></Retention>`}},
	"PutObjectLegalHold":  {{digest: true, answers: noLock, body: `<LegalHold` + xmlns + `><Status>ON</Status></LegalHold>`}},
}

// notSet is what S3 says of a configuration that no bucket here has.
var notSet = []string{"NoSuchConfiguration", "MetadataConfigurationNotFound"}

// notArchived is what S3 says of a restore of what is in no archive.
var notArchived = []string{"InvalidObjectState"}

// notYet is what S3 says of what is younger than the article.
var notYet = []string{"NotImplemented"}

// noLock is what S3 says of a lock in a bucket that has none.
var noLock = []string{"InvalidRequest", "NoSuchObjectLockConfiguration"}

// unserved are the operations with a body that S3 has and s3fault has not: they
// are asked for their permission, and then answered 501, whatever the body.
var unserved = []string{
	"PutBucketAnalyticsConfiguration",
	"PutBucketIntelligentTieringConfiguration", "PutBucketInventoryConfiguration",
	"CreateBucketMetadataConfiguration", "UpdateBucketMetadataInventoryTableConfiguration",
	"UpdateBucketMetadataJournalTableConfiguration", "CreateBucketMetadataTableConfiguration", "PutBucketMetricsConfiguration",
	"RenameObject",
}

// asked is one row of the matrix's other side: an operation, asked for in one way.
type asked struct {
	op *s3api.Operation
	asking
}

func (a *asked) String() string { return strings.TrimSpace(a.op.Name + " " + a.variant) }

// everyOperation is every operation of S3 that is known here, in every way that
// the table above asks for it.
func everyOperation() []*asked {
	var all []*asked
	seen := map[string]bool{}
	for _, op := range s3api.Operations() {
		if seen[op.Name] {
			continue
		}
		seen[op.Name] = true
		ways := withBody[op.Name]
		if ways == nil {
			ways = []asking{{}}
		}
		for _, way := range ways {
			all = append(all, &asked{op, way})
		}
	}
	return all
}

// Every operation that needs more than a Shape has a row that says what, and the
// tables name nothing that there is not.
func TestMatrixAsksForEveryOperation(t *testing.T) {
	names := map[string]*s3api.Operation{}
	for _, op := range s3api.Operations() {
		names[op.Name] = op
		method := op.Shape().Method
		if (method == "PUT" || method == "POST") && withBody[op.Name] == nil && !slices.Contains(unserved, op.Name) {
			t.Errorf("%s has no row in withBody", op.Name)
		}
	}
	for name := range withBody {
		if names[name] == nil {
			t.Errorf("withBody has a row for %s, which is no operation", name)
		}
	}
	for _, name := range unserved {
		if op := names[name]; op == nil || op.Implemented() || withBody[name] != nil {
			t.Errorf("%s is served, or no operation", name)
		}
	}
}

// request is how the operation is asked for in the world, by somebody for whom
// nothing is in the way.
func (a *asked) request(t testing.TB, w *matrixServer, caller string) *sent {
	t.Helper()
	query, err := url.ParseQuery(a.query)
	if err != nil {
		t.Fatal(err)
	}
	s := &sent{caller: caller, operation: a.op.Name, shape: a.op.Shape(), bucket: or(a.bucket, "my-bucket"), key: or(a.key, "file.txt"), query: query, header: http.Header{}, body: a.body, digest: a.digest}
	s.version = func() string {
		return send(t, w.Server, "keeper", "HEAD", "/my-bucket/file.txt", nil).header.Get("x-amz-version-id")
	}
	if p := s.shape.Parameter; p != "" && !query.Has(p) {
		query.Set(p, s.shape.Value)
	}
	if with := s.shape.With; with != "" {
		query.Set(with, "note")
	}
	for _, h := range a.header {
		name, value, _ := strings.Cut(h, ": ")
		s.header.Set(name, value)
	}
	if a.upload {
		id, etag := w.begin(t)
		s.key, s.body = "large.bin", strings.ReplaceAll(s.body, partETag, etag)
		query.Set("uploadId", id)
	}
	if a.form {
		s.form = sigv4.Form{{Name: "key", Value: s.key}}
	}
	return s
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// matrixServer is one world of the matrix, served.
type matrixServer struct {
	*emulatortest.Server
	responses string
	// untouched: it is as it was loaded, but for the row's fact.
	untouched bool
}

// partETag stands for the ETag of the part that begin uploads.
const partETag = "PART-ETAG"

// begin begins an upload as the bucket's owner, with one part.
func (w *matrixServer) begin(t testing.TB) (id, etag string) {
	t.Helper()
	began := send(t, w.Server, "keeper", "POST", "/my-bucket/large.bin?uploads=", nil)
	began.want(t, 200, "")
	var result struct{ UploadId string }
	if err := xml.Unmarshal(began.body, &result); err != nil {
		t.Fatal(err)
	}
	path := "/my-bucket/large.bin?partNumber=1&uploadId=" + url.QueryEscape(result.UploadId)
	part := send(t, w.Server, "keeper", "PUT", path, []byte("hello"))
	part.want(t, 200, "")
	return result.UploadId, part.header.Get("ETag")
}

// send signs the request and sends it.
func (w *matrixServer) send(t testing.TB, s *sent) *answer {
	t.Helper()
	r, _ := w.signed(t, s)
	got := do(t, r)
	reads := s.shape.Method == "GET" || s.shape.Method == "HEAD"
	w.untouched = w.untouched && (reads || got.status >= 300)
	return got
}

// signed is the request as it is sent, and its body.
func (w *matrixServer) signed(t testing.TB, s *sent) (*http.Request, []byte) {
	t.Helper()
	signer := s.signer(w)
	body := []byte(s.body)
	if s.form != nil {
		body = s.filled(t, signer)
	}
	if s.digest {
		sum := md5.Sum(body)
		s.set("Content-MD5", base64.StdEncoding.EncodeToString(sum[:]))
	}
	r := request(t, w.Server, s.shape.Method, s.path(), body)
	for name, values := range s.header {
		r.Header[name] = values
	}
	if s.form == nil && signer != nil {
		sigv4.Sign(r, signer.Credentials, signer.Scope, sigv4.HashPayload(body), time.Now())
	}
	return r, body
}

// signer is who signs a request, and for what.
type signer struct {
	sigv4.Credentials
	sigv4.Scope
}

// signer is nil where nobody signs.
func (s *sent) signer(w *matrixServer) *signer {
	if s.caller == "anonymous" {
		return nil
	}
	who := credentials(w.Server, s.caller)
	who.AccessKeyID, who.SecretAccessKey = or(s.keyID, who.AccessKeyID), or(s.secret, who.SecretAccessKey)
	return &signer{who, sigv4.Scope{Region: or(s.region, w.Region), Service: "s3"}}
}

func (s *sent) path() string {
	path := "/"
	if s.shape.Bucket {
		path += s.bucket
	}
	if s.shape.Key {
		path += "/" + s.key
	}
	if len(s.query) > 0 {
		path += "?" + s.query.Encode()
	}
	return path
}

// filled is the form as a body: with a policy that covers its fields, signed.
func (s *sent) filled(t testing.TB, by *signer) []byte {
	t.Helper()
	form := s.form
	if by != nil {
		now := time.Now()
		policy := covering(t, s.bucket, append(form[:len(form):len(form)], sigv4.FormFieldsV4(by.Credentials, by.Scope, now)...), now.Add(time.Hour))
		form = sigv4.SignForm(append(form[:len(form):len(form)], sigv4.Field{Name: "policy", Value: policy}), by.Credentials, by.Scope, now)
	}
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for _, f := range form {
		if err := m.WriteField(f.Name, f.Value); err != nil {
			t.Fatal(err)
		}
	}
	file, err := m.CreateFormFile("file", "new.txt")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(file, "new\n")
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	s.header.Set("Content-Type", m.FormDataContentType())
	return b.Bytes()
}

// covering is a policy that wants of a form just these fields.
func covering(t testing.TB, bucket string, form sigv4.Form, until time.Time) string {
	t.Helper()
	conditions := []any{map[string]string{"bucket": bucket}}
	for _, f := range form {
		if f.Name != uncovered {
			conditions = append(conditions, map[string]string{f.Name: f.Value})
		}
	}
	policy, err := json.Marshal(map[string]any{"expiration": until.UTC().Format("2006-01-02T15:04:05Z"), "conditions": conditions})
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(policy)
}

// uncovered is a field that the policy of a form says nothing about.
const uncovered = "x-amz-meta-uncovered"
