package s3api

import (
	"maps"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

const (
	topicARN = "arn:aws:sns:us-east-1:123456789012:topic"
	queueARN = "arn:aws:sqs:us-east-1:123456789012:queue"

	logged = `<BucketLoggingStatus` + ns + `><LoggingEnabled><TargetBucket>managed-key</TargetBucket>` +
		`<TargetPrefix>log/</TargetPrefix><TargetObjectKeyFormat><PartitionedPrefix><PartitionDateSource>EventTime` +
		`</PartitionDateSource></PartitionedPrefix></TargetObjectKeyFormat></LoggingEnabled></BucketLoggingStatus>`
	notified = `<NotificationConfiguration` + ns + `><TopicConfiguration><Id>one</Id><Topic>` + topicARN + `</Topic>` +
		`<Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>Prefix</Name><Value>in/</Value></FilterRule>` +
		`</S3Key></Filter></TopicConfiguration><EventBridgeConfiguration></EventBridgeConfiguration></NotificationConfiguration>`
	replicated = `<ReplicationConfiguration` + ns + `><Role>arn:aws:iam::123456789012:role/copier</Role><Rule><ID>one</ID>` +
		`<Priority>1</Priority><Filter><Prefix>Tax</Prefix></Filter><Status>Enabled</Status><Destination><Bucket>` +
		`arn:aws:s3:::kms-bucket</Bucket></Destination><DeleteMarkerReplication><Status>Disabled</Status>` +
		`</DeleteMarkerReplication></Rule></ReplicationConfiguration>`
)

func init() {
	maps.Copy(goldens, map[string]golden{
		"PutBucketLogging": {before: []sending{owned("managed-key")}, sending: configure("logging", logged)},
		"GetBucketLogging": {before: []sending{owned("managed-key"), configure("logging", logged)},
			sending: sending{method: "GET", target: "/my-bucket?logging"}, body: logged},
		"PutBucketNotificationConfiguration": {sending: configure("notification", notified)},
		"GetBucketNotificationConfiguration": {before: []sending{configure("notification", notified)},
			sending: sending{method: "GET", target: "/my-bucket?notification"}, body: notified},
		"PutBucketReplication": {before: versioned, sending: configure("replication", replicated)},
		"GetBucketReplication": {before: append(versioned[:2:2], configure("replication", replicated)),
			sending: sending{method: "GET", target: "/my-bucket?replication"}, body: replicated},
		"DeleteBucketReplication": {sending: sending{method: "DELETE", target: "/my-bucket?replication"}, status: 204},
	})
}

func configure(what, body string) sending {
	return digesting(sending{method: "PUT", target: "/my-bucket?" + what, body: body})
}

// owned gives a bucket BucketOwnerEnforced.
func owned(bucket string) sending {
	return sending{method: "PUT", target: "/" + bucket + "?ownershipControls",
		body: `<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>`}
}

// versioned are the two buckets of a replication.
var versioned = []sending{versioning("Enabled"), {method: "PUT", target: "/kms-bucket?versioning",
	body: `<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>`}}

// What a bucket's configuration is refused for, in S3's words. The texts are those of
// configurations.md.
func TestConfigurationsRefused(t *testing.T) {
	queue := func(inner string) string {
		return `<NotificationConfiguration><QueueConfiguration><Id>a</Id><Queue>` + queueARN + `</Queue>` + inner +
			`</QueueConfiguration></NotificationConfiguration>`
	}
	two := func(first, second string) string {
		return `<NotificationConfiguration><QueueConfiguration><Id>a</Id><Queue>` + queueARN + `</Queue>` + first +
			`</QueueConfiguration><TopicConfiguration><Topic>` + topicARN + `</Topic>` + second +
			`</TopicConfiguration></NotificationConfiguration>`
	}
	put := func(event string) string { return `<Event>s3:ObjectCreated:` + event + `</Event>` }
	filter := func(name, value string) string {
		return `<Filter><S3Key><FilterRule><Name>` + name + `</Name><Value>` + value + `</Value></FilterRule></S3Key></Filter>`
	}
	target := func(name string) string { return strings.Replace(logged, "managed-key", name, 1) }
	without := func(element string) string {
		before, rest, _ := strings.Cut(replicated, "<"+element+">")
		_, after, _ := strings.Cut(rest, "</"+element+">")
		return before + after
	}
	const malformed = "The XML you provided was not well-formed or did not validate against our published schema"
	for _, row := range []struct {
		name, what, body string
		code             s3err.Code
		message          string
		extras           []s3err.Extra
	}{
		{"no such target", "logging", target("nobodys"), s3err.InvalidTargetBucketForLogging,
			"The target bucket for logging does not exist", []s3err.Extra{s3err.E("TargetBucket", "nobodys")}},
		{"another's target", "logging", target("foreign"), s3err.InvalidTargetBucketForLogging,
			"The owner for the bucket to be logged and the target bucket must be the same.", nil},
		{"a target far away", "logging", target("far"), s3err.CrossLocationLoggingProhibited,
			"Cross S3 location logging not allowed. ", []s3err.Extra{s3err.E("TargetBucketLocation", "eu-west-1"),
				s3err.E("SourceBucketLocation", "(none)")}},
		{"a target without grants", "logging", target("kms-bucket"), s3err.InvalidTargetBucketForLogging,
			"You must give the log-delivery group WRITE and READ_ACP permissions to the target bucket", nil},
		{"a target without a prefix", "logging", strings.Replace(logged, "<TargetPrefix>log/</TargetPrefix>", "", 1),
			s3err.MalformedXML, malformed, nil},

		{"no value of a rule", "notification", queue(put("*") + `<Filter><S3Key><FilterRule><Name>prefix</Name></FilterRule></S3Key></Filter>`),
			s3err.MalformedXML, malformed, nil},
		{"a rule of another name", "notification", queue(put("*") + filter("INVALID", "x")), s3err.InvalidArgument,
			"filter rule name must be either prefix or suffix", []s3err.Extra{s3err.E("ArgumentName", "FilterRule.Name"), s3err.E("ArgumentValue", "INVALID")}},
		{"no such event", "notification", queue(put("Now")), s3err.InvalidArgument,
			"The event is not supported for notifications", []s3err.Extra{s3err.E("ArgumentValue", "s3:ObjectCreated:Now")}},
		{"no event", "notification", queue(""), s3err.MalformedXML, malformed, nil},
		{"no ARN", "notification", strings.Replace(queue(put("*")), queueARN, "invalid-queue", 1), s3err.InvalidArgument,
			"The ARN could not be parsed", []s3err.Extra{s3err.E("ArgumentName", "Queue"), s3err.E("ArgumentValue", "invalid-queue")}},
		{"another region", "notification", strings.Replace(queue(put("*")), "us-east-1", "eu-west-1", 1), s3err.InvalidArgument,
			"The notification destination service region is not valid for the bucket location constraint", nil},
		{"the same event twice", "notification", two(put("*"), put("Put")), s3err.InvalidArgument,
			"Configurations overlap. Configurations on the same bucket cannot share a common event type.", nil},
		{"the same event for keys that both have", "notification", two(put("*")+filter("prefix", "a/b"), put("Put")+filter("prefix", "a/")),
			s3err.InvalidArgument, "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.", nil},

		{"no versions", "replication", replicated, s3err.InvalidRequest,
			"Versioning must be 'Enabled' on the bucket to apply a replication configuration", nil},
		{"no rules", "replication", without("Rule"), s3err.MalformedXML, malformed, nil},
		{"no role", "replication", without("Role"), s3err.InvalidArgument,
			"Invalid Role specified in replication configuration", nil},
		{"no priority", "replication", without("Priority"), s3err.InvalidRequest, "Priority must be specified for this version of " +
			"Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information.", nil},
		{"no word of delete markers", "replication", without("DeleteMarkerReplication"), s3err.InvalidRequest,
			"DeleteMarkerReplication must be specified for this version of Cross Region Replication configuration schema. " +
				"Please refer to S3 Developer Guide for more information.", nil},
		{"an empty body", "replication", "", s3err.MissingRequestBodyError, "", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t)
			b.edit(t, func(of *world.Bucket) { of.Name, of.Owner = "foreign", "444455556666" })
			b.edit(t, func(of *world.Bucket) { of.Name, of.Region = "far", "eu-west-1" })
			b.do(t, configure(row.what, row.body)).refused(t, row.code, row.message, row.extras...)
		})
	}
}

// What S3 wants a digest of is refused without one, and taken with a checksum in its place.
func TestConfigurationsAreDigested(t *testing.T) {
	b := newBench(t)
	b.must(t, owned("managed-key"))
	for _, q := range versioned {
		b.must(t, q)
	}
	for _, q := range []sending{configure("logging", logged), configure("replication", replicated), lockBucket} {
		q.headers = nil
		b.do(t, q).refused(t, s3err.InvalidRequest,
			"Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
		q.headers = []string{"x-amz-checksum-crc32", summing("CRC32", q.body)}
		b.must(t, q)
	}
}

// Configurations that are good, though they look as if they were not (recorded, but for the
// last).
func TestConfigurationsTaken(t *testing.T) {
	b := newBench(t)
	get := func(what string) string { return b.must(t, sending{method: "GET", target: "/my-bucket?" + what}).body }
	b.must(t, owned("managed-key"))
	b.must(t, configure("logging", logged))
	b.must(t, configure("logging", `<BucketLoggingStatus/>`))
	if got := scrub(get("logging")); got != `<BucketLoggingStatus`+ns+`></BucketLoggingStatus>` {
		t.Errorf("without logging: %s", got)
	}

	b.must(t, configure("notification", `<NotificationConfiguration><QueueConfiguration><Queue>`+queueARN+`</Queue><Event>s3:ObjectCreated:*</Event>`+
		`<Filter><S3Key><FilterRule><Name>suFFix</Name><Value></Value></FilterRule></S3Key></Filter></QueueConfiguration></NotificationConfiguration>`))
	got := get("notification")
	if !strings.Contains(got, "<Name>Suffix</Name><Value></Value>") || len(element(got, "Id")) != 48 {
		t.Errorf("a notification is given back as %s", got)
	}
	b.must(t, configure("notification", `<NotificationConfiguration/>`))
	if got := scrub(get("notification")); got != `<NotificationConfiguration`+ns+`></NotificationConfiguration>` {
		t.Errorf("without notifications: %s", got)
	}

	b.do(t, sending{method: "GET", target: "/my-bucket?replication"}).refused(t,
		s3err.ReplicationConfigurationNotFoundError, "The replication configuration was not found", s3err.E("BucketName", "my-bucket"))
	b.must(t, versioned[0])
	b.do(t, configure("replication", replicated)).refused(t, s3err.InvalidRequest, "Destination bucket must have versioning enabled.")
	b.must(t, versioned[1])
	b.must(t, digesting(sending{method: "PUT", target: "/my-bucket?replication", body: replicated,
		headers: []string{"x-amz-bucket-object-lock-token", "token"}}))
	b.do(t, versioning("Suspended")).refused(t, s3err.InvalidBucketState, "A replication configuration is present on this bucket, "+
		"so you cannot change the versioning state. To change the versioning state, first delete the replication configuration.")
	for range 2 {
		b.must(t, sending{method: "DELETE", target: "/my-bucket?replication"})
	}
	b.must(t, versioning("Suspended"))
}

// A replication asks whether the caller may pass the role on to S3.
func TestReplicationPassesItsRole(t *testing.T) {
	c := newBench(t).call(t, configure("replication", replicated))
	c.Moment, c.Presented.Region = newBench(t).live.Now(), "us-east-1"
	questions, err := c.Checks()
	if err != nil || len(questions) != 2 {
		t.Fatalf("the questions are %v, %v", questions, err)
	}
	q := questions[1]
	if q.Action != "iam:PassRole" || q.Resource != "arn:aws:iam::123456789012:role/copier" ||
		value(q.Context, "iam:PassedToService") != "s3.amazonaws.com" {
		t.Errorf("the role is asked for with %+v", q)
	}
	if d := authz.Evaluate(q); d.Denied() {
		t.Errorf("the root user may not pass a role: %v", d.DeniedBy)
	}
}

// The endpoint of Transfer Acceleration serves the buckets that have it.
func TestAccelerated(t *testing.T) {
	on, off := world.AccelerationEnabled, world.AccelerationSuspended
	for _, row := range []struct {
		is      *world.Acceleration
		bucket  string
		message string
	}{
		{nil, "my-bucket", "S3 Transfer Acceleration is not configured on this bucket"},
		{&off, "my-bucket", "S3 Transfer Acceleration is disabled on this bucket"},
		{&off, "", "The Amazon S3 Transfer Acceleration endpoint supports only virtual style requests."},
		{&on, "my-bucket", ""},
	} {
		b := newBench(t)
		b.edit(t, func(of *world.Bucket) { of.Acceleration = row.is })
		c := b.call(t, sending{method: "GET", target: "/my-bucket?location"})
		c.Moment, c.Address = b.live.Now(), Address{Accelerated: true, Bucket: row.bucket}
		switch _, err := c.Checks(); {
		case row.message == "" && err != nil:
			t.Errorf("with acceleration: %v", err)
		case row.message != "" && (err == nil || s3err.Of(err).Message != row.message):
			t.Errorf("%q is refused with %v", row.message, err)
		}
	}
}

// A configuration longer than AWS documents is refused for its length.
func TestLongConfigurations(t *testing.T) {
	b := newBench(t)
	for what, row := range map[string]struct {
		most     int
		root     string
		elements string
	}{
		"cors":        {64 << 10, "CORSConfiguration", "<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>"},
		"website":     {128 << 10, "WebsiteConfiguration", "<IndexDocument><Suffix>i</Suffix></IndexDocument>"},
		"replication": {2 << 20, "ReplicationConfiguration", ""},
	} {
		for over := range 2 {
			text := "<" + row.root + ">" + row.elements + "</" + row.root + ">"
			text += strings.Repeat(" ", row.most+over-len(text))
			got := b.do(t, configure(what, text))
			long := got.err != nil && s3err.Of(got.err).Code == s3err.MaxMessageLengthExceeded
			if long != (over == 1) {
				t.Errorf("%s of %d bytes is answered with %v", what, len(text), got.err)
			}
		}
	}
}

// What stands beside access points in AWS is refused by name and for the journal, whether
// a host names it or a header.
func TestBesideAccessPoints(t *testing.T) {
	r := httptest.NewRequest("GET", "http://x.mrap.s3.localhost/k", nil)
	c, err := Route(exchange.Frame{Request: r}, Address{Path: "/k", Lacks: world.MultiRegion})
	if err == nil || s3err.Of(err).Header.Get(exchange.LacksHeader) != world.MultiRegion || c.lack.status != 501 {
		t.Errorf("the host is answered with %v", err)
	}
	got := newBench(t).do(t, sending{method: "PUT", target: "/my-bucket/k",
		headers: []string{"x-amz-copy-source", "arn:aws:s3::123456789012:accesspoint/x.mrap/object/k"}})
	got.refused(t, s3err.NotImplemented, "s3fault has no "+world.MultiRegion)
	if s3err.Of(got.err).Header.Get(exchange.LacksHeader) != world.MultiRegion {
		t.Errorf("the copy is answered with %v", got.err)
	}
}

// A directory bucket is refused by name, whatever is asked of it.
func TestDirectoryBuckets(t *testing.T) {
	for _, method := range []string{"PUT", "GET", "HEAD", "DELETE"} {
		r := httptest.NewRequest(method, "http://s3.localhost/acme--use1-az4--x-s3", nil)
		c, err := Route(exchange.Frame{Request: r}, Address{Path: r.URL.EscapedPath()})
		if err == nil || s3err.Of(err).Message != "s3fault has no directory buckets" ||
			s3err.Of(err).Header.Get(exchange.LacksHeader) != "directory buckets" || c.lack.status != 501 {
			t.Errorf("%s is answered with %v", method, err)
		}
	}
}
