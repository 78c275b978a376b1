package emulator_test

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// Reasons to be silent that several rows share.
const (
	noBucketYet   = "there is no bucket that it could belong to"
	noAccount     = "the caller is of no account"
	noACLSet      = "it sets no ACL"
	noKeyUsed     = "no key is used"
	noACLGives    = "no ACL gives the permission"
	noTagsByACL   = "no ACL gives the permission to read or to set tags"
	theWayOut     = "it is the way out of a lock-out"
	noVersion     = "WRITE gives no version"
	noSuchVersion = "there is no such version"
	ofAnother     = "WRITE gives new objects and the grantee's own"
)

var withoutBucket = map[string]string{"ListBuckets": noBucketYet, "CreateBucket": noBucketYet}

// rootRepairs is what no bucket policy takes from the owner's root user.
var rootRepairs = map[string]string{
	"ListBuckets": noBucketYet, "CreateBucket": noBucketYet,
	"GetBucketPolicy": theWayOut, "PutBucketPolicy": theWayOut, "DeleteBucketPolicy": theWayOut,
}

// Words that several messages end with.
const (
	explicitly = "with an explicit deny in "
	plainly    = "<Message>Access Denied"
)

// notAnonymously are operations that S3 refuses the anonymous in its own words,
// whatever they are allowed.
var notAnonymously = map[string][]string{"CopyObject": {"AccessDenied"}, "CreateMultipartUpload": {"AccessDenied"}}

// What the ACLs give in part, or to the objects' owners.
var (
	notAllByACL = map[string]string{
		"PutObject with tags": noTagsByACL, "CopyObject": noTagsByACL, "CopyObject without its tags": "",
		"GetObjectAttributes": "no ACL gives the permission to read attributes",
	}
	notByWrite = map[string]string{
		"PutObject over another": ofAnother, "DeleteObjects": ofAnother, "DeleteObjects of a version": "",
		"DeleteObject": ofAnother, "DeleteObject not there": "", "DeleteObject of a version": "",
	}
)

// Groups of operations.
var (
	// usesKey are those that open or seal something with the bucket's key.
	usesKey = []string{
		"PutObject", "CopyObject", "CreateMultipartUpload", "UploadPart", "UploadPartCopy",
		"CompleteMultipartUpload", "ListParts", "GetObject", "HeadObject with its checksum", "PostObject",
		"GetObjectAnnotation", "PutObjectAnnotation", "PutObjectAnnotation of a version",
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
		"GetObjectRetention", "PutObjectRetention", "GetObjectLegalHold", "PutObjectLegalHold",
		"GetObjectAttributes", "SelectObjectContent", "CopyObject", "UploadPartCopy", "RestoreObject",
		"GetObjectAnnotation", "ListObjectAnnotations", "PutObjectAnnotation", "DeleteObjectAnnotation", "UpdateObjectEncryption",
	}
)

// refusals are the rows of the matrix.
var refusals = slices.Concat(ofRequest, guardrails, requesterSide, resourceSide, byPoint, publicAccess, byKMS, byLock, atLast)

// ofRequest are refusals before any policy is read.
var ofRequest = []refusal{
	{
		layer: authz.Authentication, whole: true, code: "SignatureDoesNotMatch",
		spoil: func(s *sent) { s.secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
	},
	{
		layer: authz.Authentication, name: "key unknown", whole: true, code: "InvalidAccessKeyId",
		spoil: func(s *sent) { s.keyID = "AKIAI44QH8DHBEXAMPLE" },
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
		layer: authz.CORS, code: "AccessForbidden", only: []string{"Preflight"}, silent: map[string]string{"": "it is no preflight"},
		fact:  ofBucket(`"cors": [{"allowed_origins": ["https://other.example"], "allowed_methods": ["PUT"]}]`),
		words: "are not whitelisted by the resource's CORS spec.",
	},
	{
		layer: authz.CORS, name: "not configured", code: "AccessForbidden", only: []string{"Preflight"},
		silent: map[string]string{"": "it is no preflight"}, fact: ofBucket(`"cors": null`),
		words: "<Message>CORSResponse: CORS is not enabled for this bucket.",
	},
	{
		layer: authz.ExpectedOwner, whole: true, words: plainly, silent: withoutBucket,
		prepare: func(s *sent) { s.set("x-amz-expected-bucket-owner", "123456789012") },
		spoil:   func(s *sent) { s.set("x-amz-expected-bucket-owner", "777788889999") },
	},
	{
		layer: authz.ExpectedOwner, name: "of the source", only: copies, silent: map[string]string{"": "it has no source"},
		prepare: func(s *sent) { s.set("x-amz-source-expected-bucket-owner", "123456789012") },
		spoil:   func(s *sent) { s.set("x-amz-source-expected-bucket-owner", "777788889999") },
	},
	{
		layer: authz.RequesterPays, whole: true, by: "guest", world: ofBucket(`"requester_pays": true`), words: plainly, silent: withoutBucket,
		prepare: func(s *sent) { s.set("x-amz-request-payer", "requester") },
		spoil:   func(s *sent) { s.set("x-amz-request-payer", "") },
	},
	{
		layer: authz.RequesterPays, name: "anonymous", whole: true, by: "anonymous", world: ofBucket(bucketPolicy("Allow", everybody)),
		fact: ofBucket(`"requester_pays": true`), words: plainly, prepare: func(s *sent) { s.set("x-amz-request-payer", "requester") },
		silent: withoutBucket, answers: notAnonymously,
	},
	{layer: authz.RequesterPays, name: "owner", fact: ofBucket(`"requester_pays": true`), exempt: "the bucket's owner pays anyway"},
}

// guardrails are what an organization and a network put around everybody.
var guardrails = []refusal{
	{layer: authz.SCP, fact: organization("scps", onlySQS), words: "because no service control policy allows the ACTION action"},
	{layer: authz.SCP, name: "explicit", fact: organization("scps", notS3), words: explicitly + "a service control policy: " + guardARN("service_control_policy")},
	{layer: authz.SCP, name: "of the root user", by: "keeper", fact: organization("scps", notS3), words: explicitly + "a service control policy: " + guardARN("service_control_policy")},
	{layer: authz.SCP, name: "of another account", by: "guest", fact: organization("scps", notS3), exempt: "it binds the principals of the owner's account alone"},
	{layer: authz.RCP, fact: organization("rcps", s3ForNobody), words: explicitly + "a resource control policy: " + guardARN("resource_control_policy"),
		silent: map[string]string{"ListBuckets": noBucketYet}},
	{layer: authz.RCP, name: "cross-account", by: "guest", fact: organization("rcps", s3ForNobody), words: plainly,
		silent: map[string]string{"ListBuckets": noBucketYet, "CreateBucket": "the new bucket is of the guest's account"}},
	{
		layer: authz.RCP, name: "of a service", by: "logger", world: ofBucket(bucketPolicy("Allow", theLogger)), fact: organization("rcps", s3ForNobody),
		silent: withoutBucket, words: plainly,
	},
	{layer: authz.VPCEndpoint, world: throughEndpoint, fact: endpoint(sqsForAll), words: "because no VPC endpoint policy allows the ACTION action"},
	{layer: authz.VPCEndpoint, name: "explicit", world: throughEndpoint, fact: endpoint(notS3ForAll), words: explicitly + "a VPC endpoint policy"},
}

// requesterSide is what the requester's own account says.
var requesterSide = []refusal{
	{layer: authz.Identity, fact: ofApp(`"policies": {"everything": ` + onlySQS + `}`), words: "because no identity-based policy allows the ACTION action"},
	{layer: authz.Identity, name: "explicit", fact: ofApp(`"policies": {"guard": ` + notS3 + `}`), words: explicitly + "an identity-based policy"},
	{layer: authz.Identity, name: "cross-account", by: "guest", fact: ofGuest(`"policies": {"everything": ` + onlySQS + `}`)},
	{layer: authz.PermissionsBoundary, fact: ofApp(`"permissions_boundary": ` + onlySQS), words: "because no permissions boundary allows the ACTION action"},
	{layer: authz.PermissionsBoundary, name: "explicit", fact: ofApp(`"permissions_boundary": ` + notS3), words: explicitly + "a permissions boundary"},
	{layer: authz.Session, fact: ofSession(`"session_policy": ` + onlySQS), words: "because no session policy allows the ACTION action"},
	{layer: authz.Session, name: "explicit", fact: ofSession(`"session_policy": ` + notS3), words: explicitly + "a session policy"},
}

// resourceSide is what the bucket and the object say.
var resourceSide = []refusal{
	{layer: authz.BucketPolicy, name: "explicit", fact: ofBucket(bucketPolicy("Deny", theApp)), words: explicitly + "a resource-based policy", silent: withoutBucket},
	{layer: authz.BucketPolicy, name: "cross-account", by: "guest", fact: ofBucket(bucketPolicy("Allow", others)), words: plainly, silent: withoutBucket},
	{
		layer: authz.BucketPolicy, name: "of the root user", by: "keeper", fact: ofBucket(bucketPolicy("Deny", everybody)),
		silent: rootRepairs, words: explicitly + "a resource-based policy",
	},
	{
		layer: authz.BucketPolicy, name: "of a service", by: "logger", world: ofBucket(bucketPolicy("Allow", theLogger)), fact: ofBucket(bucketPolicy("Allow", others)),
		always: map[string]string{"ListBuckets": noAccount, "CreateBucket": noAccount}, words: plainly,
	},
	{
		layer: authz.BucketPolicy, name: "anonymous", by: "anonymous", world: ofBucket(bucketPolicy("Allow", everybody)),
		fact: ofBucket(bucketPolicy("Allow", others)), words: plainly, answers: notAnonymously,
		always: map[string]string{"ListBuckets": noAccount, "CreateBucket": noAccount},
	},
	{
		layer: authz.ACLs, by: "guest", fact: ofBucket(`"policy": null`), only: byACL,
		silent: map[string]string{"": noACLGives, "DeleteObject of a version": noVersion, "DeleteObjects of a version": noVersion},
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
		fact: ofBucket(ofFile(`"acl": null`)), only: slices.Concat(copies, byObjectACL), words: "because no resource-based policy allows the ACTION action",
		silent: map[string]string{"": "it stays the bucket owner's to do, whosever the object is"},
	},
	{
		layer: authz.ObjectOwnership, fact: ofBucket(`"object_ownership": "BucketOwnerEnforced"`), only: setsACL,
		status: 400, code: "AccessControlListNotSupported", words: "The bucket does not allow ACLs", silent: map[string]string{"": noACLSet},
		prepare: func(s *sent) { setACL(s, "private") },
	},
}

// byPoint is what an access point says that the request takes to the bucket.
var byPoint = []refusal{
	pointRow(refusal{name: "explicit", fact: ofPoint("Deny", theApp), words: explicitly + "a resource-based policy"}),
	pointRow(refusal{name: "cross-account", by: "guest", world: ofPoint("Allow", guestToo), fact: ofPoint("Allow", theApp), words: plainly}),
	pointRow(refusal{name: "of a VPC", fact: `"access_points": {"reports": {"bucket": "my-bucket", "vpc": "vpc-1a2b3c4d"}}`, words: explicitly + "a resource-based policy"}),
}

// pointRow is a row about requests that name the access point's alias.
func pointRow(r refusal) refusal {
	r.layer = authz.AccessPoints
	r.world = or(r.world, `"access_points": {"reports": {"bucket": "my-bucket"}}`)
	for _, op := range s3api.Operations() {
		takes := policy.KeyApplies(op.Action(), "s3:DataAccessPointArn") == policy.Evaluable
		if takes && op.Name != "PostObject" && !slices.Contains(r.only, op.Name) {
			r.only = append(r.only, op.Name)
		}
	}
	r.silent = map[string]string{"": "access points do not take it"}
	r.prepare = func(s *sent) {
		if a := s.operation; slices.Contains(r.only, a) {
			s.bucket = world.AliasOf(pointARN)
		}
	}
	return r
}

// publicAccess is what the four settings of S3 Block Public Access say.
var publicAccess = []refusal{
	{
		layer: authz.BlockPublicAccess, name: "BlockPublicPolicy", fact: ofBucket(`"public_access_block": {"block_public_policy": true}`),
		only: []string{"PutBucketPolicy"}, words: "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.", silent: map[string]string{"": "it puts no policy"}, prepare: putsPublicPolicy,
	},
	{
		layer: authz.BlockPublicAccess, name: "BlockPublicAcls", fact: ofBucket(`"public_access_block": {"block_public_acls": true}`),
		words: "because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.",
		only:  setsACL, silent: map[string]string{"": noACLSet}, prepare: func(s *sent) { setACL(s, "public-read") },
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
	kmsRow(refusal{name: "identity", words: "because no identity-based policy allows the ACTION action", fact: ofApp(`"policies": {"everything": ` + onlyS3 + `}`)}),
	kmsRow(refusal{name: "identity explicit", words: explicitly + "an identity-based policy", fact: ofApp(`"policies": {"guard": ` + notKMS + `}`)}),
	kmsRow(refusal{name: "key-policy", words: "because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access", fact: ofKey(keyPolicy("Allow", others))}),
	kmsRow(refusal{name: "key-policy explicit", fact: ofKey(keyPolicy("Deny", theApp))}),
	kmsRow(refusal{name: "grant", fact: ofKey(keyPolicy("Allow", others) + ", " + keyGrant), exempt: "a grant of the key is enough"}),
	kmsRow(refusal{name: "key-state Disabled", words: " is disabled.", fact: ofKey(`"state": "Disabled"`), status: 400, code: "KMS.DisabledException"}),
	kmsRow(refusal{layer: authz.SCP, name: "of the key's user", fact: organization("scps", s3AndRoles)}),
	kmsRow(refusal{layer: authz.RCP, name: "of the key", fact: organization("rcps", kmsForNobody)}),
	kmsRow(refusal{layer: authz.PermissionsBoundary, name: "of the key's user", fact: ofApp(`"permissions_boundary": ` + s3AndRoles)}),
	kmsRow(refusal{layer: authz.Session, name: "of the key's user", fact: ofSession(`"session_policy": ` + s3AndRoles)}),
	kmsRow(refusal{name: "key-policy cross-account", by: "guest", world: underKey(keyPolicy("Allow", guestToo)), fact: ofKey(keyPolicy("Allow", others))}),
	kmsRow(refusal{name: "identity cross-account", by: "guest", world: underKey(keyPolicy("Allow", guestToo)), fact: ofGuest(`"policies": {"everything": ` + onlyS3 + `}`)}),
	kmsRow(refusal{name: "key-state PendingDeletion", words: " is pending deletion.", fact: ofKey(`"state": "PendingDeletion"`), status: 400, code: "KMS.KMSInvalidStateException"}),
}

// kmsRow is a row about the bucket's key.
func kmsRow(r refusal) refusal {
	if r.layer == "" {
		r.layer = authz.KMS
	}
	if r.world == "" {
		r.world = underKey()
	}
	r.only, r.silent = usesKey, map[string]string{"": noKeyUsed}
	return r
}

// atLast is what hides that something is not there.
var atLast = []refusal{
	{
		layer: authz.Masking, words: "because no identity-based policy allows the ACTION action", fact: ofApp(`"policies": {"everything": ` + noList + `}`), only: looksForObject, prepare: missesObject,
		silent: map[string]string{"": "it does not look for an object that is there"},
		absent: true, answers: map[string][]string{"": {"NoSuchKey", "NoSuchVersion"}},
	},
	{
		layer: authz.Masking, name: "of a bucket", whole: true, fact: `"responses": "article"`, responses: "aws", silent: withoutBucket,
		prepare: func(s *sent) { s.bucket = "no-such-bucket" }, absent: true, answers: map[string][]string{"": {"NoSuchBucket"}},
	},
}

// byLock is what Object Lock protects.
var byLock = []refusal{
	lockRow(refusal{name: "COMPLIANCE", fact: ofBucket(ofFile(`"retention": {"mode": "COMPLIANCE", "until": "2099-06-01T00:00:00Z"}`))}),
	lockRow(refusal{name: "event hold", fact: ofBucket(ofFile(`"retention": {"mode": "COMPLIANCE"}, "event_hold": {"days": 30}`))}),
	lockRow(refusal{
		name: "GOVERNANCE", world: governedFile, prepare: bypasses,
		spoil: func(s *sent) { s.set("x-amz-bypass-governance-retention", "") },
	}),
	lockRow(refusal{
		layer: authz.Identity, name: "to bypass", world: governedFile, prepare: bypassesVersion,
		fact: ofApp(`"policies": {"everything": ` + noBypass + `}`),
	}),
	lockRow(refusal{
		layer: authz.Identity, name: "to bypass nothing", prepare: bypasses, only: append([]string{"PutObjectRetention", "DeleteObjectAnnotation"}, deletes...),
		fact:  ofApp(`"policies": {"everything": ` + noBypass + `}`),
		words: "because no identity-based policy allows the s3:BypassGovernanceRetention action",
	}),
	lockRow(refusal{name: "legal hold", fact: ofBucket(ofFile(`"legal_hold": true`)), silent: map[string]string{"PutObjectRetention": "a hold is no retention"}}),
	{
		layer: authz.ObjectLock, name: "of the article", responses: "article", world: ofBucket(`"object_lock": {}`), fact: ofBucket(ofFile(`"legal_hold": true`)),
		only: []string{"DeleteObject", "DeleteObjects", "PutObject over another"}, words: plainly,
		silent: map[string]string{
			"": "it leaves alone what is there", "DeleteObject not there": "there is nothing",
			"DeleteObject of a version": noSuchVersion, "DeleteObjects of a version": noSuchVersion,
		},
	},
}

const governedFile = `"retention": {"mode": "GOVERNANCE", "until": "2099-06-01T00:00:00Z"}`

func bypasses(s *sent) { s.set("x-amz-bypass-governance-retention", "true") }

// bypassesVersion is bypasses where a version is deleted or its retention changed.
func bypassesVersion(s *sent) {
	if s.query.Get("versionId") != "" || strings.Contains(s.body, "<VersionId>") || s.shape.Parameter == "retention" && s.shape.Method == "PUT" ||
		s.shape.Parameter == "annotation" && s.shape.Method == "DELETE" {
		bypasses(s)
	}
}

// lockRow is a row about a bucket with Object Lock, in whose world the object has the
// facts of r.world.
func lockRow(r refusal) refusal {
	r.words = or(r.words, "Access Denied because object protected by object lock.")
	if r.layer == "" {
		r.layer = authz.ObjectLock
	}
	if r.only == nil {
		r.only = []string{"DeleteObject of a version", "DeleteObjects of a version", "PutObjectRetention", "DeleteObjectAnnotation"}
	}
	r.world = ofBucket(`"versioning": "Enabled"`, `"object_lock": {}`, ofFile(r.world))
	if r.silent == nil {
		r.silent = map[string]string{}
	}
	r.silent[""] = "it takes no protection from a version"
	if prepare := r.prepare; prepare != nil {
		r.prepare = func(s *sent) { namesVersion(s); prepare(s) }
	} else {
		r.prepare = namesVersion
	}
	return r
}

// namesVersion names the version that there is, where a version is named.
func namesVersion(s *sent) {
	version := s.version()
	if s.query.Get("versionId") != "" {
		s.query.Set("versionId", version)
	}
	s.body = strings.Replace(s.body, "<VersionId>null<", "<VersionId>"+version+"<", 1)
}

// setACL puts a canned ACL into a request that makes or changes something in a
// bucket.
func setACL(s *sent, canned string) {
	switch {
	case s.bucket == "new-bucket":
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
