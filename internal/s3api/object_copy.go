package s3api

import (
	"cmp"
	"crypto/md5"
	"encoding/hex"
	"io"
	"maps"
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// copying is one attempt to copy an object.
type copying struct {
	writing
	from copySource
}

// beginCopyObject asks both sides' questions: reading the source, its tags and its key,
// and writing the destination (authorization.md 2).
func beginCopyObject(c *Call) (doing, []*authz.Request, error) {
	from, questions := findSource(c, false)
	var more []*authz.Request
	if o := from.object; o != nil && len(o.Tags) > 0 && copiesTags(c.header) {
		action := from.action("s3:GetObjectTagging", "s3:GetObjectVersionTagging")
		questions = append(questions, from.question(c, action))
		more = []*authz.Request{c.question("s3:PutObjectTagging", c.objectARN())}
	}
	if o := from.object; o != nil && len(o.Annotations) > 0 && copiesAnnotations(c) {
		action := from.action("s3:GetObjectAnnotation", "s3:GetObjectVersionAnnotation")
		questions = append(questions, from.question(c, action))
	}
	w, own := writes(c, more...)
	return copying{w, from}, append(expectingSource(c, questions), own...), nil
}

func copiesTags(of wire.Header) bool { return of("x-amz-tagging-directive") != "REPLACE" }

// annotationDirective is also a parameter (S3 API Reference, "CopyObject").
const annotationDirective = "x-amz-object-annotation-directive"

func copiesAnnotations(c *Call) bool { return directedAnnotations(c) != "EXCLUDE" }

func directedAnnotations(c *Call) string {
	return cmp.Or(c.header(annotationDirective), c.Query.Get(annotationDirective))
}

func (p copying) serve(c *Call) (*Reply, error) {
	if c.Presented == nil {
		return nil, s3err.New(s3err.AccessDenied).WithMessage("Anonymous users cannot copy objects.  Please authenticate.")
	}
	from, err := p.from.ready(c)
	if err != nil {
		return nil, err
	}
	f, e, err := p.copyOf(c, from)
	if err != nil {
		return nil, err
	}
	bytes, err := copyBytes(c, &f, from)
	if err != nil {
		return nil, err
	}
	o, err := p.put(c, f, bytes, e)
	if err != nil {
		return nil, err
	}
	h := http.Header{}
	wire.SetSealing(h.Set, o.Encryption)
	p.from.told(c, h, from)
	p.made(c, h, o)
	tellExpiry(c, h, o)
	return xmlReply(h, wire.CopyObjectResult{
		LastModified: wire.ISOTime(o.Modified), ETag: wire.Quoted(o.ETag), ChecksumXML: wire.ChecksumOf(o.Checksum, true),
	}), nil
}

// made tells the version of the copy, null where the bucket's versions are suspended,
// which a write of bytes does not tell (recorded).
func (p copying) made(c *Call, h http.Header, o *store.Object) {
	if b := c.State().Buckets[c.Bucket]; b != nil && b.Versioning != "" {
		h.Set(wire.VersionHeader, o.Version)
	}
}

// copyOf are the facts of the object that the copy makes: with the source's
// metadata and tags, or with those of the request. Storage class, redirect and
// encryption are never copied (S3 API Reference, CopyObject).
func (p copying) copyOf(c *Call, from *store.Object) (f store.Facts, e store.Expect, err error) {
	if f, e, err = p.facts(c); err != nil {
		return f, e, err
	}
	const directive = "x-amz-metadata-directive"
	replaced, err := wire.Directive(directive, c.header(directive), "Unknown metadata directive.")
	if err != nil {
		return f, e, err
	}
	const tagging = "x-amz-tagging-directive"
	if _, err := wire.Directive(tagging, c.header(tagging), "Unknown tagging directive."); err != nil {
		return f, e, err
	}
	if d := directedAnnotations(c); d != "" && d != "COPY" && d != "EXCLUDE" { // the words [unsure]
		return f, e, s3err.Argument("Unknown annotation directive.", annotationDirective, d)
	}
	if !replaced && p.ontoItself(c, f.Encryption, from.Encryption) {
		return f, e, s3err.New(s3err.InvalidRequest).WithMessage(
			"This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.")
	}
	if from.Size > wire.MaxUpload {
		return f, e, s3err.New(s3err.InvalidRequest).WithMessage(
			"The specified copy source is larger than the maximum allowable size for a copy source: " +
				wire.Decimal(wire.MaxUpload))
	}
	if !replaced {
		f.Headers, f.Metadata = copiedHeaders(from.Headers, f.Headers), from.Metadata
	}
	if copiesTags(c.header) {
		f.Tags = from.Tags
	}
	if copiesAnnotations(c) && f.Encryption.CustomerKeyMD5 == "" { // not with SSE-C [unsure]
		f.Annotations = from.Annotations
	}
	return f, e, nil
}

// copiedHeaders are the source's, with the redirect of the request alone.
func copiedHeaders(from, own http.Header) http.Header {
	h := http.Header{}
	maps.Copy(h, from)
	delete(h, wire.WebsiteRedirect)
	if redirect := own[wire.WebsiteRedirect]; redirect != nil {
		h[wire.WebsiteRedirect] = redirect
	}
	return h
}

// ontoItself says that the copy would change nothing. To copy a version that is
// named brings it back.
func (p copying) ontoItself(c *Call, now, before store.Encryption) bool {
	if p.from.Bucket != c.Bucket || p.from.Key != c.Key || p.from.Version != "" {
		return false
	}
	for _, header := range []string{"x-amz-storage-class", wire.WebsiteRedirect, wire.SSEHeader} {
		if c.header(header) != "" {
			return false
		}
	}
	if b := c.State().Buckets[c.Bucket]; b != nil && b.Encryption.Algorithm != "" && !b.Encryption.Inherited {
		return false // recorded
	}
	return now.Algorithm == before.Algorithm && now.KeyARN == before.KeyARN && now.CustomerKeyMD5 == before.CustomerKeyMD5
}

// copyBytes are the source's, which stay where they are; the copy gets their
// checksum. Only where MD5 and checksum are not known of the bytes as a whole are
// they read.
func copyBytes(c *Call, f *store.Facts, from *store.Object) (*store.Staged, error) {
	a, err := copyAlgorithm(c, from)
	if err != nil {
		return nil, err
	}
	d, err := digest(c, from, wire.Span{Length: from.Size}, a)
	if err != nil {
		return nil, err
	}
	f.Checksum = d.checksum
	return &store.Staged{Size: from.Size, Chunks: from.Chunks, MD5: d.md5}, nil
}

// copyAlgorithm is the checksum of the copy: the one asked for, else the source's.
func copyAlgorithm(c *Call, from *store.Object) (*checksum.Algorithm, error) {
	if asked := c.header("x-amz-checksum-algorithm"); asked != "" {
		return checksum.Asked(asked, moreChecksums(c))
	}
	if a := checksum.Named(from.Checksum.Algorithm); a != nil {
		return a, nil
	}
	return checksum.Default, nil
}

// digested is what the bytes of a source were found to be.
type digested struct {
	of       []store.Chunk
	at       wire.Span
	md5      [md5.Size]byte
	checksum store.Checksum
}

// digest finds MD5 and checksum of a run of an object's bytes, reading them only
// when the record does not tell.
func digest(c *Call, o *store.Object, at wire.Span, a *checksum.Algorithm) (*digested, error) {
	if d := c.digested; d != nil && store.SameBytes(d.of, o.Chunks) && d.at == at && d.checksum.Algorithm == a.Name {
		return d, nil
	}
	d := &digested{of: o.Chunks, at: at}
	if at.Length == o.Size && o.Checksum.Algorithm == a.Name && o.Checksum.Type == checksum.FullObject && d.fromETag(o) {
		d.checksum = o.Checksum
		return d, nil
	}
	bytes, failed := c.Moment.Index.Open(c.Request.Context(), o, at.First, at.Length)
	if failed != nil {
		return nil, openRefused(failed)
	}
	defer bytes.Close()
	sums, whole := a.Hash(), md5.New()
	if _, failed := io.Copy(io.MultiWriter(sums, whole), bytes); failed != nil {
		return nil, s3err.New(s3err.InternalError)
	}
	d.checksum = a.SumOf(sums)
	whole.Sum(d.md5[:0])
	c.digested = d
	return d, nil
}

// fromETag takes the MD5 from the ETag, where it is one: not of an object that
// came in parts, nor under a key of KMS or the customer.
func (d *digested) fromETag(o *store.Object) bool {
	if len(o.Parts) > 0 || !o.Encryption.MD5IsETag() {
		return false
	}
	sum, err := hex.DecodeString(o.ETag)
	return err == nil && copy(d.md5[:], sum) == md5.Size
}
