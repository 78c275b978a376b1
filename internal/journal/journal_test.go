package journal

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
)

// A journal has its newest entries, in order, and only those are found by id.
func TestJournal(t *testing.T) {
	j := New(2)
	if got := j.All(); got == nil || len(got) != 0 {
		t.Errorf("a new one has %v, want an empty list", got)
	}
	for _, id := range []string{"a", "b", "c"} {
		j.Add(Entry{RequestID: id, World: "w"})
	}
	if got := j.All(); len(got) != 2 || got[0].RequestID != "b" || got[1].RequestID != "c" {
		t.Errorf("it has %v", got)
	}
	if e := j.Find("c"); e == nil || e.World != "w" {
		t.Errorf("Find(c) = %v", e)
	}
	if e := j.Find("a"); e != nil {
		t.Errorf("the oldest has made room, and is found: %v", e)
	}
}

func TestJSON(t *testing.T) {
	in := Entry{
		RequestID: "R", World: "ip-deny", Caller: "app", Operation: "GetObject", Bucket: "b", Key: "k",
		Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Status: 403, Code: "AccessDenied",
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
	for _, want := range []string{`"request_id":"R"`, `"verdict":"allowed"`, `"verdict":"denied"`, `"layer":"bucket-policy"`, `"fault":""`} {
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

func BenchmarkAdd(b *testing.B) {
	j := New(DefaultCapacity)
	e := Entry{World: "w"}
	b.ReportAllocs()
	for i := range b.N {
		e.RequestID = string([]byte{byte(i), byte(i >> 8), byte(i >> 16), byte(i >> 24)})
		j.Add(e)
	}
}
