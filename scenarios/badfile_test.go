package scenarios

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// good is a file without a defect; each row of TestBadFiles puts one into it.
var good = mustRead("../internal/build/testdata/good.yaml")

func mustRead(name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func TestGoodFile(t *testing.T) {
	f, err := Parse("world.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Scenario("one"); err != nil {
		t.Error(err)
	}
}

// othersPolicy is the second error of a bucket by another name: its policy is of the first.
func othersPolicy(name string) string {
	return "\n37:15: Policy has invalid resource: arn:aws:s3:::my-bucket/* (did you mean \"arn:aws:s3:::" + name + "/*\"?)"
}

// Every row puts new in the place of old, which is there once, and has one
// defect.
var badFiles = []struct{ name, old, new, want string }{
	{"unknown key of the file", "responses: aws", "response: aws",
		`2:1: unknown key "response" in a file (did you mean "responses"?)`},
	{"unknown key of a scenario", "    network:", "    netwrok:",
		`8:5: unknown key "netwrok" in a scenario (did you mean "network"?)`},
	{"unknown key in defaults", "  region: us-east-1", "  regoin: us-east-1",
		`4:3: unknown key "regoin" in a scenario (did you mean "region"?)`},
	{"misplaced key", "    clock:", "    session_policy: {}\n    clock:",
		`9:5: the key "session_policy" does not belong in a scenario, but in a caller`},
	{"unknown key of a bucket", "        owner:", "        ownr:",
		`26:9: unknown key "ownr" in a bucket (did you mean "owner"?)`},
	{"doubled key", "        owner: 123456789012", "        owner: 123456789012\n        owner: 123456789012",
		`27:9: the key "owner" is there twice`},
	{"doubled scenario", "scenarios:\n", "scenarios:\n  one: {title: One}\n", `7:3: the key "one" is there twice`},
	{"text for a mapping", "network: {source_ip: 198.51.100.7}", "network: none",
		`8:14: a mapping is wanted here, not "none"`},
	{"list for a mapping", "network: {source_ip: 198.51.100.7}", "network: [a]",
		`8:14: a mapping is wanted here, not a list`},
	{"mapping for a text", "title: One", "title: {a: b}", `7:12: a text is wanted here, not a mapping`},
	{"text for a truth", "{root: true}", "{root: yes}", `20:21: true or false is wanted here, not "yes"`},
	{"quoted truth", "{root: true}", `{root: "true"}`, `20:21: true or false is wanted here, not "true"`},
	{"text for a number", "status: 403", "status: denied", `41:85: a whole number is wanted here, not "denied"`},
	{"no duration", "offset: 0s", "offset: soon", `9:21: a duration like 90s, 2h or 7d is wanted here, not "soon"`},
	{"no expiry", "expires: 1h", "expires: later",
		`21:59: a date or a duration from loading, like -1h, is wanted here, not "later"`},
	{"no date", "responses: aws", "as_of: June 2023", `2:8: a date like 2023-06-01 is wanted here, not "June 2023"`},
	{"another version", "version: 1", "version: 2", "1:10: the file needs `version: 1`"},
	{"unknown responses", "responses: aws", "responses: artcle",
		`2:12: unknown value "artcle" (did you mean "article"?)`},
	{"no title", "    title: One\n", "", `6:3: the scenario one needs a title`},
	{"a name for no host", "  one:", "  One_Two:",
		`6:3: the scenario's name "One_Two" may have a-z, 0-9 and hyphens, and begins with a letter`},
	{"no account number", "      123456789012:\n", "      12345678901:\n",
		`11:7: the account number "12345678901" has not 12 digits`},
	{"no bucket's name", "      my-bucket:\n", "      my_bucket:\n",
		`25:7: "my_bucket" is no bucket's name: 3 to 63 of a-z, 0-9, hyphen and dot, and no address` + othersPolicy("my_bucket")},
	{"an address for a bucket", "      my-bucket:\n", "      10.0.0.1:\n",
		`25:7: "10.0.0.1" is no bucket's name: 3 to 63 of a-z, 0-9, hyphen and dot, and no address` + othersPolicy("10.0.0.1")},
	{"a bucket in another account's namespace", "      my-bucket:\n", "      my-210987654321-us-east-1-an:\n",
		`26:9: "my-210987654321-us-east-1-an" is a name of the account 210987654321 in us-east-1, and this bucket belongs to 123456789012 in us-east-1` + othersPolicy("my-210987654321-us-east-1-an")},
	{"a directory bucket", "      my-bucket:\n", "      my-bucket--use1-az4--x-s3:\n",
		`25:7: "my-bucket--use1-az4--x-s3" is the name of a directory bucket, and s3fault has none: a bucket's name does not end in --x-s3` + othersPolicy("my-bucket--use1-az4--x-s3")},
	{"no S3 policy", "    kms_keys:", "    organization: {id: o-a1b2c3d4e5, management_account: 123456789012, s3_policies: {no: {policy: {s3_attributes: {public_access_block_configuration: {'@@assign': some}}}}}}\n    kms_keys:", `22:99: "some" is nothing that @@assign can be: all or none`},
	{"a misspelt S3 policy", "    kms_keys:", "    organization: {management_account: 123456789012, s3_policies: {no: {policy: {s3_attributes: {public_acces_block_configuration: {}}}}}}\n    kms_keys:", `22:81: the S3 policy cannot be read: unknown field "public_acces_block_configuration" (did you mean "public_access_block_configuration"?)`},
	{"an S3 policy of another type", "    kms_keys:", "    organization: {management_account: 123456789012, s3_policies: {no: {policy: {s3_attributes: {public_access_block_configuration: all}}}}}\n    kms_keys:", `22:81: the S3 policy has a value of another type at s3_attributes.public_access_block_configuration: not string`},
	{"a policy type that is off", "    kms_keys:", "    organization: {management_account: 123456789012, s3_policies: {no: {policy: {s3_attributes: {public_access_block_configuration: {}}}}}, s3_policies_enabled: false, root: {s3_policies: [no]}}\n    kms_keys:", `22:189: S3 policies are not enabled in the organization (s3_policies_enabled), and cannot be attached`},
	{"an unknown S3 policy", "    kms_keys:", "    organization: {management_account: 123456789012, s3_policies: {no-public: {policy: {s3_attributes: {public_access_block_configuration: {}}}}}, root: {s3_policies: [no-pubic]}}\n    kms_keys:", `22:169: unknown S3 policy "no-pubic" (did you mean "no-public"?)`},
	{"no access key", "{user: my-user}", "{user: my-user, access_key_id: AK/IA}", "19:43: an access key id has 1 to 128 characters of ASCII, and no space, slash, comma or colon"},
	{"no session name", "session_name: s1", "session_name: a b", "21:46: a session's name has 2 to 64 letters, digits and +=,.@_-"},
	{"no token", "session_name: s1", "session_token: a b", "21:47: a session token has neither spaces nor characters outside ASCII"},
	{"no path", "          my-user:\n", "          my-user:\n            path: team\n", "14:19: a path begins and ends with a slash, like /team/"},
	{"unknown key without a value", "    network:", "    netwrok:\n    network:",
		`8:5: unknown key "netwrok" in a scenario (did you mean "network"?)`},
	{"unknown key in fix_patch", "    fix_commands:", "    fix_patch: {buckets: {my-bucket: {polcy: null}}}\n    fix_commands:", `42:39: unknown key "polcy" in a bucket (did you mean "policy"?)`},
	{"no world in fix_patch", "    fix_commands:", "    fix_patch: {title: x}\n    fix_commands:",
		`42:17: the key "title" does not belong in a world, but in a scenario`},
	{"list for fix_patch", "    fix_commands:", "    fix_patch: []\n    fix_commands:",
		`42:16: a mapping is wanted here, not a list`},
	{"one of two prints", "- aws s3api delete-bucket-policy --bucket my-bucket", "- {run: aws s3 ls, prints: {aws: ExpiredToken}}", `43:34: prints is a text, or one for article and one for aws`},
	{"another key in prints", "- aws s3api delete-bucket-policy --bucket my-bucket", "- {run: aws s3 ls, prints: {artcle: x, aws: y}}", `43:35: unknown key "artcle" in a mapping (did you mean "article"?)`},
	{"list for prints", "- aws s3api delete-bucket-policy --bucket my-bucket", "- {run: aws s3 ls, prints: [x]}",
		`43:34: a mapping is wanted here, not a list`},
	{"no address", "198.51.100.7", "198.51.100", `8:26: "198.51.100" is no IP address`},
	{"no region", "region: us-east-1", "region: US_EAST", `4:11: "US_EAST" is no region's name`},
	{"unknown user", "{user: my-user}", "{user: my-uesr}", `19:19: unknown user "my-uesr" (did you mean "my-user"?)`},
	{"unknown role", "role: my-role,", "role: my-rol,", `21:23: unknown role "my-rol" (did you mean "my-role"?)`},
	{"an origin access identity's account", "{user: my-user}", "{origin_access_identity: E2EXAMPLE1OAID, account: 123456789012}", `19:62: an origin access identity belongs to no account`},
	{"an origin access identity's id", "{user: my-user}", "{origin_access_identity: replace_me}",
		`19:37: the id of an origin access identity has capital letters and digits, as E2EXAMPLE1OAID`},
	{"two kinds of caller", "{user: my-user}", "{user: my-user, root: true}",
		`19:12: the caller app is one of user, role, root: true, service and origin_access_identity`},
	{"unknown owner", "owner: 123456789012", "owner: 123456789013",
		`26:16: unknown account "123456789013" (did you mean "123456789012"?)`},
	{"a service of an account", "{user: my-user}", "{service: delivery.logs.amazonaws.com, account: 123456789012}",
		`19:60: a service belongs to no account; the one that it acts for is its source_account`},
	{"one key twice", "{user: my-user}", "{user: my-user, access_key_id: AKIAIOSFODNN7EXAMPLE}\n      zed: {root: true, access_key_id: AKIAIOSFODNN7EXAMPLE}", `20:40: callers app and zed have the same access key AKIAIOSFODNN7EXAMPLE`},
	{"unknown ownership", "BucketOwnerEnforced", "BucketOwnerEnforce",
		`27:27: unknown value "BucketOwnerEnforce" (did you mean "BucketOwnerEnforced"?)`},
	{"unknown setting", "public_access_block: none", "public_access_block: {block_public_acl: true}",
		`28:31: unknown key "block_public_acl" in a public access settings (did you mean "block_public_acls"?)`},
	{"unknown algorithm", `"aws:kms"`, `"aws:kmss"`, `29:33: unknown value "aws:kmss" (did you mean "aws:kms"?)`},
	{"unknown KMS key", "kms_key: key-1", "kms_key: arn:aws:kms:us-east-1:123456789012:key/key-2", `29:53: unknown KMS key "arn:aws:kms:us-east-1:123456789012:key/key-2" (did you mean "arn:aws:kms:us-east-1:123456789012:key/key-1"?)`},
	{"unknown state", "state: Enabled", "state: Enable", `23:22: unknown value "Enable" (did you mean "Enabled"?)`},
	{"unknown key spec", "state: Enabled", "spec: SYMETRIC_DEFAULT",
		`23:21: unknown key spec "SYMETRIC_DEFAULT" (did you mean "SYMMETRIC_DEFAULT"?)`},
	{"a spec of several usages", "state: Enabled", "spec: RSA_2048",
		`23:21: a key of the spec RSA_2048 needs a usage: ENCRYPT_DECRYPT or SIGN_VERIFY`},
	{"unknown key usage", "state: Enabled", "usage: ENCRYPT", `23:22: unknown key usage "ENCRYPT" (did you mean "ENCRYPT_DECRYPT"?)`},
	{"another spec's usage", "state: Enabled", "usage: SIGN_VERIFY",
		`23:22: a key of the spec SYMMETRIC_DEFAULT has the usage ENCRYPT_DECRYPT`},
	{"unknown origin", "state: Enabled", "origin: AWS", `23:23: unknown origin "AWS"`},
	{"no place of several regions", "state: Enabled", "multi_region: both",
		`23:29: true, false, primary or replica is wanted here, not "both"`},
	{"AWS's key of another kind", "state: Enabled", "aws_managed: true, origin: EXTERNAL",
		`23:14: an AWS managed key is for symmetric encryption, of KMS's own material and in one region`},
	{"a misspelt use", "state: Enabled", "last_used: {at: -1h, operatoin: Decrypt}",
		`23:36: unknown key "operatoin" in a use (did you mean "operation"?)`},
	{"no time of a use", "state: Enabled", "last_used: {operation: Decrypt}", `23:26: the use of a key has a time: at`},
	{"a use that is none", "state: Enabled", "last_used: {at: -1h, operation: DescribeKey}",
		`23:47: unknown operation "DescribeKey"`},
	{"a use at no time", "state: Enabled", "last_used: yesterday",
		`23:26: a date or a duration from loading, like -1h, is wanted here, not "yesterday"`},
	{"a tag in a key policy", "state: Enabled", "policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: '*', Action: 'kms:*', Resource: '*', Condition: {StringEquals: {'aws:ResourceTag/a': b}}}]}", `23:148: These condition keys are not permitted in a key policy: aws:ResourceTag, kms:ResourceTag, kms:ResourceAliases: aws:ResourceTag/a`},
	{"two aliases alike", "state: Enabled", "aliases: [alias/a, alias/a]", `23:34: the key has the alias alias/a twice`},
	{"an alias of another key", "key-1: {state: Enabled}", "key-0: {aliases: [alias/a]}\n      key-1: {aliases: [alias/a]}", `24:25: the key key-0 has the alias alias/a already`},
	{"no alias", "state: Enabled", "aliases: [a]", `23:25: "a" is no alias of a key, like alias/my-key`},
	{"an alias of AWS's", "state: Enabled", "aliases: [alias/aws/s3]",
		`23:25: "alias/aws/s3": the aliases that begin with alias/aws/ are those of AWS managed keys`},
	{"an unknown alias", "kms_key: key-1", "kms_key: alias/a", `29:53: unknown KMS key "alias/a"`},
	{"no issuer", "state: Enabled", "grants: [{grantee: logging.s3.amazonaws.com, operations: [Decrypt], issuer: me}]", `23:91: the account number "me" has not 12 digits`},
	{"two bodies",
		`{body: "hello\n"}`, `{body: "hello\n", size: 5}`, `39:29: an object has one of body, body_base64 and size`},
	{"no size", `{body: "hello\n"}`, `{size: big}`, `39:36: a size like 1024 or 5MiB is wanted here, not "big"`},
	{"unknown caller", "as: app,", "as: sesion,", `41:14: unknown caller "sesion" (did you mean "session"?)`},
	{"unknown call", "call: GetObject,", "call: GetObjct,", `41:25: unknown call "GetObjct" (did you mean "GetObject"?)`},
	{"no key", "key: file.txt, want", "want", `41:9: GetObject needs a key`},
	{"unknown code", "code: AccessDenied", "code: AccesDenied",
		`41:96: unknown code "AccesDenied" (did you mean "AccessDenied"?)`},
	{"unknown layer", "layer: bucket-policy", "layer: bucketpolicy",
		`41:117: unknown layer "bucketpolicy" (did you mean "bucket-policy"?)`},
	{"unknown key of a call", "as: app,", "sa: app,", `41:10: unknown key "sa" in a call`},
	{"a call that is never sent", "as: app,", "times: 0, as: app,", `41:17: a call is sent 1 to 1000 times, not 0`},
	{"a call without end", "as: app,", "times: 100000, as: app,", `41:17: a call is sent 1 to 1000 times, not 100000`},
	{"times and a sequence", "want: {status: 403, code: AccessDenied, layer: bucket-policy, statement: OfficeOnly}",
		"times: 2, want: [{status: 503}, {status: 200}]", `41:77: a list of answers says how often the call is sent`},
	{"a sequence of none", "want: {status: 403, code: AccessDenied, layer: bucket-policy, statement: OfficeOnly}",
		"want: []", `41:76: a list of answers has one or more`},
	{"unknown key in a sequence", "want: {status: 403, code: AccessDenied, layer: bucket-policy, statement: OfficeOnly}",
		"want: [{status: 503}, {stauts: 200}]", `41:93: unknown key "stauts" in a want (did you mean "status"?)`},
	{"unknown code in a sequence", "want: {status: 403, code: AccessDenied, layer: bucket-policy, statement: OfficeOnly}",
		"want: [{status: 503}, {code: SlowDwn}]", `41:99: unknown code "SlowDwn" (did you mean "SlowDown"?)`},
	{"no want", "want: {status: 403, code: AccessDenied, layer: bucket-policy, statement: OfficeOnly}",
		"want: 403", `41:76: a mapping is wanted here, not "403"`},
	{"no way of breaking", "status: 403,", "broken: rest,",
		`41:85: unknown way of breaking "rest" (did you mean "reset"?)`},
	{"a clock that stands still", "    fix_commands:", "      - {advance: 0s}\n    fix_commands:",
		`42:19: a clock advances by more than nothing, not by 0s`},
	{"a clock that goes back", "    fix_commands:", "      - {advance: -1h}\n    fix_commands:",
		`42:19: a clock advances by more than nothing, not by -1h`},
	{"no step of the clock", "    fix_commands:", "      - {client_skew: an hour}\n    fix_commands:",
		`42:23: a duration like 90s, 2h or 7d is wanted here, not "an hour"`},
	{"a call in a step of the clock", "    fix_commands:", "      - {advance: 1h, as: app, call: ListBuckets}\n    fix_commands:", `42:23: a step of the clock has one key: advance or client_skew`},
	{"nothing saved", "as: app,", "as: app, query: {uploadId: '{uplaod}'},", `41:37: unknown saved name "uplaod"`},
	{"saved too late", "as: app,", "as: app, save: {upload: UploadId}, headers: {x-amz-meta-of: '{upload}'},",
		`41:70: unknown saved name "upload"`},
	{"no name to save by", "as: app,", "as: app, save: {Upload-Id: UploadId},",
		`41:26: what is saved has a name of a-z, 0-9 and _, not "Upload-Id"`},
	{"nothing to save", "as: app,", "as: app, save: {upload: ''},",
		`41:34: what is saved is an element or a header of the answer`},
	{"unknown service", "call: GetObject,", "call: 'iamm:GetUser',",
		`41:25: unknown call "iamm:GetUser" (did you mean "iam:GetUser"?)`},
	{"unknown action", "call: GetObject,", "call: 'iam:GetUsr',",
		`41:25: unknown call "iam:GetUsr" (did you mean "iam:GetUser"?)`},
	{"a service of another protocol", "call: GetObject,", "call: 'kms:ListKeys',", `41:25: unknown call "kms:ListKeys"`},
	{"unknown operator", "NotIpAddress", "NotIpAdress",
		`38:27: Invalid Condition type : NotIpAdress (did you mean "NotIpAddress"?)`},
	{"unknown action", "s3:GetObject\n", "s3:GetObjekt\n",
		`36:15: Policy has invalid action: s3:GetObjekt (did you mean "s3:GetObject"?)`},
	{"another bucket's policy", "arn:aws:s3:::my-bucket/*", "arn:aws:s3:::other/*",
		`37:15: Policy has invalid resource: arn:aws:s3:::other/* (did you mean "arn:aws:s3:::my-bucket/*"?)`},
	{"policy without effect", "              Effect: Deny\n", "", `33:15: Missing required field Effect`},
}

func TestBadFiles(t *testing.T) {
	for _, row := range badFiles {
		t.Run(row.name, func(t *testing.T) {
			if strings.Count(good, row.old) != 1 {
				t.Fatalf("%q is there %d times", row.old, strings.Count(good, row.old))
			}
			checkRefused(t, strings.Replace(good, row.old, row.new, 1), row.want)
		})
	}
}

func TestBadYAML(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"empty", "", "1:1: the file is empty"},
		{"a text", "hello", `1:1: a mapping is wanted here, not "hello"`},
		{"syntax", "version: 1\nscenarios:\n  one: [\n  two: }\n", "3:1: did not find expected node content"},
		{"syntax on the first line", "a: b: c\n",
			"1:1: there is a colon too many on this line: put a value that has one into quotes"},
		{"tab", "version: 1\nscenarios:\n\tone: 1\n",
			"3:1: this line is indented with a tab, and YAML takes spaces alone"},
		{"no UTF-8", "version: 1\ntitle: \xff\n", "2:8: the file is not UTF-8 text"},
		{"control character", "version: 1\ntitle: \"a\x01\"\n", "2:10: control character U+0001"},
		{"two documents", "version: 1\n---\nversion: 1\n", "2:1: a scenario file is one YAML document, and here a second one begins"},
		{"merge key", "version: 1\ndefaults: &d {region: us-west-1}\nscenarios: {one: {title: One, <<: *d}}\n",
			"3:31: merge keys (<<) are not supported: use defaults"},
		{"own tag", "version: !mine 1\n", "1:10: the tag !mine has no meaning in a scenario file"},
		{"list as a key", "? [a]\n: b\n", "1:3: a key must be a text, not a list"},
		{"no scenarios", "version: 1\n", "1:1: the file needs scenarios"},
		{"empty scenarios", "version: 1\nscenarios: {}\n", "2:12: the file needs scenarios"},
	} {
		t.Run(row.name, func(t *testing.T) { checkRefused(t, row.text, row.want) })
	}
}

func checkRefused(t *testing.T, text, want string) {
	t.Helper()
	_, err := Parse("world.yaml", []byte(text))
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want an *Error", err)
	}
	if want = "world.yaml:" + strings.ReplaceAll(want, "\n", "\nworld.yaml:"); err.Error() != want {
		t.Errorf("error\n%v\nwant\n%s", err, want)
	}
}

func TestBombsAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 12; i++ {
		n, before := string(rune('a'+i)), string(rune('a'+i-1))
		if i == 1 {
			before = "a0"
		}
		b.WriteString(n + ": &" + n + " [" + strings.Repeat("*"+before+", ", 9) + "*" + before + "]\n")
	}
	for name, text := range map[string]string{
		"aliases":       b.String(),
		"itself":        "a: &a [*a]\n",
		"deep lists":    "a: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
		"deep mappings": strings.Repeat("{a: ", 5000) + strings.Repeat("}", 5000),
		"large":         "a: " + strings.Repeat("x", 9<<20),
	} {
		if _, err := Parse("world.yaml", []byte(text)); err == nil || strings.ContainsAny(err.Error(), "\n\r") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An alias stands for what its anchor holds.
func TestAliases(t *testing.T) {
	text := strings.Replace(good, "    fix_commands:", "    after_fix: &again\n      - {as: admin, call: ListBuckets, want: {status: 200}}\n    still_denied: *again\n    fix_commands:", 1)
	f, err := Parse("world.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.Scenario("one")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.StillDenied) != 1 || s.StillDenied[0].Call != "ListBuckets" {
		t.Errorf("still_denied = %+v", s.StillDenied)
	}
}

// A policy in a file of its own is found beside the scenario file, and its
// defects have their place in it.
func TestPolicyFiles(t *testing.T) {
	folder := t.TempDir()
	start := strings.Index(good, "        policy:\n")
	end := strings.Index(good, "        objects:")
	text := good[:start] + "        policy: {file: bucket.json}\n" + good[end:]
	name := filepath.Join(folder, "world.yaml")
	write := func(name, content string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("world.yaml", text)
	const head = "{\"Version\": \"2012-10-17\",\n \"Statement\": {\"Effect\": \"Deny\", \"Principal\": \"*\", \"Action\": \""
	const tail = "\", \"Resource\": \"arn:aws:s3:::my-bucket/*\"}}"
	write("bucket.json", head+"s3:GetObject"+tail)
	if _, err := Load(name); err != nil {
		t.Error(err)
	}
	write("bucket.json", head+"s3:GetObjekt"+tail)
	want := filepath.Join(folder, "bucket.json") + `:2:52: Policy has invalid action: s3:GetObjekt (did you mean "s3:GetObject"?)`
	if _, err := Load(name); err == nil || err.Error() != want {
		t.Errorf("error\n  %v\nwant\n  %s", err, want)
	}
	if err := os.Remove(filepath.Join(folder, "bucket.json")); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(name); err == nil || !strings.HasPrefix(err.Error(), name+":30:24: ") {
		t.Errorf("a missing policy file: %v", err)
	}
}

func TestLoadErrors(t *testing.T) {
	if _, err := Load(filepath.Join(t.TempDir(), "none.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

func TestUnknownScenario(t *testing.T) {
	f, err := Parse("world.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Scenario("on"); err == nil {
		t.Error("a scenario that is not there was found")
	}
}
