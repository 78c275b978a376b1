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

// completing is one attempt to make an object of the parts of an upload.
type completing struct {
	uploading
	over overwriting
}

func beginCompleteMultipartUpload(c *Call) (doing, []*authz.Request, error) {
	u := findUpload(c)
	over, questions := u.writes(c)
	return completing{u, over}, questions, nil
}

func (p completing) serve(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	contents := c.contents()
	if contents == nil || !settled(c) {
		return nil, store.ErrMoved
	}
	if p.upload == nil {
		// A client that has not heard of its success tries again.
		if p.finished != nil {
			return completed(c, p.finished.Object), nil
		}
		return nil, noSuchUpload(c)
	}
	if err := unsealable(c, p.upload.Encryption); err != nil {
		return nil, err
	}
	if err := completableWith(c, p.upload); err != nil {
		return nil, err
	}
	parts, err := readCompletion(c)
	if err != nil {
		return nil, err
	}
	assembly, err := p.assemble(c, b, contents, parts)
	if err != nil {
		return nil, err
	}
	e, err := p.conditions(c)
	if err != nil {
		return nil, err
	}
	complete := store.CompleteUpload{Bucket: c.Bucket, Assembly: assembly, Expect: p.over.stillThere(c, e)}
	if err := uploadRefused(c, c.Commit(complete)); err != nil {
		return nil, err
	}
	return completed(c, assembly.Object), nil
}

// readCompletion reads the list of parts.
func readCompletion(c *Call) ([]completedPart, error) {
	if c.Body.Length() == 0 {
		return nil, noParts()
	}
	var body completionXML
	if err := c.readXML(wire.CompletionRoot, completionBody, &body); err != nil {
		return nil, err
	}
	for _, p := range body.Parts {
		if p.PartNumber < 1 || p.PartNumber > maxParts || p.ETag == "" {
			return nil, s3err.New(s3err.MalformedXML)
		}
	}
	switch {
	case len(body.Parts) == 0:
		return nil, noParts()
	case len(body.Parts) > maxParts:
		return nil, s3err.New(s3err.MalformedXML)
	}
	return body.Parts, nil
}

func noParts() error {
	return s3err.New(s3err.InvalidRequest).WithMessage("You must specify at least one part")
}

// assemble puts the object together and holds it against all that the request
// says of it.
func (p completing) assemble(
	c *Call, b *world.Bucket, contents *store.Bucket, parts []completedPart,
) (*store.Assembly, error) {
	u := p.upload
	stored := func(number int) *store.Part {
		page, err := contents.ListParts(u.Key, u.ID, number-1, 1)
		if err != nil || len(page.Parts) == 0 || page.Parts[0].Number != number {
			return nil
		}
		return page.Parts[0]
	}
	if err := checksum.SameType(u, c.header(checksum.TypeHeader)); err != nil {
		return nil, err
	}
	if err := checkParts(u, parts, stored); err != nil {
		return nil, err
	}
	a, refs := checksum.Named(u.Checksum.Algorithm), make([]store.PartRef, len(parts))
	for i, part := range parts {
		refs[i] = store.PartRef{Number: part.PartNumber, ETag: wire.BareETag(part.ETag), Checksum: part.sum(a)}
	}
	assembly, failed := contents.Assemble(u.Key, u.ID, refs)
	if failed != nil {
		return nil, p.partRefused(c, failed)
	}
	sum := checksum.Completed(u, assembly.Body.Parts)
	if err := checksum.CheckWhole(u, sum, c.header, moreChecksums(c)); err != nil {
		return nil, err
	}
	assembly.Make(b, sum, c.Now)
	return assembly, checkSize(c.header, assembly.Body.Size)
}

// checkParts holds the checksums in the list of a CompleteMultipartUpload
// against the upload's algorithm. Their values are the store's to compare.
func checkParts(u *store.Upload, list []completedPart, stored func(number int) *store.Part) error {
	a := checksum.Named(u.Checksum.Algorithm)
	for _, p := range list {
		for _, other := range checksum.All {
			if value := p.sum(other); value != "" && other != a && a != nil {
				return s3err.New(s3err.BadDigest).WithMessage("The " + other.Lower() + " you specified for part " +
					wire.Decimal(int64(p.PartNumber)) + " did not match what we received.")
			} else if value != "" && a == nil {
				return invalidPart(u.ID, p.PartNumber, wire.BareETag(p.ETag))
			}
		}
		if u.Checksum.Type == checksum.Composite && p.sum(a) == "" && stored(p.PartNumber) != nil {
			return s3err.New(s3err.InvalidRequest).WithMessage("The upload was created using a " + a.Lower() +
				" checksum. The complete request must include the checksum for each part. It was missing for part " +
				wire.Decimal(int64(p.PartNumber)) + " in the request.")
		}
	}
	return nil
}

// checkSize holds x-amz-mp-object-size against the object.
func checkSize(header wire.Header, size int64) error {
	v := header("x-amz-mp-object-size")
	if v == "" || v == wire.Decimal(size) {
		return nil
	}
	return s3err.New(s3err.InvalidRequest).WithMessage(
		"The provided 'x-amz-mp-object-size' header value " + v + " does not match what was computed: " + wire.Decimal(size))
}

// partRefused is the answer to a list of parts that gives no object.
func (p completing) partRefused(c *Call, err error) error {
	var part *store.PartError
	if !errors.As(err, &part) {
		return uploadRefused(c, err)
	}
	switch {
	case errors.Is(err, store.ErrInvalidPartOrder):
		return s3err.New(s3err.InvalidPartOrder, s3err.E("UploadId", p.upload.ID))
	case errors.Is(err, store.ErrEntityTooSmall):
		return s3err.New(s3err.EntityTooSmall,
			s3err.E("ProposedSize", wire.Decimal(part.Size)), s3err.E("MinSizeAllowed", wire.Decimal(store.MinPartSize)),
			s3err.E("PartNumber", wire.Decimal(int64(part.Number))), s3err.E("ETag", part.ETag))
	default:
		return invalidPart(p.upload.ID, part.Number, part.ETag)
	}
}

func invalidPart(uploadID string, number int, etag string) error {
	return s3err.New(s3err.InvalidPart, s3err.E("UploadId", uploadID),
		s3err.E("PartNumber", wire.Decimal(int64(number))), s3err.E("ETag", etag))
}

// conditions reads the conditions of the write. One that holds only
// because the key was written while the upload went on is a conflict (recorded).
func (p completing) conditions(c *Call) (store.Expect, error) {
	e, err := wire.WriteConditions(c.header)
	if err != nil || e.IfMatch == "" {
		return e, err
	}
	now, err := c.objects().Latest(c.Request.Context(), c.Bucket, c.Key)
	if err != nil {
		return e, err
	}
	if now != nil && now.ETag == e.IfMatch && now.Written > p.upload.Began {
		return e, s3err.New(s3err.ConditionalRequestConflict, s3err.E("Condition", "If-Match"), s3err.E("Key", c.Key))
	}
	return e, nil
}

// completed is the reply that tells of the object.
func completed(c *Call, o *store.Object) *Reply {
	h := http.Header{}
	if o.Encryption.CustomerKeyMD5 == "" { // of which this reply does not tell
		wire.SetEncryption(h.Set, o.Encryption)
	}
	wire.VersionMade(h.Set, o)
	tellExpiry(c, h, o)
	return xmlReply(h, wire.CompleteResult{
		Location: urlOf(c), Bucket: c.Bucket, Key: c.Key, ETag: wire.Quoted(o.ETag),
		ChecksumXML: wire.ChecksumOf(o.Checksum, true),
	})
}
