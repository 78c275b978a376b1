package trail

import (
	"strings"

	"github.com/s3fault/s3fault/internal/world"
)

const arnPrefix = "arn:aws:s3:::"

// resources are the object and the bucket of an S3 event, as the recipient is told.
func (h *Happened) resources(recipient string) []Resource {
	rest, ok := strings.CutPrefix(h.Resource, arnPrefix)
	if !ok {
		return nil
	}
	bucket, _, isObject := strings.Cut(rest, "/")
	var all []Resource
	switch {
	case isObject:
		all = append(all, Resource{Type: objectType, ARN: h.Resource})
	case !h.Management: // a listing, HeadBucket, DeleteObjects
		prefix, _ := h.Parameters["prefix"].(string)
		all = append(all, Resource{Type: objectType, ARNPrefix: h.Resource + "/" + prefix})
	}
	owner := h.Owner
	if h.Code == "AccessDenied" && owner != recipient { // who was refused is not told whose it is
		owner = ""
	}
	all = append(all, Resource{Type: "AWS::S3::Bucket", ARN: arnPrefix + bucket, AccountID: &owner})
	if h.Point != "" {
		account := strings.Split(h.Point, ":")[4]
		all = append(all, Resource{Type: "AWS::S3::AccessPoint", ARN: h.Point, AccountID: &account})
	}
	return all
}

// Headers of S3's answers, and of requests, that records have.
const (
	sseHeader      = "x-amz-server-side-encryption"
	sseKeyHeader   = "x-amz-server-side-encryption-aws-kms-key-id"
	customerHeader = "x-amz-server-side-encryption-customer-algorithm"
)

// writes says whether the event is a success that put something into a bucket, and said
// with what it was encrypted. A part is encrypted as its upload began.
func (h *Happened) writes() bool {
	return h.Code == "" && !h.ReadOnly && h.Parameters["uploadId"] == nil
}

// told is the part of S3's answer that records have; nil: none.
func (h *Happened) told() map[string]any {
	if !h.writes() {
		return nil
	}
	var all map[string]any
	for _, name := range []string{sseHeader, sseKeyHeader, customerHeader} {
		if v := h.Answer.Get(name); v != "" {
			if all == nil {
				all = map[string]any{}
			}
			all[name] = v
		}
	}
	return all
}

// sealing says how what was written is encrypted, and whether the request asked for it
// (S3 User Guide, "Default encryption FAQ"); empty: nothing was.
func (h *Happened) sealing() string {
	if !h.writes() {
		return ""
	}
	kind := ""
	switch algorithm := h.Answer.Get(sseHeader); {
	case h.Answer.Get(customerHeader) != "":
		return "SSE_C"
	case algorithm == "AES256":
		kind = "SSE_S3"
	case algorithm != "":
		kind = "SSE_KMS"
	}
	if kind != "" && h.Parameters[sseHeader] == nil {
		kind = "Default_" + kind
	}
	return kind
}

// KeyType is the type of a KMS key, RoleType that of a role, as records have them.
const (
	KeyType  = "AWS::KMS::Key"
	RoleType = "AWS::IAM::Role"
)

const objectType = "AWS::S3::Object"

// Event is what trails are asked about.
func (h *Happened) Event() *world.Event {
	return &world.Event{Region: h.Region, ReadOnly: h.ReadOnly, Management: h.Management, Resource: h.Resource, Accounts: h.accounts()}
}

// accounts are those that the event concerns: the requester's and the owner's.
func (h *Happened) accounts() []string {
	var all []string
	if a := h.Asker.Account(); a != "" {
		all = append(all, a)
	}
	if h.Owner != "" && (len(all) == 0 || all[0] != h.Owner) {
		all = append(all, h.Owner)
	}
	return all
}
