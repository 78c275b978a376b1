package inquiry

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/journal"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

var known = Known{
	Known: fault.Known{
		Callers: []string{"app", "admin"},
		Catalogue: &fault.Catalogue{Operations: []fault.Operation{
			{Name: "PutObject", Class: fault.Writes}, {Name: "GetObject", Class: fault.Reads},
			{Name: "UploadPart", Class: fault.Writes}, {Service: "iam", Name: "CreateUser", Class: fault.Writes},
		}},
	},
	Rules: []string{"slow"},
	Number: func(id string) (uint64, bool) {
		var n uint64
		_, err := fmt.Sscanf(id, "REQ%d", &n)
		return n, err == nil
	},
}

// seen are requests as a journal has them, oldest first, one a second.
func seen(t *testing.T) []Answered {
	all := []Answered{
		request(t, "app", "PutObject", 503, "attempt=1; max=3"),
		request(t, "app", "PutObject", 200, "attempt=2; max=3"),
		request(t, "app", "GetObject", 403, ""),
		request(t, fault.Anonymous, "GetObject", 0, ""),
		request(t, "admin", "UploadPart", 200, ""),
		request(t, "admin", "iam:CreateUser", 200, ""),
	}
	all[0].Entry.Code, all[0].Entry.Fault = "SlowDown", &journal.Fault{Rule: "slow"}
	all[2].Entry.Decisions = []authz.Decision{{Verdict: authz.ImplicitlyDenied, Cause: authz.Identity}}
	all[3].HTTP.Header.Set("Range", "bytes=0-1")
	all[4].Part = 3
	all[5].Bucket, all[5].Key = "", ""
	for i := range all {
		all[i].Number, all[i].Entry.RequestID = uint64(i), fmt.Sprint("REQ", i)
		all[i].Entry.Time = noon.Add(time.Duration(i) * time.Second)
		all[i].Entry.Bucket, all[i].Entry.Key = all[i].Bucket, all[i].Key
	}
	return all
}

func request(t *testing.T, caller, operation string, status int, attempt string) Answered {
	t.Helper()
	r, err := http.NewRequest(http.MethodPut, "http://127.0.0.1/my-bucket/logs/1.txt", nil)
	if err != nil {
		t.Fatal(err)
	}
	if attempt != "" {
		r.Header.Set("amz-sdk-request", attempt)
	}
	a := Answered{
		Request: fault.Request{Bucket: "my-bucket", Key: "logs/1.txt", Caller: caller, HTTP: r},
		Entry:   &journal.Entry{Status: status},
	}
	a.Operation.Service, a.Operation.Name, _ = strings.Cut(operation, ":")
	if a.Operation.Name == "" {
		a.Operation = fault.Operation{Name: operation}
	}
	for _, o := range known.Catalogue.Operations {
		if o.String() == operation {
			a.Operation = o
		}
	}
	return a
}

// filters are parameters, the same in Go, and the numbers of the requests that are meant.
var filters = []struct {
	query string
	f     journal.Filter
	want  string
}{
	{"", journal.Filter{}, "012345"},
	{"operation=PutObject", journal.Filter{Operation: []string{"PutObject"}}, "01"},
	{"operation=*Object", journal.Filter{Operation: []string{"*Object"}}, "0123"},
	{"operation=writes", journal.Filter{Operation: []string{"writes"}}, "014"},
	{"operation=UploadPart&operation=iam:*", journal.Filter{Operation: []string{"UploadPart", "iam:*"}}, "45"},
	{"bucket=my-*", journal.Filter{Bucket: "my-*"}, "01234"},
	{"key=logs/*.txt", journal.Filter{Key: "logs/*.txt"}, "01234"},
	{"key=*.txt", journal.Filter{Key: "*.txt"}, ""},
	{"key=**", journal.Filter{Key: "**"}, "01234"},
	{"caller=anonymous", journal.Filter{Caller: "anonymous"}, "3"},
	{"caller=app&status=200", journal.Filter{Caller: "app", Status: 200}, "1"},
	{"status=0", journal.Filter{Status: journal.Unanswered}, "3"},
	{"code=SlowDown", journal.Filter{Code: "SlowDown"}, "0"},
	{"layer=identity", journal.Filter{Layer: authz.Identity}, "2"},
	{"fault=slow", journal.Filter{Fault: "slow"}, "0"},
	{"attempt=2", journal.Filter{Attempt: 2}, "1"},
	{"method=GET", journal.Filter{Method: "GET"}, ""},
	{"part=2-5", journal.Filter{Part: "2-5"}, "4"},
	{"range=true", journal.Filter{Range: true}, "3"},
	{"since=REQ3", journal.Filter{Since: "REQ3"}, "45"},
	{"since=2026-01-02T13:00:04%2B01:00", journal.Filter{Since: "2026-01-02T13:00:04+01:00"}, "45"},
	{"stream=1", journal.Filter{}, "012345"},
}

func TestFilter(t *testing.T) {
	all := seen(t)
	for _, row := range filters {
		values, err := url.ParseQuery(row.query)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Parse(values, known, "stream")
		if err != nil {
			t.Errorf("%s: %v", row.query, err)
			continue
		}
		g, err := Of(row.f, known)
		if err != nil {
			t.Errorf("%+v: %v", row.f, err)
			continue
		}
		if got, inGo := numbers(f, all), numbers(g, all); got != row.want || inGo != row.want {
			t.Errorf("%s means %q, and in Go %q, want %q", row.query, got, inGo, row.want)
		}
	}
	f, err := Of(journal.Filter{Header: map[string]string{"amz-sdk-request": "attempt=1*"}, Limit: 7}, known)
	if err != nil || numbers(f, all) != "0" || f.Limit != 7 {
		t.Errorf("by a header: %v, %v", f, err)
	}
}

func numbers(f *Filter, all []Answered) (text string) {
	for i := range all {
		if f.Fits(&all[i]) {
			text += fmt.Sprint(all[i].Number)
		}
	}
	return text
}

// What is wrong names the parameter, and what was probably meant.
func TestBadFilter(t *testing.T) {
	for query, want := range map[string]string{
		"statsu=200":                          `parameter statsu: there is none of this name (did you mean "status"?)`,
		"operation=PutObjct":                  `parameter operation: unknown operation "PutObjct" (did you mean "PutObject"?)`,
		"operation=GetObject&operation=writs": `parameter operation: unknown operation "writs" (did you mean "writes"?)`,
		"operation=*Bucket*":                  `parameter operation: no operation matches "*Bucket*"`,
		"status=x":                            `parameter status: a whole number is wanted here, not "x"`,
		"status=99": `parameter status: a status is a number from 100 to 599, ` +
			`or 0 where there was no answer, not 99`,
		"status=200&status=201": `parameter status: a whole number is wanted here, not a list`,
		"limit=0":               `parameter limit: a number from 1 on is wanted here, not 0`,
		"limit=-1":              `parameter limit: a number from 1 on is wanted here, not -1`,
		"layer=identty":         `parameter layer: unknown layer "identty" (did you mean "identity"?)`,
		"caller=admn":           `parameter caller: unknown caller "admn" (did you mean "admin"?)`,
		"fault=slwo":            `parameter fault: unknown fault rule "slwo" (did you mean "slow"?)`,
		"since=yesterday": `parameter since: "yesterday" is neither a time like 2026-01-02T03:04:05Z nor ` +
			`the id of a request that the journal still has`,
		"method=GTE": `parameter method: unknown method "GTE" (did you mean "GET"?)`,
		"range=yes":  `parameter range: true or false is wanted here, not "yes"`,
		"attempt=0":  `parameter attempt: a number from 1 on is wanted here, not 0`,
		"Stream=1":   `parameter Stream: there is none of this name (did you mean "stream"?)`,
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if f, err := Parse(values, known, "stream"); err == nil || err.Error() != want {
			t.Errorf("%s: %v, %v\nwant %s", query, f, err, want)
		}
	}
	_, err := Of(journal.Filter{Operation: []string{"PutObjct"}}, known)
	if want := `filter's operation: unknown operation "PutObjct" (did you mean "PutObject"?)`; err == nil ||
		err.Error() != want {
		t.Errorf("in Go: %v\nwant %s", err, want)
	}
}

// expectations are JSON, and what Unmet says of it; empty: all are met.
var expectations = []struct{ text, want string }{
	{`[]`, ""},
	{`[{}]`, ""},
	{`[{"operation": "PutObject", "times": 2}, {"operation": "*", "times_at_least": 5}]`, ""},
	{`[{"operation": "PutObject", "times_at_most": 1}]`,
		"expectation 1: wanted at most 1 with operation PutObject, seen 2 (REQ0, REQ1)"},
	{`[{"caller": "app"}, {"operation": ["PutObject", "UploadPart"], "status": 503, "caller": "app", "times": 2}]`,
		"expectation 2: wanted exactly 2 with operation PutObject, UploadPart, caller app, status 503, seen 1 (REQ0)\n" +
			`  near: PutObject my-bucket/logs/1.txt by app: 200 (REQ1), where status is "200" and not "503"` + "\n" +
			`  near: GetObject my-bucket/logs/1.txt by app: 403 (REQ2), where operation is "GetObject" and not ` +
			`"PutObject, UploadPart", status is "403" and not "503"` + "\n" +
			`  near: UploadPart my-bucket/logs/1.txt by admin: 200 (REQ4), where caller is "admin" and not "app", ` +
			`status is "200" and not "503"`},
	{`[{"status": 200, "times_at_least": 1, "times_at_most": 3, "after": {"fault": "slow"}}]`, ""},
	{`[{"operation": "PutObject", "times": 1, "after": {"fault": "slow"}}]`, ""},
	{`[{"operation": "PutObject", "times": 1, "after": {"status": 200}}]`,
		"expectation 1: wanted exactly 1 with operation PutObject, after one with status 200, seen 0\n" +
			`  near: GetObject my-bucket/logs/1.txt by app: 403 (REQ2), ` +
			`where operation is "GetObject" and not "PutObject"` + "\n" +
			`  near: GetObject my-bucket/logs/1.txt by anonymous: no answer (REQ3), ` +
			`where operation is "GetObject" and not "PutObject"` + "\n" +
			`  near: UploadPart my-bucket/logs/1.txt by admin: 200 (REQ4), ` +
			`where operation is "UploadPart" and not "PutObject"`},
	{`[{"operation": "GetObject", "times": 0, "after": {"operation": "UploadPart", "status": 500}}]`,
		"expectation 1: wanted exactly 0 with operation GetObject, after one with operation UploadPart, status 500, " +
			"of which there was none, seen 0\n" +
			`  near: UploadPart my-bucket/logs/1.txt by admin: 200 (REQ4), where status is "200" and not "500"`},
}

func TestVerify(t *testing.T) {
	for _, row := range expectations {
		n, err := tree.ParseJSON("body", []byte(row.text))
		if err != nil {
			t.Fatal(err)
		}
		all, err := Expectations(n, known)
		if err != nil {
			t.Errorf("%s: %v", row.text, err)
			continue
		}
		got := (&journal.Unmet{Failures: Verify(all, seen(t))}).Error()
		if got != row.want {
			t.Errorf("%s:\n%s\nwant\n%s", row.text, got, row.want)
		}
	}
}

func TestBadExpectations(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                              `body:1:1: a list of expectations is wanted here, not a mapping`,
		`[1]`:                             `body:1:2: a mapping is wanted here, not "1"`,
		`[{"operaton": "PutObject"}]`:     `body:1:3: unknown key "operaton" in a verify expectation (did you mean "operation"?)`,
		`[{}, {"operation": "PutObjct"}]`: `body:1:20: unknown operation "PutObjct" (did you mean "PutObject"?)`,
		`[{"after": {"status": 20}}]`: `body:1:23: a status is a number from 100 to 599, ` +
			`or 0 where there was no answer, not 20`,
		`[{"after": {"caller": "adm"}}]`: `body:1:23: unknown caller "adm"`,
		`[{"after": {"after": {}}}]`: `body:1:13: the key "after" does not belong in a matcher, ` +
			`but in a verify expectation`,
		`[{"times": -1}]`: `body:1:12: a number from 0 on is wanted here, not -1`,
		`[{"times": 1, "times_at_most": 1}]`: `body:1:12: times says it all: ` +
			`times_at_least and times_at_most are for where it is not given`,
		`[{"times_at_least": 2, "times_at_most": 1}]`: `body:1:41: times_at_most is less than times_at_least`,
		`[{"limit": 2}]`: `body:1:3: unknown key "limit" in a verify expectation`,
	} {
		n, err := tree.ParseJSON("body", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Expectations(n, known); err == nil || err.Error() != want {
			t.Errorf("%s: %v\nwant %s", text, err, want)
		}
	}
}

func puts(limit int) journal.Filter {
	return journal.Filter{Operation: []string{"PutObject"}, Limit: limit}
}

// In Go an expectation says what it does in JSON.
func TestExpectationInGo(t *testing.T) {
	for _, row := range []struct {
		e     journal.Expectation
		unmet bool
	}{
		{journal.Expectation{}, false},
		{journal.Expectation{Filter: puts(1), Times: journal.Exactly(2)}, false},
		{journal.Expectation{Filter: puts(0), Times: journal.AtLeast(3)}, true},
		{journal.Expectation{Filter: journal.Filter{Layer: authz.KMS}, Times: journal.Exactly(0)}, false},
		{journal.Expectation{After: &journal.Filter{Status: journal.Unanswered}, Times: journal.AtMost(2)}, false},
		{journal.Expectation{After: &journal.Filter{Status: journal.Unanswered}, Times: journal.Between(3, 4)}, true},
	} {
		e, err := ExpectationOf(row.e, known)
		if err != nil {
			t.Errorf("%+v: %v", row.e, err)
			continue
		}
		if failures := Verify([]*Expectation{e}, seen(t)); (len(failures) > 0) != row.unmet {
			t.Errorf("%v: %+v", e, failures)
		}
	}
	if _, err := ExpectationOf(journal.Expectation{After: &journal.Filter{Caller: "ap"}}, known); err == nil {
		t.Error("an unknown caller is not refused")
	}
}

// Whatever the text, reading it and verifying do not panic, and what is wrong has a place.
func FuzzExpectations(f *testing.F) {
	for _, row := range expectations {
		f.Add(row.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := tree.ParseJSON("body", []byte(text))
		if err != nil {
			return
		}
		all, err := Expectations(n, known)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "body:") {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		for _, failure := range Verify(all, seen(t)) {
			if failure.Expected == "" {
				t.Errorf("%q: %+v", text, failure)
			}
		}
	})
}

// Whatever the query, what is wrong names a parameter.
func FuzzFilter(f *testing.F) {
	for _, row := range filters {
		f.Add(row.query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		filter, err := Parse(values, known, "stream")
		switch {
		case err != nil && !strings.HasPrefix(err.Error(), "parameter "):
			t.Errorf("%q: %v", query, err)
		case err == nil:
			numbers(filter, seen(t))
		}
	})
}
