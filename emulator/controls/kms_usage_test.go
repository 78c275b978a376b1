package controls

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

// usageWorld is a world in which nobody disables or deletes a key that was used within
// two days, as AWS's own example policy has it (KMS Developer Guide,
// "kms:TrailingDaysWithoutKeyUsage").
const usageWorld = `
    as_of: 2026-04-27
    accounts:
      123456789012:
        users:
          all: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}, {Sid: InUse, Effect: Deny, Action: ["kms:DisableKey", "kms:ScheduleKeyDeletion"], Resource: "*", Condition: {NumericLessThanEquals: {"kms:TrailingDaysWithoutKeyUsage": "2"}}}]}}}
    callers: {all: {user: all}}
    kms_keys:
      idle: {created: 2020-01-01}
      new: {}
      read: {created: 2020-01-01}
      seldom: {created: 2020-01-01, last_used: -97h}
      lately: {created: 2020-01-01, last_used: {at: -71h, operation: GenerateDataKey}}
    buckets:
      my-bucket:
        encryption: {algorithm: "aws:kms", kms_key: read}
        objects: {file.txt: {body: "hello\n"}}
`

// The rows are those of a trial at AWS in May 2026 (a public article): a key that was
// never used counts from its creation, or from the day on which KMS began to look.
func TestKeysInUseAreKept(t *testing.T) {
	t.Parallel()
	srv := start(t, usageWorld)
	c := as(t, srv, "all").kms
	if err := read(t, srv, "all"); err != nil {
		t.Fatal(err)
	}
	for key, kept := range map[string]bool{"idle": false, "new": true, "read": true, "seldom": false, "lately": true} {
		_, err := c.DisableKey(ctx, &kms.DisableKeyInput{KeyId: aws.String(key)})
		if !kept {
			if err != nil {
				t.Errorf("%s: %v", key, err)
			}
			continue
		}
		refusedWith(t, err, "AccessDeniedException")
		_, err = c.ScheduleKeyDeletion(ctx, &kms.ScheduleKeyDeletionInput{KeyId: aws.String(key)})
		refusedWith(t, err, "AccessDeniedException")
	}
	if _, err := c.EnableKey(ctx, &kms.EnableKeyInput{KeyId: aws.String("read")}); err != nil {
		t.Error("other actions do not have the key:", err)
	}
	if err := srv.Patch(`{"kms_keys":{"read":{"last_used":"-3d"}}}`); err != nil {
		t.Fatal(err)
	}
	if _, err := c.DisableKey(ctx, &kms.DisableKeyInput{KeyId: aws.String("read")}); err != nil {
		t.Error(err)
	}
}

func TestKeysInUseOfTheDayBefore(t *testing.T) {
	t.Parallel()
	srv := start(t, strings.Replace(usageWorld, "as_of: 2026-04-27", "as_of: 2026-04-26", 1))
	c := as(t, srv, "all").kms
	if err := read(t, srv, "all"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.DisableKey(ctx, &kms.DisableKeyInput{KeyId: aws.String("read")}); err != nil {
		t.Error(err)
	}
	_, err := c.GetKeyLastUsage(ctx, &kms.GetKeyLastUsageInput{KeyId: aws.String("read")})
	refusedWith(t, err, "UnknownOperationException")
}

// What S3 does with a key is a use of it, and stays one when the world is patched.
func TestGetKeyLastUsage(t *testing.T) {
	t.Parallel()
	srv := start(t, usageWorld)
	c := as(t, srv, "all").kms
	usage := func(key string) *kms.GetKeyLastUsageOutput {
		t.Helper()
		out, err := c.GetKeyLastUsage(ctx, &kms.GetKeyLastUsageInput{KeyId: aws.String(key)})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	began := time.Date(2026, time.April, 23, 0, 0, 0, 0, time.UTC)
	if u := usage("read"); !u.TrackingStartDate.Equal(began) || u.KeyLastUsage.Timestamp != nil || u.KeyLastUsage.Operation != "" {
		t.Errorf("%+v %+v", u, u.KeyLastUsage)
	}
	if u := usage("new"); !u.TrackingStartDate.Equal(*u.KeyCreationDate) {
		t.Errorf("%+v", u)
	}
	if u := usage("lately").KeyLastUsage; u.Operation != types.KeyLastUsageTrackingOperationGenerateDataKey {
		t.Errorf("%+v", u)
	}
	if err := read(t, srv, "all"); err != nil {
		t.Fatal(err)
	}
	u := usage("read").KeyLastUsage
	if u.Operation != types.KeyLastUsageTrackingOperationDecrypt || time.Since(*u.Timestamp) > time.Minute || len(*u.KmsRequestId) != 36 || len(*u.CloudTrailEventId) != 36 {
		t.Errorf("%+v", u)
	}
	if err := srv.Patch(`{"kms_keys":{"new":{"description":"new"}}}`); err != nil {
		t.Fatal(err)
	}
	if again := usage("read").KeyLastUsage; !again.Timestamp.Equal(*u.Timestamp) || *again.KmsRequestId != *u.KmsRequestId {
		t.Errorf("%+v became %+v", u, again)
	}
	if err := srv.Reset(); err != nil {
		t.Fatal(err)
	}
	if u := usage("read").KeyLastUsage; u.Timestamp != nil {
		t.Errorf("%+v", u)
	}
}

// Refused requests are no uses.
func TestRefusedRequestsAreNoUse(t *testing.T) {
	t.Parallel()
	srv := start(t, usageWorld)
	if err := srv.Patch(`{"kms_keys":{"read":{"state":"Disabled"}}}`); err != nil {
		t.Fatal(err)
	}
	refusedWith(t, read(t, srv, "all"), "KMS.DisabledException")
	u, err := as(t, srv, "all").kms.GetKeyLastUsage(ctx, &kms.GetKeyLastUsageInput{KeyId: aws.String("read")})
	if err != nil || fmt.Sprint(u.KeyLastUsage.Operation) != "" {
		t.Errorf("%+v, %v", u, err)
	}
}
