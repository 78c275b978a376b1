package scenarios

import (
	"cmp"
	"time"

	"github.com/s3fault/s3fault/internal/s3api"
)

// Call is one request that a scenario expects something of.
type Call struct {
	As        string            `yaml:"as" json:"as"` // a caller, or anonymous
	Call      string            `yaml:"call" json:"call"`
	Bucket    string            `yaml:"bucket" json:"bucket,omitempty"`
	Key       string            `yaml:"key" json:"key,omitempty"`
	VersionID string            `yaml:"version_id" json:"version_id,omitempty"`
	Headers   map[string]string `yaml:"headers" json:"headers,omitempty"`
	Query     map[string]string `yaml:"query" json:"query,omitempty"`
	Body      string            `yaml:"body" json:"body,omitempty"`
	Presign   *Presigning       `yaml:"presign" json:"presign,omitempty"`
	Sign      *Signing          `yaml:"sign" json:"sign,omitempty"`
	Want      Want              `yaml:"want" json:"want"`
}

// Presigning sends a call as a presigned URL that was made Age ago.
type Presigning struct {
	Expires time.Duration `yaml:"expires" json:"expires,omitempty"` // zero: an hour
	Age     time.Duration `yaml:"age" json:"age,omitempty"`
	Region  string        `yaml:"region" json:"region,omitempty"`
	SigV2   bool          `yaml:"sigv2" json:"sigv2,omitempty"`
	Method  string        `yaml:"method" json:"method,omitempty"` // signed for this method, sent with the call's own
}

// Signing signs a call wrongly on purpose.
type Signing struct {
	Region     string        `yaml:"region" json:"region,omitempty"`
	Secret     string        `yaml:"secret" json:"secret,omitempty"`
	AccessKey  string        `yaml:"access_key_id" json:"access_key_id,omitempty"`
	Age        time.Duration `yaml:"age" json:"age,omitempty"`
	DropHeader string        `yaml:"drop_header" json:"drop_header,omitempty"` // taken away after signing
}

// Want is what a client sees. What is left out is not looked at. Article and AWS
// hold what differs between the two responses.
type Want struct {
	Status       int               `yaml:"status" json:"status,omitempty"`
	Code         string            `yaml:"code" json:"code,omitempty"`
	Message      string            `yaml:"message" json:"message,omitempty"`
	Layer        string            `yaml:"layer" json:"layer,omitempty"`
	Statement    string            `yaml:"statement" json:"statement,omitempty"` // Sid
	BodyContains string            `yaml:"body_contains" json:"body_contains,omitempty"`
	Header       map[string]string `yaml:"header" json:"header,omitempty"`
	Article      *Want             `yaml:"article" json:"article,omitempty"`
	AWS          *Want             `yaml:"aws" json:"aws,omitempty"`
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
func Calls() []string {
	names := make([]string, 0, len(operations))
	for name := range operations {
		names = append(names, name)
	}
	return names
}

// operations is the endpoint's own table: what it recognises can be played.
var operations = func() map[string]s3api.Shape {
	m := map[string]s3api.Shape{}
	for _, op := range s3api.Operations() {
		m[op.Name] = op.Shape()
	}
	return m
}()
