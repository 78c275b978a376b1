package journal

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
)

// After any number of writes a world has its newest entries, in order, and only
// those are found by id.
func TestRing(t *testing.T) {
	for _, n := range []int{0, 1, 3, 4, 5, 8, 9} {
		j := New(4)
		for i := range n {
			j.Add(Entry{RequestID: fmt.Sprint(i), World: "w"})
			j.Add(Entry{RequestID: fmt.Sprint("other", i), World: "other"})
		}
		kept := j.World("w")
		if len(kept) != min(n, 4) {
			t.Fatalf("%d writes: %d kept", n, len(kept))
		}
		for i, e := range kept {
			if want := fmt.Sprint(n - len(kept) + i); e.RequestID != want {
				t.Errorf("%d writes: entry %d is %s, want %s", n, i, e.RequestID, want)
			}
		}
		for i := range n {
			if _, ok := j.Find(fmt.Sprint(i)); ok != (i >= n-4) {
				t.Errorf("%d writes: Find(%d) = %v", n, i, ok)
			}
		}
	}
}

func TestNobody(t *testing.T) {
	j := New(0)
	if got := j.World("nowhere"); got == nil || len(got) != 0 {
		t.Errorf("World of nowhere = %v, want an empty list", got)
	}
	if _, ok := j.Find("x"); ok {
		t.Error("Find finds what was never added")
	}
}

func TestConcurrent(t *testing.T) {
	j := New(50)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 200 {
				id := fmt.Sprint(g, "-", i)
				j.Add(Entry{RequestID: id, World: fmt.Sprint(g % 2)})
				j.Find(id)
				j.World("0")
			}
		})
	}
	wg.Wait()
	if n := len(j.World("0")) + len(j.World("1")); n != 100 {
		t.Errorf("%d entries are kept, want 100", n)
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
