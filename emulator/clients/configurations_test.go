package clients

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/programs"
)

// fresh is what a bucket without any configuration says to each question about one: the
// answer as boto3 has it, or code and words of the refusal (configurations.md 1.1, 2.1, 3.1,
// 4.1, 5.1 to 5.3).
var fresh = []struct{ call, id, answer, code, message string }{
	{call: "get_bucket_accelerate_configuration", answer: `{}`},
	{call: "get_bucket_analytics_configuration", id: "one", code: "NoSuchConfiguration", message: "The specified configuration does not exist."},
	{call: "get_bucket_intelligent_tiering_configuration", id: "one", code: "NoSuchConfiguration", message: "The specified configuration does not exist."},
	{call: "get_bucket_inventory_configuration", id: "one", code: "NoSuchConfiguration", message: "The specified configuration does not exist."},
	{call: "get_bucket_metrics_configuration", id: "one", code: "NoSuchConfiguration", message: "The specified configuration does not exist."},
	{call: "delete_bucket_inventory_configuration", id: "one", code: "NoSuchConfiguration", message: "The specified configuration does not exist."},
	{call: "list_bucket_analytics_configurations", answer: `{"IsTruncated":false}`},
	{call: "list_bucket_intelligent_tiering_configurations", answer: `{"IsTruncated":false}`},
	{call: "list_bucket_inventory_configurations", answer: `{"IsTruncated":false}`},
	{call: "list_bucket_metrics_configurations", answer: `{"IsTruncated":false}`},
	{call: "get_bucket_metadata_table_configuration", code: "MetadataConfigurationNotFound", message: "The metadata configuration was not found"},
	{call: "get_bucket_logging", answer: `{}`},
	{call: "get_bucket_notification_configuration", answer: `{}`},
	{call: "get_bucket_notification", answer: `{}`},
	{call: "get_bucket_replication", code: "ReplicationConfigurationNotFoundError", message: "The replication configuration was not found"},
	{call: "delete_bucket_replication", answer: `{}`},
	{call: "get_bucket_cors", code: "NoSuchCORSConfiguration", message: "The CORS configuration does not exist"},
	{call: "get_bucket_website", code: "NoSuchWebsiteConfiguration", message: "The specified bucket does not have a website configuration"},
	{call: "get_bucket_lifecycle_configuration", code: "NoSuchLifecycleConfiguration", message: "The lifecycle configuration does not exist"},
	{call: "get_bucket_policy", code: "NoSuchBucketPolicy", message: "The bucket policy does not exist"},
	{call: "get_bucket_policy_status", code: "NoSuchBucketPolicy", message: "The bucket policy does not exist"},
	{call: "get_bucket_tagging", code: "NoSuchTagSet", message: "The TagSet does not exist"},
	{call: "get_bucket_versioning", answer: `{}`},
	{call: "get_bucket_request_payment", answer: `{"Payer":"BucketOwner"}`},
	{call: "get_object_lock_configuration", code: "ObjectLockConfigurationNotFoundError",
		message: "Object Lock configuration does not exist for this bucket"},
	{call: "get_bucket_location", answer: `{"LocationConstraint":null}`},
}

// freshProgram asks everything of its standard input of boto3, a call a line.
const freshProgram = `
import json, os, sys
import boto3
from botocore.exceptions import ClientError
s3 = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
s3.create_bucket(Bucket="fresh-bucket")
for line in sys.stdin:
    call, _, id = line.strip().partition(" ")
    if not hasattr(s3, call):
        print(json.dumps({"unknown": call}))
        continue
    try:
        answer = getattr(s3, call)(Bucket="fresh-bucket", **({"Id": id} if id else {}))
        answer.pop("ResponseMetadata")
        print(json.dumps({"answer": answer}))
    except ClientError as refused:
        print(json.dumps({"code": refused.response["Error"]["Code"], "message": refused.response["Error"]["Message"]}))
`

// TestFreshBucket holds with boto3, and with the AWS CLI where it has the command.
func TestFreshBucket(t *testing.T) {
	programs.Need(t, "python3", "aws")
	srv := emulatortest.Start(t, "plain")
	var lines []string
	for _, row := range fresh {
		lines = append(lines, strings.TrimSpace(row.call+" "+row.id))
	}
	out, diagnostics, exit := execute(t, srv.Env("admin"), []byte(strings.Join(lines, "\n")), "python3", "-c", freshProgram)
	if exit != 0 {
		t.Fatalf("%s", diagnostics)
	}
	answers := slices.Collect(strings.Lines(string(out)))
	if len(answers) != len(fresh) {
		t.Fatalf("%d answers to %d calls", len(answers), len(fresh))
	}
	for i, row := range fresh {
		var got struct {
			Answer                 json.RawMessage
			Code, Message, Unknown string
		}
		if err := json.Unmarshal([]byte(answers[i]), &got); err != nil {
			t.Fatal(err)
		}
		if got.Unknown != "" {
			t.Logf("this boto3 has no %s", got.Unknown)
			continue
		}
		if answer := strings.ReplaceAll(string(got.Answer), " ", ""); answer != row.answer || got.Code != row.code || got.Message != row.message {
			t.Errorf("boto3's %s is answered %s", row.call, answers[i])
		}
	}
	for _, row := range fresh[:2] {
		args := []string{"s3api", strings.ReplaceAll(row.call, "_", "-"), "--bucket", "fresh-bucket"}
		if row.id != "" {
			args = append(args, "--id", row.id)
		}
		out, diagnostics, exit := execute(t, srv.Env("admin"), nil, "aws", args...)
		if row.code == "" && (exit != 0 || strings.TrimSpace(string(out)) != "") ||
			row.code != "" && !strings.Contains(string(diagnostics), "("+row.code+")") {
			t.Errorf("aws %s prints %s%s", strings.Join(args, " "), out, diagnostics)
		}
	}
}
