package advice

import (
	"strings"

	"github.com/s3fault/s3fault/policy"
)

func (w *wrong) actions(st statement, element string) []mending {
	put := func(all []string) statement { return st.having(element, values(all)) }
	return w.inList(st, element, list(st[element]), w.q.Action, []hair{operation, misspelt}, put)
}

// permissions are the actions that an operation, or a command, of another name needs, in lower case.
var permissions = map[string]string{
	"s3:listobjects": "s3:ListBucket", "s3:listobjectsv2": "s3:ListBucket", "s3:headbucket": "s3:ListBucket",
	"s3:listobject": "s3:ListBucket", "s3:list": "s3:ListBucket", "s3:listbuckets": "s3:ListAllMyBuckets",
	"s3:headobject": "s3:GetObject", "s3:getobjects": "s3:GetObject", "s3:readobject": "s3:GetObject",
	"s3:selectobjectcontent": "s3:GetObject", "s3:downloadobject": "s3:GetObject",
	"s3:putobjects": "s3:PutObject", "s3:uploadpart": "s3:PutObject", "s3:createmultipartupload": "s3:PutObject",
	"s3:completemultipartupload": "s3:PutObject", "s3:initiatemultipartupload": "s3:PutObject",
	"s3:copyobject": "s3:PutObject",
	"s3:postobject": "s3:PutObject", "s3:writeobject": "s3:PutObject", "s3:uploadobject": "s3:PutObject",
	"s3:deleteobjects": "s3:DeleteObject", "s3:removeobject": "s3:DeleteObject",
	"s3:listobjectversions": "s3:ListBucketVersions", "s3:listmultipartuploads": "s3:ListBucketMultipartUploads",
	"s3:listparts": "s3:ListMultipartUploadParts", "s3:getbucketencryption": "s3:GetEncryptionConfiguration",
	"s3:putbucketencryption": "s3:PutEncryptionConfiguration", "s3:getbucketlifecycle": "s3:GetLifecycleConfiguration",
	"s3:getbucketlifecycleconfiguration": "s3:GetLifecycleConfiguration",
	"s3:putbucketlifecycle":              "s3:PutLifecycleConfiguration",
	"s3:putbucketlifecycleconfiguration": "s3:PutLifecycleConfiguration",
	"s3:getbucketreplication":            "s3:GetReplicationConfiguration",
	"s3:putbucketreplication":            "s3:PutReplicationConfiguration",
	"s3:getpublicaccessblock":            "s3:GetBucketPublicAccessBlock",
	"s3:putpublicaccessblock":            "s3:PutBucketPublicAccessBlock",
	"s3:getobjectlockconfiguration":      "s3:GetBucketObjectLockConfiguration",
	"s3:putobjectlockconfiguration":      "s3:PutBucketObjectLockConfiguration",
	"s3:deletebucketencryption":          "s3:PutEncryptionConfiguration",
	"s3:getbucketownershipcontrol":       "s3:GetBucketOwnershipControls", "kms:generatedatakeys": "kms:GenerateDataKey",
}

// operation: the name is that of an operation of the API, and not of the permission that it needs.
func operation(_ *wrong, written, seen string) (mend, bool) {
	if permissions[strings.ToLower(written)] != seen {
		return mend{}, false
	}
	return mend{value: seen, why: "which is no action of a policy: that operation needs " + seen}, true
}

// misspelt: there is no such action.
func misspelt(_ *wrong, written, seen string) (mend, bool) {
	if _, known := policy.LookupAction(written); known || strings.ContainsAny(written, "*?") {
		return mend{}, false
	}
	near, half := policy.NearestAction(written), strings.HasPrefix(written, "s3:") && len(written) > len("s3:")
	if near != seen && !slip(written, seen) && !(half && strings.HasPrefix(seen, written)) {
		return mend{}, false
	}
	return mend{value: seen, why: "which is no action"}, true
}
