package trail

import (
	"strings"

	"github.com/s3fault/s3fault/internal/world"
)

// dataEvents are S3's operations that are data events (CloudTrail User Guide,
// "Amazon S3 object-level actions"); all others are management events.
var dataEvents = map[string]bool{
	"AbortMultipartUpload": true, "CompleteMultipartUpload": true, "CopyObject": true, "CreateMultipartUpload": true,
	"DeleteObject": true, "DeleteObjects": true, "DeleteObjectTagging": true, "GetObject": true, "GetObjectAcl": true,
	"GetObjectAttributes": true, "GetObjectLegalHold": true, "GetObjectRetention": true, "GetObjectTagging": true,
	"GetObjectTorrent": true, "HeadBucket": true, "HeadObject": true, "ListObjects": true, "ListObjectsV2": true,
	"ListObjectVersions": true, "ListMultipartUploads": true, "ListParts": true, "PostObject": true, "PutObject": true,
	"PutObjectAcl": true, "PutObjectLegalHold": true, "PutObjectRetention": true, "PutObjectTagging": true,
	"RestoreObject": true, "SelectObjectContent": true, "UploadPart": true, "UploadPartCopy": true,
}

// IsData says whether an operation of S3 is a data event.
func IsData(operation string) bool { return dataEvents[operation] }

// renamed are the operations of S3 that CloudTrail calls otherwise (CloudTrail User
// Guide, "Amazon S3 CloudTrail events").
var renamed = map[string]string{
	"ListObjectsV2":                   "ListObjects",
	"PostObject":                      "PutObject",
	"GetPublicAccessBlock":            "GetBucketPublicAccessBlock",
	"PutPublicAccessBlock":            "PutBucketPublicAccessBlock",
	"DeletePublicAccessBlock":         "DeleteBucketPublicAccessBlock",
	"GetObjectLockConfiguration":      "GetBucketObjectLockConfiguration",
	"PutObjectLockConfiguration":      "PutBucketObjectLockConfiguration",
	"GetBucketLifecycleConfiguration": "GetBucketLifecycle",
	"PutBucketLifecycleConfiguration": "PutBucketLifecycle",
}

// NameOf is an operation of S3 as events name it.
func NameOf(operation string) string {
	if name := renamed[operation]; name != "" {
		return name
	}
	return operation
}

const arnPrefix = "arn:aws:s3:::"

// resources are the object and the bucket of an S3 event.
func (h *Happened) resources() []Resource {
	rest, ok := strings.CutPrefix(h.Resource, arnPrefix)
	if !ok {
		return nil
	}
	bucket, _, isObject := strings.Cut(rest, "/")
	var all []Resource
	if isObject {
		all = append(all, Resource{Type: "AWS::S3::Object", ARN: h.Resource})
	}
	return append(all, Resource{Type: "AWS::S3::Bucket", ARN: arnPrefix + bucket, AccountID: h.Owner})
}

// Event is what trails are asked about.
func (h *Happened) Event() *world.Event {
	return &world.Event{Region: h.Region, ReadOnly: h.ReadOnly, Management: h.Management, Resource: h.Resource, Accounts: h.accounts()}
}

// accounts are those that the event concerns: the requester's and the owner's.
func (h *Happened) accounts() []string {
	var all []string
	if a := h.Asker.Account(); a != "" {
		all = append(all, a)
	}
	if h.Owner != "" && (len(all) == 0 || all[0] != h.Owner) {
		all = append(all, h.Owner)
	}
	return all
}
