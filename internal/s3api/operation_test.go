package s3api

import (
	"strings"
	"testing"
)

// aboutObjects says whether an operation is about objects, by its name: what lists
// them and HeadBucket count as well, their lock as a setting of the bucket does not.
func aboutObjects(operation string) bool {
	for _, part := range []string{"Object", "Upload", "ListParts", "HeadBucket", "Preflight"} {
		if strings.Contains(operation, part) {
			return !strings.Contains(operation, "ObjectLockConfiguration")
		}
	}
	return false
}

// What is about objects is a data event, of every operation that S3 has (CloudTrail
// User Guide, "Amazon S3 object-level actions"); everything else is a management event.
func TestDataEvents(t *testing.T) {
	data := 0
	for _, op := range Operations() {
		if op.Data {
			data++
		}
		if op.Data != aboutObjects(op.Name) {
			t.Errorf("%s is a data event: %v", op.Name, op.Data)
		}
	}
	if data < 30 {
		t.Errorf("only %d operations are data events", data)
	}
}

// Events have names of their own for some operations (CloudTrail User Guide, "Amazon S3
// CloudTrail events"), and the operation's for the others.
func TestNamesOfEvents(t *testing.T) {
	renamed := map[string]string{
		"ListObjectsV2": "ListObjects", "PostObject": "PutObject", "Preflight": "PreflightRequest",
		"GetPublicAccessBlock": "GetBucketPublicAccessBlock", "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
		"DeletePublicAccessBlock":         "DeleteBucketPublicAccessBlock",
		"GetObjectLockConfiguration":      "GetBucketObjectLockConfiguration",
		"PutObjectLockConfiguration":      "PutBucketObjectLockConfiguration",
		"GetBucketLifecycleConfiguration": "GetBucketLifecycle", "PutBucketLifecycleConfiguration": "PutBucketLifecycle",
		"GetBucketAccelerateConfiguration":   "GetAccelerateConfiguration",
		"PutBucketAccelerateConfiguration":   "PutAccelerateConfiguration",
		"GetBucketNotificationConfiguration": "GetBucketNotification",
		"PutBucketNotificationConfiguration": "PutBucketNotification",
	}
	seen := map[string]bool{}
	for _, op := range Operations() {
		want := renamed[op.Name]
		if seen[op.Name] = true; want == "" {
			want = op.Name
		}
		if got := op.Event(); got != want {
			t.Errorf("%s is called %s, want %s", op.Name, got, want)
		}
	}
	for name := range renamed {
		if !seen[name] {
			t.Errorf("S3 has no operation %s", name)
		}
	}
}
