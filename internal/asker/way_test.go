package asker_test

import (
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/internal/worldtest"
)

// base are the keys that every request has.
func base(over keys) keys {
	return keys{
		"aws:CurrentTime": "2026-11-23T11:00:00Z", "aws:EpochTime": "1795431600", "aws:SecureTransport": "false",
		"aws:RequestedRegion": "eu-west-1", "aws:ViaAWSService": "false",
	}.with(over)
}

const endpoints = `
accounts: {123456789012: {}, 222222222222: {}, 333333333333: {}}
organization: {id: o-exampleorgid, management_account: 333333333333, root: {units: {prod: {accounts: {123456789012: {}}}}, accounts: {333333333333: {}}}}
vpc_endpoints:
  vpce-ours: {vpc: vpc-1, region: eu-west-1, account: 123456789012}
  vpce-theirs: {vpc: vpc-2, region: eu-west-1, account: 222222222222}
  vpce-nobodys: {vpc: vpc-3, region: eu-west-1}
`

// The way of a request: its region, its headers, TLS, and where it comes from. What
// the client did not send is absent, and through a VPC endpoint the address has
// another key (authorization.md 1.9, 3.1).
func TestKeysOfTheWay(t *testing.T) {
	s := worldtest.Build(t, endpoints).State
	for name, c := range map[string]struct {
		way  asker.Asker
		want keys
	}{
		"bare":      {asker.Asker{}, base(nil)},
		"TLS":       {asker.Asker{Secure: true}, base(keys{"aws:SecureTransport": "true"})},
		"a browser": {asker.Asker{UserAgent: "curl/8"}, base(keys{"aws:UserAgent": "curl/8"})},
		"a link":    {asker.Asker{Referer: "https://example.com/"}, base(keys{"aws:Referer": "https://example.com/"})},
		"internet":  {asker.Asker{SourceIP: "203.0.113.9"}, base(keys{"aws:SourceIp": "203.0.113.9"})},
		"an endpoint of the organization": {asker.Asker{SourceIP: "10.0.0.7", Endpoint: s.Endpoints["vpce-ours"]}, base(keys{
			"aws:SourceVpce": "vpce-ours", "aws:SourceVpc": "vpc-1", "aws:VpcSourceIp": "10.0.0.7",
			"aws:SourceVpcArn": "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1", "aws:VpceAccount": own,
			"aws:VpceOrgID": "o-exampleorgid", "aws:VpceOrgPaths": orgPath()})},
		"another account's": {asker.Asker{SourceIP: "10.0.0.7", Endpoint: s.Endpoints["vpce-theirs"]}, base(keys{
			"aws:SourceVpce": "vpce-theirs", "aws:SourceVpc": "vpc-2", "aws:VpcSourceIp": "10.0.0.7",
			"aws:SourceVpcArn": "arn:aws:ec2:eu-west-1:222222222222:vpc/vpc-2", "aws:VpceAccount": other})},
		"nobody's, without an address": {asker.Asker{Endpoint: &world.VPCEndpoint{ID: "vpce-nobodys", VPC: "vpc-3"}},
			base(keys{"aws:SourceVpce": "vpce-nobodys", "aws:SourceVpc": "vpc-3"})},
	} {
		t.Run(name, func(t *testing.T) {
			a := c.way
			a.State, a.Now, a.Region = s, when, "eu-west-1"
			keysOf(a.Keys()).are(t, c.want)
		})
	}
}

// Time is told in UTC and in whole seconds, wherever the clock hangs.
func TestKeysOfTheClock(t *testing.T) {
	a := &asker.Asker{State: &world.State{}, Now: time.Date(2026, 1, 2, 1, 4, 5, 999e6, time.FixedZone("", -2*3600))}
	got := keysOf(a.Keys())
	if got["aws:currenttime"] != "2026-01-02T03:04:05Z" || got["aws:epochtime"] != "1767323045" {
		t.Errorf("it is %s, %s", got["aws:currenttime"], got["aws:epochtime"])
	}
}

// The age of the second factor is in whole seconds of the world's time, and never
// less than nothing.
func TestAgeOfTheSecondFactor(t *testing.T) {
	a := asks(t, worldtest.Build(t, facts).State, "token")
	for now, want := range map[time.Time]string{
		a.Caller.MFAAt.Add(1999 * time.Millisecond): "1", a.Caller.MFAAt.Add(-time.Hour): "0", a.Caller.MFAAt.Add(36 * time.Hour): "129600",
	} {
		a.Now = now
		if got := keysOf(a.Keys())["aws:multifactorauthage"]; got != want {
			t.Errorf("at %s it is %s s old, want %s", now, got, want)
		}
	}
}

// Another service sees the request come from the one that forwards it: over TLS, in
// its own region, and from nowhere where the requester used a VPC endpoint.
func TestForwarded(t *testing.T) {
	s := worldtest.Build(t, endpoints).State
	via := keys{
		"aws:ViaAWSService": "true", "aws:CalledVia": "s3.amazonaws.com", "aws:CalledViaFirst": "s3.amazonaws.com", "aws:CalledViaLast": "s3.amazonaws.com",
		"aws:RequestedRegion": "us-west-2", "aws:SecureTransport": "true",
	}
	for name, c := range map[string]struct {
		endpoint *world.VPCEndpoint
		want     keys
	}{
		"from the internet":        {nil, base(via).with(keys{"aws:SourceIp": "203.0.113.9"})},
		"through a VPC's endpoint": {s.Endpoints["vpce-ours"], base(via)},
	} {
		t.Run(name, func(t *testing.T) {
			a := asker.Asker{State: s, Now: when, Region: "eu-west-1", SourceIP: "203.0.113.9", Endpoint: c.endpoint}
			before := a
			keysOf(a.Forwarded("s3", "us-west-2").Keys()).are(t, c.want)
			if a != before {
				t.Error("the requester itself is another one now")
			}
		})
	}
}
