package scenarios

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/s3fault/s3fault/internal/s3api"
)

// Call is one request that a scenario expects something of.
type Call struct {
	As        string            `json:"as"` // a caller, or anonymous
	Call      string            `json:"call"`
	Bucket    string            `json:"bucket,omitempty"`
	Key       string            `json:"key,omitempty"`
	VersionID string            `json:"version_id,omitempty"`
	Headers   map[string]string `json:"headers,omitempty"`
	Query     map[string]string `json:"query,omitempty"`
	Body      string            `json:"body,omitempty"`
	Presign   *Presigning       `json:"presign,omitempty"`
	Sign      *Signing          `json:"sign,omitempty"`
	Want      Want              `json:"want"`
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
	Article      *Want             `json:"article,omitempty"`
	AWS          *Want             `json:"aws,omitempty"`
}

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

// Calls are the names that Call.Call may have: S3's operations.
func Calls() []string { return slices.Sorted(maps.Keys(operations)) }

// operations is the endpoint's own table: what it recognises can be played.
var operations = s3api.Shapes()
