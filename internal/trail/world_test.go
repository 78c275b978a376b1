package trail_test

import (
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/internal/worldtest"
	"github.com/s3fault/s3fault/policy"
)

const own, other = "123456789012", "222222222222"

const facts = `
accounts:
  123456789012:
    users: {ann: {path: /team/}}
    roles: {app: {path: /svc/}}
  222222222222: {users: {bob: {}}}
callers:
  ann: {account: 123456789012, user: ann}
  root: {account: 123456789012, root: true}
  app: {account: 123456789012, role: app, session_name: s1, source_identity: carla}
  token: {account: 123456789012, user: ann, mfa: -10m}
  fed: {account: 123456789012, user: ann, federated: dora}
  bob: {account: 222222222222, user: bob}
  config: {service: config.amazonaws.com}
  front: {origin_access_identity: E2EXAMPLE1OAID}
buckets:
  my-bucket: {owner: 123456789012}
  logs:
    owner: 123456789012
    region: eu-west-1
    policy:
      Version: 2012-10-17
      Statement:
        - Effect: Allow
          Principal: {Service: cloudtrail.amazonaws.com}
          Action: "s3:PutObject"
          Resource: "arn:aws:s3:::logs/deep/AWSLogs/123456789012/*"
          Condition: {StringEquals: {"s3:x-amz-acl": bucket-owner-full-control, "s3:ResourceAccount": "123456789012", "aws:SourceArn": "arn:aws:cloudtrail:us-east-1:123456789012:trail/mine"}}
        - {Effect: Allow, Principal: {Service: cloudtrail.amazonaws.com}, Action: "s3:GetBucketAcl", Resource: "arn:aws:s3:::logs", Condition: {StringEquals: {"aws:SourceAccount": "123456789012"}}}
trails:
  mine: {bucket: logs, prefix: deep, logging: true}
  plain: {bucket: logs, logging: true}
`

var when = time.Date(2026, 11, 24, 1, 2, 3, 999e6, time.FixedZone("", 2*3600))

// got is a denied GetObject of a caller of the world; empty: anonymous.
func got(t *testing.T, s *world.State, caller string) *trail.Happened {
	t.Helper()
	a := &asker.Asker{
		State: s, Now: when, SourceIP: "203.0.113.9", UserAgent: "aws-cli/2", Region: "us-east-1",
		Principal: &policy.Principal{Kind: policy.Anonymous},
	}
	if caller != "" {
		if a.Caller = s.Callers[caller]; a.Caller == nil {
			t.Fatalf("the world has no caller %s", caller)
		}
		a.Principal = &a.Caller.Principal
	}
	return &trail.Happened{
		Asker: a, Service: "s3", Name: "GetObject", ReadOnly: true, Resource: "arn:aws:s3:::my-bucket/a/k", Owner: own, Region: "us-east-1",
		Parameters: map[string]any{"bucketName": "my-bucket", "key": "a/k"}, Code: "AccessDenied", Message: "Access Denied",
		RequestID: "REQUESTID0000000", HostID: "host", SignatureVersion: "SigV4", AuthenticationMethod: "AuthHeader", Out: 486,
		Connection: trail.Connection{Host: "my-bucket.s3.us-east-1.amazonaws.com"},
	}
}

func built(t *testing.T) *world.State { return worldtest.Build(t, facts).State }
