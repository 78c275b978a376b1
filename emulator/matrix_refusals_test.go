package emulator_test

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
)

// Reasons to be silent that several rows share.
const (
	noBucketYet = "there is no bucket that it could belong to"
	noACLSet    = "it sets no ACL"
	noKeyUsed   = "no key is used"
	noACLGives  = "no ACL gives the permission"
	noTagsByACL = "no ACL gives the permission to read or to set tags"
	noVersion   = "WRITE gives no version"
	ofAnother   = "WRITE gives new objects and the grantee's own"
)

var withoutBucket = map[string]string{"ListBuckets": noBucketYet, "CreateBucket": noBucketYet}

// What the ACLs give in part, or to the objects' owners.
var (
	notAllByACL = map[string]string{
		"PutObject with tags": noTagsByACL, "CopyObject": noTagsByACL, "CopyObject without its tags": "",
		"GetObjectAttributes": "no ACL gives the permission to read attributes",
	}
	notByWrite = map[string]string{
		"PutObject over another": ofAnother, "DeleteObjects": ofAnother,
		"DeleteObject": ofAnother, "DeleteObject not there": "", "DeleteObject of a version": "",
	}
)

// Groups of operations.
var (
	// usesKey are those that open or seal something with the bucket's key.
	usesKey = []string{
		"PutObject", "CopyObject", "CreateMultipartUpload", "UploadPart", "UploadPartCopy",
		"CompleteMultipartUpload", "ListParts", "GetObject", "HeadObject with its checksum", "PostObject",
	}
	// setsACL are those whose request can set an ACL on what is there.
	setsACL = []string{"PutBucketAcl", "PutObjectAcl", "PutObject", "CopyObject", "CreateMultipartUpload", "PostObject"}
	// byBucketACL are those whose permission a grant on the bucket can give.
	byBucketACL = []string{
		"HeadBucket", "ListObjects", "ListObjectsV2", "ListMultipartUploads", "ListObjectVersions", "GetBucketAcl", "PutBucketAcl",
		"PutObject", "PostObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "CreateSession", "RenameObject",
	}
	// byObjectACL are those whose permission a grant on the object can give.
	byObjectACL = []string{"GetObject", "HeadObject", "GetObjectAcl", "PutObjectAcl", "GetObjectAttributes", "SelectObjectContent"}
	// copies are those that need both.
	copies  = []string{"CopyObject", "UploadPartCopy"}
	deletes = []string{"DeleteObject", "DeleteObjects"}
	// byACL are those that need grants on the bucket or on the object, or on both.
	byACL = slices.Concat(byBucketACL, byObjectACL, copies, deletes)
	// looksForObject are those that say of an object that it is not there.
	looksForObject = []string{
		"GetObject", "HeadObject", "GetObjectAcl", "PutObjectAcl", "GetObjectTagging", "PutObjectTagging", "DeleteObjectTagging",
		"GetObjectAttributes", "SelectObjectContent", "CopyObject", "UploadPartCopy",
	}
)

// refusals are the rows of the matrix.
var refusals = slices.Concat(ofRequest, guardrails, requesterSide, resourceSide, publicAccess, byKMS, atLast)

// ofRequest are refusals before any policy is read.
var ofRequest = []refusal{
	{
		layer: authz.Authentication, whole: true, code: "SignatureDoesNotMatch",
		spoil: func(s *sent) { s.secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
	},
	{
		layer: authz.RequestForm, only: []string{"PostObject"}, silent: map[string]string{"": "it is no form"},
		spoil: func(s *sent) {
			if s.form != nil {
				s.set(uncovered, "x")
			}
		},
	},
	{
		layer: authz.Region, whole: true, status: 400, code: "AuthorizationHeaderMalformed", spoil: func(s *sent) { s.region = "eu-west-1" },
		silent: map[string]string{
			"ListBuckets": noBucketYet, "CreateBucket": noBucketYet, "GetBucketLocation": "where the bucket is is the question",
		},
		codes: map[string]string{"PostObject": "InvalidArgument"},
	},
	{
		layer: authz.ExpectedOwner, whole: true, silent: withoutBucket,
		prepare: func(s *sent) { s.set("x-amz-expected-bucket-owner", "123456789012") },
		spoil:   func(s *sent) { s.set("x-amz-expected-bucket-owner", "777788889999") },
	},
	{
		layer: authz.ExpectedOwner, name: "of the source", only: copies, silent: map[string]string{"": "it has no source"},
		prepare: func(s *sent) { s.set("x-amz-source-expected-bucket-owner", "123456789012") },
		spoil:   func(s *sent) { s.set("x-amz-source-expected-bucket-owner", "777788889999") },
	},
	{
		layer: authz.RequesterPays, whole: true, by: "guest", world: ofBucket(`"requester_pays": true`), silent: withoutBucket,
		prepare: func(s *sent) { s.set("x-amz-request-payer", "requester") },
		spoil:   func(s *sent) { s.set("x-amz-request-payer", "") },
	},
	{layer: authz.RequesterPays, name: "owner", fact: ofBucket(`"requester_pays": true`), exempt: "the bucket's owner pays anyway"},
}

// guardrails are what an organization and a network put around everybody.
var guardrails = []refusal{
	{layer: authz.SCP, fact: organization("scps", onlySQS)},
	{layer: authz.SCP, name: "explicit", fact: organization("scps", notS3)},
	{layer: authz.SCP, name: "of another account", by: "guest", fact: organization("scps", notS3), exempt: "it binds the principals of the owner's account alone"},
	{layer: authz.RCP, fact: organization("rcps", s3ForNobody), silent: withoutBucket},
	{layer: authz.RCP, name: "cross-account", by: "guest", fact: organization("rcps", s3ForNobody), silent: withoutBucket},
	{layer: authz.VPCEndpoint, world: throughEndpoint, fact: endpoint(sqsForAll)},
	{layer: authz.VPCEndpoint, name: "explicit", world: throughEndpoint, fact: endpoint(notS3ForAll)},
}

// requesterSide is what the requester's own account says.
var requesterSide = []refusal{
	{layer: authz.Identity, fact: ofApp(`"policies": {"everything": ` + onlySQS + `}`)},
	{layer: authz.Identity, name: "explicit", fact: ofApp(`"policies": {"guard": ` + notS3 + `}`)},
	{layer: authz.Identity, name: "cross-account", by: "guest", fact: ofGuest(`"policies": {"everything": ` + onlySQS + `}`)},
	{layer: authz.PermissionsBoundary, fact: ofApp(`"permissions_boundary": ` + onlySQS)},
	{layer: authz.PermissionsBoundary, name: "explicit", fact: ofApp(`"permissions_boundary": ` + notS3)},
	{layer: authz.Session, fact: ofSession(`"session_policy": ` + onlySQS)},
	{layer: authz.Session, name: "explicit", fact: ofSession(`"session_policy": ` + notS3)},
}

// resourceSide is what the bucket and the object say.
var resourceSide = []refusal{
	{layer: authz.BucketPolicy, name: "explicit", fact: ofBucket(bucketPolicy("Deny", theApp)), silent: withoutBucket},
	{layer: authz.BucketPolicy, name: "cross-account", by: "guest", fact: ofBucket(bucketPolicy("Allow", others)), silent: withoutBucket},
	{
		layer: authz.ACLs, by: "guest", fact: ofBucket(`"policy": null`), only: byACL,
		silent: map[string]string{"": noACLGives, "DeleteObject of a version": noVersion},
		shared: notAllByACL,
	},
	{
		layer: authz.ACLs, name: "of the bucket", by: "guest", world: byGrants, fact: ofBucket(`"acl": null`),
		only:   slices.Concat(copies, byBucketACL, []string{"DeleteObject not there"}),
		silent: map[string]string{"": "no ACL of a bucket gives the permission"},
		always: notByWrite, shared: notAllByACL,
	},
	{
		layer: authz.ACLs, name: "of the object", by: "guest", world: byGrants, fact: ofBucket(ofFile(`"acl": null`)),
		only:   slices.Concat(copies, byObjectACL),
		silent: map[string]string{"": "no ACL of an object gives the permission"},
		always: notByWrite, shared: notAllByACL,
	},
	{
		layer: authz.ACLs, name: "of another's object", world: ofBucket(ofFile(`"owner": "777788889999"`, `"acl": "bucket-owner-full-control"`)),
		fact: ofBucket(ofFile(`"acl": null`)), only: slices.Concat(copies, byObjectACL),
		silent: map[string]string{"": "it stays the bucket owner's to do, whosever the object is"},
	},
	{
		layer: authz.ObjectOwnership, fact: ofBucket(`"object_ownership": "BucketOwnerEnforced"`), only: setsACL,
		status: 400, code: "AccessControlListNotSupported", silent: map[string]string{"": noACLSet},
		prepare: func(s *sent) { setACL(s, "private") },
	},
}

// publicAccess is what the four settings of S3 Block Public Access say.
var publicAccess = []refusal{
	{
		layer: authz.BlockPublicAccess, name: "BlockPublicPolicy", fact: ofBucket(`"public_access_block": {"block_public_policy": true}`),
		only: []string{"PutBucketPolicy"}, silent: map[string]string{"": "it puts no policy"}, prepare: putsPublicPolicy,
	},
	{
		layer: authz.BlockPublicAccess, name: "BlockPublicAcls", fact: ofBucket(`"public_access_block": {"block_public_acls": true}`),
		only: setsACL, silent: map[string]string{"": noACLSet}, prepare: func(s *sent) { setACL(s, "public-read") },
	},
	{
		layer: authz.BlockPublicAccess, name: "IgnorePublicAcls", by: "guest", world: publicly,
		fact: ofBucket(`"public_access_block": {"ignore_public_acls": true}`), only: byACL,
		silent: map[string]string{
			"": noACLGives, "DeleteObject": ofAnother, "DeleteObject not there": "", "DeleteObjects": ofAnother, "PutObject over another": ofAnother,
		},
		shared: notAllByACL,
	},
	{
		layer: authz.BlockPublicAccess, name: "RestrictPublicBuckets", by: "guest", world: ofBucket(bucketPolicy("Allow", everybody)),
		fact: ofBucket(`"public_access_block": {"restrict_public_buckets": true}`), silent: withoutBucket,
	},
}

// byKMS is what KMS says of the key's use, in its parts.
var byKMS = []refusal{
	kmsRow(refusal{name: "identity", fact: ofApp(`"policies": {"everything": ` + onlyS3 + `}`)}),
	kmsRow(refusal{name: "identity explicit", fact: ofApp(`"policies": {"guard": ` + notKMS + `}`)}),
	kmsRow(refusal{name: "key-policy", fact: ofKey(keyPolicy("Allow", others))}),
	kmsRow(refusal{name: "key-policy explicit", fact: ofKey(keyPolicy("Deny", theApp))}),
	kmsRow(refusal{name: "key-state Disabled", fact: ofKey(`"state": "Disabled"`), status: 400, code: "KMS.DisabledException"}),
	kmsRow(refusal{name: "key-state PendingDeletion", fact: ofKey(`"state": "PendingDeletion"`), status: 400, code: "KMS.KMSInvalidStateException"}),
}

// kmsRow is a row about the bucket's key.
func kmsRow(r refusal) refusal {
	r.layer, r.world, r.only, r.silent = authz.KMS, underKey, usesKey, map[string]string{"": noKeyUsed}
	return r
}

// atLast is what hides that something is not there.
var atLast = []refusal{
	{
		layer: authz.Masking, fact: ofApp(`"policies": {"everything": ` + noList + `}`), only: looksForObject, prepare: missesObject,
		silent:  map[string]string{"": "it does not look for an object that is there"},
		answers: []string{"NoSuchKey", "NoSuchVersion"},
	},
	{
		layer: authz.Masking, name: "of a bucket", whole: true, fact: `"responses": "article"`, silent: withoutBucket,
		prepare: func(s *sent) { s.bucket = "no-such-bucket" }, answers: []string{"NoSuchBucket"},
	},
}

// setACL puts a canned ACL into a request that makes or changes something.
func setACL(s *sent, canned string) {
	switch {
	case s.form != nil:
		s.set("acl", canned)
	case s.shape.Method == "PUT" || s.shape.Method == "POST":
		s.set("x-amz-acl", canned)
	}
}

// putsPublicPolicy makes the policy that is put one that is public.
func putsPublicPolicy(s *sent) {
	if s.shape.Parameter == "policy" && s.shape.Method == "PUT" {
		s.body = strings.Replace(ownPolicy, `{"AWS":"arn:aws:iam::123456789012:root"}`, `"*"`, 1)
	}
}

// missesObject makes the object that is looked for one that is not there.
func missesObject(s *sent) {
	if from := s.header.Get("x-amz-copy-source"); from != "" {
		s.set("x-amz-copy-source", strings.Replace(from, "file.txt", "none.txt", 1))
		return
	}
	s.key = "none.txt"
}
