package play_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/play"
	"github.com/s3fault/s3fault/scenarios"
)

// served is a scenario named one, of a file with these facts and calls, and a player
// against a server of its own.
func served(t *testing.T, text string) (*play.Player, *scenarios.Scenario) {
	t.Helper()
	file, err := scenarios.Parse("test.yaml", []byte(world+text))
	if err != nil {
		t.Fatal(err)
	}
	server, err := emulator.New(emulator.Config{File: file})
	if err != nil {
		t.Fatal(err)
	}
	base, stop, err := server.Loopback(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	described, err := server.Describe("one", base)
	if err != nil {
		t.Fatal(err)
	}
	scenario, err := file.Scenario("one")
	if err != nil {
		t.Fatal(err)
	}
	return &play.Player{
		Endpoint: described.Endpoint, Control: base + emulator.ControlPrefix, World: described.Name,
		Region: described.Region, Callers: described.Credentials(), Responses: "aws",
	}, scenario
}

const world = `version: 1
scenarios:
  one:
    title: One
    region: us-east-1
    accounts:
      123456789012:
        users:
          my-user: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}
          stranger: {}
    callers: {app: {user: my-user}, stranger: {user: stranger}, admin: {root: true}}
    buckets: {my-bucket: {objects: {file.txt: {body: "hello\n"}}}}
`

// holds plays the scenario and wants these failures, in order: a part of each.
func holds(t *testing.T, text string, failures ...string) play.Report {
	t.Helper()
	p, s := served(t, text)
	r := play.Check(context.Background(), p, s)
	if len(r.Failures) != len(failures) {
		t.Errorf("the failures are %q, want %q", r.Failures, failures)
		return r
	}
	for i, want := range failures {
		if !strings.HasPrefix(r.Failures[i], "one (aws): ") || !strings.Contains(r.Failures[i], want) {
			t.Errorf("failure %q, want %q", r.Failures[i], want)
		}
	}
	return r
}

// once is an object that can be written one time only.
const once = `as: app, call: PutObject, bucket: my-bucket, key: new.txt, headers: {If-None-Match: "*"}, body: x`

func TestTimesAndSequences(t *testing.T) {
	for _, row := range []struct {
		name, calls string
		played      int
		failures    []string
	}{
		{"in turn", `{` + once + `, want: [{status: 200}, {status: 412, code: PreconditionFailed}, {status: 412}]}`, 3, nil},
		{"the second differs", `{` + once + `, want: [{status: 200}, {status: 200}]}`, 2,
			[]string{"expect[0] PutObject as app: time 2: status: wanted 200, seen 412 PreconditionFailed"}},
		{"each time", `{as: app, call: GetObject, bucket: my-bucket, key: file.txt, times: 3, want: {status: 200, body_contains: hello}}`, 3, nil},
		{"not each time", `{` + once + `, times: 3, want: {status: 200}}`, 3,
			[]string{"time 2: status: wanted 200", "time 3: status: wanted 200"}},
		{"one time", `{` + once + `, want: {status: 412}}`, 1, []string{"expect[0] PutObject as app: status: wanted 412, seen 200"}},
		{"none wanted", `{` + once + `}`, 1, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r := holds(t, "    expect:\n      - "+row.calls+"\n", row.failures...)
			if r.Played != row.played {
				t.Errorf("%d calls were played, want %d", r.Played, row.played)
			}
		})
	}
}

// An upload is a list of calls of which the later say what the first was answered.
func TestSavedUpload(t *testing.T) {
	t.Parallel()
	holds(t, `    expect:
      - {as: app, call: CreateMultipartUpload, bucket: my-bucket, key: big.bin, save: {upload: UploadId},
	want: {status: 200}}
      - {as: app, call: UploadPart, bucket: my-bucket, key: big.bin, query: {partNumber: "1", uploadId: "{upload}"},
	body: "part\n", save: {etag: ETag}, want: {status: 200}}
      - as: app
        call: CompleteMultipartUpload
        bucket: my-bucket
        key: big.bin
        query: {uploadId: "{upload}"}
        body: <CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part></CompleteMultipartUpload>
        want: [{status: 200, body_contains: CompleteMultipartUploadResult}]
      - {as: app, call: GetObject, bucket: my-bucket, key: big.bin, want: {status: 200, body_contains: part}}
`)
}

// Calls of IAM and STS are signed for their service, and what they make can sign.
func TestControlCalls(t *testing.T) {
	t.Parallel()
	holds(t, `    expect:
      - {as: stranger, call: GetObject, bucket: my-bucket, key: file.txt, want: {status: 403, layer: identity}}
      - {as: admin, call: "iam:CreateAccessKey", query: {UserName: my-user},
	save: {id: AccessKeyId, secret: SecretAccessKey}, want: {status: 200}}
      - {as: stranger, call: GetObject, bucket: my-bucket, key: file.txt,
	sign: {access_key_id: "{id}", secret: "{secret}"}, want: {status: 200}}
      - {as: stranger, call: "sts:GetCallerIdentity", sign: {access_key_id: "{id}", secret: "{secret}"},
	want: {status: 200, body_contains: user/my-user}}
      - {as: admin, call: "iam:GetUser", query: {UserName: nobody}, want: {status: 404, code: NoSuchEntity}}
      - {as: stranger, call: "iam:ListUsers", want: {status: 200}}
`, "expect[5] iam:ListUsers as stranger: status: wanted 200, seen 403 AccessDenied")
}

func TestWhatCannotBeSaved(t *testing.T) {
	t.Parallel()
	holds(t, `    expect:
      - {as: app, call: GetObject, bucket: my-bucket, key: file.txt, save: {id: UploadId}, want: {status: 200}}
`, "expect[0] GetObject as app: the answer has no UploadId, which is to be saved as id")
}

// Before the fix and after it each list has its own names.
func TestFixBetweenTheLists(t *testing.T) {
	t.Parallel()
	p, s := served(t, `    expect:
      - {as: stranger, call: GetObject, bucket: my-bucket, key: file.txt, want: {status: 403, layer: identity}}
    fix_patch: {accounts: {123456789012: {users: {stranger: {policies: {s3: {Version: 2012-10-17,
	Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "*"}]}}}}}}}
    after_fix:
      - {as: stranger, call: GetObject, bucket: my-bucket, key: file.txt, want: {status: 200}}
    still_denied:
      - {as: stranger, call: ListObjectsV2, bucket: my-bucket, want: {status: 200}}
`)
	r := play.Check(context.Background(), p, s)
	want := []string{"one (aws): still_denied[0] ListObjectsV2 as stranger: status: wanted 200, seen 403 AccessDenied"}
	if r.Played != 3 || !slices.Equal(r.Failures, want) {
		t.Errorf("%d calls, failures %q", r.Played, r.Failures)
	}
}

// A server that is not there is no broken answer.
func TestNobodyThere(t *testing.T) {
	t.Parallel()
	p, s := served(t, "    expect:\n      - {as: app, call: ListBuckets, want: {broken: reset}}\n")
	p.Endpoint = "http://127.0.0.1:9"
	if r := play.Before(context.Background(), p, s); len(r.Failures) != 1 || !strings.Contains(r.Failures[0], "dial") {
		t.Errorf("the failures are %q", r.Failures)
	}
}
