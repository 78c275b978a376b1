package configuration

import (
	"encoding/xml"
	"reflect"
	"testing"
)

func FuzzAccelerate(f *testing.F) {
	fuzz(f, &Accelerate, `<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>`)
}

func FuzzLogging(f *testing.F) {
	fuzz(f, &Logging, `<BucketLoggingStatus/>`, `<BucketLoggingStatus><LoggingEnabled><TargetBucket>b</TargetBucket>`+
		`<TargetPrefix/><TargetGrants><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" `+
		`xsi:type="Group"><URI>g</URI></Grantee><Permission>READ</Permission></Grant></TargetGrants>`+
		`<TargetObjectKeyFormat><PartitionedPrefix/></TargetObjectKeyFormat></LoggingEnabled></BucketLoggingStatus>`)
}

func FuzzNotification(f *testing.F) {
	fuzz(f, &Notification, `<NotificationConfiguration/>`,
		`<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>`,
		`<NotificationConfiguration><TopicConfiguration><Id>i</Id><Topic>arn:aws:sns:r:a:t</Topic>`+
			`<Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>SUFFIX</Name><Value>x</Value></FilterRule>`+
			`</S3Key></Filter></TopicConfiguration><QueueConfiguration><Queue>arn:aws:sqs:r:a:q</Queue>`+
			`<Event>s3:ObjectCreated:Put</Event></QueueConfiguration></NotificationConfiguration>`)
}

func FuzzReplication(f *testing.F) {
	fuzz(f, &Replication, `<ReplicationConfiguration><Role>arn:aws:iam::123456789012:role/r</Role><Rule><ID>i</ID>`+
		`<Priority>1</Priority><Filter><And><Prefix>p</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>`+
		`<Status>Enabled</Status><Destination><Bucket>arn:aws:s3:::copies</Bucket><Metrics><Status>Enabled</Status>`+
		`<EventThreshold><Minutes>15</Minutes></EventThreshold></Metrics></Destination><DeleteMarkerReplication>`+
		`<Status>Disabled</Status></DeleteMarkerReplication></Rule></ReplicationConfiguration>`)
}

// fuzz reads documents: what is good is the same once it is written and read again.
func fuzz[V any](f *testing.F, k *Kind[V], seeds ...string) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := k.Read(text)
		if err != nil || v == nil {
			return
		}
		written, err := xml.Marshal(k.Write(v))
		if err != nil {
			t.Fatal(err)
		}
		again, err := k.Read(written)
		if err != nil || !reflect.DeepEqual(v, again) {
			t.Errorf("%s is read as %+v, written as %s and read again as %+v, %v", text, v, written, again, err)
		}
	})
}
