package trail_test

import (
	"strings"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/internal/worldtest"
	"github.com/s3fault/s3fault/policy"
)

// CloudTrail may write and look where the bucket's policy lets it: for the trail, under
// the trail's prefix, with the bucket owner's ACL.
func TestMayPut(t *testing.T) {
	s := built(t)
	logs, key := s.Buckets["logs"], "deep/AWSLogs/123456789012/CloudTrail/x"
	for name, c := range map[string]struct {
		question *authz.Request
		want     bool
	}{
		"the trail's file":  {trail.MayPut(s, s.Trails["mine"], logs, key, when), true},
		"another folder":    {trail.MayPut(s, s.Trails["mine"], logs, strings.TrimPrefix(key, "deep/"), when), false},
		"another trail's":   {trail.MayPut(s, s.Trails["plain"], logs, key, when), false},
		"a look":            {trail.MayLook(s, s.Trails["plain"], logs, when), true},
		"a bucket without":  {trail.MayPut(s, s.Trails["mine"], s.Buckets["my-bucket"], key, when), false},
		"a look at another": {trail.MayLook(s, s.Trails["mine"], s.Buckets["my-bucket"], when), false},
	} {
		if got := authz.Allows(c.question); got != c.want {
			t.Errorf("%s: allowed %v, want %v", name, got, c.want)
		}
	}
}

// The question is one of S3's, by the service, in the bucket's region.
func TestQuestionOfCloudTrail(t *testing.T) {
	s := built(t)
	q := trail.MayPut(s, s.Trails["mine"], s.Buckets["logs"], "k", when)
	if q.Principal.Kind != policy.Service || q.Principal.Service != "cloudtrail.amazonaws.com" || q.Action != "s3:PutObject" || q.Resource != "arn:aws:s3:::logs/k" || q.ResourceAccount != own {
		t.Errorf("it is %+v", q)
	}
	for key, want := range map[string]string{
		"aws:SourceArn": "arn:aws:cloudtrail:us-east-1:123456789012:trail/mine", "aws:SourceAccount": own, "aws:PrincipalIsAWSService": "true",
		"s3:x-amz-acl": "bucket-owner-full-control", "aws:ResourceAccount": own, "s3:ResourceAccount": own, "aws:SecureTransport": "true",
		"aws:RequestedRegion": "eu-west-1", "aws:CurrentTime": "2026-11-23T23:02:03Z", "aws:SourceIp": "",
	} {
		if values, _ := q.Context.Get(key); strings.Join(values, ",") != want {
			t.Errorf("%s is %q, want %q", key, values, want)
		}
	}
	if look := trail.MayLook(s, s.Trails["mine"], s.Buckets["logs"], when); look.Action != "s3:GetBucketAcl" || look.Resource != "arn:aws:s3:::logs" {
		t.Errorf("it looks with %s at %s", look.Action, look.Resource)
	} else if values, there := look.Context.Get("s3:x-amz-acl"); there {
		t.Errorf("a look has the ACL %q", values)
	}
}

// The bucket's organization, and its tags once policies see them, are asked too.
func TestCloudTrailIsBoundByTheBucketsSide(t *testing.T) {
	s := worldtest.Build(t, `
accounts: {123456789012: {}, 333333333333: {}}
organization:
  management_account: 333333333333
  rcps: {no: {policy: {Version: 2012-10-17, Statement: [{Effect: Deny, Principal: "*", Action: "s3:PutObject", Resource: "*"}]}}}
  root: {rcps: [no], accounts: {123456789012: {}, 333333333333: {}}}
buckets: {logs: {owner: 123456789012, abac: true, tags: {team: red}}}
trails: {mine: {account: 123456789012, bucket: logs}}
`).State
	q := trail.MayPut(s, s.Trails["mine"], s.Buckets["logs"], "k", when)
	if len(q.RCPs) == 0 || q.RCPs[0].Policies[len(q.RCPs[0].Policies)-1].Name != "no" {
		t.Errorf("it is bound by the RCPs %+v", q.RCPs)
	}
	if values, _ := q.Context.Get("aws:ResourceTag/team"); strings.Join(values, ",") != "red" {
		t.Errorf("it has the tag %q", values)
	}
}
