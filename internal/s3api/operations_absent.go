package s3api

import (
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
)

// absent are the sub-resources of S3 that are not here, one line each: target,
// parameter, and METHOD=Operation:Permission for every method that S3 has. They
// stand in the table so that a request for one is asked for its permission, is
// named in the journal, and never taken for another operation.
var absent = [...]string{
	onBucket: `
accelerate             GET=GetBucketAccelerateConfiguration:GetAccelerateConfiguration PUT=PutBucketAccelerateConfiguration:PutAccelerateConfiguration
analytics              GET=GetBucketAnalyticsConfiguration:GetAnalyticsConfiguration PUT=PutBucketAnalyticsConfiguration:PutAnalyticsConfiguration DELETE=DeleteBucketAnalyticsConfiguration:PutAnalyticsConfiguration
cors                   GET=GetBucketCors:GetBucketCORS PUT=PutBucketCors:PutBucketCORS DELETE=DeleteBucketCors:PutBucketCORS
intelligent-tiering    GET=GetBucketIntelligentTieringConfiguration:GetIntelligentTieringConfiguration PUT=PutBucketIntelligentTieringConfiguration:PutIntelligentTieringConfiguration DELETE=DeleteBucketIntelligentTieringConfiguration:PutIntelligentTieringConfiguration
inventory              GET=GetBucketInventoryConfiguration:GetInventoryConfiguration PUT=PutBucketInventoryConfiguration:PutInventoryConfiguration DELETE=DeleteBucketInventoryConfiguration:PutInventoryConfiguration
lifecycle              GET=GetBucketLifecycleConfiguration:GetLifecycleConfiguration PUT=PutBucketLifecycleConfiguration:PutLifecycleConfiguration DELETE=DeleteBucketLifecycle:PutLifecycleConfiguration
logging                GET=GetBucketLogging:GetBucketLogging PUT=PutBucketLogging:PutBucketLogging
metadataConfiguration  GET=GetBucketMetadataConfiguration:GetBucketMetadataTableConfiguration POST=CreateBucketMetadataConfiguration:CreateBucketMetadataTableConfiguration DELETE=DeleteBucketMetadataConfiguration:DeleteBucketMetadataTableConfiguration
metadataInventoryTable PUT=UpdateBucketMetadataInventoryTableConfiguration:UpdateBucketMetadataInventoryTableConfiguration
metadataJournalTable   PUT=UpdateBucketMetadataJournalTableConfiguration:UpdateBucketMetadataJournalTableConfiguration
metadataTable          GET=GetBucketMetadataTableConfiguration:GetBucketMetadataTableConfiguration POST=CreateBucketMetadataTableConfiguration:CreateBucketMetadataTableConfiguration DELETE=DeleteBucketMetadataTableConfiguration:DeleteBucketMetadataTableConfiguration
metrics                GET=GetBucketMetricsConfiguration:GetMetricsConfiguration PUT=PutBucketMetricsConfiguration:PutMetricsConfiguration DELETE=DeleteBucketMetricsConfiguration:PutMetricsConfiguration
notification           GET=GetBucketNotificationConfiguration:GetBucketNotification PUT=PutBucketNotificationConfiguration:PutBucketNotification
replication            GET=GetBucketReplication:GetReplicationConfiguration PUT=PutBucketReplication:PutReplicationConfiguration DELETE=DeleteBucketReplication:PutReplicationConfiguration
session                GET=CreateSession:ListBucket
website                GET=GetBucketWebsite:GetBucketWebsite PUT=PutBucketWebsite:PutBucketWebsite DELETE=DeleteBucketWebsite:DeleteBucketWebsite
`,
	onObject: `
annotation   GET=GetObjectAnnotation:GetObjectAnnotation PUT=PutObjectAnnotation:PutObjectAnnotation DELETE=DeleteObjectAnnotation:DeleteObjectAnnotation
encryption   PUT=UpdateObjectEncryption:UpdateObjectEncryption
renameObject PUT=RenameObject:PutObject
restore      POST=RestoreObject:RestoreObject
select       POST=SelectObjectContent:GetObject
torrent      GET=GetObjectTorrent:GetObjectTorrent
`,
}

// notServed makes the rows of absent.
func notServed() []*Operation {
	var ops []*Operation
	for on, lines := range absent {
		for line := range strings.Lines(lines) {
			words := strings.Fields(line)
			if len(words) == 0 {
				continue
			}
			for _, word := range words[1:] {
				method, rest, _ := strings.Cut(word, "=")
				name, action, _ := strings.Cut(rest, ":")
				ops = append(ops, row(name, "s3:"+action, match{method: method, on: target(on), query: words[0]}, checksNotServed, serveNotImplemented))
			}
		}
	}
	return ops
}

// checksNotServed asks for the operation's permission. Where an object's ACL can
// give that, it is asked about the object that is there.
func checksNotServed(c *Call) ([]*authz.Request, *s3err.Error) {
	if object, _, _ := authz.ACLPermission(c.Op.action); object {
		return c.aboutObject(c.Op.action, c.Op.action), nil
	}
	return checksOwn(c)
}

// serveNotImplemented refuses an operation that is not here, as S3 refuses what
// it does not know itself.
func serveNotImplemented(*Call) (*Reply, *s3err.Error) {
	return nil, s3err.New(s3err.NotImplemented)
}
