package deeds

import (
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/policy"
)

// act is an action, with the kind of resource that it is done to.
type act struct {
	name string
	on   kind
	data bool // every object is asked about, not just representatives
	// grants: who may do it can give himself the rest.
	grants bool
	// owners: S3 takes it from principals of the bucket's account alone.
	owners bool
	drafts []draft // besides the plain deed, those that put this
	// creates and lists: the questions have the condition keys of such operations.
	creates, lists bool
	lock           func(*store.Object, time.Time) *authz.Lock // what Object Lock holds against it
}

// draft is what a deed would put.
type draft uint8

const (
	nothing draft = iota
	publicPolicy
	publicACL
	ownerACL
	sealed // contents that are encrypted with a KMS key: KMS is asked too
)

// told is how the draft is told among a deed's circumstances.
func (d draft) told() []circumstance {
	switch d {
	case publicPolicy:
		return []circumstance{{"the policy", []string{"public"}}}
	case publicACL:
		return []circumstance{{"s3:x-amz-acl", []string{"public-read"}}}
	case ownerACL:
		return []circumstance{{"s3:x-amz-acl", []string{"bucket-owner-full-control"}}}
	case sealed:
		return []circumstance{{"the encryption", []string{"by KMS"}}}
	}
	return nil
}

// acts are the actions that matter: what is done to data, what sets up buckets, keys and
// the organization, and what gives permissions.
var acts = append([]act{
	{name: "s3:GetObject", on: objects, data: true, drafts: []draft{sealed}},
	{name: "s3:PutObject", on: objects, data: true, creates: true, drafts: []draft{publicACL, ownerACL, sealed}},
	{name: "s3:DeleteObject", on: objects, data: true},
	{name: "s3:GetObjectVersion", on: objects, data: true},
	{name: "s3:DeleteObjectVersion", on: objects, data: true, lock: (*store.Object).Lock},
	{name: "s3:PutObjectAcl", on: objects, data: true, grants: true, drafts: []draft{publicACL}},
	{name: "s3:GetObjectAcl", on: objects},
	{name: "s3:GetObjectTagging", on: objects},
	{name: "s3:PutObjectTagging", on: objects},
	{name: "s3:DeleteObjectTagging", on: objects},
	{name: "s3:PutObjectRetention", on: objects, lock: retention},
	{name: "s3:PutObjectLegalHold", on: objects},
	{name: "s3:BypassGovernanceRetention", on: objects},
	{name: "s3:AbortMultipartUpload", on: objects},
	{name: "s3:ListMultipartUploadParts", on: objects},
	{name: "s3:RestoreObject", on: objects},

	{name: "s3:ListBucket", on: buckets, lists: true},
	{name: "s3:ListBucketVersions", on: buckets, lists: true},
	{name: "s3:ListBucketMultipartUploads", on: buckets},
	{name: "s3:GetBucketLocation", on: buckets},
	{name: "s3:GetBucketPolicy", on: buckets, owners: true},
	{name: "s3:PutBucketPolicy", on: buckets, owners: true, grants: true, drafts: []draft{publicPolicy}},
	{name: "s3:DeleteBucketPolicy", on: buckets, owners: true, grants: true},
	{name: "s3:GetBucketAcl", on: buckets},
	{name: "s3:PutBucketAcl", on: buckets, grants: true, drafts: []draft{publicACL}},
	{name: "s3:PutBucketPublicAccessBlock", on: buckets, grants: true},
	{name: "s3:PutBucketOwnershipControls", on: buckets, grants: true},
	{name: "s3:PutEncryptionConfiguration", on: buckets},
	{name: "s3:PutBucketVersioning", on: buckets},
	{name: "s3:PutLifecycleConfiguration", on: buckets},
	{name: "s3:PutReplicationConfiguration", on: buckets},
	{name: "s3:PutBucketTagging", on: buckets},
	{name: "s3:PutBucketLogging", on: buckets},
	{name: "s3:PutBucketNotification", on: buckets},
	{name: "s3:PutBucketCORS", on: buckets},
	{name: "s3:PutBucketWebsite", on: buckets},
	{name: "s3:PutBucketRequestPayment", on: buckets},
	{name: "s3:PutBucketObjectLockConfiguration", on: buckets},
	{name: "s3:DeleteBucket", on: buckets},
}, controls...)

var controls = []act{
	{name: "kms:Decrypt", on: keys},
	{name: "kms:Encrypt", on: keys},
	{name: "kms:GenerateDataKey", on: keys},
	{name: "kms:ReEncryptFrom", on: keys},
	{name: "kms:DescribeKey", on: keys},
	{name: "kms:CreateGrant", on: keys, grants: true},
	{name: "kms:PutKeyPolicy", on: keys, grants: true},
	{name: "kms:DisableKey", on: keys},
	{name: "kms:ScheduleKeyDeletion", on: keys},

	{name: "sts:AssumeRole", on: roles, grants: true},
	{name: "iam:UpdateAssumeRolePolicy", on: roles, grants: true},
	{name: "iam:PutRolePolicy", on: roles, grants: true},
	{name: "iam:AttachRolePolicy", on: roles, grants: true},
	{name: "iam:DeleteRolePermissionsBoundary", on: roles, grants: true},
	{name: "iam:PassRole", on: roles},
	{name: "iam:PutUserPolicy", on: users, grants: true},
	{name: "iam:AttachUserPolicy", on: users, grants: true},
	{name: "iam:DeleteUserPermissionsBoundary", on: users, grants: true},
	{name: "iam:CreateAccessKey", on: users, grants: true},

	{name: "s3:ListAllMyBuckets", on: everything},
	{name: "s3:PutAccountPublicAccessBlock", on: everything, grants: true},
	{name: "iam:CreateUser", on: everything},
	{name: "iam:CreatePolicyVersion", on: everything, grants: true},
	{name: "organizations:AttachPolicy", on: everything, grants: true},
	{name: "organizations:DetachPolicy", on: everything, grants: true},
	{name: "organizations:UpdatePolicy", on: everything, grants: true},
	{name: "ec2:ModifyVpcEndpoint", on: everything, grants: true},
}

// actNamed is an action that a policy names and that is not among those that matter; false:
// nobody knows what it is done to.
func actNamed(name string) (act, bool) {
	a, known := policy.LookupAction(name)
	if !known {
		return act{}, false
	}
	for _, resource := range a.Resources {
		switch resource {
		case "object":
			return act{name: a.Name, on: objects}, true
		case "bucket":
			return act{name: a.Name, on: buckets}, true
		case "key":
			return act{name: a.Name, on: keys}, true
		}
	}
	return act{name: a.Name, on: everything}, len(a.Resources) == 0
}

// retention is what is held against ending a retention sooner.
func retention(o *store.Object, now time.Time) *authz.Lock { return o.Retention.Lock(now) }
