package trail

import (
	"cmp"
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
	// Younger than that page [unsure].
	"DeleteObjectAnnotation": true, "GetObjectAnnotation": true, "ListObjectAnnotations": true, "PutObjectAnnotation": true,
	"RenameObject": true, "UpdateObjectEncryption": true,
}

// IsData says whether an operation of S3 is a data event.
func IsData(operation string) bool { return dataEvents[operation] }

// renamed are the operations of S3 that CloudTrail calls otherwise (CloudTrail User
// Guide, "Amazon S3 CloudTrail events").
var renamed = map[string]string{
	"ListObjectsV2":                    "ListObjects",
	"GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
	"PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
	"PostObject":                       "PutObject",
	"GetPublicAccessBlock":             "GetBucketPublicAccessBlock",
	"PutPublicAccessBlock":             "PutBucketPublicAccessBlock",
	"DeletePublicAccessBlock":          "DeleteBucketPublicAccessBlock",
	"GetObjectLockConfiguration":       "GetBucketObjectLockConfiguration",
	"PutObjectLockConfiguration":       "PutBucketObjectLockConfiguration",
	"GetBucketLifecycleConfiguration":  "GetBucketLifecycle",
	"PutBucketLifecycleConfiguration":  "PutBucketLifecycle",
}

// NameOf is an operation of S3 as events name it.
func NameOf(operation string) string { return cmp.Or(renamed[operation], operation) }

// ofAccounts are the operations of S3 Control that CloudTrail calls otherwise.
var ofAccounts = map[string]string{
	"GetPublicAccessBlock":    "GetAccountPublicAccessBlock",
	"PutPublicAccessBlock":    "PutAccountPublicAccessBlock",
	"DeletePublicAccessBlock": "DeleteAccountPublicAccessBlock",
}

// ControlNameOf is an operation of S3 Control as events name it: as one of S3's.
func ControlNameOf(operation string) string { return cmp.Or(ofAccounts[operation], operation) }

const arnPrefix = "arn:aws:s3:::"

// resources are the object and the bucket of an S3 event, as the recipient is told.
func (h *Happened) resources(recipient string) []Resource {
	rest, ok := strings.CutPrefix(h.Resource, arnPrefix)
	if !ok {
		return nil
	}
	bucket, _, isObject := strings.Cut(rest, "/")
	var all []Resource
	switch {
	case isObject:
		all = append(all, Resource{Type: objectType, ARN: h.Resource})
	case !h.Management: // a listing, HeadBucket, DeleteObjects
		prefix, _ := h.Parameters["prefix"].(string)
		all = append(all, Resource{Type: objectType, ARNPrefix: h.Resource + "/" + prefix})
	}
	owner := h.Owner
	if h.Code == "AccessDenied" && owner != recipient { // who was refused is not told whose it is
		owner = ""
	}
	return append(all, Resource{Type: "AWS::S3::Bucket", ARN: arnPrefix + bucket, AccountID: &owner})
}

const objectType = "AWS::S3::Object"

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
