package clients

import (
	"encoding/xml"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/programs"
)

// The words of S3 of June 2023, and the start of those of today.
const (
	accessDenied  = "Access Denied"
	notAuthorized = "User: arn:aws:iam::123456789012:user/my-user is not authorized to perform: "
)

var (
	works  = outcome{}
	denied = outcome{Status: 403, Code: "AccessDenied", Message: accessDenied}
)

func deniedBecause(sentence string) outcome {
	return outcome{Status: 403, Code: "AccessDenied", Message: notAuthorized + sentence}
}

// refusal is one call in one of the six scenarios, with its answer in each of
// the two responses. The sixth, presign-expired, is in presign_test.go: there the
// client makes a URL and somebody else sends it.
type refusal struct {
	scenario     string
	call         step
	article, aws outcome
}

var refusals = []refusal{
	{
		scenario: "ip-deny", call: step{Do: "get", Key: "file.txt"}, article: denied,
		aws: deniedBecause(`s3:GetObject on resource: "arn:aws:s3:::my-bucket/file.txt" with an explicit deny in a resource-based policy`),
	},
	{scenario: "ip-deny", call: step{Do: "list"}, article: works, aws: works},
	{
		scenario: "bucket-owner-enforced", call: step{Do: "put", Key: "new.txt", ACL: "public-read"}, article: denied,
		aws: outcome{Status: 400, Code: "AccessControlListNotSupported", Message: "The bucket does not allow ACLs"},
	},
	{
		scenario: "bucket-owner-enforced", call: step{Do: "put", Key: "new.txt", ACL: "bucket-owner-full-control"},
		article: denied, aws: works,
	},
	{scenario: "bucket-owner-enforced", call: step{Do: "put", Key: "new.txt"}, article: works, aws: works},
	{
		scenario: "kms-missing", call: step{Do: "get", Key: "file.txt"}, article: denied,
		aws: deniedBecause("kms:Decrypt on resource: " + missingKey + " because no identity-based policy allows the kms:Decrypt action"),
	},
	{
		scenario: "kms-missing", call: step{Do: "put", Key: "new.txt"}, article: denied,
		aws: deniedBecause("kms:GenerateDataKey on resource: " + missingKey + " because no identity-based policy allows the kms:GenerateDataKey action"),
	},
	{
		scenario: "wrong-region", call: step{Do: "get", Key: "file.txt"},
		article: outcome{Status: 301, Code: "PermanentRedirect", Message: "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint."},
		aws:     outcome{Status: 400, Code: "AuthorizationHeaderMalformed", Message: "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'"},
	},
	{
		scenario: "missing-key-masked", call: step{Do: "get", Key: "missing.txt"}, article: denied,
		aws: deniedBecause(`s3:ListBucket on resource: "arn:aws:s3:::my-bucket" because no identity-based policy allows the s3:ListBucket action`),
	},
	{
		scenario: "missing-key-masked", call: step{Do: "head", Key: "missing.txt"},
		article: outcome{Status: 403}, aws: outcome{Status: 403},
	},
	{scenario: "missing-key-masked", call: step{Do: "get", Key: "file.txt"}, article: works, aws: works},
}

// missingKey is the KMS key of the scenario kms-missing.
const missingKey = "arn:aws:kms:us-east-1:123456789012:key/key-id-here"

// rowsOf are the rows of one scenario, in order.
func rowsOf(scenario string) []refusal {
	var rows []refusal
	for _, row := range refusals {
		if row.scenario == scenario {
			rows = append(rows, row)
		}
	}
	return rows
}

func TestRefusals(t *testing.T) {
	everyClient(t, func(t *testing.T, c client) {
		for _, scenario := range []string{"ip-deny", "bucket-owner-enforced", "kms-missing", "wrong-region", "missing-key-masked"} {
			for _, responses := range []string{"article", "aws"} {
				t.Run(scenario+"/"+responses, func(t *testing.T) { c.meets(t, scenario, responses) })
			}
		}
	})
}

// meets does a scenario's calls and holds what the client reports against the table.
func (c client) meets(t *testing.T, scenario, responses string) {
	srv := emulatortest.Start(t, scenario, emulatortest.Responses(responses))
	rows := rowsOf(scenario)
	steps := make([]step, len(rows))
	for i, row := range rows {
		steps[i] = row.call
		steps[i].Bucket = "my-bucket"
		steps[i].File = filepath.Join(t.TempDir(), "file")
		if row.call.Do == "put" {
			writeFile(t, steps[i].File, []byte("hello\n"))
		}
	}
	outcomes := c.run(t, appOf(srv), steps)
	for i, row := range rows {
		want := row.article
		if responses == "aws" {
			want = row.aws
		}
		c.check(t, srv, row.call, outcomes[i], want)
	}
}

// check compares an outcome with what S3 answers, as this client passes it on.
func (c client) check(t *testing.T, srv *emulatortest.Server, call step, got, want outcome) {
	t.Helper()
	if c.followsRegion && (want.Code == "PermanentRedirect" || want.Code == "AuthorizationHeaderMalformed") {
		first := srv.Requests()[0]
		if first.Status != want.Status || first.Code != want.Code {
			t.Errorf("%s: the first answer was %d %s, want %d %s", call.Do, first.Status, first.Code, want.Status, want.Code)
		}
		want = works
	}
	if call.Do == "head" && want.Status == 403 {
		want = c.headRefusal
	}
	if c.hidesStatus {
		want.Status = 0
	}
	if !got.saysAs(want) {
		t.Errorf("%s %s (acl %q): the client reports\n     %+v\nwant %+v", call.Do, call.Key, call.ACL, got, want)
	}
}

// TestRawRefusal holds the bytes of a refusal, as curl receives them.
func TestRawRefusal(t *testing.T) {
	t.Parallel()
	programs.Need(t, "curl")
	var c curl
	for _, row := range refusals {
		if row.call.Do != "get" || !row.article.saysAs(denied) {
			continue
		}
		for responses, want := range map[string]outcome{"article": row.article, "aws": row.aws} {
			t.Run(row.scenario+"/"+responses, func(t *testing.T) {
				srv := emulatortest.Start(t, row.scenario, emulatortest.Responses(responses))
				got := c.do(t, appOf(srv), "/my-bucket/"+row.call.Key)
				checkRaw(t, got, want)
			})
		}
	}
}

var (
	requestID = regexp.MustCompile(`^[0-9A-Z]{16}$`)
	hostID    = regexp.MustCompile(`^[A-Za-z0-9+/]{75}=$`)
)

func checkRaw(t *testing.T, got exchange, want outcome) {
	t.Helper()
	var parsed errorXML
	if err := xml.Unmarshal(got.body, &parsed); err != nil {
		t.Fatalf("%q: %v", got.body, err)
	}
	if !requestID.MatchString(parsed.RequestID) || parsed.RequestID != got.header.Get("X-Amz-Request-Id") {
		t.Errorf("RequestId %q, header %q", parsed.RequestID, got.header.Get("X-Amz-Request-Id"))
	}
	if !hostID.MatchString(parsed.HostID) || parsed.HostID != got.header.Get("X-Amz-Id-2") {
		t.Errorf("HostId %q, header %q", parsed.HostID, got.header.Get("X-Amz-Id-2"))
	}
	text := fmt.Sprintf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code><Message>%s</Message><RequestId>%s</RequestId><HostId>%s</HostId></Error>",
		want.Code, want.Message, parsed.RequestID, parsed.HostID)
	if unquoted(string(got.body)) != text {
		t.Errorf("the body is\n     %s\nwant %s", got.body, text)
	}
	if got.status != want.Status || got.header.Get("Content-Type") != "application/xml" || got.header.Get("Server") != "AmazonS3" {
		t.Errorf("status %d, headers %v", got.status, got.header)
	}
}

// unquoted undoes the escaping of quotation marks: XML allows both ways in text,
// and no recording tells which one S3 has on the wire.
func unquoted(body string) string {
	return strings.NewReplacer("&quot;", `"`, "&#34;", `"`).Replace(body)
}
