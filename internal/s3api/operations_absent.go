package s3api

import (
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
)

// absent are the sub-resources of S3 that are not here, one line each: target,
// parameter, and METHOD=Operation:Permission for every method that S3 has, with a third
// word where a version that is named has a permission of its own, and METHOD+parameter
// where the operation wants another parameter too. They
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
annotation   GET+annotationName=GetObjectAnnotation:GetObjectAnnotation:GetObjectVersionAnnotation GET=ListObjectAnnotations:ListObjectAnnotations:ListObjectVersionAnnotations PUT=PutObjectAnnotation:PutObjectAnnotation:PutObjectVersionAnnotation DELETE=DeleteObjectAnnotation:DeleteObjectAnnotation:DeleteObjectVersionAnnotation
encryption   PUT=UpdateObjectEncryption:UpdateObjectEncryption
renameObject PUT=RenameObject:PutObject
restore      POST=RestoreObject:RestoreObject
select       POST=SelectObjectContent:GetObject
torrent      GET=GetObjectTorrent:GetObjectTorrent:GetObjectVersionTorrent
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
				ops = append(ops, absentRow(target(on), words[0], word))
			}
		}
	}
	return ops
}

// absentRow reads METHOD+parameter=Operation:Permission:PermissionOfVersion.
func absentRow(on target, query, word string) *Operation {
	method, names, _ := strings.Cut(word, "=")
	method, with, _ := strings.Cut(method, "+")
	name, permissions, _ := strings.Cut(names, ":")
	action, ofVersion, versions := strings.Cut(permissions, ":")
	if !versions {
		ofVersion = action
	}
	return row(name, "s3:"+action, match{method: method, on: on, query: query, with: with}, checksNotServed("s3:"+ofVersion), serveNotImplemented)
}

// checksNotServed asks for the operation's permission, or for that of a version which
// the call names. Where the object's ACL can give it, or its tags matter, it is asked
// about the object that is there.
func checksNotServed(ofVersion string) ask {
	return func(c *Call) ([]*authz.Request, error) {
		action := c.versioned(c.Op.action, ofVersion)
		if byACL, _, _ := authz.ACLPermission(action); byACL {
			return c.aboutObject(action, action), nil
		}
		if !keyApplies(action, "s3:ExistingObjectTag/x") {
			return []*authz.Request{c.question(action, c.Resource())}, nil
		}
		c.begin()
		c.findObject()
		return []*authz.Request{c.objectQuestion(action, c.objectARN(), c.object)}, nil
	}
}

// serveNotImplemented refuses an operation that is not here, as S3 refuses what
// it does not know itself.
func serveNotImplemented(*Call) (*Reply, error) {
	return nil, s3err.New(s3err.NotImplemented)
}
