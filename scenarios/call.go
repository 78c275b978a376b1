package scenarios

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/s3api"
)

// Call is one step of what a scenario expects: a request, sent once or several times, or
// with Advance or ClientSkew a change of the world's clock, which sends nothing.
type Call struct {
	As        string            `json:"as"`   // a caller, or anonymous
	Call      string            `json:"call"` // an operation of S3's, or iam:ACTION or sts:ACTION
	Bucket    string            `json:"bucket,omitempty"`
	Key       string            `json:"key,omitempty"`
	VersionID string            `json:"version_id,omitempty"`
	Headers   map[string]string `json:"headers,omitempty"`
	Query     map[string]string `json:"query,omitempty"`
	Body      string            `json:"body,omitempty"`
	Presign   *Presigning       `json:"presign,omitempty"`
	Sign      *Signing          `json:"sign,omitempty"`
	// Save keeps parts of the answer for the calls below: a name to the element whose text,
	// or the header whose value, a later call says as {name} in its headers, query, body and
	// the keys that it signs with.
	Save  map[string]string `json:"save,omitempty"`
	Times int               `json:"times,omitempty"` // how often it is sent; zero: once
	Want  Want              `json:"want"`            // what is seen each time
	// Wants are what is seen the first time, the second, and so on, where that differs: the
	// call is sent as often as there are Wants. Want is then empty.
	Wants []Want `json:"wants,omitempty"`

	Advance    time.Duration  `json:"advance,omitempty"`     // by which the world's clock goes ahead
	ClientSkew *time.Duration `json:"client_skew,omitempty"` // by which the clients' clock is behind from now on
}

// Sends says whether the step is a request.
func (c Call) Sends() bool { return c.Advance == 0 && c.ClientSkew == nil }

// Each is what is seen each time that the call is sent; none for a step that sends nothing.
func (c Call) Each() []Want {
	switch {
	case !c.Sends():
		return nil
	case len(c.Wants) > 0:
		return c.Wants
	}
	return slices.Repeat([]Want{c.Want}, max(c.Times, 1))
}

// Presigning sends a call as a presigned URL that was made Age ago.
type Presigning struct {
	Expires time.Duration `json:"expires,omitempty"` // zero: an hour
	Age     time.Duration `json:"age,omitempty"`
	Region  string        `json:"region,omitempty"`
	SigV2   bool          `json:"sigv2,omitempty"`
	Method  string        `json:"method,omitempty"` // signed for this method, sent with the call's own
}

// Signing signs a call wrongly on purpose.
type Signing struct {
	Region     string        `json:"region,omitempty"`
	Secret     string        `json:"secret,omitempty"`
	AccessKey  string        `json:"access_key_id,omitempty"`
	Age        time.Duration `json:"age,omitempty"`
	DropHeader string        `json:"drop_header,omitempty"` // taken away after signing
}

// Want is what a client sees. What is left out is not looked at. Article and AWS
// hold what differs between the two responses.
type Want struct {
	Status       int               `json:"status,omitempty"`
	Code         string            `json:"code,omitempty"`
	Message      string            `json:"message,omitempty"`
	Layer        string            `json:"layer,omitempty"`
	Statement    string            `json:"statement,omitempty"` // Sid
	BodyContains string            `json:"body_contains,omitempty"`
	Header       map[string]string `json:"header,omitempty"`
	Broken       string            `json:"broken,omitempty"` // how the answer ends, if not as promised: see Broken
	Article      *Want             `json:"article,omitempty"`
	AWS          *Want             `json:"aws,omitempty"`
}

// The ways in which an answer is no whole answer. What came of it is looked at all the
// same: its status and headers, and the body up to there.
const (
	BrokenReset   = "reset"   // the connection was reset, before the answer or within it
	BrokenCut     = "cut"     // the connection ended in order, before the answer did
	BrokenTimeout = "timeout" // nothing more came: a client with any time-out gives up
)

// In is the part of the expectation that holds with those responses, "article"
// or "aws".
func (w Want) In(responses string) Want {
	own := w.Article
	if responses == "aws" {
		own = w.AWS
	}
	if own == nil {
		own = &Want{}
	}
	return Want{
		Status:       cmp.Or(own.Status, w.Status),
		Code:         cmp.Or(own.Code, w.Code),
		Message:      cmp.Or(own.Message, w.Message),
		Layer:        cmp.Or(own.Layer, w.Layer),
		Statement:    cmp.Or(own.Statement, w.Statement),
		BodyContains: cmp.Or(own.BodyContains, w.BodyContains),
		Header:       union(w.Header, own.Header),
		Broken:       cmp.Or(own.Broken, w.Broken),
	}
}

func union(a, b map[string]string) map[string]string {
	if len(b) == 0 {
		return a
	}
	all := make(map[string]string, len(a)+len(b))
	for _, m := range []map[string]string{a, b} {
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}

// Anonymous is the caller that signs nothing.
const Anonymous = "anonymous"

// Calls are the names that Call.Call may have without a service: S3's operations.
func Calls() []string { return slices.Sorted(maps.Keys(operations)) }

// operations is the endpoint's own table: what it recognises can be played.
var operations = s3api.Shapes()

// QueryService is a control API whose actions a scenario can call, as SERVICE:ACTION with
// the parameters in `query`.
type QueryService struct{ Name, Version string }

var queryServices = []QueryService{{"iam", "2010-05-08"}, {"sts", "2011-06-15"}}

// Control is the control API and the action that the call is of; false for one of S3.
func (c Call) Control() (QueryService, string, bool) {
	service, action, ok := strings.Cut(c.Call, ":")
	i := slices.IndexFunc(queryServices, func(s QueryService) bool { return s.Name == service })
	if !ok || i < 0 {
		return QueryService{}, "", false
	}
	return queryServices[i], action, true
}
