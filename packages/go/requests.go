package s3fault

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"time"
)

// Request is what happened to one request, as docs/control.md tells it.
type Request struct {
	RequestID string     `json:"request_id"`
	Time      time.Time  `json:"time"`
	Caller    string     `json:"caller"` // by the scenario's name; empty: anonymous or unknown
	Principal string     `json:"principal"`
	Service   string     `json:"service"` // of a control API: "iam"; empty: S3
	Operation string     `json:"operation"`
	Bucket    string     `json:"bucket"`
	Key       string     `json:"key"`
	Status    int        `json:"status"` // 0: no answer was given
	Code      string     `json:"code"`   // S3's error code; empty: no error
	Message   string     `json:"message"`
	Attempt   int        `json:"attempt"` // as SDKs count
	Decisions []Decision `json:"decisions"`
	Fault     *Strike    `json:"fault"` // nil: no fault rule struck it

	// JSON is the whole entry.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the whole entry beside the fields.
func (r *Request) UnmarshalJSON(text []byte) error {
	type fields Request
	if err := json.Unmarshal(text, (*fields)(r)); err != nil {
		return err
	}
	r.JSON = append(json.RawMessage(nil), text...)
	return nil
}

// Decision is the answer to one question that a request put: may this be done to that?
type Decision struct {
	Action   string   `json:"action"`
	Resource string   `json:"resource"`
	Verdict  string   `json:"verdict"` // "allowed" or "denied"
	Layer    string   `json:"layer"`   // that denied it: "bucket-policy"
	DeniedBy []string `json:"denied_by"`
}

// Strike is a fault rule that struck a request.
type Strike struct {
	Rule   string `json:"rule"`
	Stage  string `json:"stage"`
	Effect string `json:"effect"`
}

// Layer is the layer that denied the request; empty: none did.
func (r *Request) Layer() string {
	for _, d := range r.Decisions {
		if d.Verdict == "denied" {
			return d.Layer
		}
	}
	return ""
}

// String is the request on a line.
func (r *Request) String() string {
	text := fmt.Sprintf("%s %s/%s by %s: %d %s (%s)",
		r.Operation, r.Bucket, r.Key, r.Caller, r.Status, r.Code, r.RequestID)
	if layer := r.Layer(); layer != "" {
		text += ", denied by " + layer
	}
	if r.Fault != nil {
		text += ", the fault rule " + r.Fault.Rule
	}
	return text
}

// Requests is what happened in the world, newest last. The filters are the parameters of
// docs/control.md, and all must fit:
//
//	w.Requests("operation=writes", "status=503")
func (w *World) Requests(filters ...string) []Request {
	w.t.Helper()
	query := url.Values{}
	for _, f := range filters {
		pair := strings.SplitN(f, "=", 2)
		if len(pair) < 2 {
			w.t.Fatalf("s3fault: the filter %q is not NAME=VALUE", f)
		}
		query.Add(pair[0], pair[1])
	}
	var answer struct{ Requests []Request }
	w.must(http.MethodGet, "/requests?"+query.Encode(), "", &answer)
	return answer.Requests
}

// Unmet is what of the expectations did not come, and which rules that must fire have not.
type Unmet struct {
	Text        string            `json:"error"`
	Failures    []json.RawMessage `json:"failures"`
	NeverStruck []string          `json:"never_struck"`
}

// Verify fails the test unless the world's requests are as expected, by docs/control.md:
//
//	w.Verify(`{"operation": "PutObject", "times": 3}`, `{"operation": "deletes", "times": 0}`)
func (w *World) Verify(expectations ...string) {
	w.t.Helper()
	var unmet Unmet
	if err := w.verify("["+strings.Join(expectations, ",")+"]", &unmet); err != nil {
		w.t.Fatalf("s3fault: %v", err)
	}
	if unmet.Text != "" {
		w.t.Errorf("s3fault: %s", unmet.Text)
	}
}

// verify asks for a verdict. What is wrong with the question is an error, not the verdict.
func (w *World) verify(expectations string, unmet *Unmet) error {
	err := w.ask(http.MethodPost, "/verify", expectations, nil)
	if r, ok := isRefusal(err, http.StatusConflict); ok {
		return json.Unmarshal(r.body, unmet)
	}
	return err
}

// Fault is a fault rule, and how often it has struck.
type Fault struct {
	Name     string `json:"name"`
	Matched  int    `json:"matched"`
	Struck   int    `json:"struck"`
	MustFire bool   `json:"must_fire"`
}

// AddFault gives the world one more fault rule, by docs/faults.md, and returns its name:
//
//	w.AddFault(`{"match": {"operation": "PutObject"}, "when": {"first": 3}, "effect": {"error": {"code": "SlowDown"}}}`)
//
// A rule with "must_fire": true that has not struck when the test ends fails it.
func (w *World) AddFault(rule string) (name string) {
	w.t.Helper()
	var f Fault
	w.must(http.MethodPost, "/faults", rule, &f)
	return f.Name
}

// Faults is the world's fault rules, in the order in which they strike.
func (w *World) Faults() []Fault {
	w.t.Helper()
	var answer struct{ Faults []Fault }
	w.must(http.MethodGet, "/faults", "", &answer)
	return answer.Faults
}

// RemoveFaults takes all fault rules away.
func (w *World) RemoveFaults() {
	w.t.Helper()
	w.must(http.MethodDelete, "/faults", "", nil)
}

// WantDenied fails the test unless err is a refusal by the layer: "kms", "bucket-policy".
// An error that does not tell its request's id (`ServiceRequestID() string`, as the AWS
// SDK's do) is taken for that of the newest request that was denied. Why the request was
// answered as it was is printed.
func (w *World) WantDenied(err error, layer string) {
	w.t.Helper()
	if err == nil {
		w.t.Errorf("s3fault: no error, want a denial by %s", layer)
		return
	}
	r := w.requestOf(err)
	if r == nil {
		w.t.Errorf("s3fault: no request of this world was denied, want a denial by %s: %v", layer, err)
		return
	}
	if r.Layer() != layer {
		w.t.Errorf("s3fault: not a denial by %s: %v\n%s", layer, err, w.Why(r.RequestID))
	}
}

func (w *World) requestOf(err error) *Request {
	id := ""
	var told interface{ ServiceRequestID() string }
	if errors.As(err, &told) {
		id = told.ServiceRequestID()
	}
	all := w.Requests()
	for i := len(all) - 1; i >= 0; i-- {
		if r := &all[i]; r.RequestID == id || id == "" && r.Layer() != "" {
			return r
		}
	}
	return nil
}

// Why is what `s3fault why` says of a request of the world: which layer and which statement
// denied it, and the cures. Where there is no program to say it, it is the request on a line.
func (w *World) Why(requestID string) string {
	w.t.Helper()
	var r Request
	if err := w.server.ask(http.MethodGet, "/requests/"+url.PathEscape(requestID), "", &r); err != nil {
		w.t.Fatalf("s3fault: %v", err)
	}
	path, err := program()
	if err != nil {
		return r.String()
	}
	cmd := exec.Command(path, "why", requestID)
	cmd.Env = w.server.environ()
	text, err := cmd.Output()
	if err != nil {
		return r.String()
	}
	return string(text)
}
