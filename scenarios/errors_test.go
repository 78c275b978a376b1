package scenarios

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/rounds"
)

// All errors of a file are told at once, in its order, whatever they are of.
func TestAllErrors(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"in two scenarios", `version: 1
scenarios:
  one: {titel: One, bukets: {}}
  two:
    title: Two
    accounts: {123456789012: {users: {me: {}}}}
    callers: {app: {user: mee}, other: {rol: x}}
    expect:
      - {as: ap, call: GetObjct, want: {code: NoSuchKee}}
      - {as: app, call: GetObject, bucket: b, want: {stats: 200}}
`, `3:9: unknown key "titel" in a scenario (did you mean "title"?)
3:21: unknown key "bukets" in a scenario (did you mean "buckets"?)
7:27: unknown user "mee" (did you mean "me"?)
7:41: unknown key "rol" in a caller (did you mean "role"?)
7:46: unknown role "x"
9:14: unknown caller "ap"
9:24: unknown call "GetObjct" (did you mean "GetObject"?)
9:47: unknown code "NoSuchKee" (did you mean "NoSuchKey"?)
10:9: GetObject needs a key
10:54: unknown key "stats" in a want (did you mean "status"?)`},
		{"of the file and of YAML", `version: one
responses: axs
expect: []
scenarios:
  One: {title: A, title: B}
  two: []
  three: {title: !x C}
`, `1:10: a whole number is wanted here, not "one"
2:12: unknown value "axs" (did you mean "aws"?)
3:1: the key "expect" does not belong in a file, but in a scenario
5:3: the scenario's name "One" may have a-z, 0-9 and hyphens, and begins with a letter
5:19: the key "title" is there twice
6:8: the scenario two is a mapping, not a list
7:18: the tag !x has no meaning in a scenario file`},
		{"of policies", `version: 1
scenarios:
  one:
    title: One
    accounts:
      123456789012:
        users:
          a: {policies: {p: {Version: 2012-10-17, Statement: [{Effect: Alow, Action: GetObject, Resource: b}]}}}
          b: {managed_policies: [ReadOnlyAcces, x]}
        roles: {r: {trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: "*", Action: "s3:*"}]}}}
    buckets:
      my-bucket:
        policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: "*", Action: "s3:GetObjekt", Resource: "*"}]}
`, `8:64: Invalid effect: Alow (did you mean "Allow"?)
8:78: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: GetObject (did you mean "s3:GetObject"?)
8:97: Resource b must be in ARN format or "*".
9:34: unknown managed policy "ReadOnlyAcces"
9:49: unknown managed policy "x"
10:94: AssumeRole policy may only specify STS AssumeRole actions.: s3:*
13:83: Policy has invalid action: s3:GetObjekt (did you mean "s3:GetObject"?)
13:107: Policy has invalid resource: *`},
		{"what is below a broken thing is not wrong", `version: 1
scenarios:
  one:
    title: One
    accounts: {12345678901: {users: {me: 5}, roles: {you: {path: x}}}}
    callers: {a: {account: 123456789012, user: me}, b: {role: you}, c: {root: yes}, d: none}
    kms_keys: {k: {state: On}}
    buckets: {my-bucket: {encryption: {algorithm: "aws:kms", kms_key: k}, object_lock: on, objects: {o: {legal_hold: true}}}}
    expect:
      - {as: c, call: ListBuckets}
      - {as: d, call: ListBuckets, want: {status: x}}
`, `5:16: the account number "12345678901" has not 12 digits
5:42: a mapping is wanted here, not "5"
5:66: a path begins and ends with a slash, like /team/
6:79: true or false is wanted here, not "yes"
6:88: a mapping is wanted here, not "none"
7:27: unknown value "On"
8:88: a mapping is wanted here, not "on"
11:51: a whole number is wanted here, not "x"`},
		{"what is meant is plain, and so is what is not good in it", `version: 1
scenarios:
one:
  title: One
  accounts:
    123456789012:
      users:
      me: {policies: {Version: 2012-10-17, Statement: []}}
  callers:
    app: {user: me}
  buckets:
    my-bucket:
    objects: {k: {bdy: x}}
    callers: {other: 1}
  expect: {as: app, call: ListBuckets}
`, `3:1: the key "one" lines up with "scenarios" on line 2, which is empty: what belongs to that is indented by more spaces
8:7: the key "me" lines up with "users" on line 7, which is empty: what belongs to that is indented by more spaces
8:22: policies stand by name here: {NAME: {Version: ..., Statement: ...}}
13:5: the key "objects" lines up with "my-bucket" on line 12, which is empty: what belongs to that is indented by more spaces
13:19: unknown key "bdy" in an object (did you mean "body"?)
14:15: unknown key "other" in a bucket; "callers" is a key of a scenario: is it indented too far?
15:11: a list is wanted here, with a dash before each item, and not a mapping`},
		{"of access points", `version: 1
scenarios:
  one:
    title: One
    accounts: {123456789012: {}, 777788889999: {}}
    buckets: {my-bucket: {owner: 123456789012}}
    access_points:
      Reports: {bucket: my-bucket}
      reports: {bucket: my-buckt}
      none: {}
      other: {bucket: my-bucket, account: 123456789013}
      inside: {bucket: my-bucket, vpc: inside}
      "arn:aws:s3:us-east-1:777788889999:accesspoint/shared": {bucket: my-bucket, account: 123456789012}
      "arn:aws:s3:eu-west-1:777788889999:accesspoint/shared": {bucket: my-bucket}
      policed:
        bucket: my-bucket
        policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/*"}]}
`, `8:7: "Reports" is no access point's name: 3 to 50 of a-z, 0-9 and hyphen; nor its ARN
9:25: unknown bucket "my-buckt" (did you mean "my-bucket"?)
10:13: an access point needs a bucket
11:43: unknown account "123456789013" (did you mean "123456789012"?)
12:40: a vpc is wanted, like vpc-1a2b3c4d, not "inside"
13:92: the access point arn:aws:s3:us-east-1:777788889999:accesspoint/shared is not of the account 123456789012
14:72: the bucket my-bucket is in us-east-1, and the access point in eu-west-1
17:107: Policy has invalid resource: arn:aws:s3:::my-bucket/* (did you mean "arn:aws:s3:us-east-1:123456789012:accesspoint/policed/object/*"?)`},
		{"a list of callers", `version: 1
scenarios:
  one:
    title: One
    accounts: {123456789012: {}}
    callers: [app]
    expect:
      - {as: app, call: ListBucket}
`, `6:14: a mapping is wanted here, not a list
8:25: unknown call "ListBucket" (did you mean "ListBuckets"?)`},
		{"a thing at the depth of what it is in", `version: 1
scenarios:
  one:
  title: One
  accounts: {123456789012: {}}
  two:
    title: Two
    accounts:
      123456789012:
      users: {me: {}}
    network:
    source_ip: 198.51.100.7
    callers: {app: {root: true}}
    buckets:
      my-bucket: {}
      expect: []
`, `4:3: the key "title" lines up with "one" on line 3, which is empty: what belongs to that is indented by more spaces
10:7: the key "users" lines up with "123456789012" on line 9, which is empty: what belongs to that is indented by more spaces
12:5: the key "source_ip" lines up with "network" on line 11, which is empty: what belongs to that is indented by more spaces
16:15: a mapping is wanted here, not a list; "expect" is a key of a scenario: is it indented too far?`},
	} {
		t.Run(row.name, func(t *testing.T) { checkRefused(t, row.text, row.want) })
	}
}

// An error about two lines shows both.
func TestErrorShowsBothLines(t *testing.T) {
	_, err := Parse("f", []byte("version: 1\nscenarios:\n  one:\n  title: One\n"))
	e, ok := err.(*Error)
	if !ok || e.Beside != 3 || strings.Join(e.Lines, "|") != "    3 |   one:|    4 |   title: One" {
		t.Errorf("%#v", err)
	}
}

// Whatever is wrong on whichever lines, each error has its place and nothing panics.
func TestBrokenAnywhere(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 4))
	for _, name := range []string{"good", "layers", "full"} {
		lines := strings.Split(worldFile(t, name), "\n")
		for range rounds.Of(150, 5000) {
			broken := append([]string{}, lines...)
			for range 1 + r.IntN(3) {
				i := r.IntN(len(broken))
				broken[i] = breakLine(r, broken[i])
			}
			text := strings.Join(broken, "\n")
			if _, err := Parse("f", []byte(text)); err != nil {
				checkPlaces(t, err)
			}
			if t.Failed() {
				t.Fatal(text)
			}
		}
	}
}

// breakLine is a line with a mistake of those that people make.
func breakLine(r *rand.Rand, line string) string {
	switch r.IntN(7) {
	case 0:
		return ""
	case 1:
		return " " + line
	case 2:
		return strings.TrimPrefix(line, "  ")
	case 3:
		return strings.Replace(line, "  ", "\t", 1)
	case 4:
		return strings.Replace(line, ": ", fmt.Sprintf("x: %d #", r.IntN(3)), 1)
	case 5:
		key, _, _ := strings.Cut(line, ":")
		return key + ": [{a: b}, null]"
	}
	if at := r.IntN(len(line) + 1); at < len(line) {
		return line[:at] + line[at+1:]
	}
	return line
}
