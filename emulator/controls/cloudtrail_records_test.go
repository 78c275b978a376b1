package controls

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

const recordsWorld = `
    accounts:
      123456789012:
        users:
          app: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}, {Sid: Keep, Effect: Deny, Action: "s3:DeleteObject", Resource: "arn:aws:s3:::my-bucket/kept"}]}}}
          weak: {policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}
        roles:
          reader: {trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::123456789012:user/app"}, Action: ["sts:AssumeRole", "sts:SetSourceIdentity"]}]}, policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}
      111111111111:
        users:
          far: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}
    callers:
      app: {account: 123456789012, user: app}
      weak: {account: 123456789012, user: weak}
      far: {account: 111111111111, user: far}
    kms_keys:
      1234abcd-12ab-34cd-56ef-1234567890ab: {account: 123456789012}
    buckets:
      my-bucket: {owner: 123456789012, objects: {open: {body: "hello\n"}, gone: {body: "x"}, kept: {body: "x"}}}
      keyed: {owner: 123456789012, encryption: {algorithm: "aws:kms", kms_key: 1234abcd-12ab-34cd-56ef-1234567890ab, bucket_key: true}}
      logs:
        owner: 123456789012
        policy:
          Version: 2012-10-17
          Statement: [{Effect: Allow, Principal: {Service: cloudtrail.amazonaws.com}, Action: ["s3:GetBucketAcl", "s3:PutObject"], Resource: ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]}]
    trails:
      all: {account: 123456789012, bucket: logs, logging: true, data_events: ["arn:aws:s3:::my-bucket/", "arn:aws:s3:::keyed/"]}
`

// delivered are the records that the trail wrote, as a reader of the log files gets them, by
// the names of their events.
func delivered(t *testing.T, srv *emulatortest.Server) map[string][]map[string]any {
	t.Helper()
	all := map[string][]map[string]any{}
	for _, r := range logFiles(t, sdkv2.S3(t, srv, "app")) {
		var fields map[string]any
		if err := json.Unmarshal(r.JSON(), &fields); err != nil {
			t.Fatal(err)
		}
		all[r.EventName] = append(all[r.EventName], fields)
	}
	return all
}

// at is what stands at a path of a record: "resources.0.ARN"; nil: nothing.
func at(record any, path string) any {
	for _, name := range strings.Split(path, ".") {
		switch in := record.(type) {
		case map[string]any:
			record = in[name]
		case []any:
			i := int(name[0] - '0')
			if i >= len(in) {
				return nil
			}
			record = in[i]
		default:
			return nil
		}
	}
	return record
}

// holding fails for what a record has otherwise; a nil is nothing at all.
func holding(t *testing.T, records []map[string]any, want map[string]any) {
	t.Helper()
	if len(records) == 0 {
		t.Fatal("no such event")
	}
	for path, w := range want {
		if got := at(records[0], path); got != w {
			t.Errorf("%s is %v, want %v", path, got, w)
		}
	}
}

// The differences of authorization.md 11, by their numbers; 10 is of CORS.
func TestRecordsAsAWSWritesThem(t *testing.T) {
	t.Parallel()
	type row struct {
		do   func(t *testing.T, srv *emulatortest.Server, c *s3.Client)
		name string
		want map[string]any
	}
	const keyHeader = "x-amz-server-side-encryption-aws-kms-key-id"
	rows := map[string]row{
		"1 anonymous": {func(t *testing.T, srv *emulatortest.Server, _ *s3.Client) {
			resp, err := http.Get(srv.Endpoint + "/my-bucket/open")
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
		}, "GetObject", map[string]any{"userIdentity.accountId": "anonymous", "errorCode": "AccessDenied", "additionalEventData.SignatureVersion": nil}},
		"2 presigned": {func(t *testing.T, srv *emulatortest.Server, c *s3.Client) {
			made, err := s3.NewPresignClient(c).PresignGetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("open")}, s3.WithPresignExpires(time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			resp, err := http.Get(made.URL)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
		}, "GetObject", map[string]any{
			"requestParameters.X-Amz-Expires": "60", "requestParameters.X-Amz-Algorithm": "AWS4-HMAC-SHA256", "requestParameters.X-Amz-SignedHeaders": "host",
			"requestParameters.X-Amz-Signature": nil, "requestParameters.X-Amz-Credential": nil, "additionalEventData.AuthenticationMethod": "QueryString",
		}},
		"3 a listing's objects": {func(t *testing.T, _ *emulatortest.Server, c *s3.Client) {
			succeed(t)(c.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String("my-bucket"), Prefix: aws.String("a/")}))
		}, "ListObjects", map[string]any{"resources.0.ARNPrefix": "arn:aws:s3:::my-bucket/a/", "resources.0.ARN": nil, "requestParameters.list-type": "2"}},
		"5 what a write asks for": {func(t *testing.T, _ *emulatortest.Server, c *s3.Client) {
			succeed(t)(c.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("k"), Body: strings.NewReader("hello"),
				ServerSideEncryption: "aws:kms", SSEKMSKeyId: keyID, StorageClass: "STANDARD_IA"}))
		}, "PutObject", map[string]any{
			"requestParameters.x-amz-server-side-encryption": "aws:kms", "requestParameters." + keyHeader: kmsKeyID, "requestParameters.x-amz-storage-class": "STANDARD_IA",
			"responseElements.x-amz-server-side-encryption": "aws:kms", "responseElements." + keyHeader: kmsKeyARN, "additionalEventData.SSEApplied": "SSE_KMS",
			"additionalEventData.bytesTransferredOut": 0.0,
		}},
		"6 and 7 a plain write": {func(t *testing.T, _ *emulatortest.Server, c *s3.Client) {
			succeed(t)(c.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("k"), Body: strings.NewReader("hello")}, v4Plain))
		}, "PutObject", map[string]any{
			"responseElements.x-amz-server-side-encryption": "AES256", "additionalEventData.SSEApplied": "Default_SSE_S3",
			"additionalEventData.bytesTransferredIn": 5.0, "additionalEventData.bytesTransferredOut": 0.0, "tlsDetails.tlsVersion": nil,
		}},
		"6 a read": {func(t *testing.T, _ *emulatortest.Server, c *s3.Client) {
			succeed(t)(c.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("open")}))
		}, "GetObject", map[string]any{"additionalEventData.bytesTransferredIn": 0.0, "additionalEventData.bytesTransferredOut": 6.0, "responseElements": nil,
			"additionalEventData.SSEApplied": nil}},
		"7 AssumeRole": {func(t *testing.T, srv *emulatortest.Server, _ *s3.Client) {
			succeed(t)(as(t, srv, "app").sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::123456789012:role/reader"), RoleSessionName: aws.String("s1")}))
		}, "AssumeRole", map[string]any{
			"resources.0.ARN": "arn:aws:iam::123456789012:role/reader", "resources.0.type": "AWS::IAM::Role", "resources.0.accountId": "123456789012",
			"responseElements.assumedRoleUser.arn": "arn:aws:sts::123456789012:assumed-role/reader/s1", "responseElements.credentials.secretAccessKey": nil,
		}},
		"8 a denied AssumeRole": {func(t *testing.T, srv *emulatortest.Server, _ *s3.Client) {
			_, err := as(t, srv, "weak").sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::123456789012:role/reader"), RoleSessionName: aws.String("s1")})
			refusedWith(t, err, "AccessDenied")
		}, "AssumeRole", map[string]any{"requestParameters": nil, "resources": nil, "responseElements": nil, "errorCode": "AccessDenied"}},
		"11 KMS for S3": {func(t *testing.T, _ *emulatortest.Server, c *s3.Client) {
			succeed(t)(c.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("k"), Body: strings.NewReader("hello"), ServerSideEncryption: "aws:kms", SSEKMSKeyId: keyID}))
		}, "GenerateDataKey", map[string]any{
			"eventSource": "kms.amazonaws.com", "userIdentity.invokedBy": "fas.s3.amazonaws.com", "userIdentity.userName": "app", "sourceIPAddress": "fas.s3.amazonaws.com",
			"userAgent": "fas.s3.amazonaws.com", "requestParameters.encryptionContext.aws:s3:arn": "arn:aws:s3:::my-bucket/k", "requestParameters.keySpec": "AES_256",
			"resources.0.ARN": kmsKeyARN, "resources.0.type": "AWS::KMS::Key", "managementEvent": true, "readOnly": true, "tlsDetails": nil,
		}},
		"11 KMS says no": {func(t *testing.T, srv *emulatortest.Server, _ *s3.Client) {
			_, err := sdkv2.S3(t, srv, "weak").PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("k"), Body: strings.NewReader("hello"), ServerSideEncryption: "aws:kms", SSEKMSKeyId: keyID})
			refusedWith(t, err, "AccessDenied")
		}, "GenerateDataKey", map[string]any{"errorCode": "AccessDenied", "userIdentity.userName": "weak"}},
		"KMS itself": {func(t *testing.T, srv *emulatortest.Server, _ *s3.Client) {
			succeed(t)(as(t, srv, "app").kms.Encrypt(ctx, &kms.EncryptInput{KeyId: keyID, Plaintext: hello, EncryptionContext: blue}))
		}, "Encrypt", map[string]any{
			"requestParameters.keyId": kmsKeyID, "requestParameters.encryptionContext.color": "blue", "requestParameters.plaintext": nil,
			"responseElements": nil, "resources.0.ARN": kmsKeyARN, "readOnly": true,
		}},
		"what a write of KMS answers": {func(t *testing.T, srv *emulatortest.Server, _ *s3.Client) {
			succeed(t)(as(t, srv, "app").kms.CreateKey(ctx, &kms.CreateKeyInput{}))
		}, "CreateKey", map[string]any{"responseElements.keyMetadata.aWSAccountId": "123456789012", "responseElements.keyMetadata.enabled": true}},
		"12 another account's": {func(t *testing.T, srv *emulatortest.Server, _ *s3.Client) {
			_, err := sdkv2.S3(t, srv, "far").GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("open")})
			refusedWith(t, err, "AccessDenied")
		}, "GetObject", map[string]any{"userIdentity.type": "AWSAccount", "userIdentity.accountId": "111111111111", "userIdentity.arn": nil, "resources.1.accountId": "123456789012"}},
	}
	for name, r := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := start(t, recordsWorld)
			r.do(t, srv, sdkv2.S3(t, srv, "app"))
			found := delivered(t, srv)[r.name]
			if strings.HasPrefix(name, "12") && len(found) > 0 && at(found[0], "sharedEventID") == nil {
				t.Error("no sharedEventID")
			}
			holding(t, found, r.want)
		})
	}
}

// succeed fails the test for a call that does not succeed.
func succeed(t *testing.T) func(_ any, err error) {
	return func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

// v4Plain sends a body as it is, without a checksum behind it.
func v4Plain(o *s3.Options) {
	o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
}

// 4: a DeleteObjects is an event without keys, and one for each object.
func TestRecordsOfDeleteObjects(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]int{"2025-05-31": 0, "2026-01-01": 2} {
		srv := start(t, "    as_of: "+day+"\n"+recordsWorld)
		list := &s3types.Delete{Objects: []s3types.ObjectIdentifier{{Key: aws.String("gone")}, {Key: aws.String("kept")}}}
		succeed(t)(sdkv2.S3(t, srv, "app").DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: aws.String("my-bucket"), Delete: list}))
		all := delivered(t, srv)
		holding(t, all["DeleteObjects"], map[string]any{"requestParameters.key": nil, "requestParameters.delete": "", "resources.0.ARNPrefix": "arn:aws:s3:::my-bucket/"})
		single := map[any]map[string]any{}
		for _, r := range all["DeleteObject"] {
			single[at(r, "requestParameters.key")] = r
		}
		if len(single) != want {
			t.Errorf("as of %s: %d events of single objects", day, len(single))
		}
		if want == 0 {
			continue
		}
		if r := single["gone"]; at(r, "errorCode") != nil || at(r, "resources.0.ARN") != "arn:aws:s3:::my-bucket/gone" || at(r, "requestID") != at(all["DeleteObjects"][0], "requestID") {
			t.Errorf("the deleted one: %v", r)
		}
		if r := single["kept"]; at(r, "errorCode") != "AccessDenied" || !strings.Contains(at(r, "errorMessage").(string), "explicit deny") {
			t.Errorf("the refused one: %v", r)
		}
	}
}

// 7 and 9: the key of a session joins its events to the AssumeRole that made it, and the
// times of answers have a form of their own.
func TestRecordsOfASession(t *testing.T) {
	t.Parallel()
	srv := start(t, recordsWorld)
	out, err := as(t, srv, "app").sts.AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::123456789012:role/reader"), RoleSessionName: aws.String("s1"), SourceIdentity: aws.String("carla"),
	})
	if err != nil {
		t.Fatal(err)
	}
	c := sdkv2.S3(t, srv, "app", func(o *s3.Options) {
		o.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: *out.Credentials.AccessKeyId, SecretAccessKey: *out.Credentials.SecretAccessKey, SessionToken: *out.Credentials.SessionToken}, nil
		})
	})
	succeed(t)(c.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("open")}))
	all := delivered(t, srv)
	holding(t, all["AssumeRole"], map[string]any{
		"responseElements.credentials.accessKeyId": *out.Credentials.AccessKeyId, "requestParameters.sourceIdentity": "carla",
		"responseElements.credentials.expiration": out.Credentials.Expiration.UTC().Format("Jan 2, 2006, 3:04:05 PM"),
	})
	holding(t, all["GetObject"], map[string]any{"userIdentity.accessKeyId": *out.Credentials.AccessKeyId, "userIdentity.sessionContext.sourceIdentity": "carla"})
}

// 11: with a Bucket Key S3 asks KMS now and then; LookupEvents has what it asked.
func TestRecordsOfBucketKeys(t *testing.T) {
	t.Parallel()
	srv := start(t, recordsWorld)
	c := sdkv2.S3(t, srv, "app")
	for _, key := range []string{"a", "b"} {
		succeed(t)(c.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("keyed"), Key: &key, Body: strings.NewReader("hello")}))
	}
	lookUp := func() (n int) {
		out, err := as(t, srv, "app").cloudtrail.LookupEvents(ctx, &cloudtrail.LookupEventsInput{LookupAttributes: []types.LookupAttribute{
			{AttributeKey: types.LookupAttributeKeyEventName, AttributeValue: aws.String("GenerateDataKey")}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range out.Events {
			if !strings.Contains(*e.CloudTrailEvent, `"aws:s3:arn":"arn:aws:s3:::keyed"`) {
				t.Errorf("the context is not the bucket's: %s", *e.CloudTrailEvent)
			}
		}
		return len(out.Events)
	}
	if n := lookUp(); n != 1 {
		t.Errorf("two objects made S3 ask %d times", n)
	}
	srv.Advance(time.Hour)
	succeed(t)(c.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("keyed"), Key: aws.String("c"), Body: strings.NewReader("hello")}))
	if n := lookUp(); n != 2 {
		t.Errorf("an hour later it has asked %d times", n)
	}
}
