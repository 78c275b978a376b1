// Package journal is what the server tells of a request: what happened to it (Entry)
// and, where it was refused, what would let it pass (Advice). The control plane, `s3fault
// why` and Go tests read both. It reads nothing and decides nothing.
package journal

import (
	"encoding/json"
	"math"
	"time"

	"github.com/s3fault/s3fault/authz"
)

// Entry is one answered request.
type Entry struct {
	RequestID string    `json:"request_id"`
	HostID    string    `json:"host_id,omitempty"`
	Time      time.Time `json:"time"` // when it arrived, by the real clock
	World     string    `json:"world"`
	Caller    string    `json:"caller"`              // the scenario file's name for it; empty: anonymous or unknown
	Principal string    `json:"principal,omitempty"` // ARN
	Service   string    `json:"service,omitempty"`   // that of a control API: "iam"; empty: S3
	Operation string    `json:"operation"`
	Bucket    string    `json:"bucket"`
	// AccessPoint is the ARN of the access point that was taken to the bucket; empty: none.
	AccessPoint string `json:"access_point,omitempty"`
	Key         string `json:"key"`
	Status      int    `json:"status"`
	Code        string `json:"code"` // S3's error code; empty: no error
	Message     string `json:"message,omitempty"`
	Method      string `json:"method"`
	Host        string `json:"host"`
	Path        string `json:"path"` // escaped, as received
	// Query are the parameters of the URL by name, but for those that sign it.
	Query     string `json:"query,omitempty"`
	SourceIP  string `json:"source_ip,omitempty"`
	UserAgent string `json:"user_agent,omitempty"` // as the client calls itself
	// Invocation is the id that an SDK gives a call, the same for each attempt
	// (amz-sdk-invocation-id), Attempt counts those, from 1 (amz-sdk-request); empty and
	// 0: the client does not say.
	Invocation string `json:"invocation,omitempty"`
	Attempt    int    `json:"attempt,omitempty"`
	// UploadID and Part are the multipart upload and the number of its part; empty and 0:
	// the request names none.
	UploadID string `json:"upload_id,omitempty"`
	Part     int    `json:"part,omitempty"`
	// Carries are those of the request's headers, by their names in lower case, that tell
	// what it carries and on which conditions: Range, the If- headers, x-amz-copy-source,
	// x-amz-acl, the digests and checksums of the body.
	Carries map[string]string `json:"carries,omitempty"`
	// Refused are the keys of a DeleteObjects of which its answer tells an error, with the
	// code of the last of each.
	Refused map[string]string `json:"refused,omitempty"`
	// Answered says that the answer has been written to its end, or as far as it ever
	// will be. BytesOut and Duration stand then, and are 0 before.
	Answered bool `json:"answered"`
	// BytesIn are the bytes of the request's body that were read before it was answered:
	// the frames of an aws-chunked body count, those of HTTP do not, and a request that
	// is refused for its headers has none. BytesOut are those of the answer's body that
	// were written to the connection, whether or not the client took them.
	BytesIn  int64 `json:"bytes_in"`
	BytesOut int64 `json:"bytes_out"`
	// Duration is the real time from the request's arrival to the end of the answer, as
	// JSON "duration_ms", in milliseconds with a fraction.
	Duration time.Duration `json:"-"`
	// AuthorizationID is that of IAM's refusal, by which GetRequestAuthorizationDetails
	// tells of it.
	AuthorizationID string `json:"authorization_id,omitempty"`
	// Cause is why the operation itself refused it, or why its signature does not hold;
	// nil: the Decisions say all.
	Cause *Cause `json:"cause,omitempty"`
	// Diagnosis says what a signature that did not match was made for, Lacks what was
	// asked for that AWS has and s3fault does not.
	Diagnosis string           `json:"diagnosis,omitempty"`
	Lacks     string           `json:"lacks,omitempty"`
	Decisions []authz.Decision `json:"decisions"`
	// Panic is what a handler with a bug panicked with, and where.
	Panic string `json:"panic,omitempty"`
	// Warnings are about what was done and AWS might not have done.
	Warnings []string `json:"warnings,omitempty"`
	// Fault is the strike of a fault rule that made the answer, or else the last one; nil:
	// none struck. Faults is all of them, in the order of the path, where there are several.
	Fault  *Fault  `json:"fault"`
	Faults []Fault `json:"faults,omitempty"`
}

// Fault is one strike of a fault rule.
type Fault struct {
	Rule   string `json:"rule"`
	Stage  string `json:"stage"`  // "before_commit"
	Effect string `json:"effect"` // "error"
	// At is the byte of the body, from 0 on, at which it strikes; nil: at none, or at all.
	At *int64 `json:"at,omitempty"`
	// Answered says that the answer is the rule's, and none of the service's own.
	Answered bool `json:"answered,omitempty"`
}

// Denied is the first decision that was a no; nil when there is none.
func (e *Entry) Denied() *authz.Decision {
	for i := range e.Decisions {
		if e.Decisions[i].Denied() {
			return &e.Decisions[i]
		}
	}
	return nil
}

// The verdicts of a journal entry. `s3fault decide` has AWS's three; here a
// reader wants to know whether the request passed, and the findings say how.
const (
	verdictAllowed = "allowed"
	verdictDenied  = "denied"
)

// decision is authz.Decision in the journal's JSON form.
type decision struct {
	Action   string          `json:"action"`
	Resource string          `json:"resource"`
	Verdict  string          `json:"verdict"`
	Layer    authz.Layer     `json:"layer,omitempty"`
	DeniedBy []authz.Layer   `json:"denied_by,omitempty"`
	Findings []authz.Finding `json:"findings"`
}

// MarshalJSON gives the form in which the control plane tells it.
func (e Entry) MarshalJSON() ([]byte, error) {
	type plain Entry
	out := struct {
		plain
		DurationMS float64    `json:"duration_ms"`
		Decisions  []decision `json:"decisions"`
	}{plain: plain(e), DurationMS: e.Duration.Seconds() * 1000, Decisions: make([]decision, len(e.Decisions))}
	for i, d := range e.Decisions {
		out.Decisions[i] = decision{d.Action, d.Resource, verdictAllowed, d.Cause, d.DeniedBy, d.Findings}
		if d.Denied() {
			out.Decisions[i].Verdict = verdictDenied
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON writes. Whether a no was explicit is read
// off the finding of the layer that caused it.
func (e *Entry) UnmarshalJSON(data []byte) error {
	type plain Entry
	in := struct {
		*plain
		DurationMS float64    `json:"duration_ms"`
		Decisions  []decision `json:"decisions"`
	}{plain: (*plain)(e)}
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	e.Duration = time.Duration(math.Round(in.DurationMS * float64(time.Millisecond)))
	e.Decisions = make([]authz.Decision, len(in.Decisions))
	for i, d := range in.Decisions {
		e.Decisions[i] = authz.Decision{
			Action: d.Action, Resource: d.Resource, Verdict: d.verdict(),
			Cause: d.Layer, DeniedBy: d.DeniedBy, Findings: d.Findings,
		}
	}
	return nil
}

func (d *decision) verdict() authz.Verdict {
	if d.Verdict == verdictAllowed {
		return authz.Allowed
	}
	for _, f := range d.Findings {
		if f.Layer == d.Layer && f.Effect == authz.ExplicitDeny {
			return authz.ExplicitlyDenied
		}
	}
	return authz.ImplicitlyDenied
}
