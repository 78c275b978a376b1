package emulator_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

// postSized posts a file of that many bytes with a form whose policy wants 10 to 20.
func postSized(t *testing.T, srv *emulatortest.Server, size int) *answer {
	t.Helper()
	text := fmt.Sprintf(`{"expiration": %q, "conditions": [{"bucket": "my-bucket"}, {"key": "posted"},
		["starts-with", "$x-amz-algorithm", ""], ["starts-with", "$x-amz-credential", ""],
		["starts-with", "$x-amz-date", ""], ["content-length-range", 10, 20]]}`,
		time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05Z"))
	fields := sigv4.Form{{Name: "key", Value: "posted"}}
	return postForm(t, srv, text, fields, []byte(strings.Repeat("x", size)))
}

// A file outside the range of its form's policy is told the range: parts are no way out.
func TestCausesOfFormSizes(t *testing.T) {
	srv := emulatortest.Start(t, "causes", emulatortest.YAML(causesWorld))
	for _, row := range []struct {
		size       int
		code       string
		want       journal.Cause
		cure, then string
	}{
		{50, "EntityTooLarge", journal.Cause{Text: "larger than the form's policy allows", Wanted: "20", Seen: "50"},
			"send a file of 20 bytes at most", "content-length-range takes in 50 bytes"},
		{5, "EntityTooSmall", journal.Cause{Text: "smaller than the form's policy allows", Wanted: "10", Seen: "5"},
			"send a file of 10 bytes at least", "content-length-range takes in 5 bytes"},
	} {
		if a := postSized(t, srv, row.size); a.Code != row.code {
			t.Fatalf("%d bytes: got %d %s (%s)", row.size, a.status, a.Code, a.Message)
		}
		row.want.Document, row.want.Element = "the form's policy", "content-length-range"
		k := newest(srv)
		holdCause(t, k, row.want, row.cure)
		if len(k.Cause.Cures) != 2 || !strings.Contains(k.Cause.Cures[1].Text, row.then) {
			t.Errorf("%d bytes: the cures are %+v", row.size, k.Cause.Cures)
		}
	}
}
