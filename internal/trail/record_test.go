package trail_test

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// A record has these fields, in this order, and no others (CloudTrail User Guide,
// "CloudTrail record contents").
func TestRecord(t *testing.T) {
	s := built(t)
	r := trail.Of(got(t, s, "ann"), own)
	ann := s.Callers["ann"]
	want := `{"eventVersion":"1.11",` +
		`"userIdentity":{"type":"IAMUser","principalId":"` + world.UserID(own, "ann") + `","arn":"arn:aws:iam::123456789012:user/team/ann","accountId":"123456789012","accessKeyId":"` + ann.AccessKeyID + `","userName":"ann"},` +
		`"eventTime":"2026-11-23T23:02:03Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.9","userAgent":"[aws-cli/2]",` +
		`"errorCode":"AccessDenied","errorMessage":"Access Denied","requestParameters":{"bucketName":"my-bucket","key":"a/k"},"responseElements":null,` +
		`"additionalEventData":{"AuthenticationMethod":"AuthHeader","SignatureVersion":"SigV4","bytesTransferredIn":0,"bytesTransferredOut":486,"x-amz-id-2":"host"},` +
		`"requestID":"REQUESTID0000000","eventID":"` + r.EventID + `","readOnly":true,` +
		`"resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::my-bucket/a/k"},{"type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::my-bucket","accountId":"123456789012"}],` +
		`"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"123456789012","eventCategory":"Data",` +
		`"tlsDetails":{"clientProvidedHostHeader":"my-bucket.s3.us-east-1.amazonaws.com"}}`
	if text := string(r.JSON()); text != want {
		t.Errorf("the record is\n%s\nwant\n%s", text, want)
	}
	if !r.At.Equal(when) || r.At.Location().String() != "UTC" {
		t.Errorf("it is kept as of %v", r.At)
	}
}

// What else a request can be: allowed, about no bucket, of another service, through a
// VPC endpoint, unsigned.
func TestOtherRecords(t *testing.T) {
	s := built(t)
	for name, c := range map[string]struct {
		edit func(*trail.Happened)
		want map[string]any // of the record's JSON; nil: it is absent
	}{
		"allowed": {func(h *trail.Happened) { h.Code, h.Message = "", "" }, map[string]any{"errorCode": nil, "errorMessage": nil}},
		"of management": {func(h *trail.Happened) { h.Management, h.ReadOnly = true, false },
			map[string]any{"managementEvent": true, "eventCategory": "Management", "readOnly": false}},
		"of IAM": {func(h *trail.Happened) { h.Service, h.Management = "iam", true },
			map[string]any{"eventSource": "iam.amazonaws.com", "userAgent": "aws-cli/2", "resources": nil, "additionalEventData": nil}},
		"of no bucket":      {func(h *trail.Happened) { h.Resource = "*" }, map[string]any{"resources": nil}},
		"unsigned":          {func(h *trail.Happened) { h.SignatureVersion = "" }, map[string]any{"additionalEventData": map[string]any{"bytesTransferredIn": 0, "bytesTransferredOut": 486, "x-amz-id-2": "host"}}},
		"of unknown length": {func(h *trail.Happened) { h.SignatureVersion, h.In, h.Out = "", -1, -1 }, map[string]any{"additionalEventData": map[string]any{"x-amz-id-2": "host"}}},
		"over TLS": {func(h *trail.Happened) {
			h.SignatureVersion, h.Connection = "", trail.Connection{TLS: "1.3", CipherSuite: "TLS_AES_128_GCM_SHA256", Host: "b"}
		}, map[string]any{
			"additionalEventData": map[string]any{"CipherSuite": "TLS_AES_128_GCM_SHA256", "bytesTransferredIn": 0, "bytesTransferredOut": 486, "x-amz-id-2": "host"},
			"tlsDetails":          map[string]any{"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256", "clientProvidedHostHeader": "b"}}},
		"of IAM over TLS": {func(h *trail.Happened) {
			h.Service, h.Management, h.Connection = "iam", true, trail.Connection{TLS: "1.2", CipherSuite: "C"}
		}, map[string]any{"additionalEventData": nil, "tlsDetails": map[string]any{"tlsVersion": "TLSv1.2", "cipherSuite": "C"}}},
		"of CloudFront": {func(h *trail.Happened) {
			h.Asker.Principal = &policy.Principal{Kind: policy.Service, Service: "cloudfront.amazonaws.com"}
		}, map[string]any{"tlsDetails": nil}},
		"no parameters": {func(h *trail.Happened) { h.Parameters = nil }, map[string]any{"requestParameters": nil}},
		"in another region, through an endpoint": {func(h *trail.Happened) { h.Region, h.Asker.Endpoint = "eu-west-1", &world.VPCEndpoint{ID: "vpce-1"} },
			map[string]any{"awsRegion": "eu-west-1", "vpcEndpointId": "vpce-1"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := got(t, s, "ann")
			c.edit(h)
			has(t, trail.Of(h, own), c.want)
		})
	}
}

// fields are a record as its reader gets it.
func fields(t *testing.T, r *trail.Record) map[string]any {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal(r.JSON(), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func has(t *testing.T, r *trail.Record, want map[string]any) {
	t.Helper()
	all := fields(t, r)
	for name, w := range want {
		wanted, _ := json.Marshal(w)
		if text, _ := json.Marshal(all[name]); string(text) != string(wanted) {
			t.Errorf("%s is %s, want %s", name, text, wanted)
		}
	}
}

// An event is the same one wherever its account finds it, another one for each account,
// and what is not its own account's alone says which ones are one.
func TestEventIDs(t *testing.T) {
	s := built(t)
	mine, again := trail.Of(got(t, s, "ann"), own), trail.Of(got(t, s, "ann"), own)
	if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(mine.EventID) || mine.EventID != again.EventID || mine.SharedEventID != "" {
		t.Errorf("the ids of one event are %s and %s, shared as %q", mine.EventID, again.EventID, mine.SharedEventID)
	}
	h := got(t, s, "ann")
	h.RequestID = "REQUESTID0000001"
	if next := trail.Of(h, own); next.EventID == mine.EventID {
		t.Error("two requests are one event")
	}
	owners, askers := trail.Of(got(t, s, "bob"), own), trail.Of(got(t, s, "bob"), other)
	if owners.EventID == askers.EventID || owners.SharedEventID == "" || owners.SharedEventID != askers.SharedEventID || owners.SharedEventID == owners.EventID {
		t.Errorf("two accounts have %s and %s, shared as %q and %q", owners.EventID, askers.EventID, owners.SharedEventID, askers.SharedEventID)
	}
	if anybodys := trail.Of(got(t, s, ""), own); anybodys.SharedEventID == "" {
		t.Error("an anonymous request's event is the account's alone")
	}
}
