package s3api

import (
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
)

// Note completes the entry with what was asked for.
func (c *Call) Note(e *journal.Entry) {
	e.Bucket, e.Key, e.AccessPoint, e.Refused = c.Bucket, c.Key, c.point, c.refused
	if c.Op != nil {
		e.Operation = c.Op.Name
	}
	if e.Status == c.lack.status {
		e.Lacks = c.lack.text
	}
	if e.Code == "" { // otherwise nothing was done that there could be a warning about
		e.Warnings = c.Warnings
	}
}

// Happened is the answered request as CloudTrail sees it. Data events are for trails
// alone: where the world has none, nobody can have asked for one, but for the calls of KMS
// that it brings with it.
func (c *Call) Happened() *trail.Happened {
	if c.Op == nil || c.Unproved != nil {
		return nil
	}
	calls := keyEvents(c)
	if c.Op.Data && len(c.State().Trails) == 0 && len(calls) == 0 {
		return nil
	}
	h := &trail.Happened{
		Asker: c.asker(), Service: "s3", Name: c.Op.Event(), Management: !c.Op.Data, Resource: c.beyond(), Point: c.point,
		ReadOnly: c.ReadOnly, Region: endpointRegion(c),
		Parameters: parameters(c),
	}
	if b := c.State().Bucket(c.Bucket); b != nil {
		h.Owner, h.Region = b.Owner, b.Region
	}
	if d := c.Denied(); d != nil {
		h.Message = recorded(c, d)
	}
	h.Also = append(calls, deleteEvents(c, h)...)
	return h
}

// secrets are parameters of presigned URLs that no record has (authorization.md 11).
var secrets = map[string]bool{
	"X-Amz-Credential": true, "X-Amz-Signature": true, "X-Amz-Security-Token": true, "Signature": true,
}

// recordedHeaders are the headers that records have among the parameters
// (authorization.md 11).
var recordedHeaders = []string{
	"x-amz-acl", "x-amz-storage-class", "x-amz-copy-source", wire.SSEHeader, wire.SSEKeyHeader,
	"x-amz-server-side-encryption-customer-algorithm",
}

// parameters are what a record says of the request: the names in it, its query, and some
// headers.
func parameters(c *Call) map[string]any {
	all := map[string]any{"Host": c.Request.Host}
	if c.Bucket != "" {
		all["bucketName"] = c.Bucket
	}
	if c.Key != "" {
		all["key"] = c.Key
	}
	for p := range c.Query.All() {
		if !secrets[p.Name] {
			all[p.Name] = p.Value
		}
	}
	for _, name := range recordedHeaders {
		if v := c.Request.Header.Get(name); v != "" {
			all[name] = v
		}
	}
	return all
}

// keyEvents are the calls of KMS that S3 makes for the request, on the caller's behalf:
// all where it is allowed, and otherwise the one that KMS refused.
func keyEvents(c *Call) []*trail.Happened {
	denied := c.Denied()
	var all []*trail.Happened
	for i := range c.Decisions {
		d := &c.Decisions[i]
		operation, ok := strings.CutPrefix(d.Action, "kms:")
		if !ok || i >= len(c.Questions) || denied != nil && d != denied {
			continue
		}
		q := c.Questions[i]
		h := &trail.Happened{
			Asker: c.asker(), Service: "kms", Name: operation, Management: true, ReadOnly: true, Resource: q.Resource,
			Owner: q.ResourceAccount, Region: regionOf(q.Resource), Parameters: sealed(q, operation),
			InvokedBy: "fas.s3.amazonaws.com", Part: strconv.Itoa(i) + " " + d.Action,
			About: []trail.Resource{{Type: trail.KeyType, ARN: q.Resource, AccountID: &q.ResourceAccount}},
		}
		if context := h.Parameters["encryptionContext"].(map[string]any); context[objectContext] == c.bucketARN() {
			h.Sealed = d.Action + " " + q.Resource + " " + c.Bucket
		}
		if denied != nil {
			told := refusalOf(c, d)
			h.Code, h.Message = strings.TrimPrefix(told.Code.String(), "KMS."), recorded(c, d)
		}
		all = append(all, h)
	}
	return all
}

// objectContext is what S3 itself puts into the encryption context.
const objectContext = "aws:s3:arn"

// sealed are the parameters with which S3 asks KMS.
func sealed(q *authz.Request, operation string) map[string]any {
	context := map[string]any{}
	names, _ := q.Context.Get("kms:EncryptionContextKeys")
	for _, name := range names {
		if values, _ := q.Context.Get("kms:EncryptionContext:" + name); len(values) == 1 {
			context[name] = values[0]
		}
	}
	if operation == "Decrypt" {
		return map[string]any{"encryptionContext": context, "encryptionAlgorithm": world.SymmetricDefault}
	}
	return map[string]any{"encryptionContext": context, "keyId": q.Resource, "keySpec": "AES_256"}
}

// regionOf is the region in an ARN.
func regionOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[3]
	}
	return ""
}

// deleteEvents are the events of the single objects of a DeleteObjects, which is itself
// one without keys (authorization.md 11).
func deleteEvents(c *Call, whole *trail.Happened) []*trail.Happened {
	if len(c.deleted) == 0 || !c.State().Answers.Recorded(c.Now).Has(world.DeletionsRecorded) {
		return nil
	}
	each := strings.TrimPrefix(c.Op.action, "s3:") // what is asked for each of them
	all := make([]*trail.Happened, len(c.deleted))
	for i, d := range c.deleted {
		h := *whole
		h.Name, h.Resource, h.Part = each, c.bucketARN()+"/"+d.key, strconv.Itoa(i)
		h.Parameters = map[string]any{"Host": c.Request.Host, "bucketName": c.Bucket, "key": d.key}
		if d.version != "" {
			h.Parameters["versionId"] = d.version
		}
		h.Code, h.Message, h.Also = d.code, d.message, nil
		all[i] = &h
	}
	return all
}
