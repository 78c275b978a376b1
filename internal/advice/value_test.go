package advice_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/journal"
)

// A value that is wrong by a hair is put right: the first advice shows what was wanted, what was seen, and what should
// stand there, and nothing else of the statement changes.
func TestValuesThatAreWrongByAHair(t *testing.T) {
	for name, c := range hairs {
		t.Run(name, func(t *testing.T) {
			a := try(t, c.facts, c.ask).on()
			if a.Class != journal.OfValue || !a.Proved || len(a.Changes) != 1 {
				t.Errorf("class %s, proved %v:\n%s", a.Class, a.Proved, told(&a.Proposal))
				for _, p := range a.Others {
					t.Error(told(&p))
				}
				return
			}
			got := a.Changes[0]
			if got.Wanted != c.wanted || got.Corrected != c.corrected {
				t.Errorf("%s\nwanted    %s, want %s\nseen      %s\ncorrected %s, want %s", got.Text,
					got.Wanted, c.wanted, got.Seen, got.Corrected, c.corrected)
			}
			if !strings.Contains(got.Text, "correct ") || !strings.Contains(got.Text, c.corrected) || got.Seen == "" {
				t.Errorf("the text %q, seen %q", got.Text, got.Seen)
			}
		})
	}
}

// A Deny that spares a value which is wrong by a hair: that others would be spared with it is told, so that it does not
// come first.
func TestValuesOfGuards(t *testing.T) {
	a := try(t, spared(`{NotIpAddress: {"aws:SourceIp": "10.0.0.0/8"}}`, within), get("ann")).on()
	for _, p := range a.Others {
		if c := p.Changes[0]; p.Class == journal.OfValue {
			if c.Wanted != "aws:SourceIp" || c.Corrected != "aws:VpcSourceIp" || !p.Proved || p.Opened == 0 {
				t.Errorf("proved %v, opens %d: %s", p.Proved, p.Opened, c.Text)
			}
			if text, _ := json.Marshal(p.Patch); !strings.Contains(string(text),
				`{"aws:SourceIp":"10.0.0.0/8","aws:VpcSourceIp":"10.0.0.0/8"}`) {
				t.Errorf("who comes over the internet is shut out: %s", text)
			}
			return
		}
	}
	t.Errorf("no value is corrected: %s", told(&a.Proposal))
}

// A session of a role has no name of a user, which is said where no tag of it does.
func TestSessionsHaveNoUserName(t *testing.T) {
	a := try(t, homes(``), s3("app", "GET", "/my-bucket/home/alice/x")).on()
	if text := a.Changes[0].Text; !a.Proved || !strings.Contains(text, "which a session of a role does not have") {
		t.Errorf("proved %v: %s", a.Proved, text)
	}
}

// homes is my-bucket, in which sessions of app may read homes by names of users.
func homes(tags string) string {
	return `
accounts: {123456789012: {roles: {app: {` + tags + `policies: {p: ` + with(`{Sid: Home, Effect: Allow, Action: `+
		`"s3:GetObject", Resource: "arn:aws:s3:::my-bucket/home/${aws:username}/*"}`) + `}}}}}
callers: {app: {account: 123456789012, role: app, session_name: alice}}
buckets: {my-bucket: {owner: 123456789012, objects: {home/alice/x: {body: x}}}}
`
}

// So it is with an account's number that is a digit off, as it lets all of the account in.
func TestAccountOneDigitOff(t *testing.T) {
	p := of(t, try(t, shared(`{AWS: "123456789013"}`), get("app")).on(), journal.OfValue)
	if c := p.Changes[0]; c.Wanted != "123456789013" || c.Corrected != own || !p.Proved || p.Opened == 0 {
		t.Errorf("proved %v, opens %d: %s", p.Proved, p.Opened, c.Text)
	}
}

// A value that is another is none that is wrong by a hair.
func TestValuesThatAreOthers(t *testing.T) {
	for name, c := range others {
		t.Run(name, func(t *testing.T) {
			a := try(t, c.facts, c.ask).on()
			for _, p := range append(a.Others, a.Proposal) {
				if p.Class == journal.OfValue {
					t.Errorf("it is called a slip:\n%s", told(&p))
				}
			}
		})
	}
}

const k = "arn:aws:s3:::my-bucket/k"

// mine is a world in which ann has one statement, on the actions and with the rest.
func mine(actions, rest string, more ...string) string {
	return ann(`policies: {p: `+with(`{Sid: Mine, Effect: Allow, Action: `+actions+`, `+
		``+rest+`}`)+`}`, append([]string{bucket}, more...)...)
}

func onPut(resource string) string { return mine(`"s3:PutObject"`, `Resource: "`+resource+`"`) }

func on(resource string) string { return mine(`"s3:GetObject"`, `Resource: "`+resource+`"`) }

// when is a world in which ann may get all objects under a condition.
func when(condition string, more ...string) string {
	return mine(`"s3:*"`, `Resource: ["arn:aws:s3:::my-bucket", "arn:aws:s3:::my-bucket/*"], Condition: `+
		``+condition, more...)
}

// shared is my-bucket of another account, which lets a principal in; app is a role of the own account, which may all.
func shared(principal string) string {
	return `
accounts: {123456789012: {users: {ann: {` + annAll + `}}, roles: {app: {path: /team/, ` + annAll + `}}}, ` +
		`222222222222: {}}
callers: {app: {account: 123456789012, role: app}, ann: {account: 123456789012, user: ann}}
buckets: {my-bucket: {owner: 222222222222, objects: {k: {body: x}}, policy: ` + with(`{Sid: Theirs, Effect: `+
		`Allow, Principal: `+principal+`, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/*"}`) + `}}
`
}

// named is shared, for the principals of the own account with an ARN.
func named(arn string) string {
	return strings.Replace(shared(`{AWS: "123456789012"}`), `"arn:aws:s3:::my-bucket/*"}`, `"arn:aws:s3:::my-bucket/*", Condition: {ArnEquals: {"aws:PrincipalArn": "`+arn+`"}}}`, 1)
}

// serviceMay is my-bucket, whose policy lets the service svc read and write a resource under a condition.
func serviceMay(condition, resource, svc string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(svc, "service: "), ",")
	return `
accounts: {123456789012: {}}
callers: {svc: {` + svc + `, source_account: "123456789012"}}
buckets: {my-bucket: {owner: 123456789012, objects: {k: {body: x}}, policy: ` + with(`{Sid: Svc, Effect: Allow, `+
		`Principal: {Service: `+name+`}, Action: ["s3:GetObject", "s3:PutObject"], Resource: "`+resource+`", Condition: `+
		condition+`}`) + `}}
`
}

// sealedWorld is a bucket with a key, which ann may use under a condition.
func sealedWorld(condition, bucketKey string) string {
	return `
accounts: {123456789012: {users: {ann: {policies: {s3: ` + with(`{Effect: Allow, Action: "s3:*", Resource: `+
		`"*"}`, `{Sid: Key, Effect: Allow, Action: "kms:Decrypt", Resource: "*", Condition: `+condition+`}`) + `}}}}}
kms_keys: {main: {account: 123456789012}}
callers: {ann: {account: 123456789012, user: ann}}
buckets: {my-bucket: {owner: 123456789012, encryption: {algorithm: "aws:kms", kms_key: ` +
		`"arn:aws:kms:us-east-1:123456789012:key/main", bucket_key: ` + bucketKey + `}, objects: {state.json: {body: x}}}}
`
}

// spared is a world in which ann may all, and a Deny of the bucket's policy spares what its condition says.
func spared(condition string, more ...string) string { return denying(condition, more...) }

const within = `network: {vpc_endpoint: vpce-1, source_ip: 10.1.2.3}
vpc_endpoints: {vpce-1: {vpc: vpc-7}}`

var hairs = map[string]struct {
	facts                   string
	ask                     question
	wanted, seen, corrected string
}{
	"no /*": {on("arn:aws:s3:::my-bucket"), get("ann"), "arn:aws:s3:::my-bucket", k, "arn:aws:s3:::my-bucket/*"},
	"a slash alone": {on("arn:aws:s3:::my-bucket/"), get("ann"), "arn:aws:s3:::my-bucket/", k,
		"arn:aws:s3:::my-bucket/*"},
	"a folder without *": {onPut("arn:aws:s3:::my-bucket/in/"), s3("ann", "PUT", "/my-bucket/in/k"),
		"arn:aws:s3:::my-bucket/in/", "", "arn:aws:s3:::my-bucket/in/*"},
	"four colons": {on("arn:aws:s3::::my-bucket/*"), get("ann"), "arn:aws:s3::::my-bucket/*", k,
		"arn:aws:s3:::my-bucket/*"},
	"another case": {on("arn:aws:s3:::My-Bucket/*"), get("ann"), "arn:aws:s3:::My-Bucket/*", k,
		"arn:aws:s3:::my-bucket/*"},
	"a typo": {on("arn:aws:s3:::my-bukcet/*"), get("ann"), "arn:aws:s3:::my-bukcet/*", k, "arn:aws:s3:::my-bucket/*"},
	"an underscore": {on("arn:aws:s3:::my_bucket/*"), get("ann"), "arn:aws:s3:::my_bucket/*", k,
		"arn:aws:s3:::my-bucket/*"},
	"a region": {on("arn:aws:s3:us-east-1:123456789012:my-bucket/*"), get("ann"),
		"arn:aws:s3:us-east-1:123456789012:my-bucket/*", k, "arn:aws:s3:::my-bucket/*"},
	"an address": {on("arn:aws:s3:::my-bucket.s3.amazonaws.com/*"), get("ann"),
		"arn:aws:s3:::my-bucket.s3.amazonaws.com/*", k, "arn:aws:s3:::my-bucket/*"},
	"two slashes": {onPut("arn:aws:s3:::my-bucket//in/*"), s3("ann", "PUT", "/my-bucket/in/k"),
		"arn:aws:s3:::my-bucket//in/*", "", "arn:aws:s3:::my-bucket/in/*"},
	"a typo in a folder": {onPut("arn:aws:s3:::my-bucket/reprots/*"), s3("ann", "PUT", "/my-bucket/reports/k"),
		"arn:aws:s3:::my-bucket/reprots/*", "", "arn:aws:s3:::my-bucket/reports/*"},
	"a /* too many": {mine(`"s3:ListBucket"`, `Resource: "arn:aws:s3:::my-bucket/*"`), s3("ann", "GET",
		"/my-bucket?list-type=2"), "arn:aws:s3:::my-bucket/*", "", "arn:aws:s3:::my-bucket"},
	"bucket and objects": {mine(`["s3:ListBucket", "s3:GetObject"]`, `Resource: "arn:aws:s3:::my-bucket/*"`),
		s3("ann", "GET", "/my-bucket?list-type=2"), "arn:aws:s3:::my-bucket/*", "", "arn:aws:s3:::my-bucket"},
	"objects and bucket": {mine(`["s3:ListBucket", "s3:GetObject"]`, `Resource: "arn:aws:s3:::my-bucket"`),
		get("ann"), "arn:aws:s3:::my-bucket", k, "arn:aws:s3:::my-bucket/*"},
	"one of a list": {mine(`"s3:GetObject"`, `Resource: ["arn:aws:s3:::other/*", "arn:aws:s3:::my-bucket"]`),
		get("ann"), "arn:aws:s3:::my-bucket", k, "arn:aws:s3:::my-bucket/*"},
	"an operation": {mine(`["s3:ListObjects"]`, `Resource: "arn:aws:s3:::my-bucket"`), s3("ann", "GET",
		"/my-bucket?list-type=2"), "s3:ListObjects", "", "s3:ListBucket"},
	"HeadObject": {mine(`"s3:HeadObject"`, `Resource: "arn:aws:s3:::my-bucket/*"`), get("ann"), "s3:HeadObject", "",
		"s3:GetObject"},
	"PutObjects": {mine(`"s3:PutObjects"`, `Resource: "arn:aws:s3:::my-bucket/*"`), put(), "s3:PutObjects", "",
		"s3:PutObject"},
	"a typo in an action": {mine(`"s3:GetObejct"`, `Resource: "arn:aws:s3:::my-bucket/*"`), get("ann"),
		"s3:GetObejct", "", "s3:GetObject"},
	"another region of a key": {sealedWorld(`{StringEquals: {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}`,
		"false"), s3("ann", "GET", "/my-bucket/state.json"),
		"s3.eu-west-1.amazonaws.com", "s3.us-east-1.amazonaws.com", "s3.us-east-1.amazonaws.com"},
	"a Bucket Key": {sealedWorld(`{StringEquals: {"kms:EncryptionContext:aws:s3:arn": `+
		`"arn:aws:s3:::my-bucket/state.json"}}`,
		"true"), s3("ann", "GET", "/my-bucket/state.json"),
		"arn:aws:s3:::my-bucket/state.json", "arn:aws:s3:::my-bucket", "arn:aws:s3:::my-bucket"},
	"no Bucket Key": {sealedWorld(`{StringLike: {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::my-bucket"}}`,
		"false"), s3("ann", "GET", "/my-bucket/state.json"),
		"arn:aws:s3:::my-bucket", "arn:aws:s3:::my-bucket/state.json", "arn:aws:s3:::my-bucket/*"},
	"through an endpoint": {when(`{IpAddress: {"aws:SourceIp": "10.0.0.0/8"}}`, within), get("ann"), "aws:SourceIp",
		"", "aws:VpcSourceIp"},
	"an endpoint for a VPC": {when(`{StringEquals: {"aws:SourceVpc": "vpce-1"}}`, within), get("ann"),
		"aws:SourceVpc", "", "aws:SourceVpce"},
	"equals with a *": {when(`{StringEquals: {"s3:prefix": "home/*"}}`), s3("ann", "GET",
		"/my-bucket?list-type=2&prefix=home/ann/"), "StringEquals s3:prefix", "", "StringLike s3:prefix"},
	"a range in texts": {when(`{StringEquals: {"aws:SourceIp": "192.0.2.0/24"}}`,
		`network: {source_ip: 192.0.2.7}`), get("ann"), "StringEquals aws:SourceIp", "", "IpAddress aws:SourceIp"},
	"a network without bits": {when(`{IpAddress: {"aws:SourceIp": "192.0.2.0"}}`,
		`network: {source_ip: 192.0.2.7}`), get("ann"), "192.0.2.0", "", "192.0.2.0/24"},
	"a slash before a prefix": {when(`{StringEquals: {"s3:prefix": "/home/ann/"}}`), s3("ann", "GET",
		"/my-bucket?list-type=2&prefix=home/ann/"), "/home/ann/", "", "home/ann/"},
	"a prefix's case": {when(`{StringLike: {"s3:prefix": "Home/*"}}`), s3("ann", "GET",
		"/my-bucket?list-type=2&prefix=home/ann/"), "Home/*", "", "home/*"},
	"a prefix without *": {when(`{StringEquals: {"s3:prefix": "home/"}}`), s3("ann", "GET",
		"/my-bucket?list-type=2&prefix=home/ann/"), "home/", "", "home/*"},
	"an endpoint's id": {when(`{StringEquals: {"aws:SourceVpce": "vpce-1a2b3c4d"}}`,
		`network: {vpc_endpoint: vpce-1a2b3cd4}
vpc_endpoints: {vpce-1a2b3cd4: {vpc: vpc-7}}`), get("ann"), "vpce-1a2b3c4d", "", "vpce-1a2b3cd4"},
	"a name for an id": {when(`{StringEquals: {"aws:userid": "ann"}}`), get("ann"), "aws:userid", "", "aws:username"},
	"an id for a name": {mine(`"s3:PutObject"`, `Resource: "arn:aws:s3:::my-bucket/${aws:userid}/*"`), s3("ann",
		"PUT", "/my-bucket/ann/k"), "arn:aws:s3:::my-bucket/${aws:userid}/*", "",
		"arn:aws:s3:::my-bucket/${aws:username}/*"},
	"an old version": {ann(`policies: {p: {Version: 2008-10-17, Statement: {Sid: Mine, Effect: Allow, Action: `+
		`"s3:PutObject", Resource: "arn:aws:s3:::my-bucket/${aws:username}/*"}}}`,
		bucket), s3("ann", "PUT", "/my-bucket/ann/k"), "2008-10-17", "", "2012-10-17"},
	"in a boundary": {ann(annAll+`, permissions_boundary: `+with(`{Effect: Allow, Action: "s3:*", Resource: `+
		`"arn:aws:s3:::my-bucket"}`),
		bucket), get("ann"), "arn:aws:s3:::my-bucket", "", "arn:aws:s3:::my-bucket/*"},
	"an organization's path": {when(`{StringEquals: {"aws:PrincipalOrgID": "o-a1b2c3d4e5/r-ab12/*"}}`,
		`organization: {id: o-a1b2c3d4e5, management_account: 333333333333, root: {accounts: {123456789012: {}, `+
			`333333333333: {}}}}`),
		get("ann"), "StringEquals aws:PrincipalOrgID: o-a1b2c3d4e5/r-ab12/*", "",
		"StringEquals aws:PrincipalOrgID: o-a1b2c3d4e5"},
	"no path of a role": {named("arn:aws:iam::123456789012:role/app"), get("app"),
		"arn:aws:iam::123456789012:role/app", "", "arn:aws:iam::123456789012:role/team/app"},
	"a user for a role": {named("arn:aws:iam::123456789012:user/app"), get("app"),
		"arn:aws:iam::123456789012:user/app", "", "arn:aws:iam::123456789012:role/team/app"},
	"a role for a user": {named("arn:aws:iam::123456789012:role/ann"), get("ann"),
		"arn:aws:iam::123456789012:role/ann", "", "arn:aws:iam::123456789012:user/ann"},
	"digits of an account": {named("arn:aws:iam::123456789021:user/ann"), get("ann"),
		"arn:aws:iam::123456789021:user/ann", "", "arn:aws:iam::123456789012:user/ann"},
	"a typo in a key": {when(`{IpAddress: {"aws:SourcIp": "192.0.2.0/24"}}`, `network: {source_ip: 192.0.2.7}`), get("ann"),
		"aws:SourcIp", "", "aws:SourceIp"},
	"half an action": {mine(`["s3:Get"]`, `Resource: "arn:aws:s3:::my-bucket/*"`), get("ann"), "s3:Get", "", "s3:GetObject"},
	"an Allow without TLS": {when(`{Bool: {"aws:SecureTransport": "false"}}`, `network: {secure_transport: true}`), get("ann"),
		"false", "", "true"},
	"two values": {mine(`"s3:GetObjects"`, `Resource: "arn:aws:s3:::my-bucket"`), get("ann"),
		"s3:GetObjects", "", "s3:GetObject"},
	"a blank": {onPut("arn:aws:s3:::my-bucket/ in/*"), s3("ann", "PUT", "/my-bucket/in/k"),
		"arn:aws:s3:::my-bucket/ in/*", "", "arn:aws:s3:::my-bucket/in/*"},
	"a typo behind a *": {onPut("arn:aws:s3:::my-bucket/*/reprots/*"), s3("ann", "PUT", "/my-bucket/a/reports/k"),
		"arn:aws:s3:::my-bucket/*/reprots/*", "", "arn:aws:s3:::my-bucket/*/reports/*"},
	"another partition": {on("arn:aws-cn:s3:::my-bucket/*"), get("ann"),
		"arn:aws-cn:s3:::my-bucket/*", "", "arn:aws:s3:::my-bucket/*"},
	"a service without region": {sealedWorld(`{StringEquals: {"kms:ViaService": "s3.amazonaws.com"}}`, "false"),
		s3("ann", "GET", "/my-bucket/state.json"), "s3.amazonaws.com", "", "s3.us-east-1.amazonaws.com"},
	"an account of KMS": {sealedWorld(`{StringEquals: {"kms:CallerAccount": "123456789021"}}`, "false"),
		s3("ann", "GET", "/my-bucket/state.json"), "123456789021", "", "123456789012"},
	"a region of CloudFront": {serviceMay(`{StringEquals: {"AWS:SourceArn": `+
		`"arn:aws:cloudfront:us-east-1:123456789012:distribution/E1"}}`, `arn:aws:s3:::my-bucket/*`,
		`service: cloudfront.amazonaws.com, source_arn: "arn:aws:cloudfront::123456789012:distribution/E1"`),
		get("svc"), "arn:aws:cloudfront:us-east-1:123456789012:distribution/E1", "",
		"arn:aws:cloudfront::123456789012:distribution/E1"},
	"the logs of another account": {serviceMay(`{ArnLike: {"aws:SourceArn": `+
		`"arn:aws:elasticloadbalancing:*:123456789012:*"}}`,
		`arn:aws:s3:::my-bucket/lb/AWSLogs/555555555555/*`, `service: logdelivery.elasticloadbalancing.amazonaws.com, `+
			`source_arn: "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/web/1"`),
		s3("svc", "PUT", "/my-bucket/lb/AWSLogs/123456789012/x.gz"),
		"arn:aws:s3:::my-bucket/lb/AWSLogs/555555555555/*", "", "arn:aws:s3:::my-bucket/lb/AWSLogs/123456789012/*"},
	"a digit of an account": {sealedWorld(`{StringEquals: {"kms:CallerAccount": "123456789013"}}`, "false"),
		s3("ann", "GET", "/my-bucket/state.json"), "123456789013", "", "123456789012"},
	"a key as in URLs": {onPut("arn:aws:s3:::my-bucket/my%20file.txt"), s3("ann", "PUT", "/my-bucket/my%20file.txt"),
		"arn:aws:s3:::my-bucket/my%20file.txt", "", "arn:aws:s3:::my-bucket/my file.txt"},
	"a tag's capital": {strings.NewReplacer("ann: {policies", "ann: {tags: {team: Blue}, policies",
		"{body: x}", "{body: x, tags: {team: blue}}").Replace(
		when(`{StringEquals: {"s3:ExistingObjectTag/team": "${aws:PrincipalTag/team}"}}`)),
		get("ann"), "StringEquals s3:ExistingObjectTag/team", "", "StringEqualsIgnoreCase s3:ExistingObjectTag/team"},
	"a colon before a slash": {onPut("arn:aws:s3:::my-bucket/env/*"), s3("ann", "PUT", "/my-bucket/env:/dev/state"),
		"arn:aws:s3:::my-bucket/env/*", "", "arn:aws:s3:::my-bucket/env:/*"},
	"a user's name of a session": {homes(`tags: {who: alice}, `), s3("app", "GET", "/my-bucket/home/alice/x"),
		"arn:aws:s3:::my-bucket/home/${aws:username}/*", "", "arn:aws:s3:::my-bucket/home/${aws:PrincipalTag/who}/*"},
	"a session": {shared(`{AWS: "arn:aws:sts::123456789012:assumed-role/app/last-week"}`), get("app"),
		"arn:aws:sts::123456789012:assumed-role/app/last-week", "", "arn:aws:iam::123456789012:role/team/app"},
}

var others = map[string]struct {
	facts string
	ask   question
}{
	"another folder": {onPut("arn:aws:s3:::my-bucket/dev/*"), s3("ann", "PUT", "/my-bucket/prd/k")},
	"another year":   {onPut("arn:aws:s3:::my-bucket/logs-2023/*"), s3("ann", "PUT", "/my-bucket/logs-2024/k")},
	"another action": {mine(`"s3:GetObjectAcl"`, `Resource: "arn:aws:s3:::my-bucket/*"`), get("ann")},
	"a beginning":    {onPut("arn:aws:s3:::my-bucket/img"), s3("ann", "PUT", "/my-bucket/images")},
	"another bucket": {strings.Replace(on("arn:aws:s3:::my-basket/*"), "buckets: {",
		"buckets: {my-basket: {owner: 123456789012}, ", 1), get("ann")},
	"another account's logs": {onPut("arn:aws:s3:::my-bucket/logs/222222222222/*"), s3("ann", "PUT",
		"/my-bucket/logs/222222222223/k")},
	"another address": {when(`{IpAddress: {"aws:SourceIp": "192.0.2.7"}}`, `network: {source_ip: 192.0.2.8}`),
		get("ann")},
}
