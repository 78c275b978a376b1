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
	return append(all, Resource{Type: "AWS::S3::Bucket", ARN: arnPrefix + bucket, AccountID: &owner})
}

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
