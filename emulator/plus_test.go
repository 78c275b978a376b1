package emulator_test

import (
	"bytes"
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsv4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/sigv4"
)

// spaced and plussed are the objects "a b" and "a+b".
const spaced, plussed = "with a space", "with a plus sign"

// A + in a key's path is a space, however the bucket is addressed and the request is
// signed; %2B is the plus sign.
func TestPlusInPaths(t *testing.T) {
	srv := plusWorld(t)
	for _, row := range []struct{ path, host, want string }{
		{"/my-bucket/a+b", "", spaced}, {"/my-bucket/a%20b", "", spaced}, {"/my-bucket/a%2Bb", "", plussed},
		{"/~plus/my-bucket/a+b", "", spaced}, {"/~plus/my-bucket/a%2Bb", "", plussed},
		{"/a+b", "my-bucket.s3.us-east-1.amazonaws.com", spaced}, {"/a%2Bb", "my-bucket.s3.us-east-1.amazonaws.com", plussed},
		{"/a+b", "my-bucket.plus.scenario.localhost", spaced},
	} {
		for name, sign := range plusSigners {
			t.Run(name+" "+row.host+row.path, func(t *testing.T) {
				r := request(t, srv, "GET", row.path, nil)
				if row.host != "" {
					r.Host = row.host
				}
				sign(srv, r)
				a := do(t, r)
				if a.want(t, 200, ""); string(a.body) != row.want {
					t.Errorf("read %q, want %q", a.body, row.want)
				}
			})
		}
	}
}

// plusSigners sign as other people's clients do: the SDK's signer and curl sign a path
// as it stands.
var plusSigners = map[string]func(*emulatortest.Server, *http.Request){
	"anonymous": func(*emulatortest.Server, *http.Request) {},
	"ours":      func(srv *emulatortest.Server, r *http.Request) { sign(srv, r, "app", nil, time.Now()) },
	"ours, presigned": func(srv *emulatortest.Server, r *http.Request) {
		sigv4.Presign(r, credentials(srv, "app"), scope(srv), time.Hour, time.Now())
	},
	"the SDK": func(srv *emulatortest.Server, r *http.Request) {
		c := srv.Caller("app")
		r.Header.Set("X-Amz-Content-Sha256", sigv4.HashPayload(nil))
		signer := awsv4.NewSigner(func(o *awsv4.SignerOptions) { o.DisableURIPathEscaping = true })
		if err := signer.SignHTTP(context.Background(), aws.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey},
			r, sigv4.HashPayload(nil), "s3", srv.Region, time.Now()); err != nil {
			panic(err)
		}
	},
	"SigV2": func(srv *emulatortest.Server, r *http.Request) {
		resource := r.URL.EscapedPath()
		if r.Host != r.URL.Host {
			resource = "/my-bucket" + resource
		}
		resource = string(bytes.TrimPrefix([]byte(resource), []byte("/~plus")))
		sigv4.PresignV2(r, credentials(srv, "app"), resource, time.Now().Add(time.Hour))
	},
}

func plusWorld(t *testing.T) *emulatortest.Server {
	t.Helper()
	srv := emulatortest.Start(t, "plus", emulatortest.YAML(`
version: 1
responses: aws
scenarios:
  plus:
    title: Two keys that one character tells apart
    accounts: {123456789012: {users: {u: {policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}}}}
    callers: {app: {user: u}}
    buckets:
      my-bucket:
        public_access_block: none
        policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/*"}]}
        objects: {"a b": {body: `+spaced+`}, "a+b": {body: `+plussed+`}}
`), emulatortest.Domain("localhost"))
	return srv
}

// So it is in x-amz-copy-source, of CopyObject and of UploadPartCopy; in a list's prefix
// it has always been.
func TestPlusInCopySources(t *testing.T) {
	srv := plusWorld(t)
	for source, want := range map[string]string{
		"my-bucket/a+b": spaced, "/my-bucket/a+b": spaced, "my-bucket/a%20b": spaced, "my-bucket/a%2Bb": plussed, "my-bucket%2Fa+b": spaced,
	} {
		t.Run(source, func(t *testing.T) {
			r := request(t, srv, "PUT", "/my-bucket/copy", nil)
			r.Header.Set("x-amz-copy-source", source)
			sign(srv, r, "app", nil, time.Now())
			do(t, r).want(t, 200, "")
			if got := send(t, srv, "app", "GET", "/my-bucket/copy", nil); string(got.body) != want {
				t.Errorf("copied %q, want %q", got.body, want)
			}
		})
	}
	list := send(t, srv, "app", "GET", "/my-bucket?list-type=2&prefix=a+", nil)
	if !bytes.Contains(list.body, []byte("<Key>a b</Key>")) || bytes.Contains(list.body, []byte("<Key>a+b</Key>")) {
		t.Errorf("%s", list.body)
	}
}

// The keys in the body of DeleteObjects are no paths.
func TestPlusInDeleteObjects(t *testing.T) {
	srv := plusWorld(t)
	r := request(t, srv, "POST", "/my-bucket?delete", []byte("<Delete><Object><Key>a+b</Key></Object></Delete>"))
	digest(r)
	sign(srv, r, "app", []byte("<Delete><Object><Key>a+b</Key></Object></Delete>"), time.Now())
	do(t, r).want(t, 200, "")
	send(t, srv, "app", "GET", "/my-bucket/a%2Bb", nil).want(t, 404, "NoSuchKey")
	send(t, srv, "app", "DELETE", "/my-bucket/a+b", nil).want(t, 204, "")
	send(t, srv, "app", "GET", "/my-bucket/a%20b", nil).want(t, 404, "NoSuchKey")
}
