package s3api

import (
	"cmp"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3err"
)

// notServed are the operations of S3 that are not here. They stand in the table so
// that a request for one is asked for its permission, is named in the journal, and never
// taken for another operation.
var notServed = []*Operation{
	management("GetBucketAnalyticsConfiguration", "GetAnalyticsConfiguration", bucket("GET", "analytics"), absent),
	management("PutBucketAnalyticsConfiguration", "PutAnalyticsConfiguration", bucket("PUT", "analytics"), absent),
	management("DeleteBucketAnalyticsConfiguration", "PutAnalyticsConfiguration", bucket("DELETE", "analytics"),
		absent),
	management("GetBucketIntelligentTieringConfiguration", "GetIntelligentTieringConfiguration",
		bucket("GET", "intelligent-tiering"), absent),
	management("PutBucketIntelligentTieringConfiguration", "PutIntelligentTieringConfiguration",
		bucket("PUT", "intelligent-tiering"), absent),
	management("DeleteBucketIntelligentTieringConfiguration", "PutIntelligentTieringConfiguration",
		bucket("DELETE", "intelligent-tiering"), absent),
	management("GetBucketInventoryConfiguration", "GetInventoryConfiguration", bucket("GET", "inventory"), absent),
	management("PutBucketInventoryConfiguration", "PutInventoryConfiguration", bucket("PUT", "inventory"), absent),
	management("DeleteBucketInventoryConfiguration", "PutInventoryConfiguration", bucket("DELETE", "inventory"),
		absent),
	management("GetBucketLogging", "GetBucketLogging", bucket("GET", "logging"), absent),
	management("PutBucketLogging", "PutBucketLogging", bucket("PUT", "logging"), absent),
	management("GetBucketMetadataConfiguration", "GetBucketMetadataTableConfiguration",
		bucket("GET", "metadataConfiguration"), absent),
	management("CreateBucketMetadataConfiguration", "CreateBucketMetadataTableConfiguration",
		bucket("POST", "metadataConfiguration"), absent),
	management("DeleteBucketMetadataConfiguration", "DeleteBucketMetadataTableConfiguration",
		bucket("DELETE", "metadataConfiguration"), absent),
	management("UpdateBucketMetadataInventoryTableConfiguration", "UpdateBucketMetadataInventoryTableConfiguration",
		bucket("PUT", "metadataInventoryTable"), absent),
	management("UpdateBucketMetadataJournalTableConfiguration", "UpdateBucketMetadataJournalTableConfiguration",
		bucket("PUT", "metadataJournalTable"), absent),
	management("GetBucketMetadataTableConfiguration", "GetBucketMetadataTableConfiguration",
		bucket("GET", "metadataTable"), absent),
	management("CreateBucketMetadataTableConfiguration", "CreateBucketMetadataTableConfiguration",
		bucket("POST", "metadataTable"), absent),
	management("DeleteBucketMetadataTableConfiguration", "DeleteBucketMetadataTableConfiguration",
		bucket("DELETE", "metadataTable"), absent),
	management("GetBucketMetricsConfiguration", "GetMetricsConfiguration", bucket("GET", "metrics"), absent),
	management("PutBucketMetricsConfiguration", "PutMetricsConfiguration", bucket("PUT", "metrics"), absent),
	management("DeleteBucketMetricsConfiguration", "PutMetricsConfiguration", bucket("DELETE", "metrics"), absent),
	management("GetBucketNotificationConfiguration", "GetBucketNotification", bucket("GET", "notification"), absent),
	management("PutBucketNotificationConfiguration", "PutBucketNotification", bucket("PUT", "notification"), absent),
	management("GetBucketReplication", "GetReplicationConfiguration", bucket("GET", "replication"), absent),
	management("PutBucketReplication", "PutReplicationConfiguration", bucket("PUT", "replication"), absent),
	management("DeleteBucketReplication", "PutReplicationConfiguration", bucket("DELETE", "replication"), absent),
	management("CreateSession", "ListBucket", bucket("GET", "session"), absent),

	// That these are data events is [unsure]: they are younger than the page.
	data("GetObjectAnnotation", "GetObjectAnnotation", object("GET", "annotation").beside("annotationName"),
		absentOf("s3:GetObjectVersionAnnotation")),
	data("ListObjectAnnotations", "ListObjectAnnotations", object("GET", "annotation"),
		absentOf("s3:ListObjectVersionAnnotations")),
	data("PutObjectAnnotation", "PutObjectAnnotation", object("PUT", "annotation"),
		absentOf("s3:PutObjectVersionAnnotation")),
	data("DeleteObjectAnnotation", "DeleteObjectAnnotation", object("DELETE", "annotation"),
		absentOf("s3:DeleteObjectVersionAnnotation")),
	data("UpdateObjectEncryption", "UpdateObjectEncryption", object("PUT", "encryption"), absent),
	data("RenameObject", "PutObject", object("PUT", "renameObject"), absent),

	data("RestoreObject", "RestoreObject", object("POST", "restore"), absent),
	data("SelectObjectContent", "GetObject", object("POST", "select"), absent),
	data("GetObjectTorrent", "GetObjectTorrent", object("GET", "torrent"), absentOf("s3:GetObjectVersionTorrent")),
}

// absent begins an operation that is not here.
var absent = absentOf("")

// absentOf is absent where a version that is named has a permission of its own. Where
// the object's ACL can give the permission, or its tags matter, it is asked about the
// object that is there.
func absentOf(ofVersion string) begin {
	return func(c *Call) (doing, []*authz.Request, error) {
		action := c.versioned(c.Op.action, cmp.Or(ofVersion, c.Op.action))
		if byACL, _, _ := authz.ACLPermission(action); byACL {
			_, questions := c.asks(action, action)
			return notHere, questions, nil
		}
		if !keyApplies(action, "s3:ExistingObjectTag/x") {
			return notHere, []*authz.Request{c.question(action, c.Resource())}, nil
		}
		return notHere, []*authz.Request{c.objectQuestion(action, c.objectARN(), findRecord(c).object)}, nil
	}
}

// notHere refuses an operation that is not here, as S3 refuses what it does not know
// itself.
var notHere = act(func(c *Call) (*Reply, error) {
	return nil, s3err.New(s3err.NotImplemented).WithHeader(exchange.LacksHeader, c.Op.Name)
})
