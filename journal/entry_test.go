package journal

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
)

func TestJSON(t *testing.T) {
	in := Entry{
		RequestID: "R", World: "ip-deny", Caller: "app", Operation: "GetObject", Bucket: "b", Key: "k",
		Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Status: 403, Code: "AccessDenied",
		Invocation: "i", Attempt: 2, UserAgent: "u", Answered: true,
		BytesIn: 1, BytesOut: 2, Duration: 1234567 * time.Nanosecond,
		Decisions: []authz.Decision{
			{Action: "s3:GetObject", Verdict: authz.Allowed, Findings: []authz.Finding{}},
			{Action: "s3:PutObject", Verdict: authz.ExplicitlyDenied, Cause: authz.BucketPolicy,
				DeniedBy: []authz.Layer{authz.BucketPolicy},
				Findings: []authz.Finding{{Layer: authz.BucketPolicy, Effect: authz.ExplicitDeny}}},
			{Action: "s3:PutObject", Verdict: authz.ImplicitlyDenied, Cause: authz.Identity,
				Findings: []authz.Finding{{Layer: authz.Identity, Effect: authz.ImplicitDeny}}},
		},
	}
	data, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"request_id":"R"`, `"verdict":"allowed"`, `"verdict":"denied"`, `"layer":"bucket-policy"`,
		`"fault":null`,
		`"duration_ms":1.234567`, `"bytes_out":2`, `"attempt":2`} {
		if !strings.Contains(string(data), want) {
			t.Errorf("no %s in %s", want, data)
		}
	}
	if n := strings.Count(string(data), `"decisions"`); n != 1 {
		t.Errorf("decisions stand %d times in %s", n, data)
	}
	var out Entry
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(in, out) {
		t.Errorf("read back\n%+v\nwant\n%+v", out, in)
	}
	if d := out.Denied(); d == nil || d.Cause != authz.BucketPolicy {
		t.Errorf("Denied = %+v", d)
	}
}
