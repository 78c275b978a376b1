package scenarios

import (
	"strings"
	"testing"
)

// The library warns of nothing but of what its scenarios are about.
func TestLibraryWarnsOfNothing(t *testing.T) {
	for _, w := range library(t).Warnings() {
		t.Error(w)
	}
}

// warnedYAML is a scenario in which much is taken and is not meant.
const warnedYAML = `version: 1
defaults:
  accounts: {123456789012: {users: {me: {}}}}
  callers: {app: {user: me}, idle: {root: true}}
scenarios:
  one:
    title: One
    accounts:
      123456789012:
        users:
          me:
            policies:
              p:
                Version: 2012-10-17
                Statement:
                  - {Effect: Allow, Action: ["s3:GetObjects", "s3:*Objekt*", "s3:ListBucket"], Resource: "arn:aws:s3:::my-bucket/*"}
                  - Effect: Allow
                    Action: s3:GetObject
                    Resource: arn:aws:s3:::my-bucket
                    Condition: {StringEquals: {"aws:SourceAcount": "1", "s3:prefix": a, "aws:SourceAccount": "12345678901"}}
              text: '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObjets", "Resource": "*"}}'
    callers: {appp: {user: me}, other: {root: true}}
    buckets:
      my-bucket:
        policy:
          Version: 2012-10-17
          Statement: {Effect: Allow, Principal: {Service: brand-new.amazonaws.com}, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/*"}
      my-bukcet: {}
    expect:
      - {as: app, call: GetObject, bucket: my-bucket, key: k, want: {status: 403}}
    fix_patch: {buckets: {my-bucket: {policy: {Statement: {Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/*", Condition: {IpAddress: {"aws:SourceIp": 10.0.0.0/8}}}}}}}
    fix_commands: [{as: app, run: aws s3api delete-bucket --bucket other-one}]
  two:
    title: Two
`

func TestWarnings(t *testing.T) {
	f := parse(t, warnedYAML)
	checkWarnings(t, f.Warnings(), `16:46: no action of Amazon S3 is s3:GetObjects (did you mean "s3:GetObject"?)
16:63: no action of Amazon S3 is s3:*Objekt* (did you mean "s3:*Object*"?)
16:78: s3:ListBucket works on a bucket, and no resource of the statement is one (did you mean "arn:aws:s3:::my-bucket"?)
18:29: s3:GetObject works on an object, and no resource of the statement is one (did you mean "arn:aws:s3:::my-bucket/*"?)
20:48: no request has the condition key aws:SourceAcount (did you mean "aws:SourceAccount"?)
20:73: no request for s3:GetObject has the condition key s3:prefix
20:110: aws:SourceAccount is the number of an account, which has 12 digits, and never "12345678901"
21:21: no action of Amazon S3 is s3:GetObjets (did you mean "s3:GetObject"?)
22:15: no call of expect, after_fix or still_denied, and no command, names the caller appp (did you mean "app"?)
27:59: the service principal brand-new.amazonaws.com is none that s3fault knows; if AWS does not know it either, it refuses the policy: Invalid principal in policy
28:7: no call of expect, after_fix or still_denied, and no command, names the bucket my-bukcet (did you mean "my-bucket"?)
31:193: aws:SourceIp is the public address of a client, and these are private: through a VPC endpoint the request has another key (did you mean "aws:VpcSourceIp"?)
33:3: the scenario two expects nothing: check plays no call of it`)
	checkWarnings(t, f.Warnings("two"), `33:3: the scenario two expects nothing: check plays no call of it`)
}

// A scenario says itself which warnings it is about; one that does not come is another.
func TestExpectedWarnings(t *testing.T) {
	const head = "version: 1\nscenarios:\n  two:\n    title: Two\n"
	checkWarnings(t, parse(t, head+"    warns: [two expects nothing]\n").Warnings(), "")
	checkWarnings(t, parse(t, head+"    warns: [expects nothing, of fire]\n").Warnings(), "5:30: no warning has this text")
}

func checkWarnings(t *testing.T, all []*Error, want string) {
	t.Helper()
	var lines []string
	for _, w := range all {
		lines = append(lines, strings.TrimPrefix(w.Error(), "world.yaml:"))
	}
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("warnings\n%s\nwant\n%s", got, want)
	}
}
