package scenarios

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/sigv4"
)

const namesKeys = `
version: 1
scenarios:
  named:
    title: Texts name keys
    accounts: {123456789012: {users: {ann: {}}}}
    callers: {app: {user: ann}, admin: {root: true}}
    buckets: {my-bucket: {}}
    expect:
      - {as: app, call: ListBuckets, sign: {access_key_id: "{admin.access_key_id}"}, want: {aws: {body_contains: "<K>{app.access_key_id}</K>"}, header: {X: "%s"}}}
    after_fix:
      - {as: app, call: ListBuckets, want: {status: 200}}
    lesson:
      why: The key {app.access_key_id} is the one.
      symptom: [{run: "a b '{\"k\":1}' {a.b} ${app.x}", prints: "{app.secret_access_key}"}]
      diagnose: []
    fix_commands: ["aws --id {app.access_key_id} --token {app.session_token}"]
`

// A world's keys stand where its texts name them, in what is read of the scenario and in
// what is told of it as JSON; the scenario itself stays.
func TestKeysInTexts(t *testing.T) {
	text := strings.ReplaceAll(fmt.Sprintf(namesKeys, "{app.access_key_id}"), "${app.x}", "${x}")
	f, err := Parse("named.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.Scenario("named")
	if err != nil {
		t.Fatal(err)
	}
	before := fmt.Sprintf("%+v", s)
	in, err := s.In(map[string]sigv4.Credentials{
		"app": {AccessKeyID: "ID", SecretAccessKey: "SE$1CRET"}, "admin": {AccessKeyID: "ROOT"},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	call := in.Expect[0]
	if call.Sign.AccessKey != "ROOT" || call.Want.AWS.BodyContains != "<K>ID</K>" || call.Want.Header["X"] != "ID" {
		t.Errorf("the call is %+v", call)
	}
	if c := in.Lesson.Symptom[0]; c.Run != `a b '{"k":1}' {a.b} ${x}` || c.Prints.AWS != "SE$1CRET" || in.Lesson.Why != "The key ID is the one." {
		t.Errorf("the lesson is %+v", in.Lesson)
	}
	if c := in.FixCommands[0].Run; c != "aws --id ID --token " {
		t.Errorf("the fix is %s", c)
	}
	told, err := json.Marshal([]any{in.ExpectJSON(), in.FixCommandsJSON()})
	if err != nil || strings.Contains(string(told), "access_key_id}") || !strings.Contains(string(told), `"X":"ID"`) {
		t.Errorf("as JSON it is %s, %v", told, err)
	}
	if after := fmt.Sprintf("%+v", s); after != before || len(in.AfterFix) != 1 {
		t.Errorf("the scenario was %s and is %s", before, after)
	}
	if alone, err := s.In(nil, nil); err != nil || alone != s {
		t.Errorf("in a world without callers: %v, %v", alone, err)
	}
}

// A name of a key that nobody has is an error of the file, with its place.
func TestKeysThatNobodyHas(t *testing.T) {
	for name, says := range map[string]string{
		"{ap.access_key_id}":    `unknown caller "ap"`,
		"{app.access_key}":      `unknown part of a caller's keys "access_key"`,
		"{admni.session_token}": `unknown caller "admni" (did you mean "admin"?)`,
	} {
		_, err := Parse("named.yaml", []byte(strings.ReplaceAll(fmt.Sprintf(namesKeys, name), "${app.x}", "x")))
		var e *Error
		if !errors.As(err, &e) || e.Line != 10 || e.Column < 100 || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %s", name, err, says)
		}
	}
}
