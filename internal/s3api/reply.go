package s3api

import (
	"bytes"
	"encoding/xml"
	"net/http"

	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/sheet"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// textReply is a reply with that body.
func textReply(h http.Header, contentType string, body []byte) *Reply {
	if h == nil {
		h = http.Header{}
	}
	h.Set("Content-Type", contentType)
	return &Reply{Header: h, Length: int64(len(body)), Body: exchange.Text(body)}
}

const contentXML = "application/xml"

// xmlReply is a reply with a wire struct as its document.
func xmlReply(h http.Header, v any) *Reply {
	body, err := xml.Marshal(v)
	if err != nil {
		// The documents are structs of this package, of texts, numbers and lists.
		panic(err)
	}
	// S3 writes quotes, which ETags have, by name.
	body = bytes.ReplaceAll(body, []byte("&#34;"), []byte("&quot;"))
	return textReply(h, contentXML, append([]byte(xml.Header), body...))
}

// placed tells where the bucket is, as S3 does with lists and HeadBucket.
func placed(c *Call, reply *Reply) *Reply {
	reply.Header.Set(bucketRegionHeader, bucketRegion(c))
	return reply
}

// bucketARNHeader tells a bucket's ARN.
const bucketARNHeader = "x-amz-bucket-arn"

// withARN tells the bucket's ARN, as S3 does where one is made and with HeadBucket
// (recorded).
func withARN(c *Call, reply *Reply) *Reply {
	if c.State().Answers.Has(world.BucketARNs) {
		reply.Header.Set(bucketARNHeader, c.bucketARN())
	}
	return reply
}

// documentReply is a reply with an XML document.
func documentReply(body *sheet.Body) *Reply {
	return &Reply{Header: http.Header{"Content-Type": {contentXML}}, Length: body.Len(), Body: body}
}

// done is a reply without a body.
func done(status int) *Reply { return &Reply{Status: status, Header: http.Header{}} }

// urlOf is the address of what the call is about, as it was addressed.
func urlOf(c *Call) string {
	scheme := "http://"
	if c.Secure() {
		scheme = "https://"
	}
	return scheme + c.Request.Host + c.Request.URL.EscapedPath()
}

// ownerXML is an account as lists show it.
func ownerXML(s *world.State, account string) wire.UserXML {
	return wire.UserXML{ID: s.CanonicalID(account), DisplayName: displayName(s, s.Account(account))}
}

// ownerShown is the account that answers show as the owner of what an account
// wrote: the bucket's owner while ACLs are disabled (authorization.md 1.6).
func ownerShown(c *Call, writer string) string {
	if b := c.State().Bucket(c.Bucket); b != nil && b.Ownership == world.BucketOwnerEnforced {
		return b.Owner
	}
	return writer
}

// displayName is the name of an account, as long as S3 shows it; nil has none.
func displayName(s *world.State, a *world.Account) string {
	if a == nil || s.Answers.Has(world.OwnersUnnamed) {
		return ""
	}
	return a.Name
}

// initiatorXML is who began an upload: the account's canonical id for a root
// user, the ARN for everybody else (S3 API Reference, "Initiator"). It goes on to have the
// name that owners have lost (recorded).
func initiatorXML(s *world.State, u *store.Upload) wire.UserXML {
	if u.Initiator == "" {
		return ownerXML(s, u.Owner)
	}
	return wire.UserXML{ID: u.Initiator, DisplayName: world.LastName(u.Initiator)}
}
