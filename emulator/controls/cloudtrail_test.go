package controls

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"

	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
	"github.com/s3fault/s3fault/internal/trail"
)

const trailWorld = `
    responses: article
    accounts:
      123456789012:
        users:
          my-user: {policies: {}}
          trails: {policies: {trails: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "cloudtrail:Describe*", Resource: "*"}]}}}
    callers:
      app: {user: my-user}
      trails: {user: trails}
      admin: {root: true}
    buckets:
      my-bucket: {objects: {file.txt: {body: "hello\n"}}}
      closed: {}
      logs:
        policy:
          Version: 2012-10-17
          Statement:
            - {Effect: Allow, Principal: {Service: cloudtrail.amazonaws.com}, Action: "s3:GetBucketAcl", Resource: "arn:aws:s3:::logs"}
            - Effect: Allow
              Principal: {Service: cloudtrail.amazonaws.com}
              Action: "s3:PutObject"
              Resource: "arn:aws:s3:::logs/AWSLogs/123456789012/*"
              Condition: {StringEquals: {"s3:x-amz-acl": bucket-owner-full-control, "aws:SourceArn": "arn:aws:cloudtrail:us-east-1:123456789012:trail/my-trail"}}
    trails:
      my-trail: {bucket: logs, logging: true}
`

var dataEvents = []types.EventSelector{{
	ReadWriteType: types.ReadWriteTypeAll, IncludeManagementEvents: aws.Bool(true),
	DataResources: []types.DataResource{{Type: aws.String("AWS::S3::Object"), Values: []string{"arn:aws:s3:::my-bucket/"}}},
}}

// logFiles are the records of all log files in the bucket.
func logFiles(t *testing.T, c *s3.Client) []trail.Record {
	t.Helper()
	list, err := c.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String("logs"), Prefix: aws.String("AWSLogs/123456789012/CloudTrail/us-east-1/")})
	if err != nil {
		t.Fatal(err)
	}
	var all []trail.Record
	for _, o := range list.Contents {
		got, err := c.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("logs"), Key: o.Key})
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(got.Body)
		if err != nil {
			t.Fatalf("%s: %v", *o.Key, err)
		}
		var file struct{ Records []trail.Record }
		if err := json.NewDecoder(z).Decode(&file); err != nil {
			t.Fatalf("%s: %v", *o.Key, err)
		}
		all = append(all, file.Records...)
	}
	return all
}

// A refused read is in a log file of the trail as soon as it is answered, with the
// reason that the article's client is not told.
func TestDataEventsAreInLogFiles(t *testing.T) {
	t.Parallel()
	srv := start(t, trailWorld)
	api := as(t, srv, "admin").cloudtrail
	put, err := api.PutEventSelectors(ctx, &cloudtrail.PutEventSelectorsInput{TrailName: aws.String("my-trail"), EventSelectors: dataEvents})
	if err != nil {
		t.Fatal(err)
	}
	if *put.TrailARN != "arn:aws:cloudtrail:us-east-1:123456789012:trail/my-trail" {
		t.Errorf("got %s", *put.TrailARN)
	}
	refused := refusedWith(t, get(sdkv2.S3(t, srv, "app"), "file.txt"), "AccessDenied")
	if refused.ErrorMessage() != "Access Denied" {
		t.Errorf("the client read %q", refused.ErrorMessage())
	}
	_, err = sdkv2.S3(t, srv, "app").ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String("my-bucket")})
	refusedWith(t, err, "AccessDenied")
	events := map[string]trail.Record{}
	for _, r := range logFiles(t, sdkv2.S3(t, srv, "admin")) {
		events[r.EventName] = r
	}
	got := events["GetObject"]
	if got.ErrorCode != "AccessDenied" || !strings.Contains(got.ErrorMessage, "because no identity-based policy allows the s3:GetObject action") {
		t.Errorf("got %s %q", got.ErrorCode, got.ErrorMessage)
	}
	if got.UserIdentity.UserName != "my-user" || got.RequestParameters["bucketName"] != "my-bucket" || got.RequestParameters["key"] != "file.txt" || got.ManagementEvent || !got.ReadOnly {
		t.Errorf("got %+v", got)
	}
	if list := events["ListObjects"]; list.RequestParameters["list-type"] != "2" {
		t.Errorf("got %+v", list.RequestParameters)
	}
	if _, logged := events["PutEventSelectors"]; !logged {
		t.Error("the trail has no management events")
	}
	status, err := api.GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: aws.String("my-trail")})
	if err != nil || !*status.IsLogging || status.LatestDeliveryTime == nil {
		t.Errorf("got %+v, %v", status, err)
	}
	resp, err := http.Get(srv.Endpoint + "/_s3fault/worlds/world/cloudtrail")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if !strings.Contains(string(body), got.EventID) {
		t.Errorf("the control plane does not have %s", got.EventID)
	}
}

// A log file is written as any upload that says nothing of encryption or retention.
func TestLogFilesHaveTheirBucketsDefaults(t *testing.T) {
	t.Parallel()
	const key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	srv := start(t, strings.Replace(trailWorld, "      logs:\n", `      logs:
        encryption: {algorithm: "aws:kms", kms_key: "`+key+`"}
        object_lock: {mode: GOVERNANCE, days: 1}
`, 1)+`    kms_keys:
      1234abcd-12ab-34cd-56ef-1234567890ab: {}
`)
	c := sdkv2.S3(t, srv, "admin")
	if _, err := c.ListBuckets(ctx, &s3.ListBucketsInput{}); err != nil {
		t.Fatal(err)
	}
	list, err := c.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String("logs")})
	if err != nil || len(list.Contents) == 0 {
		t.Fatalf("no log file: %v", err)
	}
	for _, o := range list.Contents {
		head, err := c.HeadObject(ctx, &s3.HeadObjectInput{Bucket: aws.String("logs"), Key: o.Key})
		if err != nil {
			t.Fatal(err)
		}
		if head.ServerSideEncryption != s3types.ServerSideEncryptionAwsKms || aws.ToString(head.SSEKMSKeyId) != key {
			t.Errorf("%s is under %s %s", *o.Key, head.ServerSideEncryption, aws.ToString(head.SSEKMSKeyId))
		}
		if head.ObjectLockMode != s3types.ObjectLockModeGovernance || head.ObjectLockRetainUntilDate == nil {
			t.Errorf("%s is not retained: %q", *o.Key, head.ObjectLockMode)
		}
	}
}

// What CloudTrail does not log is not there: what nobody proved to have signed.
func TestNotLogged(t *testing.T) {
	t.Parallel()
	srv := start(t, trailWorld)
	api := as(t, srv, "admin").cloudtrail
	if _, err := api.PutEventSelectors(ctx, &cloudtrail.PutEventSelectorsInput{TrailName: aws.String("my-trail"), EventSelectors: dataEvents}); err != nil {
		t.Fatal(err)
	}
	c := sdkv2.Config(t, srv, "app")
	c.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		own := srv.Caller("app")
		return aws.Credentials{AccessKeyID: own.AccessKeyID, SecretAccessKey: "wrong"}, nil
	})
	refusedWith(t, get(s3.NewFromConfig(c, func(o *s3.Options) { o.UsePathStyle = true }), "file.txt"), "SignatureDoesNotMatch")
	for _, r := range logFiles(t, sdkv2.S3(t, srv, "admin")) {
		if r.EventName == "GetObject" && r.ErrorCode == "SignatureDoesNotMatch" {
			t.Errorf("logged: %+v", r)
		}
	}
}

func TestLookupEvents(t *testing.T) {
	t.Parallel()
	srv := start(t, trailWorld)
	api := as(t, srv, "admin").cloudtrail
	for range 3 {
		if _, err := sdkv2.S3(t, srv, "admin").GetBucketPolicy(ctx,
			&s3.GetBucketPolicyInput{Bucket: aws.String("logs")}); err != nil {
			t.Fatal(err)
		}
	}
	if err := get(sdkv2.S3(t, srv, "admin"), "file.txt"); err != nil {
		t.Fatal(err)
	}
	var names []string
	pages := cloudtrail.NewLookupEventsPaginator(api, &cloudtrail.LookupEventsInput{MaxResults: aws.Int32(2),
		LookupAttributes: []types.LookupAttribute{{AttributeKey: types.LookupAttributeKeyEventSource, AttributeValue: aws.String("s3.amazonaws.com")}}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Events {
			names = append(names, *e.EventName)
			if !strings.Contains(*e.CloudTrailEvent, `"eventCategory":"Management"`) {
				t.Errorf("got %s", *e.CloudTrailEvent)
			}
		}
	}
	if got := strings.Join(names, " "); got != "GetBucketPolicy GetBucketPolicy GetBucketPolicy" {
		t.Errorf("got %s", got)
	}
}

// A call of S3 Control is an event of S3, about the account. In the log file it has the
// id that LookupEvents tells.
func TestEventOfS3Control(t *testing.T) {
	t.Parallel()
	srv := start(t, trailWorld)
	api := as(t, srv, "admin").cloudtrail
	control := s3controlAs(t, srv, "admin", "", throughTo(srv))
	account := aws.String("123456789012")
	if _, err := control.GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: account}); err == nil {
		t.Error("the account has a Block Public Access of its own")
	}
	found, err := api.LookupEvents(ctx, &cloudtrail.LookupEventsInput{
		LookupAttributes: []types.LookupAttribute{{AttributeKey: types.LookupAttributeKeyEventName, AttributeValue: aws.String("GetAccountPublicAccessBlock")}}})
	if err != nil || len(found.Events) != 1 || *found.Events[0].EventSource != "s3.amazonaws.com" {
		t.Fatalf("got %+v, %v", found, err)
	}
	for _, r := range logFiles(t, sdkv2.S3(t, srv, "admin")) {
		if r.EventName == "GetAccountPublicAccessBlock" && r.EventID == *found.Events[0].EventId {
			return
		}
	}
	t.Errorf("no log file has the event %s", *found.Events[0].EventId)
}

// What a trail cannot have is refused, and never dropped (CloudTrail API Reference, "CreateTrail").
func TestTrailsRefused(t *testing.T) {
	t.Parallel()
	api := as(t, start(t, trailWorld), "admin").cloudtrail
	text := aws.String("arn:aws:kms:us-east-1:123456789012:key/a")
	for code, in := range map[string]cloudtrail.UpdateTrailInput{
		"s3fault has no KmsKeyId of trails.":                  {KmsKeyId: text},
		"s3fault has no SnsTopicName of trails.":              {SnsTopicName: text},
		"s3fault has no CloudWatchLogsLogGroupArn of trails.": {CloudWatchLogsLogGroupArn: text},
		"InvalidS3PrefixException":                            {S3KeyPrefix: aws.String(strings.Repeat("x", 201))},
		"InvalidParameterCombinationException: Multi-Region trail must include global service events.": {
			IsMultiRegionTrail: aws.Bool(true), IncludeGlobalServiceEvents: aws.Bool(false)},
	} {
		in.Name = aws.String("my-trail")
		if _, err := api.UpdateTrail(ctx, &in); err == nil || !strings.Contains(err.Error(), code) {
			t.Errorf("want %s, got %v", code, err)
		}
	}
	_, err := api.CreateTrail(ctx,
		&cloudtrail.CreateTrailInput{Name: aws.String("ab"), S3BucketName: aws.String("closed")})
	if err == nil || !strings.Contains(err.Error(), "length: 3 characters. Specified name length: 2 characters.") {
		t.Error(err)
	}
}

func TestTrails(t *testing.T) {
	t.Parallel()
	srv := start(t, trailWorld)
	api := as(t, srv, "admin").cloudtrail
	_, err := api.CreateTrail(ctx, &cloudtrail.CreateTrailInput{Name: aws.String("second"), S3BucketName: aws.String("closed")})
	var closed *types.InsufficientS3BucketPolicyException
	if !errors.As(err, &closed) {
		t.Errorf("a bucket that does not let CloudTrail write: %v", err)
	}
	if err := srv.Patch(`{"buckets":{"closed":{"policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":["s3:GetBucketAcl","s3:PutObject"],"Resource":["arn:aws:s3:::closed","arn:aws:s3:::closed/*"]}]}}}}`); err != nil {
		t.Fatal(err)
	}
	if _, err := api.CreateTrail(ctx, &cloudtrail.CreateTrailInput{Name: aws.String("second"), S3BucketName: aws.String("closed"), S3KeyPrefix: aws.String("all")}); err != nil {
		t.Fatal(err)
	}
	if _, err := api.StartLogging(ctx, &cloudtrail.StartLoggingInput{Name: aws.String("second")}); err != nil {
		t.Fatal(err)
	}
	all, err := api.DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{})
	if err != nil || len(all.TrailList) != 2 || *all.TrailList[1].S3KeyPrefix != "all" {
		t.Errorf("got %+v, %v", all, err)
	}
	list, err := sdkv2.S3(t, srv, "admin").ListObjectsV2(ctx,
		&s3.ListObjectsV2Input{Bucket: aws.String("closed"), Prefix: aws.String("all/AWSLogs/123456789012/CloudTrail/")})
	if err != nil || len(list.Contents) == 0 {
		t.Errorf("nothing was written: %v", err)
	}
	if _, err := api.DeleteTrail(ctx, &cloudtrail.DeleteTrailInput{Name: aws.String("second")}); err != nil {
		t.Error(err)
	}
	_, err = api.GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: aws.String("second")})
	var unknown *types.TrailNotFoundException
	if !errors.As(err, &unknown) {
		t.Errorf("a trail that is gone: %v", err)
	}
	_, err = as(t, srv, "trails").cloudtrail.StartLogging(ctx, &cloudtrail.StartLoggingInput{Name: aws.String("my-trail")})
	refusedWith(t, err, "AccessDeniedException")
}

func TestEventSelectors(t *testing.T) {
	t.Parallel()
	srv := start(t, trailWorld)
	api := as(t, srv, "admin").cloudtrail
	selectors := func(edit func(*types.EventSelector)) *cloudtrail.PutEventSelectorsInput {
		one := dataEvents[0]
		edit(&one)
		return &cloudtrail.PutEventSelectorsInput{TrailName: aws.String("my-trail"), EventSelectors: []types.EventSelector{one}}
	}
	for name, in := range map[string]*cloudtrail.PutEventSelectorsInput{
		"another type": selectors(func(s *types.EventSelector) {
			s.DataResources = []types.DataResource{{Type: aws.String("AWS::Nothing"), Values: []string{"arn:aws:s3"}}}
		}),
		"a bucket without a slash": selectors(func(s *types.EventSelector) {
			s.DataResources = []types.DataResource{{Type: aws.String("AWS::S3::Object"), Values: []string{"arn:aws:s3:::my-bucket"}}}
		}),
		"another way to read": selectors(func(s *types.EventSelector) { s.ReadWriteType = "Sometimes" }),
	} {
		_, err := api.PutEventSelectors(ctx, in)
		var refused *types.InvalidEventSelectorsException
		if !errors.As(err, &refused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := api.PutEventSelectors(ctx, selectors(func(s *types.EventSelector) { s.ReadWriteType = types.ReadWriteTypeWriteOnly })); err != nil {
		t.Fatal(err)
	}
	if err := get(sdkv2.S3(t, srv, "admin"), "file.txt"); err != nil {
		t.Fatal(err)
	}
	for _, r := range logFiles(t, sdkv2.S3(t, srv, "admin")) {
		if r.EventName == "GetObject" {
			t.Errorf("a trail of what is written has %s", r.EventName)
		}
	}
	told, err := api.GetEventSelectors(ctx, &cloudtrail.GetEventSelectorsInput{TrailName: aws.String("my-trail")})
	if err != nil || told.EventSelectors[0].ReadWriteType != types.ReadWriteTypeWriteOnly {
		t.Errorf("got %+v, %v", told, err)
	}
}
