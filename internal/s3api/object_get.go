package s3api

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// reading is one attempt to read an object.
type reading struct{ found }

// beginGetObject asks for s3:GetObject, for the key's use, and, where the object is
// missing, whether the caller may know that.
func beginGetObject(c *Call) (doing, []*authz.Request, error) {
	r, questions := reads(c, true)
	return getting{r}, questions, nil
}

// beginHeadObject is beginGetObject without the key: no byte is decrypted, unless a
// checksum is asked for (authorization.md 4).
func beginHeadObject(c *Call) (doing, []*authz.Request, error) {
	r, questions := reads(c, wantsChecksum(c.header))
	return heading{r}, questions, nil
}

// reads finds the object to read and asks for it.
func reads(c *Call, decrypts bool) (reading, []*authz.Request) {
	f, questions := c.asks("s3:GetObject", "s3:GetObjectVersion")
	if f.object != nil && decrypts {
		questions = append(questions, openQuestion(c, f.object.Encryption, c.Bucket, c.Key)...)
	}
	return reading{f}, questions
}

func wantsChecksum(of wire.Header) bool {
	return strings.EqualFold(of("X-Amz-Checksum-Mode"), "ENABLED")
}

// opened is the object to read, if the request can open what it is encrypted with.
func (r reading) opened(c *Call) (*store.Object, error) {
	o, err := r.readable(c)
	if err != nil {
		return nil, err
	}
	if err := unsealable(c, o.Encryption); err != nil {
		return nil, err
	}
	return o, opens(c, o.Encryption, wire.CustomerKey)
}

type getting struct{ reading }

func (r getting) serve(c *Call) (*Reply, error) {
	o, err := r.opened(c)
	if err != nil {
		return nil, err
	}
	if err := wire.Archived(o, c.Now); err != nil {
		return nil, err
	}
	return r.reply(c, o)
}

type heading struct{ reading }

func (r heading) serve(c *Call) (*Reply, error) {
	o, err := r.readable(c)
	if err != nil {
		return nil, err
	}
	if err := headUnsealable(c, o); err != nil {
		return nil, err
	}
	if err := opens(c, o.Encryption, wire.CustomerKey); err != nil {
		return nil, err
	}
	return r.reply(c, o)
}

// headUnsealable refuses a request for an object under a KMS key that is not
// signed with Version 4, and for a checksum that no key opens.
func headUnsealable(c *Call, o *store.Object) error {
	if wantsChecksum(c.header) {
		return unsealable(c, o.Encryption)
	}
	if o.Encryption.ByKMS() {
		return kmsNeedsV4(c)
	}
	return nil
}

// readable is the object that a read is about, after the arguments that S3
// refuses whatever it is.
func (r reading) readable(c *Call) (*store.Object, error) {
	if v := c.Request.Header.Get("X-Amz-Server-Side-Encryption"); v != "" {
		return nil, s3err.Argument(wire.SSEHeader+" header is not supported for this operation.", wire.SSEHeader, v)
	}
	return r.existing(c)
}

// reply is the object, or the part of it that is asked for. The body is
// opened for a GET alone.
func (r reading) reply(c *Call, o *store.Object) (*Reply, error) {
	if err := wire.ConditionsOf(c.header, "", c.Now).Check(o); err != nil {
		return nil, err
	}
	reply := &Reply{}
	wire.Describe(reply.Set, o)
	h := reply.Header
	versionOf(c, h, o)
	countTags(c, h, o)
	tellLock(c, h, o)
	tellRestore(c, h, o)
	if !c.Query.Has("versionId") {
		tellExpiry(c, h, o)
	}
	reply.Set("Accept-Ranges", "bytes")
	at, partial, err := selected(c, o, h)
	if err != nil {
		return nil, err
	}
	if err := override(c, h); err != nil {
		return nil, err
	}
	if reply.Length = at.Length; partial {
		reply.Status = http.StatusPartialContent
		reply.Set("Content-Range", at.ContentRange(o.Size))
	}
	if c.Request.Method == http.MethodHead {
		reply.Body = http.NoBody
		return reply, nil
	}
	bytes, failed := c.Moment.Index.Open(c.Request.Context(), o, at.First, at.Length)
	if failed != nil {
		return nil, openRefused(failed)
	}
	reply.Body = bytes
	return reply, nil
}

// countTags tells how many tags an object has those who may read them (S3 API
// Reference, "GetObject").
func countTags(c *Call, h http.Header, o *store.Object) {
	if len(o.Tags) == 0 {
		return
	}
	if permits(c.objectQuestion(c.versioned("s3:GetObjectTagging", "s3:GetObjectVersionTagging"), c.objectARN(), o)) {
		h.Set("x-amz-tagging-count", wire.Decimal(int64(len(o.Tags))))
	}
}

// openRefused is the answer when bytes cannot be opened, or a bucket be listed.
func openRefused(err error) error {
	if errors.Is(err, store.ErrMoved) {
		return store.ErrMoved
	}
	return unkept(err)
}

// selected is which bytes are asked for: by Range, by partNumber or all. The
// checksum of exactly these bytes goes into the headers, where it is wanted and
// known.
func selected(c *Call, o *store.Object, h http.Header) (at wire.Span, partial bool, err error) {
	sum := o.Checksum
	header := c.Request.Header.Get("Range")
	if number, ok := c.Query.Lookup("partNumber"); ok {
		if header != "" {
			return at, false, s3err.New(s3err.InvalidRequest).WithMessage(
				"Cannot specify both Range header and partNumber query parameter")
		}
		at, sum, err = partOf(o, number)
		if err != nil {
			return at, false, err
		}
		if len(o.Parts) > 0 {
			h.Set("x-amz-mp-parts-count", wire.Decimal(int64(len(o.Parts))))
		}
		// An object without bytes has no range to name.
		partial = o.Size > 0
	} else {
		if at, partial, err = wire.RangeOf(header, o.Size); err != nil {
			return at, false, err
		}
		if at.Length != o.Size {
			sum = store.Checksum{}
		}
	}
	if wantsChecksum(c.header) {
		checksum.Set(h.Set, sum)
	}
	return at, partial, nil
}

// partOf is the bytes of one part, and their checksum: the part's own where the
// object's is made of the parts', the object's where the part is all of it.
func partOf(o *store.Object, number string) (wire.Span, store.Checksum, error) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > maxParts {
		return wire.Span{}, store.Checksum{}, badPartNumber(number)
	}
	if len(o.Parts) == 0 && n == 1 {
		return wire.Span{Length: o.Size}, o.Checksum, nil
	}
	var at wire.Span
	for i, p := range o.Parts {
		if i+1 == n {
			at.Length = p.Size
			return at, partChecksum(o, p), nil
		}
		at.First += p.Size
	}
	return wire.Span{}, store.Checksum{}, s3err.New(s3err.InvalidPartNumber,
		s3err.E("PartNumberRequested", number), s3err.E("ActualPartCount", strconv.Itoa(max(len(o.Parts), 1))))
}

func partChecksum(o *store.Object, p store.Part) store.Checksum {
	switch {
	case o.Checksum.Type == checksum.Composite:
		sum := p.Checksum
		sum.Type = checksum.Composite
		return sum
	case p.Size == o.Size:
		return o.Checksum
	}
	return store.Checksum{}
}

// overrides are the parameters that replace a header of the answer.
var overrides = []struct{ param, header string }{
	{"response-content-type", "Content-Type"},
	{"response-content-language", "Content-Language"},
	{"response-expires", "Expires"},
	{"response-cache-control", "Cache-Control"},
	{"response-content-disposition", "Content-Disposition"},
	{"response-content-encoding", "Content-Encoding"},
}

// override applies response-*, which only a signed request may use (s3-errors.md A5).
func override(c *Call, h http.Header) error {
	if c.Query.Len() == 0 {
		return nil
	}
	for _, o := range overrides {
		v, ok := c.Query.Lookup(o.param)
		if !ok {
			continue
		}
		if c.Presented == nil {
			return s3err.New(s3err.InvalidRequest).WithMessage(
				"Request specific response headers cannot be used for anonymous GET requests.")
		}
		for _, r := range v {
			if r > 0xff || r < ' ' && r != '\t' || r == 0x7f {
				return s3err.Argument("Header value cannot be represented using ISO-8859-1.", o.param, v)
			}
		}
		if v != "" {
			h.Set(o.header, v)
		}
	}
	return nil
}
