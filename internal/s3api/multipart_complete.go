package s3api

import (
	"errors"
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// completionBody is the most bytes of a list of parts: ten thousand with every
// checksum there is.
const completionBody = 8 << 20

// completion is the body of CompleteMultipartUpload.
type completion struct {
	parts []completedPart
	err   error
}

type completionXML struct {
	Parts []completedPart `xml:"Part"`
}

type completedPart struct {
	PartNumber int    `xml:"PartNumber"`
	ETag       string `xml:"ETag"`
	wire.ChecksumXML
}

// sum is what the list says of a part's checksum.
func (p *completedPart) sum(a *checksum.Algorithm) string {
	if a == nil {
		return ""
	}
	return p.Of(a)
}

func checksCompleteMultipartUpload(c *Call) ([]*authz.Request, error) {
	return c.partQuestions(), nil
}

func serveCompleteMultipartUpload(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	contents := c.contents()
	if contents == nil || !c.settled() {
		return nil, store.ErrMoved
	}
	if c.session == nil {
		// A client that has not heard of its success tries again.
		if c.finished != nil {
			return c.completed(c.finished.Object), nil
		}
		return nil, c.noSuchUpload()
	}
	if err := unsealable(c, c.session.Encryption); err != nil {
		return nil, err
	}
	if err := completableWith(c, c.session); err != nil {
		return nil, err
	}
	list := c.readCompletion()
	if list.err != nil {
		return nil, list.err
	}
	assembly, err := c.assemble(b, contents, list.parts)
	if err != nil {
		return nil, err
	}
	e, err := c.completeConditions()
	if err != nil {
		return nil, err
	}
	complete := store.CompleteUpload{Bucket: c.Bucket, Assembly: assembly, Expect: c.stillThere(c.Key, "", e)}
	if err := c.uploadRefused(c.Commit(complete)); err != nil {
		return nil, err
	}
	return c.completed(assembly.Object), nil
}

// readCompletion reads the list of parts, once.
func (c *Call) readCompletion() *completion {
	if c.completion != nil {
		return c.completion
	}
	list := &completion{}
	c.completion = list
	if c.Body.Length() == 0 {
		list.err = noParts()
		return list
	}
	var body completionXML
	if list.err = c.readXML(wire.CompletionRoot, completionBody, &body); list.err != nil {
		return list
	}
	list.parts = body.Parts
	switch {
	case len(body.Parts) == 0:
		list.err = noParts()
	case len(body.Parts) > maxParts:
		list.err = s3err.New(s3err.MalformedXML)
	}
	for _, p := range body.Parts {
		if p.PartNumber < 1 || p.PartNumber > maxParts || p.ETag == "" {
			list.err = s3err.New(s3err.MalformedXML)
		}
	}
	return list
}

func noParts() error {
	return s3err.New(s3err.InvalidRequest).WithMessage("You must specify at least one part")
}

// assemble puts the object together and holds it against all that the request
// says of it.
func (c *Call) assemble(b *world.Bucket, contents *store.Bucket, parts []completedPart) (*store.Assembly, error) {
	u := c.session
	stored := func(number int) *store.Part {
		page, err := contents.ListParts(u.Key, u.ID, number-1, 1)
		if err != nil || len(page.Parts) == 0 || page.Parts[0].Number != number {
			return nil
		}
		return page.Parts[0]
	}
	if err := c.sameType(u); err != nil {
		return nil, err
	}
	if err := checkParts(u, parts, stored); err != nil {
		return nil, err
	}
	refs := make([]store.PartRef, len(parts))
	for i, p := range parts {
		refs[i] = store.PartRef{Number: p.PartNumber, ETag: wire.BareETag(p.ETag), Checksum: p.sum(checksum.Named(u.Checksum.Algorithm))}
	}
	assembly, failed := contents.Assemble(u.Key, u.ID, refs)
	if failed != nil {
		return nil, c.partRefused(failed)
	}
	sum := completedChecksum(u, assembly.Body.Parts)
	if err := c.checkWhole(u, sum); err != nil {
		return nil, err
	}
	assembly.Make(b, sum, c.Now)
	return assembly, c.checkSize(assembly.Body.Size)
}

// checkSize holds x-amz-mp-object-size against the object.
func (c *Call) checkSize(size int64) error {
	v := c.header("x-amz-mp-object-size")
	if v == "" || v == wire.Decimal(size) {
		return nil
	}
	return s3err.New(s3err.InvalidRequest).WithMessage("The provided 'x-amz-mp-object-size' header value " + v + " does not match what was computed: " + wire.Decimal(size))
}

// partRefused is the answer to a list of parts that gives no object.
func (c *Call) partRefused(err error) error {
	var part *store.PartError
	if !errors.As(err, &part) {
		return c.uploadRefused(err)
	}
	switch {
	case errors.Is(err, store.ErrInvalidPartOrder):
		return s3err.New(s3err.InvalidPartOrder, s3err.E("UploadId", c.session.ID))
	case errors.Is(err, store.ErrEntityTooSmall):
		return s3err.New(s3err.EntityTooSmall,
			s3err.E("ProposedSize", wire.Decimal(part.Size)), s3err.E("MinSizeAllowed", wire.Decimal(store.MinPartSize)),
			s3err.E("PartNumber", wire.Decimal(int64(part.Number))), s3err.E("ETag", part.ETag))
	default:
		return invalidPart(c.session.ID, part.Number, part.ETag)
	}
}

func invalidPart(uploadID string, number int, etag string) error {
	return s3err.New(s3err.InvalidPart, s3err.E("UploadId", uploadID),
		s3err.E("PartNumber", wire.Decimal(int64(number))), s3err.E("ETag", etag))
}

// completeConditions reads the conditions of the write. One that holds only
// because the key was written while the upload went on is a conflict (recorded).
func (c *Call) completeConditions() (store.Expect, error) {
	e, err := wire.WriteConditions(c.header)
	if err != nil || e.IfMatch == "" {
		return e, err
	}
	now, err := c.objects().Latest(c.Request.Context(), c.Bucket, c.Key)
	if err != nil {
		return e, err
	}
	if now != nil && now.ETag == e.IfMatch && now.Modified.After(c.session.Initiated) {
		return e, s3err.New(s3err.ConditionalRequestConflict, s3err.E("Condition", "If-Match"), s3err.E("Key", c.Key))
	}
	return e, nil
}

// completed is the reply that tells of the object.
func (c *Call) completed(o *store.Object) *Reply {
	h := http.Header{}
	if o.Encryption.CustomerKeyMD5 == "" { // of which this reply does not tell
		wire.SetEncryption(h, o.Encryption)
	}
	wire.VersionMade(h, o)
	return xmlReply(h, wire.CompleteResult{
		Location: c.url(), Bucket: c.Bucket, Key: c.Key, ETag: wire.Quoted(o.ETag), ChecksumXML: wire.ChecksumOf(o.Checksum, true),
	})
}
