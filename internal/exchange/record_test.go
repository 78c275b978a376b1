package exchange_test

import (
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3api"
	"github.com/s3fault/s3fault/internal/worldtest"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

const facts = `
accounts: {123456789012: {users: {ann: {}}}}
callers: {ann: {account: 123456789012, user: ann}}
buckets:
  my-bucket: {owner: 123456789012, public_access_block: none, objects: {open: {body: x}}, policy: {Version: 2012-10-17, Statement: [
    {Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/open"}]}}
`

// answered is an anonymous GET of a key, decided as the path decides it. headers are
// names and values by turns.
func answered(t *testing.T, key string, headers ...string) (*exchange.Record, *worldtest.World) {
	t.Helper()
	return told(t, key, nil, headers...)
}

// told is answered with what is told of it at once, unless nobody wants that.
func told(t *testing.T, key string, brief *journal.Entry, headers ...string) (*exchange.Record, *worldtest.World) {
	t.Helper()
	w := worldtest.Build(t, facts)
	r, err := http.NewRequest(http.MethodGet, "http://127.0.0.1/my-bucket/"+key, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	f := exchange.Frame{Request: r, Moment: w.Moment, Now: worldtest.Loaded.Now, RequestID: "REQUESTID"}
	call, err := s3api.Route(f, s3api.Address{Path: r.URL.EscapedPath()})
	if err != nil {
		t.Fatal(err)
	}
	base := call.Base()
	base.Recognise()
	if base.Questions, err = call.Checks(); err != nil {
		t.Fatal(err)
	}
	base.Decisions = exchange.Decide(base.Questions)
	reply := &exchange.Reply{Status: http.StatusOK}
	if err := call.Refused(); err != nil {
		reply = call.Fail(err)
	}
	made := exchange.Made{At: time.Unix(0, 0), World: "w", Samples: &exchange.Samples{}, Briefly: true}
	record, _ := exchange.NewRecord(call, reply, made, brief)
	return record, w
}

// What is allowed is explained when somebody looks, and then as a refusal is.
func TestAllowedIsExplainedOnceSomebodyLooks(t *testing.T) {
	r, _ := answered(t, "open")
	if r.Denied() != nil {
		t.Fatalf("denied: %+v", r.Denied())
	}
	e := r.Entry()
	if e.RequestID != "REQUESTID" || e.World != "w" || e.Operation != "GetObject" || e.Key != "open" || e.Status != 200 {
		t.Errorf("the entry says %+v", e)
	}
	if len(e.Decisions) == 0 || len(e.Decisions[0].Findings) == 0 || e.Denied() != nil {
		t.Errorf("not explained: %+v", e.Decisions)
	}
	if again := r.Entry(); &again.Decisions[0] != &e.Decisions[0] {
		t.Error("it was explained twice")
	}
}

// A refusal is known at once with what its answer names, explained when somebody looks, and its
// questions can be put to another moment.
func TestRefusedIsExplained(t *testing.T) {
	r, w := answered(t, "shut")
	d := r.Denied()
	if d == nil {
		t.Fatal("not denied")
	}
	if behind, ok := d.Behind(); !ok || behind.Layer != d.Cause || len(d.Findings) != 1 {
		t.Fatalf("at once there is %+v", d)
	}
	e := r.Entry()
	if whole := e.Denied(); whole == nil || whole.Cause != d.Cause || len(whole.Findings) < 10 {
		t.Errorf("not explained: %+v", whole)
	}
	if e.Code != "AccessDenied" || e.Status != 403 || e.Message == "" {
		t.Errorf("the entry says %+v", e)
	}
	f, err := r.Again(w.Moment, journal.Remake{})
	if err != nil || len(f.Questions) == 0 || f.Principal.Kind != policy.Anonymous {
		t.Fatalf("asked again: %+v, %v", f, err)
	}
	if again := exchange.Explain(f.Questions); again[0].Cause != d.Cause {
		t.Errorf("asked again: denied by %s, first by %s", again[0].Cause, d.Cause)
	}
}

// A client's attempt is read wherever it stands in the header, and nothing else is.
func TestAttempt(t *testing.T) {
	for header, want := range map[string]int{
		"attempt=1; max=3": 1, "ttl=20260102T030405Z; attempt=12; max=3": 12, "attempt=3": 3, "max=3;attempt=2": 2,
		"": 0, "max=3": 0, "attempt=0": 0, "attempt=-1": 0, "attempt=x": 0, "attempt=99999999999999999999": 0,
		"attempts=1": 0,
	} {
		r, _ := answered(t, "open", "amz-sdk-request", header)
		if got := r.Brief().Attempt; got != want {
			t.Errorf("%q is attempt %d, want %d", header, got, want)
		}
	}
}

// What is counted of an answer is there once it is written.
func TestAnswered(t *testing.T) {
	r, _ := answered(t, "open")
	if e := r.Brief(); e.Answered || e.BytesOut != 0 || e.Duration != 0 {
		t.Errorf("before it is answered the entry says %+v", e)
	}
	r.Answered(7, time.Unix(2, 0), nil)
	if e := r.Brief(); !e.Answered || e.BytesOut != 7 || e.Duration != 2*time.Second {
		t.Errorf("then %+v", e)
	}
}

// What is told of a request at once is what its record tells later.
func TestToldAtOnce(t *testing.T) {
	for _, key := range []string{"open?X-Amz-Signature=1&versionId=null", "shut"} {
		var brief journal.Entry
		r, _ := told(t, key, &brief, "User-Agent", "a", "amz-sdk-request", "attempt=2")
		if later := r.Brief(); !reflect.DeepEqual(brief, later) || brief.Attempt != 2 || len(brief.Decisions) == 0 {
			t.Errorf("%s: at once\n%+v\nlater\n%+v", key, brief, later)
		}
		r.Answered(7, time.Unix(2, 0), &brief)
		if later := r.Brief(); !reflect.DeepEqual(brief, later) || !brief.Answered || brief.BytesOut != 7 {
			t.Errorf("%s: answered\n%+v\nlater\n%+v", key, brief, later)
		}
	}
}
