package clients

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

// meetings are all that clients meet: what each built-in fault set does to a job, and the
// fault scenarios of the library.
func meetings() []meeting { return append(ofSets(), ofLibrary...) }

// ofSets are the built-in fault sets, each in the jobs that it is about,
// in the world `plain`. Most strike the first request for a key, so they show whether a client
// asks again, and what comes of it.
func ofSets() (all []meeting) {
	own := []string{"d/1", "d/2", "d/3"}
	jobs := map[string][]step{
		"put": {{Do: "put", Key: "new.bin"}}, "new": {{Do: "new", Key: "new.bin"}},
		"download": {{Do: "download", Key: "own.bin"}}, "upload": {{Do: "upload", Key: "big.bin"}},
		"copy": {{Do: "copy", Source: "own.bin", Key: "copy.bin"}}, "several": {{Do: "several", Keys: own}},
		"puts": puts("logs/01", "logs/02", "logs/03", "logs/04", "logs/05", "logs/06", "logs/07", "logs/08", "logs/09",
			"logs/10", "logs/11", "logs/12"),
	}
	for _, row := range []struct{ set, jobs, brisk string }{
		{"slow-down-first", "put download", "put"},
		{"error-500-first", "download upload several", "download"},
		{"reset-before", "put download", "put"},
		{"reset-within", "put download upload", "download"},
		{"lost-answer", "put new upload copy several", "upload"},
		{"error-in-200", "upload copy several", "upload copy several"},
		{"truncated", "download", "download"},
		{"corrupted", "put download", "download"},
		{"stalled", "put download", "download"},
		{"throttled", "puts", "puts"},
	} {
		for job := range strings.FieldsSeq(row.jobs) {
			brisk := slices.Contains(strings.Fields(row.brisk), job)
			m := meeting{name: row.set + ", " + job, set: row.set, steps: jobs[job], brisk: brisk, ends: either, least: 1}
			all = append(all, m)
		}
	}
	return all
}

// ofLibrary are the fault scenarios of the library, in its order, and some of them for
// ever, which shows when a client gives up.
var ofLibrary = []meeting{
	{name: "slow-down", steps: puts("logs/1", "logs/2", "logs/3"), ends: well, least: 4},
	{name: "slow-down, for ever", scenario: "slow-down", patch: forever("PutObject", `{"error": {"code": "SlowDown"}}`),
		steps: puts("logs/1"), ends: badly, least: 1},
	{name: "internal-error", steps: []step{{Do: "get", Key: "file.txt"}}, ends: well, least: 2},
	{name: "request-timeout", steps: puts("new.bin"), ends: well, least: 2},
	{name: "complete-error-in-200", steps: []step{{Do: "upload", Key: "big.bin"}}, ends: well, least: 5},
	{name: "complete-error-in-200, for ever", scenario: "complete-error-in-200",
		patch: forever("CompleteMultipartUpload", `{"error_in_200": {"code": "InternalError"}}`),
		steps: []step{{Do: "upload", Key: "big.bin"}}, ends: badly, least: 4},
	{name: "copy-error-in-200", steps: []step{{Do: "copy", Source: "file.txt", Key: "copy.txt"}}, ends: well, least: 2},
	{name: "delete-partly-refused", steps: []step{{Do: "several", Keys: []string{"d/1", "d/2", "d/3"}}}, ends: either, least: 1},
	{name: "truncated-download", steps: []step{{Do: "download", Key: "large.bin"}}, ends: badly, least: 1},
	{name: "cut-object", steps: []step{{Do: "download", Key: "large.bin"}}, ends: badly, least: 1},
	// What the client has put itself has the checksum that the client gives by default.
	{name: "corrupted-download", steps: append(puts("own.bin"), step{Do: "download", Key: "own.bin"}), ends: either, least: 2},
	{name: "lost-answer-put", steps: puts("new.txt"), ends: well, least: 2},
	{name: "lost-answer-conditional-put", steps: []step{{Do: "new", Key: "new.txt"}}, ends: badly, least: 2},
	{name: "lost-answer-complete", steps: []step{{Do: "upload", Key: "big.bin"}}, ends: either, least: 5},
	{name: "reset-on-upload", steps: puts("new.bin"), ends: well, least: 2},
	{name: "reset-on-upload, for ever", scenario: "reset-on-upload", patch: forever("PutObject", `{"reset": true}`),
		steps: puts("new.bin"), ends: badly, least: 1},
	{name: "proxy-html-502", steps: []step{{Do: "get", Key: "file.txt"}}, ends: well, least: 2},
	{name: "proxy-html-502, for ever", scenario: "proxy-html-502",
		patch: forever("GetObject", `{"error": {"status": 502, "body": "html"}}`),
		steps: []step{{Do: "get", Key: "file.txt"}}, ends: badly, least: 1},
	// Go may lose an answer that comes while it still sends.
	{name: "throttled-prefix", steps: puts("logs/1", "logs/2", "logs/3"), ends: badly, least: 3},
	// minio-go alone asks again, ten times, with what has expired.
	{name: "credentials-expire-midway", steps: gets(11), ends: badly, least: 11},
	{name: "clock-jump", patch: `{"clock": {"client_skew": "1h"}}`, steps: gets(1), ends: either, least: 1},
	{name: "principal-not-yet-there", patch: still, prepare: withNewKey, steps: gets(1), ends: badly, least: 1},
	{name: "policy-not-yet-there", patch: still, prepare: withNewPolicy, steps: gets(1), ends: badly, least: 1},
	{name: "denied-head-first", steps: []step{{Do: "head", Key: "file.txt"}, {Do: "download", Key: "file.txt"}},
		ends: either, least: 2},
}

// still is a patch by which the world's clock stands still.
const still = `{"clock": {"rate": 0}}`

// forever is a patch by which each request of an operation is struck.
func forever(operation, effect string) string {
	return `{"faults": [{"name": "for-ever", "match": {"operation": "` + operation + `"}, "effect": ` + effect + `}]}`
}

func puts(keys ...string) (steps []step) {
	for _, key := range keys {
		steps = append(steps, step{Do: "put", Key: key})
	}
	return steps
}

// gets are as many reads of one object.
func gets(times int) (steps []step) {
	for range times {
		steps = append(steps, step{Do: "get", Key: "file.txt"})
	}
	return steps
}

// withNewKey gives the program an access key that is just made.
func withNewKey(t *testing.T, srv *emulatortest.Server) target {
	t.Helper()
	in := &iam.CreateAccessKeyInput{UserName: aws.String("my-user")}
	made, err := iam.NewFromConfig(sdkv2.Config(t, srv, "admin")).CreateAccessKey(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	at := appOf(srv)
	at.AccessKeyID, at.SecretAccessKey = *made.AccessKey.AccessKeyId, *made.AccessKey.SecretAccessKey
	return at
}

// withNewPolicy lets the program read, from just now on.
func withNewPolicy(t *testing.T, srv *emulatortest.Server) target {
	t.Helper()
	in := &iam.PutUserPolicyInput{
		UserName: aws.String("my-user"), PolicyName: aws.String("read"),
		PolicyDocument: aws.String(`{"Version": "2012-10-17",
			"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}`),
	}
	if _, err := iam.NewFromConfig(sdkv2.Config(t, srv, "admin")).PutUserPolicy(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	return appOf(srv)
}
