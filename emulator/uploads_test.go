package emulator_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

// uploadsYAML is a world with a bucket whose policy gives the account B what B is
// to have, and refuses the owner's uploads by a condition.
const uploadsYAML = `
version: 1
responses: aws
scenarios:
  uploads:
    title: Uploads in parts
    accounts:
      123456789012: {users: {owner: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: ["s3:*", "kms:*"], Resource: "*"}]}}}}}
      210987654321:
        users:
          x: {policies: {put: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:PutObject", Resource: "*"}]}}}
          y: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}
          z: {}
        roles:
          r:
            trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: 210987654321}, Action: "sts:AssumeRole"}]}
            policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}
      333333333333: {}
    callers:
      owner: {account: 123456789012, user: owner}
      x: {account: 210987654321, user: x}
      y: {account: 210987654321, user: y}
      z: {account: 210987654321, user: z}
      root: {account: 210987654321, root: true}
      role: {account: 210987654321, role: r}
      other-session: {account: 210987654321, role: r}
      stranger: {account: 333333333333, root: true}
    kms_keys:
      key-1: {account: 123456789012}
      key-2: {account: 123456789012}
    buckets:
      my-bucket:
        owner: 123456789012
        encryption: ENCRYPTION
        policy: {Version: 2012-10-17, Statement: [STATEMENTS]}
        objects: {file.txt: {body: "hello\n"}}
`

const plainEncryption = `{algorithm: AES256}`

type uploadsWorld struct{ aclWorld }

func newUploadsWorld(t *testing.T, encryption, statements string) *uploadsWorld {
	t.Helper()
	yaml := strings.NewReplacer("ENCRYPTION", encryption, "STATEMENTS", statements).Replace(uploadsYAML)
	srv := emulatortest.Start(t, "uploads", emulatortest.YAML(yaml))
	return &uploadsWorld{aclWorld{T: t, srv: srv}}
}

func (w *uploadsWorld) client(name string) *s3.Client { return sdkv2.S3(w.T, w.srv, name, onceSummed) }

func (w *uploadsWorld) begin(who string, edit ...func(*s3.CreateMultipartUploadInput)) (string, error) {
	in := &s3.CreateMultipartUploadInput{Bucket: aws.String("my-bucket"), Key: aws.String("large")}
	for _, f := range edit {
		f(in)
	}
	out, err := w.client(who).CreateMultipartUpload(w.Context(), in)
	if err != nil {
		return "", err
	}
	return *out.UploadId, nil
}

func (w *uploadsWorld) mustBegin(who string, edit ...func(*s3.CreateMultipartUploadInput)) string {
	w.Helper()
	id, err := w.begin(who, edit...)
	w.must(err)
	return id
}

func (w *uploadsWorld) abort(who, id string) error {
	_, err := w.client(who).AbortMultipartUpload(w.Context(), &s3.AbortMultipartUploadInput{
		Bucket: aws.String("my-bucket"), Key: aws.String("large"), UploadId: aws.String(id),
	})
	return err
}

func (w *uploadsWorld) listParts(who, id string) error {
	_, err := w.client(who).ListParts(w.Context(), &s3.ListPartsInput{
		Bucket: aws.String("my-bucket"), Key: aws.String("large"), UploadId: aws.String(id),
	})
	return err
}

func (w *uploadsWorld) part(id string, number int32, size int) (*types.CompletedPart, error) {
	out, err := w.client("owner").UploadPart(w.Context(), &s3.UploadPartInput{
		Bucket: aws.String("my-bucket"), Key: aws.String("large"), UploadId: aws.String(id), PartNumber: aws.Int32(number),
		Body: strings.NewReader(strings.Repeat("a", size)),
	})
	if err != nil {
		return nil, err
	}
	return &types.CompletedPart{ETag: out.ETag, PartNumber: aws.Int32(number)}, nil
}

func (w *uploadsWorld) copyPart(id string, number int32) (*types.CompletedPart, error) {
	out, err := w.client("owner").UploadPartCopy(w.Context(), &s3.UploadPartCopyInput{
		Bucket: aws.String("my-bucket"), Key: aws.String("large"), UploadId: aws.String(id), PartNumber: aws.Int32(number),
		CopySource: aws.String("my-bucket/file.txt"),
	})
	if err != nil {
		return nil, err
	}
	return &types.CompletedPart{ETag: out.CopyPartResult.ETag, PartNumber: aws.Int32(number)}, nil
}

func (w *uploadsWorld) complete(id string, parts ...*types.CompletedPart) error {
	list := &types.CompletedMultipartUpload{}
	for _, p := range parts {
		list.Parts = append(list.Parts, *p)
	}
	_, err := w.client("owner").CompleteMultipartUpload(w.Context(), &s3.CompleteMultipartUploadInput{
		Bucket: aws.String("my-bucket"), Key: aws.String("large"), UploadId: aws.String(id), MultipartUpload: list,
	})
	return err
}

// goesOn sends both kinds of parts and completes the upload twice, as a client does
// that has lost the first answer.
func (w *uploadsWorld) goesOn(id string) {
	w.Helper()
	one, err := w.part(id, 1, 5<<20)
	w.must(err)
	two, err := w.copyPart(id, 2)
	w.must(err)
	w.must(w.complete(id, one, two))
	w.must(w.complete(id, one, two))
}

func sealedWith(algorithm types.ServerSideEncryption, key string) func(*s3.CreateMultipartUploadInput) {
	return func(in *s3.CreateMultipartUploadInput) {
		in.ServerSideEncryption = algorithm
		if key != "" {
			in.SSEKMSKeyId = aws.String(key)
		}
	}
}

// unlessPut refuses the owner's uploads unless the condition holds.
func unlessPut(condition string) string {
	return `{Sid: Guard, Effect: Deny, Principal: "*", Action: "s3:PutObject", Resource: "arn:aws:s3:::my-bucket/*", Condition: ` + condition + `}`
}

const keyOneARN = "arn:aws:kms:us-east-1:123456789012:key/key-1"

// What an upload was begun with holds for its parts and its completion
// (authorization.md 3.1b), and what the bucket gives by default is no header.
func TestEncryptionOfAnUpload(t *testing.T) {
	for name, row := range map[string]struct {
		encryption, condition string
		begin                 func(*s3.CreateMultipartUploadInput)
		refused               bool // at CreateMultipartUpload
	}{
		"AES256":  {plainEncryption, `{StringNotEquals: {"s3:x-amz-server-side-encryption": AES256}}`, sealedWith("AES256", ""), false},
		"any":     {plainEncryption, `{"Null": {"s3:x-amz-server-side-encryption": "true"}}`, sealedWith("AES256", ""), false},
		"aws:kms": {plainEncryption, `{StringNotEquals: {"s3:x-amz-server-side-encryption": "aws:kms"}}`, sealedWith("aws:kms", ""), false},
		"the key, by its id": {plainEncryption, `{StringNotEquals: {"s3:x-amz-server-side-encryption-aws-kms-key-id": "` + keyOneARN + `"}}`,
			sealedWith("aws:kms", "key-1"), false},
		"another key": {plainEncryption, `{StringNotEquals: {"s3:x-amz-server-side-encryption-aws-kms-key-id": "` + keyOneARN + `"}}`,
			sealedWith("aws:kms", "key-2"), true},
		"another algorithm":    {plainEncryption, `{StringNotEquals: {"s3:x-amz-server-side-encryption": "aws:kms"}}`, sealedWith("AES256", ""), true},
		"no header":            {plainEncryption, `{StringNotEquals: {"s3:x-amz-server-side-encryption": AES256}}`, nil, true},
		"the bucket's default": {`{algorithm: "aws:kms", kms_key: key-1}`, `{StringNotEquals: {"s3:x-amz-server-side-encryption": "aws:kms"}}`, nil, true},
		"a Deny of the header": {plainEncryption, `{"Null": {"s3:x-amz-server-side-encryption": "false"}}`, nil, false},
		"a Deny of the header, by default": {`{algorithm: "aws:kms", kms_key: key-1}`,
			`{"Null": {"s3:x-amz-server-side-encryption": "false"}}`, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newUploadsWorld(t, row.encryption, unlessPut(row.condition))
			begin := row.begin
			if begin == nil {
				begin = func(*s3.CreateMultipartUploadInput) {}
			}
			id, err := w.begin("owner", begin)
			if row.refused {
				w.want("create", err, "AccessDenied", authz.BucketPolicy)
				return
			}
			w.must(err)
			w.goesOn(id)
		})
	}
}

// The ACL, the tags and the storage class of an upload are not remembered: its
// parts do not have these headers (aws-cli#1674, boto3#2525, aws-sdk-js#1830).
func TestWhatAnUploadDoesNotRemember(t *testing.T) {
	for name, row := range map[string]struct {
		condition string
		begin     func(*s3.CreateMultipartUploadInput)
	}{
		"acl": {`{StringNotEquals: {"s3:x-amz-acl": bucket-owner-full-control}}`, func(in *s3.CreateMultipartUploadInput) {
			in.ACL = types.ObjectCannedACLBucketOwnerFullControl
		}},
		"tags": {`{"Null": {"s3:RequestObjectTag/a": "true"}}`, func(in *s3.CreateMultipartUploadInput) { in.Tagging = aws.String("a=1") }},
		"storage class": {`{"Null": {"s3:x-amz-storage-class": "true"}}`, func(in *s3.CreateMultipartUploadInput) {
			in.StorageClass = types.StorageClassStandardIa
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newUploadsWorld(t, plainEncryption, unlessPut(row.condition))
			id := w.mustBegin("owner", row.begin)
			_, err := w.part(id, 1, 1)
			w.want("UploadPart", err, "AccessDenied", authz.BucketPolicy)
			_, err = w.copyPart(id, 1)
			w.want("UploadPartCopy", err, "AccessDenied", authz.BucketPolicy)
			w.want("Complete", w.complete(id, &types.CompletedPart{PartNumber: aws.Int32(1), ETag: aws.String("x")}), "AccessDenied", authz.BucketPolicy)
		})
	}
}

const (
	letsBPut = `{Sid: Put, Effect: Allow, Principal: {AWS: 210987654321}, Action: "s3:PutObject", Resource: "arn:aws:s3:::my-bucket/*"}`
	deniesB  = `{Sid: No, Effect: Deny, Principal: {AWS: 210987654321}, Action: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], Resource: "arn:aws:s3:::my-bucket/*"}`
)

// Who may end an upload that a user of another account began, and list its parts
// (S3 User Guide, "Multipart upload API and permissions").
func TestTheAccountOfTheInitiator(t *testing.T) {
	for name, row := range map[string]struct {
		initiator, who, statements string
		layer                      authz.Layer // empty: allowed
	}{
		"the initiator":                      {"x", "x", letsBPut, ""},
		"its account":                        {"x", "root", letsBPut, ""},
		"a user whom the account lets":       {"x", "y", letsBPut, ""},
		"a user whom nobody lets":            {"x", "z", letsBPut, authz.Identity},
		"the bucket's owner":                 {"x", "owner", letsBPut, ""},
		"another account":                    {"x", "stranger", letsBPut, authz.BucketPolicy},
		"its account, denied":                {"x", "root", letsBPut + ", " + deniesB, authz.BucketPolicy},
		"root itself":                        {"root", "root", letsBPut, ""},
		"a user of an upload of root's":      {"root", "y", letsBPut, authz.BucketPolicy},
		"a session itself":                   {"role", "role", letsBPut, ""},
		"the account of a session":           {"role", "root", letsBPut, authz.BucketPolicy},
		"another session of the same role":   {"role", "other-session", letsBPut, authz.BucketPolicy},
		"the account, of the owner's upload": {"owner", "root", letsBPut, authz.BucketPolicy},
	} {
		t.Run(name, func(t *testing.T) {
			w := newUploadsWorld(t, plainEncryption, row.statements)
			id := w.mustBegin(row.initiator)
			code := ""
			if row.layer != "" {
				code = "AccessDenied"
			}
			w.want("ListParts", w.listParts(row.who, id), code, row.layer)
			w.want("Abort", w.abort(row.who, id), code, row.layer)
		})
	}
}

// With an endpoint policy that does not let it, nobody is let by having begun the
// upload (the same page).
func TestTheInitiatorThroughAnEndpoint(t *testing.T) {
	w := newUploadsWorld(t, plainEncryption, letsBPut)
	id := w.mustBegin("x")
	w.must(w.srv.Patch(`{"vpc_endpoints":{"vpce-1":{"vpc":"vpc-1","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"*"}]}}},"network":{"vpc_endpoint":"vpce-1"}}`))
	w.want("the initiator", w.abort("x", id), "AccessDenied", authz.VPCEndpoint)
	w.want("its account", w.abort("root", id), "AccessDenied", authz.VPCEndpoint)
}
