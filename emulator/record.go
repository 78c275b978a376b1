package emulator

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

// record lets CloudTrail see an answered request, before its answer leaves: the
// event is kept, and every trail that has it writes it into its bucket at once.
func (x *exchange) record() {
	h := x.happened()
	if h == nil {
		return
	}
	if h.Management {
		x.realm.events.Manage(h)
	}
	event := h.Event()
	for _, t := range x.realm.live.Now().State.Trails {
		if t.Has(event) {
			x.deliver(t, trail.Of(h, t.Account))
		}
	}
}

// happened is the request as CloudTrail sees it; nil where it does not: a request
// without a proved signer, one that a VPC endpoint's policy refused, one that is no
// operation (authorization.md 11), and a data event that nobody can have asked for.
func (x *exchange) happened() *trail.Happened {
	if d := x.entry.Denied(); d != nil && (d.Cause == authz.Authentication || d.Cause == authz.RequestForm || d.Cause == authz.VPCEndpoint) {
		return nil
	}
	switch {
	case x.call != nil && x.call.Op != nil && x.call.Unproved == nil:
		return x.happenedInS3()
	case x.api != nil && x.api.Action != nil && x.api.Unproved == nil && x.api.Presented != nil:
		return x.happenedInAPI()
	}
	return nil
}

func (x *exchange) happenedInS3() *trail.Happened {
	c := x.call
	data := trail.IsData(c.Op.Name)
	if data && len(c.State().Trails) == 0 {
		return nil
	}
	h := &trail.Happened{
		Asker: c.Asker(), Service: "s3", Name: trail.NameOf(c.Op.Name), Management: !data, Resource: c.Resource(),
		ReadOnly: c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead, Region: c.EndpointRegion(),
		Parameters: s3Parameters(c), Code: x.entry.Code, Message: x.entry.Message,
	}
	if b := c.State().Bucket(c.Bucket); b != nil {
		h.Owner, h.Region = b.Owner, b.Region
	}
	if d := x.entry.Denied(); d != nil && h.Code == "AccessDenied" {
		h.Message = c.Recorded(*d)
	}
	x.sign(h, c.Presented)
	return h
}

// s3Parameters is what a record of S3's says of the request: the names in it, and
// its query.
func s3Parameters(c *s3api.Call) map[string]any {
	all := map[string]any{"Host": c.Request.Host}
	if c.Bucket != "" {
		all["bucketName"] = c.Bucket
	}
	if c.Key != "" {
		all["key"] = c.Key
	}
	for p := range c.Query.All() {
		if !strings.HasPrefix(p.Name, "X-Amz-") && p.Name != "Signature" {
			all[p.Name] = p.Value
		}
	}
	for _, name := range []string{"x-amz-acl", "x-amz-copy-source", "x-amz-server-side-encryption"} {
		if v := c.Request.Header.Get(name); v != "" {
			all[name] = v
		}
	}
	return all
}

func (x *exchange) happenedInAPI() *trail.Happened {
	c := x.api
	h := &trail.Happened{
		Asker: c.Asker(), Service: c.Service.Name, Name: c.Name, Management: true, ReadOnly: c.Action.ReadOnly,
		Region: c.Region(), Parameters: c.Parameters(), Code: x.entry.Code, Message: x.entry.Message,
	}
	if h.Service == "s3control" {
		h.Service, h.Name = "s3", trail.ControlNameOf(c.Name)
	}
	x.sign(h, c.Presented)
	return h
}

// sign notes the request's ids and how it was signed.
func (x *exchange) sign(h *trail.Happened, p *sigv4.Presented) {
	h.RequestID, h.HostID = x.entry.RequestID, x.entry.HostID
	if p == nil {
		return
	}
	h.SignatureVersion, h.AuthenticationMethod = "Sig"+p.Scheme.String(), "AuthHeader"
	if p.Location == sigv4.Query {
		h.AuthenticationMethod = "QueryString"
	}
}

// deliver writes a log file with the record into the trail's bucket, if the bucket's
// policy lets CloudTrail.
func (x *exchange) deliver(t *world.Trail, r *trail.Record) {
	key := trail.FileKey(t, r)
	for {
		m := x.realm.live.Now()
		err := x.writeLog(m, t, key, trail.File(r), r.At)
		if errors.Is(err, store.ErrMoved) && m != x.realm.live.Now() {
			continue
		}
		failure := ""
		if err != nil {
			failure = err.Error()
		}
		x.realm.events.Delivered(t, r, failure)
		return
	}
}

// writeLog is one try, on one moment.
func (x *exchange) writeLog(m *store.Moment, t *world.Trail, key string, file []byte, at time.Time) error {
	b, contents := m.State.Bucket(t.Bucket), m.Index.Bucket(t.Bucket)
	if b == nil || contents == nil {
		return errors.New("NoSuchBucket")
	}
	if d := evaluate([]*authz.Request{trail.MayPut(m.State, t, b, key, at)})[0]; d.Denied() {
		return errors.New("AccessDenied")
	}
	staged, err := m.Index.Write(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return fmt.Errorf("InternalError: %w", err)
	}
	defer staged.Discard()
	return contents.Put(&store.Object{
		Key: key, Version: store.NewVersion(b), Owner: b.Owner, Size: staged.Size, Chunks: staged.Chunks,
		ETag: hex.EncodeToString(staged.MD5[:]), Modified: at, StorageClass: "STANDARD", Encryption: store.Encryption{Algorithm: "AES256"},
		Headers: http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}},
	}, store.Any)
}
