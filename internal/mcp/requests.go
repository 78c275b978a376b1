package mcp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/why"
	"github.com/s3fault/s3fault/journal"
)

func requestTools() []tool {
	return []tool{
		row("list_requests", Reads, "What happened in a world, newest last: who asked for what, and how it was "+
			"answered. All filters that are given must fit.", (*Desk).requests).saying(map[string]string{
			"operation": "names, globs or classes (reads, writes, lists, deletes, heads, all), of a control API as " +
				"iam:CreateUser: any of them",
		}),
		row("why", Reads, "Why a request was answered as it was: the layer and the statement that refused it, what "+
			"kept others from matching, or the fault rule that struck; and what would let it pass, proved on a copy of "+
			"the world. Without request_id: the last that was not allowed.", (*Desk).why).saying(map[string]string{
			"request_id": "the x-amz-request-id of the answer; left out: the last that was not allowed",
			"last":       "without request_id: the last so many that were not allowed, at most 10",
		}),
		row("verify", Reads, "Hold what happened in a world against what was expected, and want every fault rule that "+
			"must fire to have struck.", (*Desk).verify).saying(map[string]string{
			"expectations": "each with the fields of list_requests' filters and times, times_at_least or times_at_most " +
				"(else at least once), as {operation: PutObject, status: 503, times: 3}",
		}),
	}
}

// What list_requests and why tell of, where nothing is asked for and at the most.
const (
	usual, most         = 20, 200
	usualWhy, mostOfWhy = 1, 10
)

type filter struct {
	inWorld
	Operation []string `json:"operation,omitempty"`
	Bucket    string   `json:"bucket,omitempty" jsonschema:"glob: * within a segment, ** across"`
	Key       string   `json:"key,omitempty" jsonschema:"glob: * within a segment, ** across"`
	Caller    string   `json:"caller,omitempty" jsonschema:"a caller's name, or anonymous"`
	Status    *int     `json:"status,omitempty" jsonschema:"HTTP status; 0: the connection was broken off"`
	Code      string   `json:"code,omitempty" jsonschema:"error code of the answer: AccessDenied"`
	Layer     string   `json:"layer,omitempty" jsonschema:"that refused: bucket-policy, identity, scp, kms, ..."`
	Fault     string   `json:"fault,omitempty" jsonschema:"name of the fault rule that struck"`
	Since     string   `json:"since,omitempty" jsonschema:"a time, or the id of the request behind which they came"`
	Limit     int      `json:"limit,omitempty" jsonschema:"the newest so many; left out: 20; at most 200"`
}

// query is the filter as the control plane takes it.
func (f *filter) query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{
		"bucket": f.Bucket, "key": f.Key, "caller": f.Caller, "code": f.Code, "layer": f.Layer, "fault": f.Fault,
		"since": f.Since,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	for _, o := range f.Operation {
		q.Add("operation", o)
	}
	if f.Status != nil {
		q.Set("status", strconv.Itoa(*f.Status))
	}
	return q
}

// request is an entry of the journal in few words.
type request struct {
	ID         string           `json:"request_id"`
	Time       time.Time        `json:"time"`
	World      string           `json:"world"`
	Caller     string           `json:"caller"`
	Operation  string           `json:"operation"`
	Bucket     string           `json:"bucket,omitempty"`
	Key        string           `json:"key,omitempty"`
	Status     int              `json:"status"`
	Code       string           `json:"code,omitempty"`
	Message    string           `json:"message,omitempty"`
	Layer      authz.Layer      `json:"layer,omitempty"`
	Statement  *authz.Statement `json:"statement,omitempty"`
	Fault      string           `json:"fault,omitempty"` // the rule
	Attempt    int              `json:"attempt,omitempty"`
	DurationMS float64          `json:"duration_ms"`
	BytesIn    int64            `json:"bytes_in"`
	BytesOut   int64            `json:"bytes_out"`
}

func brief(e *emulator.Entry) request {
	r := request{
		ID: e.RequestID, Time: e.Time, World: e.World, Caller: e.Caller, Operation: why.Operation(e),
		Bucket: e.Bucket, Key: e.Key,
		Status: e.Status, Code: e.Code, Message: e.Message, Attempt: e.Attempt,
		DurationMS: e.Duration.Seconds() * 1000, BytesIn: e.BytesIn, BytesOut: e.BytesOut,
	}
	if r.Caller == "" {
		r.Caller = "anonymous"
	}
	if e.Fault != nil {
		r.Fault = e.Fault.Rule
	}
	if d := e.Denied(); d != nil {
		r.Layer, r.Statement = d.Cause, behind(d)
	}
	return r
}

// behind is the statement of the layer that the answer names. The journal's JSON does not
// say which finding that was where a layer has several parts.
func behind(d *authz.Decision) *authz.Statement {
	for _, f := range d.Findings {
		if f.Layer == d.Cause && f.Statement != nil && f.Effect == authz.ExplicitDeny {
			return f.Statement
		}
	}
	return nil
}

type requests struct {
	Requests []request `json:"requests"`
	// Forgotten is how many older requests the journal has no more.
	Forgotten uint64 `json:"forgotten,omitempty" jsonschema:"how many older requests the journal has no more"`
}

func (d *Desk) requests(ctx context.Context, in *filter) (string, *requests, error) {
	if in.Limit < 0 || in.Limit > most {
		return "", nil, fmt.Errorf("limit is a number from 1 to %d, not %d", most, in.Limit)
	}
	q := in.query()
	q.Set("limit", strconv.Itoa(usual))
	if in.Limit > 0 {
		q.Set("limit", strconv.Itoa(in.Limit))
	}
	var list struct {
		Requests  []emulator.Entry
		Forgotten uint64
	}
	if err := d.call(ctx, http.MethodGet, worldPath(in.World)+"/requests?"+q.Encode(), nil, &list); err != nil {
		return "", nil, err
	}
	out := &requests{Requests: []request{}, Forgotten: list.Forgotten}
	var text strings.Builder
	fmt.Fprintf(&text, "%d requests, the newest last.\n", len(list.Requests))
	for i := range list.Requests {
		r := brief(&list.Requests[i])
		out.Requests = append(out.Requests, r)
		fmt.Fprintf(&text, "%s %s %s %q => %d %s %s\n",
			r.ID, r.Caller, r.Operation, r.Bucket+"/"+r.Key, r.Status, r.Code, r.Layer)
	}
	if list.Forgotten > 0 {
		fmt.Fprintf(&text, "The journal has %d older requests no more.\n", list.Forgotten)
	}
	return text.String(), out, nil
}

type question struct {
	RequestID string `json:"request_id,omitempty"`
	World     string `json:"world,omitempty" jsonschema:"without request_id: only requests to that world"`
	Last      int    `json:"last,omitempty"`
}

// explained is a request with what is known of it.
type explained struct {
	request
	DeniedBy []authz.Layer   `json:"denied_by,omitempty"` // all that stand in the way
	Cause    *journal.Cause  `json:"cause,omitempty"`
	Advice   *journal.Advice `json:"advice,omitempty"`
	Passed   string          `json:"passed_since,omitempty"` // the same call, made again and let through
}

type answers struct {
	Requests []explained `json:"requests"`
}

func (d *Desk) why(ctx context.Context, in *question) (string, *answers, error) {
	switch {
	case in.RequestID != "" && (in.World != "" || in.Last != 0):
		return "", nil, errors.New("request_id stands alone: world and last are for those that were not allowed")
	case in.Last < 0 || in.Last > mostOfWhy:
		return "", nil, fmt.Errorf("last is a number from 1 to %d, not %d", mostOfWhy, in.Last)
	}
	cases, err := d.Control.Why(ctx, in.World, in.RequestID, max(in.Last, usualWhy))
	if err != nil {
		return "", nil, err
	}
	out := &answers{}
	var text strings.Builder
	for _, c := range cases {
		e := explained{request: brief(c.Request), Cause: c.Request.Cause}
		if d := c.Request.Denied(); d != nil {
			e.DeniedBy = d.DeniedBy
		}
		if c.Advice != nil {
			e.Advice = &c.Advice.Advice
		}
		if c.Passed != nil {
			e.Passed = c.Passed.RequestID
		}
		out.Requests = append(out.Requests, e)
		if err := c.Write(&text, why.StyleOf(&text)); err != nil {
			return "", nil, err
		}
		text.WriteString("\n")
	}
	return text.String(), out, nil
}

type expected struct {
	inWorld
	Expectations []map[string]any `json:"expectations,omitempty"`
}

type verified struct {
	Met         bool              `json:"met"`
	Failures    []journal.Failure `json:"failures,omitempty"`
	NeverStruck []string          `json:"never_struck,omitempty"` // fault rules that must fire
}

func (d *Desk) verify(ctx context.Context, in *expected) (string, *verified, error) {
	if in.Expectations == nil {
		in.Expectations = []map[string]any{}
	}
	var met struct{ Verified int }
	err := d.call(ctx, http.MethodPost, worldPath(in.World)+"/verify", in.Expectations, &met)
	if unmet, ok := errors.AsType[*journal.Unmet](err); ok {
		return "It is not as expected.\n" + unmet.Error(), &verified{false, unmet.Failures, unmet.NeverStruck}, nil
	}
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("%d expectations are met.", met.Verified), &verified{Met: true}, nil
}
