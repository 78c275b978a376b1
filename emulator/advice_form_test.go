package emulator_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/sigv4"
)

// posting posts the fields with a form whose policy has keys below up/, and is good until then.
func posting(t *testing.T, srv *emulatortest.Server, until time.Time, fields ...sigv4.Field) *answer {
	t.Helper()
	text := fmt.Sprintf(`{"expiration": %q, "conditions": [{"bucket": "my-bucket"}, ["starts-with", "$key", "up/"],
		["starts-with", "$x-amz-algorithm", ""], ["starts-with", "$x-amz-credential", ""],
		["starts-with", "$x-amz-date", ""]]}`, until.UTC().Format("2006-01-02T15:04:05Z"))
	return postForm(t, srv, text, fields, []byte("x"))
}

// postForm posts a file with fields and a policy, signed by app.
func postForm(t *testing.T, srv *emulatortest.Server, policy string, fields sigv4.Form, content []byte) *answer {
	t.Helper()
	fields = append(fields, sigv4.Field{Name: "policy", Value: base64.StdEncoding.EncodeToString([]byte(policy))})
	form := sigv4.SignForm(fields, credentials(srv, "app"), ourScope, time.Now())
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for _, f := range form {
		_ = m.WriteField(f.Name, f.Value)
	}
	file, _ := m.CreateFormFile("file", "f")
	_, _ = file.Write(content)
	_ = m.Close() // a buffer takes all
	r := request(t, srv, "POST", "/my-bucket", b.Bytes())
	r.Header.Set("Content-Type", m.FormDataContentType())
	return do(t, r)
}

// A form that its own policy does not let through is told the field, what it is to have and what it has.
func TestAdviceOnForms(t *testing.T) {
	srv := emulatortest.Start(t, "causes", emulatortest.YAML(causesWorld))
	soon, over := time.Now().Add(time.Hour), time.Now().Add(-time.Hour)
	for name, row := range map[string]struct {
		until  time.Time
		fields []sigv4.Field
		text   string
		proved bool
	}{
		"another key": {soon, []sigv4.Field{{Name: "key", Value: "other/x"}},
			"send what the form's policy wants in the field key: it wants up/..., and the form has other/x;", true},
		"a field more": {soon, []sigv4.Field{{Name: "key", Value: "up/x"}, {Name: "Content-Type", Value: "text/plain"}},
			"do not send the field Content-Type,", true},
		"expired": {over, []sigv4.Field{{Name: "key", Value: "up/x"}}, "sign a new form: the policy of this one was good", false},
	} {
		if a := posting(t, srv, row.until, row.fields...); a.status != 403 {
			t.Fatalf("%s: got %d %s (%s)", name, a.status, a.Code, a.Message)
		}
		a, err := srv.Advice(newest(srv).RequestID)
		if err != nil {
			t.Fatal(err)
		}
		if a.Proved != row.proved || !strings.HasPrefix(a.Changes[0].Text, row.text) {
			t.Errorf("%s: proved %v: %+v\nwant %s", name, a.Proved, a.Changes, row.text)
		}
	}
}
