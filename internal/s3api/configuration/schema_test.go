package configuration

import (
	"encoding/xml"
	"regexp"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/s3err"
)

// whole are documents that have every element which S3's schema has, one of each kind.
var whole = map[string][]string{
	"CORSConfiguration": {corsOf(anyOrigin + toGet + "<AllowedHeader>*</AllowedHeader>" +
		"<ExposeHeader>ETag</ExposeHeader>" +
		"<ID>a</ID><MaxAgeSeconds>1</MaxAgeSeconds>")},
	"LifecycleConfiguration": {
		lifecycleOf("<ID>a</ID><Filter><And><Prefix>p</Prefix><Tag><Key>k</Key><Value>v</Value></Tag>" +
			"<ObjectSizeGreaterThan>1</ObjectSizeGreaterThan><ObjectSizeLessThan>9</ObjectSizeLessThan>" +
			"</And></Filter>" +
			"<Expiration><Days>900</Days></Expiration>" +
			"<Transition><Days>100</Days><StorageClass>GLACIER</StorageClass></Transition>" +
			"<NoncurrentVersionTransition><NoncurrentDays>30</NoncurrentDays><NewerNoncurrentVersions>1" +
			"</NewerNoncurrentVersions><StorageClass>GLACIER</StorageClass></NoncurrentVersionTransition>" +
			"<NoncurrentVersionExpiration><NoncurrentDays>90</NoncurrentDays><NewerNoncurrentVersions>2" +
			"</NewerNoncurrentVersions></NoncurrentVersionExpiration>"),
		lifecycleOf("<Prefix/><AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation>" +
			"</AbortIncompleteMultipartUpload>"),
		lifecycleOf("<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter><Expiration><Days>1</Days>" +
			"</Expiration>"),
		lifecycleOf("<Filter><Prefix/></Filter><Expiration>" +
			"<ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"),
		lifecycleOf("<Filter/><Expiration><Date>2030-01-01T00:00:00Z</Date></Expiration>"),
	},
	"WebsiteConfiguration": {
		websiteOf("<RedirectAllRequestsTo><HostName>e</HostName><Protocol>https</Protocol>" +
			"</RedirectAllRequestsTo>"),
		websiteOf(indexed + "<ErrorDocument><Key>e</Key></ErrorDocument><RoutingRules><RoutingRule>" +
			"<Condition>" +
			"<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>" +
			"<KeyPrefixEquals>a</KeyPrefixEquals></Condition>" +
			"<Redirect><Protocol>http</Protocol><HostName>h</HostName>" +
			"<HttpRedirectCode>302</HttpRedirectCode>" +
			"<ReplaceKeyPrefixWith>r</ReplaceKeyPrefixWith></Redirect></RoutingRule></RoutingRules>"),
	},
	"BucketLoggingStatus": {
		"<BucketLoggingStatus/>",
		`<BucketLoggingStatus><LoggingEnabled><TargetBucket>b</TargetBucket>` +
			`<TargetPrefix>p</TargetPrefix><TargetGrants>` +
			`<Grant>` +
			`<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">` +
			`<ID>i</ID>` +
			`<DisplayName>d</DisplayName></Grantee><Permission>READ</Permission></Grant></TargetGrants>` +
			`<TargetObjectKeyFormat>` +
			`<PartitionedPrefix><PartitionDateSource>EventTime</PartitionDateSource>` +
			`</PartitionedPrefix></TargetObjectKeyFormat>` +
			`</LoggingEnabled></BucketLoggingStatus>`,
		`<BucketLoggingStatus><LoggingEnabled><TargetBucket>b</TargetBucket><TargetPrefix/>` +
			`<TargetObjectKeyFormat>` +
			`<SimplePrefix/></TargetObjectKeyFormat></LoggingEnabled></BucketLoggingStatus>`,
	},
	"NotificationConfiguration": {
		notifying("TopicConfiguration", "<Topic>arn:aws:sns:us-east-1:111122223333:t</Topic>"),
		notifying("QueueConfiguration", "<Queue>arn:aws:sqs:us-east-1:111122223333:t</Queue>"),
		notifying("CloudFunctionConfiguration",
			"<CloudFunction>arn:aws:lambda:us-east-1:111122223333:function:f</CloudFunction>"+
				"<InvocationRole>arn:aws:iam::111122223333:role/r</InvocationRole>"),
		"<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>",
	},
	"ReplicationConfiguration": {replicating("<Filter><And><Prefix/><Tag><Key>k</Key><Value>v</Value>" +
		"</Tag></And></Filter>" +
		"<Priority>1</Priority><DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>"),
		replicating("<Prefix>p</Prefix>"),
	},
	"AccelerateConfiguration": {"<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>"},
}

func lifecycleOf(elements string) string {
	return "<LifecycleConfiguration><Rule><Status>Enabled</Status>" + elements + "</Rule>" +
		"</LifecycleConfiguration>"
}

func notifying(kind, destination string) string {
	return "<NotificationConfiguration><" + kind + ">" +
		"<Id>a</Id>" + destination + "<Event>s3:ObjectCreated:*</Event><Filter><S3Key>" +
		"<FilterRule><Name>prefix</Name><Value>p</Value></FilterRule></S3Key></Filter></" + kind + ">" +
		"</NotificationConfiguration>"
}

func replicating(more string) string {
	return "<ReplicationConfiguration><Role>arn:aws:iam::111122223333:role/r</Role><Rule><ID>a</ID>" +
		"<Status>Enabled</Status>" +
		"<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status>" +
		"</SseKmsEncryptedObjects></SourceSelectionCriteria>" +
		more + "<Destination><Bucket>arn:aws:s3:::backup</Bucket><Account>222233334444</Account>" +
		"<StorageClass>STANDARD</StorageClass>" +
		"<AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>" +
		"<EncryptionConfiguration>" +
		"<ReplicaKmsKeyID>k</ReplicaKmsKeyID></EncryptionConfiguration><ReplicationTime>" +
		"<Status>Enabled</Status><Time><Minutes>15" +
		"</Minutes></Time></ReplicationTime><Metrics><Status>Enabled</Status><EventThreshold>" +
		"<Minutes>15</Minutes></EventThreshold>" +
		"</Metrics></Destination></Rule></ReplicationConfiguration>"
}

// lists are the elements that may stand more than once. Of a routing rule's siblings and of a
// destination's kinds the rules of the configuration speak, not the schema.
var lists = map[string]bool{
	"CORSRule": true, "AllowedOrigin": true, "AllowedMethod": true, "AllowedHeader": true,
	"ExposeHeader": true, "Rule": true,
	"Transition": true, "NoncurrentVersionTransition": true, "Tag": true, "RoutingRule": true, "Grant": true,
	"TopicConfiguration": true, "QueueConfiguration": true, "CloudFunctionConfiguration": true,
	"Event": true, "FilterRule": true,
}

// Whatever the schema of a configuration has is read; an element that it does not have, at any
// place, and one that comes twice, are malformed, and the cause names them.
func TestSchemas(t *testing.T) {
	for root, documents := range whole {
		read := readers[root]
		for _, document := range documents {
			if err := read(document); err != nil {
				t.Errorf("%s: %v", document, err)
			}
			for _, name := range elementsOf(t, document) {
				inside(t, read, document, name)
				if name != root && !lists[name] {
					twice(t, read, document, name)
				}
			}
		}
	}
}

var readers = map[string]func(string) error{
	"CORSConfiguration": reader(&CORS), "LifecycleConfiguration": reader(&Lifecycle),
	"WebsiteConfiguration": reader(&Website),
	"BucketLoggingStatus":  reader(&Logging), "NotificationConfiguration": reader(&Notification),
	"ReplicationConfiguration": reader(&Replication), "AccelerateConfiguration": reader(&Accelerate),
}

func reader[V any](k *Kind[V]) func(string) error {
	return func(text string) error { _, err := k.Read([]byte(text)); return err }
}

// elementsOf are the names of a document's elements.
func elementsOf(t *testing.T, document string) (names []string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(document))
	for {
		token, err := d.Token()
		if err != nil {
			return names
		}
		if start, ok := token.(xml.StartElement); ok {
			names = append(names, start.Name.Local)
		}
	}
}

// inside puts an element that there is not at the end of another, and one of another namespace.
func inside(t *testing.T, read func(string) error, document, name string) {
	t.Helper()
	document = strings.ReplaceAll(document, "<"+name+"/>", "<"+name+"></"+name+">")
	wantFlaw(t, read(strings.Replace(document, "</"+name+">", "<Nope/></"+name+">", 1)), document, "Nope")
	foreign := `<f:Nope xmlns:f="urn:f"><f:More/></f:Nope>`
	if err := read(strings.Replace(document, "</"+name+">", foreign+"</"+name+">", 1)); err != nil {
		t.Errorf("an element of another namespace in %s of %s: %v", name, document, err)
	}
}

func twice(t *testing.T, read func(string) error, document, name string) {
	t.Helper()
	begin := regexp.MustCompile("<" + name + "[ />]").FindStringIndex(document)[0]
	end, closed := strings.Index(document, "</"+name+">"), len("</"+name+">")
	if empty := "<" + name + "/>"; strings.HasPrefix(document[begin:], empty) {
		end, closed = begin, len(empty)
	}
	again := document[:end+closed] + document[begin:end+closed] + document[end+closed:]
	wantFlaw(t, read(again), again, name)
}

func wantFlaw(t *testing.T, err error, document, name string) {
	t.Helper()
	if err == nil || s3err.Of(err).Code != s3err.MalformedXML {
		t.Errorf("%s with another %s: %v, want MalformedXML", document, name, err)
		return
	}
	if c := cause.Of(err); c == nil || !strings.HasSuffix(c.Element, "/"+name) {
		t.Errorf("%s with another %s has the cause %+v", document, name, c)
	}
}

// A kind of destination has no element of another.
func TestDestinationsAreOfOneKind(t *testing.T) {
	const topic = "<Topic>arn:aws:sns:us-east-1:111122223333:t</Topic>"
	for _, bad := range []string{topic + "<Queue>q</Queue>", topic + "<Queue/>", topic + "<InvocationRole>r</InvocationRole>"} {
		err := readers["NotificationConfiguration"](notifying("TopicConfiguration", bad))
		if err == nil || s3err.Of(err).Code != s3err.MalformedXML {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// The cause says which element was meant.
func TestMistypedElement(t *testing.T) {
	err := readers["CORSConfiguration"](corsOf(anyOrigin + toGet + "<AllowedHeaders>*</AllowedHeaders>"))
	c := cause.Of(err)
	if c == nil || c.Wanted != "AllowedHeader" || c.Element != "CORSConfiguration/CORSRule/AllowedHeaders" {
		t.Errorf("%+v", c)
	}
}
