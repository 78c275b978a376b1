package s3api

import (
	"slices"

	"github.com/s3fault/s3fault/internal/s3api/wire"
)

// served are the operations that are here. Of two rows that match a request the
// upper one wins. The permissions are those of authorization.md 2, the names of events
// those of the CloudTrail User Guide, "Amazon S3 CloudTrail events", and which are data
// events is its "Amazon S3 object-level actions".
var served = slices.Concat(onBuckets, onConfigurations, onObjects)

var onBuckets = []*Operation{
	management("ListBuckets", "ListAllMyBuckets", service("GET"), own(serveListBuckets)),

	management("CreateBucket", "CreateBucket", bucket("PUT", ""),
		beginCreateBucket).as(columns{anywhere: true, makes: true}),
	management("DeleteBucket", "DeleteBucket", bucket("DELETE", ""), own(serveDeleteBucket)),
	data("HeadBucket", "ListBucket", bucket("HEAD", ""), beginHeadBucket).as(columns{locates: true}),
	management("GetBucketLocation", "GetBucketLocation", bucket("GET", "location"),
		own(serveGetBucketLocation)).as(columns{anywhere: true}),
	data("ListMultipartUploads", "ListBucketMultipartUploads", bucket("GET", "uploads"),
		own(serveListMultipartUploads)),
	data("ListObjectVersions", "ListBucketVersions", bucket("GET", "versions"),
		own(serveListObjectVersions)).as(columns{lists: true}),
	data("ListObjectsV2", "ListBucket", bucket("GET", "list-type").valued("2"),
		own(serveListObjectsV2)).as(columns{event: "ListObjects", lists: true}),
	data("ListObjects", "ListBucket", bucket("GET", ""), own(serveListObjects)).as(columns{lists: true}),
	data("DeleteObjects", "DeleteObject", bucket("POST", "delete"),
		beginDeleteObjects).as(columns{removes: true}),
	data("PostObject", "PutObject", bucket("POST", ""),
		beginPostObject).as(columns{event: "PutObject", creation: creates, form: true}),
	preflight(bucket("OPTIONS", "")),
	preflight(service("OPTIONS")),
}

var onObjects = []*Operation{
	data("ListParts", "ListMultipartUploadParts", object("GET", "uploadId"), beginListParts),
	data("GetObject", "GetObject", object("GET", ""), beginGetObject),
	data("HeadObject", "GetObject", object("HEAD", ""), beginHeadObject),
	data("GetObjectAttributes", "GetObject", object("GET", "attributes"),
		beginGetObjectAttributes),
	data("GetObjectAcl", "GetObjectAcl", object("GET", "acl"), ofObject("s3:GetObjectVersionAcl", serveGetObjectACL)),
	data("PutObjectAcl", "PutObjectAcl", object("PUT", "acl"), beginPutObjectACL),
	data("GetObjectTagging", "GetObjectTagging", object("GET", "tagging"),
		ofObject("s3:GetObjectVersionTagging", serveGetObjectTagging)),
	data("PutObjectTagging", "PutObjectTagging", object("PUT", "tagging"),
		beginPutObjectTagging),
	data("DeleteObjectTagging", "DeleteObjectTagging", object("DELETE", "tagging"),
		ofObject("s3:DeleteObjectVersionTagging", serveDeleteObjectTagging)),
	data("GetObjectRetention", "GetObjectRetention", object("GET", "retention"),
		ofObject("", serveGetObjectRetention)),
	data("PutObjectRetention", "PutObjectRetention", object("PUT", "retention"),
		beginPutObjectRetention),
	data("GetObjectLegalHold", "GetObjectLegalHold", object("GET", "legal-hold"),
		ofObject("", serveGetObjectLegalHold)),
	data("PutObjectLegalHold", "PutObjectLegalHold", object("PUT", "legal-hold"),
		beginPutObjectLegalHold),
	// That these are data events is [unsure]: they are younger than the page.
	data("GetObjectAnnotation", "GetObjectAnnotation", object("GET", "annotation").beside("annotationName"),
		annotates("s3:GetObjectVersionAnnotation", opensAnnotation, serveGetObjectAnnotation)),
	data("ListObjectAnnotations", "ListObjectAnnotations", object("GET", "annotation"),
		annotates("s3:ListObjectVersionAnnotations", nil, serveListObjectAnnotations)),
	data("PutObjectAnnotation", "PutObjectAnnotation", object("PUT", "annotation"),
		annotates("s3:PutObjectVersionAnnotation", sealsAnnotation, servePutObjectAnnotation),
	).as(columns{streams: true}),
	data("DeleteObjectAnnotation", "DeleteObjectAnnotation", object("DELETE", "annotation"),
		beginDeleteObjectAnnotation),
	data("UpdateObjectEncryption", "UpdateObjectEncryption", object("PUT", "encryption"), beginUpdateObjectEncryption),
	data("UploadPartCopy", "PutObject", object("PUT", "uploadId").headed(wire.CopySourceHeader),
		beginUploadPartCopy).as(columns{creation: prepares}),
	data("UploadPart", "PutObject", object("PUT", "uploadId"),
		beginUploadPart).as(columns{creation: prepares, streams: true, asSent: true}),
	data("UploadPartCopy", "PutObject", object("PUT", "partNumber").headed(wire.CopySourceHeader),
		beginUploadPartCopy).as(columns{creation: prepares}),
	data("UploadPart", "PutObject", object("PUT", "partNumber"),
		beginUploadPart).as(columns{creation: prepares, streams: true, asSent: true}),
	data("CopyObject", "PutObject", object("PUT", "").headed(wire.CopySourceHeader),
		beginCopyObject).as(columns{creation: creates, blockedAs: "s3:CopyObject"}),
	data("PutObject", "PutObject", object("PUT", ""),
		beginPutObject).as(columns{creation: creates, streams: true}),
	data("CreateMultipartUpload", "PutObject", object("POST", "uploads"),
		beginCreateMultipartUpload).as(columns{creation: prepares}),
	data("CompleteMultipartUpload", "PutObject", object("POST", "uploadId"),
		beginCompleteMultipartUpload).as(columns{creation: creates, sums: true}),
	data("RestoreObject", "RestoreObject", object("POST", "restore"), beginRestoreObject),
	data("AbortMultipartUpload", "AbortMultipartUpload", object("DELETE", "uploadId"),
		beginAbortMultipartUpload),
	data("DeleteObject", "DeleteObject", object("DELETE", ""),
		beginDeleteObject).as(columns{removes: true}),
	preflight(object("OPTIONS", "")),
}
